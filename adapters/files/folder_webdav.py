"""A drop folder on a WebDAV server (RFC 4918)."""

import errno
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

from adapters.files.folder import Entry
from adapters.files.settings import FilesSettings
from adapters.shared.answers import Answer, Told
from adapters.shared.auth.basic import Basic
from adapters.shared.http import Api, Dialect, Patience
from engine.model.errors import Ambiguous, Transient, Unauthorised

_DAV = "{DAV:}"
_MULTI_STATUS, _NOT_FOUND, _CONFLICT, _PRECONDITION, _NO_METHOD = 207, 404, 409, 412, 405
_FULL = 507
_ASKED = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>'
_UNKNOWN = (_NOT_FOUND,)


class WebDavFolder:
    """Implements `Folder` over WebDAV. A move is one call of the server; `Overwrite: F` lets one of several claims through."""

    def __init__(self, settings: FilesSettings, *, patience: Patience | None = None) -> None:
        where = urlsplit(settings.url)
        self._host = f"{where.scheme}://{where.netloc}"
        self._root = where.path.rstrip("/")
        self._name = where.hostname or "the server"
        self._api = Api(
            self._host, name=self._name, dialect=Dialect(lambda _: Told()), secrets=[settings.password or ""],
            auth=Basic(settings.username, settings.password or "") if settings.username else None,
            patience=patience or Patience(read=settings.timeout_seconds, whole=10 * settings.timeout_seconds),
            headers={"accept": "*/*"},
        )  # fmt: skip

    def mkdir(self, path: str) -> None:
        """Make a folder with its parents, or find it there."""
        if self.is_folder(path):
            return
        parent = path.rstrip("/").rpartition("/")[0]
        if parent:
            self.mkdir(parent)
        answer = self._told("MKCOL", path, expect=(201, _NO_METHOD, _CONFLICT))
        if answer.status != 201 and not self.is_folder(path):  # noqa: PLR2004  # made
            raise Unauthorised(f"{self._name} does not let us make the folder {path}.", detail=answer.text[:200])

    def is_folder(self, path: str) -> bool:
        """Say whether a folder stands there."""
        return any(is_folder for _, is_folder in self._found(path, depth="0"))

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file, and check its size."""
        answer = self._told("PUT", path, content=data, expect=(200, 201, 204, _NOT_FOUND, _CONFLICT, _FULL))
        if answer.status in {_NOT_FOUND, _CONFLICT}:
            raise FileNotFoundError(errno.ENOENT, "no such folder", path)
        if answer.status == _FULL:
            raise Transient(f"There is no room left on {self._name}.")
        sizes = [entry.size for entry, is_folder in self._found(path, depth="0") if not is_folder]
        if sizes != [len(data)]:
            raise Transient(f"{path} was not written whole: {sizes} of {len(data)} bytes.")

    def rename(self, old: str, new: str) -> None:
        """Move a file in one step, over whatever is there. An answer that is lost is Ambiguous."""
        self._move(old, new, overwrite="T")

    def claim(self, old: str, new: str) -> None:
        """Move a file unless `new` exists: RFC 4918 section 9.9.4 has the server refuse with 412 then."""
        self._move(old, new, overwrite="F")

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""
        return bool(self._found(path, depth="0"))

    def list(self, path: str) -> Sequence[Entry]:
        """Return the plain files of a folder by name."""
        return tuple(sorted(entry for entry, is_folder in self._found(path, depth="1") if not is_folder))

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file."""
        answer = self._api.read(self._at(path), expect=(200, *_UNKNOWN))
        if answer.status == _NOT_FOUND:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        return answer.body[:limit]

    def fetch(self, path: str, to: Path) -> int:
        """Copy a file to this machine (at most 64 MiB). Return its bytes."""
        return to.write_bytes(self.read(path, limit=2**40))

    def remove(self, path: str) -> None:
        """Remove a file."""
        if self._told("DELETE", path, expect=(200, 204, _NOT_FOUND)).status == _NOT_FOUND:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _move(self, old: str, new: str, *, overwrite: str) -> None:
        headers = {"destination": self._host + self._at(new), "overwrite": overwrite}
        answer = self._api.write(
            "MOVE", self._at(old), headers=headers, expect=(201, 204, _NOT_FOUND, _CONFLICT, _PRECONDITION)
        )
        if answer.status == _PRECONDITION:
            raise FileExistsError(errno.EEXIST, "exists", new)
        if answer.status in {_NOT_FOUND, _CONFLICT}:
            raise FileNotFoundError(errno.ENOENT, "no such file", old)

    def _told(self, method: str, path: str, *, expect: tuple[int, ...], content: bytes | None = None) -> Answer:
        """Change something that may be done again: a lost answer is no doubt, only a reason to come back."""
        try:
            return self._api.write(method, self._at(path), content=content, expect=expect)
        except Ambiguous as e:
            raise Transient(e.message, detail=e.detail) from e

    def _found(self, path: str, *, depth: str) -> Sequence[tuple[Entry, bool]]:
        """Return what stands at a path, or what is in it, each with whether it is a folder."""
        answer = self._api.read(
            self._at(path), method="PROPFIND", content=_ASKED, headers={"depth": depth, "content-type": "application/xml"},
            expect=(_MULTI_STATUS, *_UNKNOWN),
        )  # fmt: skip
        if answer.status == _NOT_FOUND:
            return []
        found = list(_entries(answer, self._name))
        own = self._at(path).rstrip("/")
        if depth == "0":
            return [(entry, is_folder) for _, entry, is_folder in found]
        return [(entry, is_folder) for href, entry, is_folder in found if quote(href).rstrip("/") != own]

    def _at(self, path: str) -> str:
        return f"{self._root}{quote(path if path.startswith('/') else '/' + path)}"


def _entries(answer: Answer, server: str) -> Iterator[tuple[str, Entry, bool]]:
    """Yield path (unquoted), entry, and whether it is a folder. Raises Transient for an answer that is none."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(answer.body, parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise Transient(f"{server} answered a question with something that cannot be read.", detail=repr(e)) from e
    if root.tag != f"{_DAV}multistatus":
        raise Transient(f"{server} answered a question with {root.tag}.")
    for one in root.iter(f"{_DAV}response"):
        path = unquote(urlsplit(one.findtext(f"{_DAV}href") or "").path)
        size = one.findtext(f".//{_DAV}getcontentlength") or "0"
        when = _seconds(one.findtext(f".//{_DAV}getlastmodified") or "")
        is_folder = one.find(f".//{_DAV}resourcetype/{_DAV}collection") is not None
        yield path, Entry(path.rstrip("/").rpartition("/")[2], int(size) if size.isdigit() else 0, when), is_folder


def _seconds(date: str) -> int:
    """Return an HTTP date as seconds since 1970; 0 for none."""
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (TypeError, ValueError):
        return 0
