"""A drop folder in a bucket of an object store that speaks Amazon's S3."""

import base64
import contextlib
import errno
import hashlib
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import ClientError

from adapters.files.folder import Entry
from adapters.files.s3_client import client, sorted_errors
from adapters.files.settings import FilesSettings
from engine.model.errors import Ambiguous, Transient

_PIECE = 1024 * 1024
_ROWS = 1000
_PROBE = b"postroom"
_MISSING, _EXISTS, _NOT_BUILT = 404, 412, 501


class S3Folder:
    """Implements `Folder` and `Shelf` over a bucket. Folders are beginnings of names; a move is a copy and a removal."""

    def __init__(self, settings: FilesSettings) -> None:
        self._settings = settings
        self._bucket = settings.bucket

    @cached_property
    def _client(self) -> Any:
        return client(self._settings, tries=3)

    @cached_property
    def _once(self) -> Any:
        """Never repeats a call by itself: the receiver may have taken away what the first one made."""
        return client(self._settings, tries=1)

    def mkdir(self, path: str) -> None:
        """Do nothing: folders are there with their first file."""

    def is_folder(self, path: str) -> bool:
        """Say whether the bucket is there."""
        with sorted_errors(self._settings, path):
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as e:
                if _status(e) == _MISSING:
                    return False
                raise
            return True

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file over whatever is there, and look at it."""
        with sorted_errors(self._settings, path):
            answer = self._client.put_object(Bucket=self._bucket, Key=_key(path), Body=data, ContentMD5=_md5(data))
        if _tag(answer) != _hex(data) and not self._is(path, data):
            raise Transient(f"{path} was not written whole.")

    def create(self, path: str, data: bytes) -> None:
        """Write a whole file unless one stands there, and look at it."""
        with sorted_errors(self._settings, path, is_effect=True):
            answer = self._put_new(path, data, _md5(data))
        if _tag(answer) == _hex(data):
            return
        try:
            is_there = self._is(path, data)
        except Transient as e:
            raise Ambiguous(f"{path} was sent and could not be looked at: {e.message}", detail=e.detail) from e
        if not is_there and not (_tag(answer) and not self._settings.files_stay and not self.exists(path)):
            raise Ambiguous(f"The store took {path}, and what lies there is something else.")

    def rename(self, old: str, new: str) -> None:
        """Copy a file over whatever is there, and remove the old one. Dying in between leaves both."""
        with sorted_errors(self._settings, old):
            tag = self._head(old)["ETag"]
            source = {"Bucket": self._bucket, "Key": _key(old)}
            answer = self._client.copy_object(
                Bucket=self._bucket, Key=_key(new), CopySource=source, CopySourceIfMatch=tag
            )
            if "CopyObjectResult" not in answer:
                raise Transient(f"The store answered the copy of {old} with something else.")
            self._remove_same(old, tag)

    def claim(self, old: str, new: str) -> None:
        """Move a file unless `new` exists. A move that somebody began and did not finish is finished."""
        with sorted_errors(self._settings, old), tempfile.TemporaryFile() as copy:
            tag, digest = self._down(old, copy)
            try:
                self._put_new(new, copy, digest)
            except FileExistsError:
                self._finish_move(old, new, tag)
                raise
            self._remove_same(old, tag)

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""
        with sorted_errors(self._settings, path):
            with contextlib.suppress(FileNotFoundError):
                self._head(path)
                return True
            return False

    def list(self, path: str) -> Sequence[Entry]:
        """Return the files of a folder by name, from all pages of the listing."""
        prefix = _key(path).rstrip("/") + "/" if _key(path).strip("/") else ""
        found: list[Entry] = []
        with sorted_errors(self._settings, path):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix, Delimiter="/", PaginationConfig={"PageSize": _ROWS}
            )
            for page in pages:
                if "IsTruncated" not in page:
                    raise Transient(f"The store answered the listing of {path} with something else.")
                found += [
                    Entry(one["Key"][len(prefix) :], one["Size"], int(one["LastModified"].timestamp()))
                    for one in page.get("Contents", ())
                    if one["Key"] != prefix
                ]
        return tuple(sorted(found))

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file."""
        with sorted_errors(self._settings, path):
            answer = _of_a_file(self._client.get_object(Bucket=self._bucket, Key=_key(path)), path)
            with contextlib.closing(answer["Body"]) as body:
                data: bytes = body.read(limit)
            if len(data) < min(limit, answer["ContentLength"]):
                raise Transient(f"{path} came only in part.")
            return data

    def fetch(self, path: str, to: Path) -> int:
        """Copy a file to this machine piece by piece. Return its bytes."""
        with sorted_errors(self._settings, path), to.open("wb") as file:
            self._down(path, file)
        return to.stat().st_size

    def remove(self, path: str) -> None:
        """Remove a file. A store does not say whether it was there, so it is asked before."""
        with sorted_errors(self._settings, path):
            self._head(path)
            self._client.delete_object(Bucket=self._bucket, Key=_key(path))

    def probe(self, folder: str) -> str:
        """Write a small file twice and remove it; return what the store makes of that. Raises TargetError."""
        path = f"{folder.rstrip('/')}/.probe"
        self.write(path, _PROBE)
        with sorted_errors(self._settings, path):
            try:
                self._once.put_object(Bucket=self._bucket, Key=_key(path), Body=_PROBE, IfNoneMatch="*")
            except ClientError as e:
                if _status(e) not in {_EXISTS, _NOT_BUILT}:
                    raise
                is_guarded = _status(e) == _EXISTS
            else:
                is_guarded = False
        with contextlib.suppress(FileNotFoundError):
            self.remove(path)
        guard = "keeps names" if is_guarded else "writes over names: they are looked up before each file"
        return f"{folder} can be written to; the store {guard}"

    def close(self) -> None:
        """Close the connections."""
        for name in ("_client", "_once"):
            if (made := self.__dict__.pop(name, None)) is not None:
                made.close()

    def _head(self, path: str) -> Any:
        """Return what the store knows of a file. Raises FileNotFoundError."""
        try:
            return _of_a_file(self._client.head_object(Bucket=self._bucket, Key=_key(path)), path)
        except ClientError as e:
            if _status(e) == _MISSING:
                raise FileNotFoundError(errno.ENOENT, "no such key", path) from e
            raise

    def _put_new(self, path: str, data: bytes | IO[bytes], digest: str) -> Any:
        """Write a file unless one stands there. Stores that write over it all the same are asked before."""
        if self.exists(path):
            raise FileExistsError(errno.EEXIST, "exists", path)
        call = {"Bucket": self._bucket, "Key": _key(path), "Body": data, "ContentMD5": digest}
        try:
            return self._once.put_object(**call, IfNoneMatch="*")
        except ClientError as e:
            if _status(e) == _EXISTS:
                raise FileExistsError(errno.EEXIST, "exists", path) from e
            if _status(e) != _NOT_BUILT:
                raise
        if not isinstance(data, bytes):
            data.seek(0)
        return self._once.put_object(**call)

    def _down(self, path: str, to: IO[bytes]) -> tuple[str, str]:
        """Copy a file; return its tag and the digest that the store checks an upload by."""
        digest, size = hashlib.md5(usedforsecurity=False), 0
        answer = _of_a_file(self._client.get_object(Bucket=self._bucket, Key=_key(path)), path)
        with contextlib.closing(answer["Body"]) as body:
            for piece in body.iter_chunks(_PIECE):
                to.write(piece)
                digest.update(piece)
                size += len(piece)
        if size != answer["ContentLength"]:
            raise Transient(f"{path} came only in part.")
        to.seek(0)
        return answer["ETag"], base64.b64encode(digest.digest()).decode()

    def _is(self, path: str, data: bytes) -> bool:
        """Say whether a file holds these bytes. Tags of stores that encrypt are no digests: then it is read."""
        with sorted_errors(self._settings, path):
            try:
                head = self._head(path)
            except FileNotFoundError:
                return False
            if head["ContentLength"] != len(data):
                return False
            if _tag(head) == _hex(data):
                return True
        with contextlib.suppress(FileNotFoundError):
            return self.read(path, limit=len(data) + 1) == data
        return False

    def _finish_move(self, old: str, new: str, tag: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._head(new)["ETag"] == tag:
                self._remove_same(old, tag)

    def _remove_same(self, path: str, tag: str) -> None:
        """Remove a file unless another one has come under its name meanwhile."""
        with contextlib.suppress(FileNotFoundError):
            if self._head(path)["ETag"] == tag:
                self._client.delete_object(Bucket=self._bucket, Key=_key(path))


def _of_a_file(answer: Any, path: str) -> Any:
    """Return what a store says of a file. A page with a good status names no tag: it is no answer about one."""
    if not _tag(answer) or "ContentLength" not in answer:
        raise Transient(f"The store answered {path} with something else.")
    return answer


def _key(path: str) -> str:
    return path.lstrip("/")


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _hex(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _tag(answer: Any) -> str:
    return str(answer.get("ETag") or "").strip('"')


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
