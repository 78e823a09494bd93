"""A server of files that somebody wrote in an afternoon, and all the ways in which it lies."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.adapters.files.servers_s3 import Lying
from tests.adapters.files.wsgi_server import WsgiServer

PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"
Answer = tuple[str, bytes]


class PutServer(WsgiServer):
    """GET, PUT and DELETE over memory. `faults` go before the server's own answer, one for each PUT of a file."""

    def __init__(self, home: Path, *, keeps_names: bool = True) -> None:
        self.home, self.keeps_names = home, keeps_names
        self.standing: dict[str, bytes] = {}
        self.puts: list[str] = []
        self.faults: list[Callable[[str, bytes], Answer | None]] = []
        self.any_name: bytes | None = None
        self.lies: list[bytes] = []
        """Answers to the next looks, whatever stands there."""

    def start(self) -> None:
        self.serve(self._serve)

    def settings(self) -> Mapping[str, Any]:
        return {
            "delivery": "put", "url": f"{self.address}/base", "username": "erp", "password": "wonderland-7",
            "folder": "/in", "journal_folder": str(self.home / "journal"),
        }  # fmt: skip

    def files(self) -> list[Lying]:
        return [Lying(name, data) for name, data in sorted(self.standing.items()) if name.endswith(".csv")]

    def _serve(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = unquote(environ["PATH_INFO"].encode("latin-1").decode())
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        status, answer = self._answer(environ, path, body)
        kind = "text/html" if answer == PAGE else "application/octet-stream"
        start_response(status, [("content-type", kind), ("content-length", str(len(answer)))])
        return [answer]

    def _answer(self, environ: Mapping[str, Any], path: str, body: bytes) -> Answer:
        if environ.get("HTTP_AUTHORIZATION") != "Basic ZXJwOndvbmRlcmxhbmQtNw==":
            return "401 Unauthorized", b"who are you?"
        method = environ["REQUEST_METHOD"]
        if method == "PUT":
            return self._put(path, body, is_new=environ.get("HTTP_IF_NONE_MATCH") == "*")
        if method == "GET" and self.lies:
            return "200 OK", self.lies.pop(0)
        if path not in self.standing:
            return ("200 OK", self.any_name) if self.any_name is not None else ("404 Not Found", PAGE)
        if method == "DELETE":
            del self.standing[path]
            return "200 OK", b"gone"
        return "200 OK", self.standing[path]

    def _put(self, path: str, body: bytes, *, is_new: bool) -> Answer:
        if path.endswith(".csv"):
            self.puts.append(path)
            fault = self.faults.pop(0) if self.faults else None
            told = fault(path, body) if fault else None
            if told is not None:
                return told
        if is_new and self.keeps_names and path in self.standing:
            return "412 Precondition Failed", b""
        self.standing[path] = body
        return "201 Created", b""


class StubbornServer(WsgiServer):
    """Gives the same answer to everything."""

    def __init__(self, status: str, body: bytes) -> None:
        self._status, self._body = status, body

    def start(self) -> None:
        self.serve(self._serve)

    def _serve(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response(self._status, [("content-type", "text/html"), ("content-length", str(len(self._body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self._body]
