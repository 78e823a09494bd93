"""A drop folder on an HTTP server that takes files by PUT and gives them back by GET (RFC 9110), and knows no more."""

import errno
import uuid
from urllib.parse import quote, urlsplit

from adapters.files.settings import FilesSettings
from adapters.shared.answers import Answer, Meaning, Told
from adapters.shared.auth.basic import Basic
from adapters.shared.http import Api, Dialect, Patience, Unsent
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised

_MADE = (200, 201, 202, 204)
_SURE = (201, 204)
"""Answers to a PUT that say that the file is there now; 200 is what any page answers."""
_MISSING = (404, 410)
_CONFLICT, _PRECONDITION = 409, 412
_PAGE = (b"<!doctype html", b"<html")
_PROBE = "postroom-probe"


class PutFolder:
    """Implements `Shelf` over plain HTTP."""

    def __init__(self, settings: FilesSettings, *, patience: Patience | None = None) -> None:
        where = urlsplit(settings.url)
        self._root = where.path.rstrip("/")
        self._name = where.hostname or "the server"
        self._stays = settings.files_stay
        self._api = Api(
            f"{where.scheme}://{where.netloc}", name=self._name, dialect=_DIALECT, secrets=[settings.password or ""],
            auth=Basic(settings.username, settings.password or "") if settings.username else None,
            patience=patience or Patience(read=settings.timeout_seconds, whole=10 * settings.timeout_seconds),
            headers={"accept": "*/*", "cache-control": "no-cache"},
        )  # fmt: skip

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""
        return self._got(path) is not None

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file. Raises FileNotFoundError."""
        answer = self._got(path)
        if answer is None:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        return answer.body[:limit]

    def create(self, path: str, data: bytes) -> None:
        """Write a whole file unless one stands there, and read it back: a good status alone proves nothing."""
        answer = self._put(path, data)
        if answer.status == _PRECONDITION:
            raise FileExistsError(errno.EEXIST, "exists", path)
        if answer.status in {*_MISSING, _CONFLICT}:
            raise FileNotFoundError(errno.ENOENT, "no such folder", path)
        back = self._read_back(path)
        if back is not None and back.body == data:
            return
        was_taken = back is None and not self._stays and answer.status in _SURE and not _is_page(answer)
        if not was_taken:
            told = "something else" if back is not None else "nothing"
            raise Ambiguous(
                f"{self._name} answered {answer.status} to {path}, and {told} lies there.",
                detail=self._api.shown(back or answer, 200),
            )

    def probe(self, folder: str) -> str:
        """Write a small file twice and remove it; return what the server makes of that. Raises TargetError."""
        unknown = f"{folder.rstrip('/')}/{uuid.uuid4().hex}"
        if self.exists(unknown):
            raise Transient(f"{self._name} answers to any name: whether a file lies there could not be seen.")
        path = f"{folder.rstrip('/')}/.{_PROBE}"
        data = _PROBE.encode()
        try:
            self.create(path, data)
        except FileNotFoundError:
            raise Transient(f"The folder {folder} is not there.") from None
        except FileExistsError:
            is_guarded = True
        else:
            is_guarded = self._put(path, data).status == _PRECONDITION
        self._remove(path)
        guard = "keeps names" if is_guarded else "writes over names: they are looked up before each file"
        return f"{folder} can be written to; the server {guard}"

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _put(self, path: str, data: bytes) -> Answer:
        headers = {"if-none-match": "*", "content-type": "application/octet-stream"}
        expect = (*_MADE, *_MISSING, _CONFLICT, _PRECONDITION)
        return self._api.write("PUT", self._at(path), content=data, headers=headers, expect=expect)

    def _got(self, path: str) -> Answer | None:
        answer = self._api.read(self._at(path), expect=(200, *_MISSING))
        return None if answer.status in _MISSING else answer

    def _read_back(self, path: str) -> Answer | None:
        """Look at a file that was just sent. It may be there, whatever goes wrong with looking."""
        try:
            return self._got(path)
        except TargetError as e:
            raise Ambiguous(f"{path} was sent and could not be read back: {e.message}", detail=e.detail) from e

    def _remove(self, path: str) -> None:
        """Remove the probe where the server lets us; elsewhere the one file stays."""
        try:
            self._api.write("DELETE", self._at(path), expect=(200, 202, 204, *_MISSING, 405, 501))
        except (Rejected, Unauthorised, Ambiguous):
            return

    def _at(self, path: str) -> str:
        return f"{self._root}{quote(path if path.startswith('/') else '/' + path)}"


def _is_page(answer: Answer) -> bool:
    start = answer.body.lstrip()[:20].lower()
    return "html" in answer.headers.get("content-type", "") or start.startswith(_PAGE)


_REFUSALS = {
    400: "It did not understand the call.", 405: "It takes no files by PUT there.", 411: "It wants another form of upload.",
    413: "The file is too large for it.", 414: "The name is too long for it.", 415: "It takes no files of this kind.",
    422: "It did not take this file.", 501: "It takes no files by PUT.",
}  # fmt: skip
"""What is answered before anything is done (RFC 9110 section 15)."""
_ELSEWHERE = "It sent us elsewhere: the address is wrong, or we are logged out."
_MEANINGS = (
    {f"PUT {status}": Meaning(Rejected, sentence) for status, sentence in _REFUSALS.items()}
    | {f"PUT {status}": Meaning(Unauthorised, _ELSEWHERE) for status in (301, 302, 303, 307, 308)}
    | {"PUT 507": Meaning(Unsent, "There is no room left.")}
)


def _tell(answer: Answer) -> Told:
    said = f"{answer.method} {answer.status}"
    return Told(code=said) if said in _MEANINGS else Told()


_DIALECT = Dialect(_tell, _MEANINGS)
