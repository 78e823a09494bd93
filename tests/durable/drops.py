"""Places for files in a siege: servers that others wrote, those over HTTP behind a relay that spoils what goes through it.

Nobody empties them, so what lies there at the end is what was delivered.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from adapters.shared.sandbox.server import Call, Reply, Sandbox
from tests.adapters.files.put_servers import PutServer
from tests.adapters.files.servers import DavServer, FtpServer
from tests.adapters.files.servers_s3 import MotoStore
from tests.adapters.files.test_contract import Drop
from tests.adapters.files.test_contract import TestContract as FilesContract
from tests.sftp_server import SftpServer

_HOPS = frozenset({"host", "connection", "content-length", "transfer-encoding", "expect", "keep-alive"})
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND"})


class Shelf(Sandbox):
    """Tells what lies in a drop folder, from beside it. Nothing goes through it."""

    title = "files"

    def __init__(self, server: Any, binding: Mapping[str, Any]) -> None:
        super().__init__()
        self.server, self._binding = server, binding

    def settings(self) -> Mapping[str, Any]:
        """Return the binding that reaches the folder."""
        return self._binding

    def control(self, call: Call) -> Reply:
        """Answer the switchboard; what lies there is read anew."""
        with self.lock:
            self.objects["files"] = [
                {"number": FilesContract().shown(one)[2], "name": one.name} for one in self.server.files()
            ]
        return super().control(call)


class Relay(Shelf):
    """Hands calls on to a server and answers back, unless a fault says otherwise."""

    def __init__(self, server: Any, **more: Any) -> None:
        server.start()
        where = urlsplit(server.settings()["url"])
        super().__init__(server, {})
        self._binding = {**server.settings(), **more, "url": f"{self.url}{where.path}", "timeout_seconds": 2}
        self._upstream = f"{where.scheme}://{where.netloc}"
        self._client = httpx.Client(base_url=self._upstream, timeout=10)

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something."""
        return call.method not in _LOOKS

    def reply(self, call: Call) -> Reply:
        """Let the server answer. To HEAD it tells a length and no bytes, so as many stand in for them."""
        query = f"?{urlencode(call.query)}" if call.query else ""
        headers = {
            name: value.replace(self.url, self._upstream) for name, value in call.headers.items() if name not in _HOPS
        }
        answer = self._client.request(call.method, f"{call.path}{query}", headers=headers, content=call.body)
        body = bytes(int(answer.headers.get("content-length", 0))) if call.method == "HEAD" else answer.content
        kept = {name: value for name, value in answer.headers.items() if name not in _HOPS}
        return Reply(answer.status_code, body=body, headers=kept)


class Dropped(FilesContract):
    """Files by their document number."""

    kind = "files"

    def beside(self, folder: Path) -> Any:
        """Return what has to run beside the siege, started, or nothing."""
        del folder


class Bucket(Dropped):
    def new_sandbox(self) -> Any:
        return Relay(MotoStore(), files_stay=True)


class Put(Dropped):
    def new_sandbox(self) -> Any:
        return Relay(PutServer(self._folder), files_stay=True)


class Dav(Dropped):
    def new_sandbox(self) -> Any:
        return Relay(DavServer(self._folder / "share"))


class Ftps(Dropped):
    def new_sandbox(self) -> Any:
        said = logging.getLogger("pyftpdlib")  # without a handler it sets up its own, and tells every call
        said.addHandler(logging.NullHandler())
        said.propagate = False
        server = FtpServer(self._folder / "share")
        server.start()
        return Shelf(server, server.settings())


class Local(Dropped):
    def new_sandbox(self) -> Any:
        server = Drop(self._folder / "drop")
        server.start()
        return Shelf(server, server.settings())


class Sftp(Dropped):
    """A real sshd, which is a process of its own: it is started beside."""

    def new_sandbox(self) -> Any:
        drop = Drop(self._folder / "drop")
        drop.start()
        return Shelf(drop, self.server.settings(drop.folder))

    def beside(self, folder: Path) -> Any:
        self.server = SftpServer(folder)
        self.server.start()
        return self.server


def number(one: Mapping[str, Any]) -> str:
    """Return the document number of a file."""
    return str(one["number"])
