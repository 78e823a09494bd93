"""A stand-in for a vendor's API that an admin can try a flow against, and that lies, stalls and repeats on demand.

It shares no code with the adapters: what it checks and how it answers is written from the vendor's contract alone.
"""

import json
import math
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import simplejson

from adapters.shared.sandbox.faults import Fault, FaultBook

_CONTROL = "/__sandbox__"
_MOST = 128 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One request as the vendor sees it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def data(self) -> Any:
        """Return the JSON of the body, numbers with a point as Decimal. Raises ValueError."""
        return json.loads(self.body.decode("utf-8"), parse_float=Decimal)


@dataclass(frozen=True)
class Reply:
    """What the vendor answers; `data` becomes JSON unless `body` is given."""

    status: int = 200
    data: Any = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Return the bytes of the body."""
        if self.body is not None:
            return self.body
        if self.data is None:
            return b""
        return simplejson.dumps(self.data, use_decimal=True, default=str, ensure_ascii=False).encode()


class Sandbox:
    """The base of every vendor's sandbox: objects in memory, one lock, faults by switch. A context manager.

    A vendor's sandbox implements `reply` and says which calls write (`is_write`). It keeps what it holds in
    `self.objects[type]`, a list of JSON objects in the order in which they were made.
    """

    title = "sandbox"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.faults = FaultBook()
        self.objects: dict[str, list[dict[str, Any]]] = {}
        self.calls: list[Call] = []
        """Every call that came in, also those that a fault cut off."""
        self.lock = threading.RLock()
        self._server = _Server((host, port), _Handler)
        self._server.sandbox = self
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:34567`."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Serve in a thread until `stop`."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def serve(self) -> None:
        """Serve in this thread until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()

    def stop(self) -> None:
        """Stop serving and close the port."""
        self._server.shutdown()
        self._server.server_close()

    def stop_listening(self) -> None:
        """Close the port of a sandbox that was not started."""
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.stop()

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits this sandbox, with made-up credentials."""
        raise NotImplementedError

    def count(self, kind: str) -> int:
        """Return how many objects of a kind stand here."""
        with self.lock:
            return len(self.objects.get(kind, ()))

    def reply(self, call: Call) -> Reply:
        """Answer one call. Runs under `lock`."""
        raise NotImplementedError

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something."""
        return call.method not in {"GET", "HEAD", "OPTIONS"}

    def throttled(self, seconds: int) -> Reply:
        """Return how this vendor says that it is asked too often."""
        return Reply(429, {"message": "too many requests"}, headers={"retry-after": str(seconds)})

    def refused_login(self) -> Reply:
        """Return how this vendor refuses an expired token."""
        return Reply(401, {"message": "unauthorised"})

    def expire_tokens(self) -> None:
        """Take every token that was given out back. A vendor without tokens does nothing."""

    def changed_schema(self, reply: Reply) -> Reply:
        """Return an answer in a shape that the vendor never promised."""
        return Reply(200 if reply.status == HTTPStatus.NO_CONTENT else reply.status, ["changed"])

    def control(self, call: Call) -> Reply:
        """Answer the switchboard: faults are set and objects are read there, also from other processes."""
        what = call.path.removeprefix(_CONTROL).strip("/")
        if what == "faults" and call.method == "POST":
            try:
                self.faults.add(Fault(**call.data()))
            except (TypeError, ValueError) as e:
                return Reply(400, {"message": str(e)})
            return Reply(204)
        if what == "faults" and call.method == "DELETE":
            self.faults.clear()
            return Reply(204)
        if what == "faults":
            return Reply(200, self.faults.listed())
        if what == "objects":
            with self.lock:
                return Reply(200, self.objects)
        return Reply(404, {"message": "there are /__sandbox__/faults and /__sandbox__/objects"})

    def answered(self, call: Call) -> tuple[Reply | None, Fault | None]:
        """Return the reply to a call and the fault that spoils it; no reply: the line is cut."""
        if call.path.startswith(_CONTROL):
            return self.control(call), None
        with self.lock:
            self.calls.append(call)
            fault = self.faults.next(call.path, is_write=self.is_write(call))
        if fault is not None and not fault.commits:
            return self._spoiled_before(fault, call), fault
        with self.lock:
            reply = self.reply(call)
            if fault is not None and fault.kind == "answer_twice":
                self.reply(call)  # the network delivered the request a second time
        return (reply if fault is None else self._spoiled_after(fault, reply)), fault

    def _spoiled_before(self, fault: Fault, call: Call) -> Reply | None:
        if fault.kind == "throttle":
            return self.throttled(math.ceil(fault.seconds))
        if fault.kind == "echo":  # a page for developers that shows what came in, keys and all
            shown = "\n".join(f"{name}: {value}" for name, value in call.headers.items())
            return Reply(500, body=f"<pre>{shown}\n\n".encode() + call.body, headers={"content-type": "text/html"})
        if fault.kind == "expire_token":
            self.expire_tokens()
            return self.refused_login()
        if fault.kind in _BEFORE:
            return _BEFORE[fault.kind]
        return None

    def _spoiled_after(self, fault: Fault, reply: Reply) -> Reply | None:
        is_bare = fault.kind == "truncate" and reply.status == HTTPStatus.NO_CONTENT  # it ends within its headers
        if fault.kind in {"commit_then_cut", "commit_then_hang"} or is_bare:
            return None
        if fault.kind == "schema_changed":
            return self.changed_schema(reply)
        if fault.kind == "empty":
            status = HTTPStatus.OK if reply.status == HTTPStatus.NO_CONTENT else reply.status
            return Reply(status, body=b"", headers={"content-type": "application/json"})
        return _AFTER.get(fault.kind, reply)


_HTML = b"<html><head><title>Error</title></head><body><h1>Internal Server Error</h1></body></html>"
_BEFORE: Mapping[str, Reply] = {
    "html_500": Reply(500, body=_HTML, headers={"content-type": "text/html"}),
    "unavailable": Reply(503, body=_HTML, headers={"content-type": "text/html", "retry-after": "1"}),
    "redirect": Reply(302, body=b"", headers={"location": "/login"}),
    "strange_status": Reply(299, body=b""),
    "html_200": Reply(200, body=_HTML, headers={"content-type": "text/html"}),
}
_AFTER: Mapping[str, Reply] = {
    "commit_then_500": Reply(500, body=_HTML, headers={"content-type": "text/html"}),
    "commit_then_503": Reply(503, body=_HTML, headers={"content-type": "text/html"}),
    "commit_then_html": Reply(200, body=_HTML, headers={"content-type": "text/html"}),
    "commit_then_504": Reply(504, body=_HTML, headers={"content-type": "text/html"}),
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    sandbox: Sandbox

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that went away."""


class _Handler(BaseHTTPRequestHandler):
    """One connection. What is answered is the sandbox's; how it travels, and is spoiled on the way, is here."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        call = Call(
            self.command, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()}, self._body(),
        )  # fmt: skip
        reply, fault = self.server.sandbox.answered(call)
        if fault is not None and fault.kind in {"delay", "commit_then_hang", "hang"}:
            time.sleep(fault.seconds)
        if reply is None:
            self._cut()
        else:
            self._write(reply, fault)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("content-length") or 0), _MOST))
        parts: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _cut(self) -> None:
        """Close the line so that the caller sees it reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _write(self, reply: Reply, fault: Fault | None) -> None:
        content = reply.content()
        is_cut = fault is not None and fault.kind == "truncate"
        self.send_response(reply.status)
        self.send_header("x-postroom-sandbox", self.server.sandbox.title)
        for name, value in reply.headers.items():
            for one in value.split("\n"):  # several cookies stand in lines
                self.send_header(name, one)
        if content and not any(name.lower() == "content-type" for name in reply.headers):
            self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content) or 64 * is_cut))
        self.end_headers()
        if self.command == "HEAD":
            return
        if is_cut:
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self._cut()
        elif fault is not None and fault.kind == "drip":
            self._drip(content, fault.seconds)
        else:
            self.wfile.write(content)

    def _drip(self, content: bytes, pause: float) -> None:
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(pause)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815 - the library's names
    do_PROPFIND = do_MKCOL = do_MOVE = _serve  # noqa: N815 - as above; of servers that speak WebDAV
