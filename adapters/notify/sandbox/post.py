"""The mail server of the stand-in: as much of RFC 5321 and of AUTH (RFC 4954) as a client that sends needs.

Faults of the book meet the end of the data (`on: smtp`), where it matters whether a mail was taken.
"""

import base64
import socket
import socketserver
import threading
import time
from typing import TYPE_CHECKING, Any

from adapters.shared.sandbox.faults import Fault

if TYPE_CHECKING:
    from adapters.notify.sandbox.office import NotifySandbox

_UNKNOWN = "nobody@"
"""Whoever is called so is not known here."""
_LATER = "later@"
"""Whoever is called so is asked for another time (greylisting)."""
_WORDS = {
    "throttle": b"451 4.3.2 Too many mails, come back later", "expire_token": b"530 5.7.0 Authentication required",
    "html_200": b"<html><body>Sign in to the network</body></html>", "commit_then_html": b"<html></html>",
    "html_500": b"554 5.6.0 Content refused", "unavailable": b"452 4.3.1 Out of room", "strange_status": b"299 hm",
    "commit_then_500": b"<html>500</html>", "commit_then_503": b"421 4.3.2 Closing", "commit_then_504": b"421 4.4.2 Timeout",
    "schema_changed": b"[changed]", "empty": b"", "redirect": b"354 Go on", "echo": b"354 Go on",
}  # fmt: skip


class PostOffice:
    """Takes mails into `objects["mail"]` of the sandbox it belongs to."""

    def __init__(self, sandbox: "NotifySandbox", *, host: str, user: str, password: str) -> None:
        self.sandbox = sandbox
        self.login = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self._server = _Server((host, 0), _Talk)
        self._server.office = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Serve in a thread; one that serves goes on."""
        if not self._thread.is_alive():
            self._thread.start()

    def stop(self) -> None:
        """Stop serving and close the port."""
        self._server.shutdown()
        self._server.server_close()

    def close(self) -> None:
        """Close the port of one that was not started."""
        self._server.server_close()

    def take(self, mail: dict[str, Any]) -> Fault | None:
        """Keep a mail, unless a fault says otherwise. Returns the fault."""
        with self.sandbox.lock:
            fault = self.sandbox.faults.next("smtp", is_write=True)
            if fault is None or fault.commits or fault.kind == "strange_status":
                self.sandbox.objects.setdefault("mail", []).append(mail)
            return fault


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    office: PostOffice

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that went away."""


class _Talk(socketserver.StreamRequestHandler):
    """One conversation."""

    server: _Server
    timeout = 60

    def handle(self) -> None:
        """Answer line by line until the caller goes."""
        self._is_in, self._sender, self._to = False, "", list[str]()
        self._say(b"220 post.hub.example ESMTP")
        while line := self.rfile.readline(2000):
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            answer = self._answer(verb.upper(), rest)
            if answer is None:
                return
            self._say(answer)
            if verb.upper() == "QUIT":
                return

    def _answer(self, verb: str, rest: str) -> bytes | None:
        if verb == "EHLO":
            return b"250-post.hub.example\r\n250-AUTH PLAIN\r\n250 8BITMIME"
        if verb == "AUTH":
            self._is_in = rest == f"PLAIN {self.server.office.login}"
            return b"235 2.7.0 Welcome" if self._is_in else b"535 5.7.8 Wrong: " + rest.encode()
        if verb == "MAIL":
            self._sender, self._to = _path(rest), []
            return b"250 2.1.0 OK" if self._is_in else b"530 5.7.0 Authentication required"
        if verb == "RCPT":
            return self._recipient(_path(rest))
        if verb == "DATA":
            return self._data() if self._to else b"503 5.5.1 No recipients"
        return b"250 OK" if verb in {"NOOP", "RSET", "HELO"} else b"221 Bye" if verb == "QUIT" else b"502 What?"

    def _recipient(self, address: str) -> bytes:
        if address.startswith(_UNKNOWN):
            return b"550 5.1.1 User unknown"
        if address.startswith(_LATER):
            return b"450 4.2.0 Greylisted, come back later"
        self._to.append(address)
        return b"250 2.1.5 OK"

    def _data(self) -> bytes | None:
        self._say(b"354 Go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        raw = b"".join(lines).decode("ascii")
        fault = self.server.office.take({"from": self._sender, "to": list(self._to), "raw": raw})
        if fault is None:
            return b"250 2.0.0 Queued as 4711"
        return self._spoiled(fault)

    def _spoiled(self, fault: Fault) -> bytes | None:
        if fault.kind in {"hang", "commit_then_hang", "delay"}:
            time.sleep(fault.seconds)
        if fault.kind == "drip":
            self._drip(fault.seconds)
        if fault.kind in {"cut_before", "commit_then_cut", "truncate", "hang", "commit_then_hang", "drip"}:
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        return _WORDS.get(fault.kind, b"250 2.0.0 Queued as 4711")

    def _drip(self, seconds: float) -> None:
        for sign in b"250-" + b"x" * 200:
            self.wfile.write(bytes([sign]))
            time.sleep(seconds)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


def _path(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
