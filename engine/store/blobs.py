"""Bytes under their SHA-256: a local folder by default, any fsspec file system by URL."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

import fsspec

from engine.model.document import Blob
from engine.model.errors import ReadError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024
# A write to an object store shows whole or not at all; elsewhere a temporary name and a rename do that.
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"})


class FsspecBlobs:
    """Content-addressed bytes below an fsspec URL or a local path, as `ab/cdef...`. Implements `ports.Blobs`.

    `cache_dir` holds copies of remote bytes and what is on its way there.
    """

    def __init__(self, url: str, cache_dir: Path) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)
        protocols = {self._fs.protocol} if isinstance(self._fs.protocol, str) else set(self._fs.protocol)
        self._is_local = bool(protocols & {"file", "local"})
        self._is_object_store = bool(protocols & _OBJECT_STORES)
        self._cache = cache_dir
        # On a local file system the temporary file must stand where a rename can reach.
        self._folder = Path(self._root) if self._is_local else cache_dir

    def put(self, stream: BinaryIO, *, limit: int) -> tuple[str, int]:
        """Store a stream and return its SHA-256 (hex) and size. Raises ReadError `too_large` past `limit` bytes.

        When it returns, local bytes are on the disk under their final name; nothing half written is ever seen.
        """
        with _temporary(self._folder) as temporary:
            sha256, size = _copy(stream, temporary, limit)
            if self._is_local:
                _settle(temporary, self._local_path(sha256))
            elif not self._fs.exists(self._remote_path(sha256)):
                self._upload(temporary, sha256)
        return sha256, size

    def open(self, sha256: str) -> BinaryIO:
        """Open stored bytes for reading. Raises FileNotFoundError when they are not there."""
        if self._is_local:
            return self._local_path(sha256).open("rb")
        return cast("BinaryIO", self._fs.open(self._remote_path(sha256), "rb"))

    def local(self, blob: Blob) -> Path:
        """Return a path on this machine that holds the bytes. Never write to it.

        Raises FileNotFoundError when they are not there, OSError when a remote store hands out other bytes.
        """
        path = self._local_path(blob.sha256)
        if path.is_file():
            return path
        if self._is_local:
            raise FileNotFoundError(f"there are no bytes {blob.sha256}")
        with self.open(blob.sha256) as stream, _temporary(self._cache) as temporary:
            found, _size = _copy(stream, temporary, None)
            if found != blob.sha256:
                raise OSError(f"the blob store holds other bytes under {blob.sha256}")
            _settle(temporary, path)
        return path

    def remove(self, sha256: str) -> None:
        """Remove bytes for good, the copy on this machine too; when they are gone already nothing happens."""
        self._local_path(sha256).unlink(missing_ok=True)
        if not self._is_local and self._fs.exists(self._remote_path(sha256)):
            self._fs.rm_file(self._remote_path(sha256))

    def _upload(self, source: Path, sha256: str) -> None:
        final = self._remote_path(sha256)
        self._fs.makedirs(final.rsplit("/", 1)[0], exist_ok=True)
        if self._is_object_store:
            self._fs.put_file(str(source), final)
            return
        temporary = f"{final}.{uuid4().hex}.part"
        self._fs.put_file(str(source), temporary)
        self._fs.mv(temporary, final)

    def _local_path(self, sha256: str) -> Path:
        return self._folder / _address(sha256)

    def _remote_path(self, sha256: str) -> str:
        return f"{str(self._root).rstrip('/')}/{_address(sha256)}"


def _address(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise FileNotFoundError(f"{sha256!r} is no SHA-256")
    return f"{sha256[:2]}/{sha256[2:]}"


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """Offer a fresh file name in `folder/incoming` that is cleaned up unless it was renamed."""
    incoming = folder / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    path = incoming / uuid4().hex
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _copy(stream: Any, path: Path, limit: int | None) -> tuple[str, int]:
    """Write a stream to a new file, down to the disk. Return SHA-256 (hex) and size."""
    hasher, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if limit is not None and size > limit:
                raise ReadError(
                    f"The file is larger than {limit / 1024 / 1024:.0f} MB. Send it in parts, or raise the limit.",
                    code="too_large",
                    detail=f"more than {limit} bytes",
                )
            hasher.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return hasher.hexdigest(), size


def _settle(temporary: Path, final: Path) -> None:
    """Give a written file its name for good. The same name has the same bytes, so a rival does no harm."""
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(final)
    for folder in (final.parent, final.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
