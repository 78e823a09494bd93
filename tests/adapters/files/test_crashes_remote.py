"""A process that dies at any command to an FTPS or WebDAV server: the next one delivers each file once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.files import folder_ftps
from adapters.files.plug import PLUG
from adapters.shared.http import Api
from engine.model.errors import TargetError
from engine.model.operation import Receipt
from tests.adapters.files.doubles import Killed, Receiver
from tests.adapters.files.factories import operation
from tests.adapters.files.servers import DavServer, FtpServer

pytestmark = pytest.mark.slow
WIRES = {"ftps": (folder_ftps._Client, "putcmd", FtpServer), "webdav": (Api, "_once", DavServer)}


class Wire:
    """Counts the commands of this process, and lets it die before or after one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, call: str) -> None:
        self.sent, self.last, self.is_after = 0, 0, False
        inner = getattr(owner, call)

        def counted(one: Any, *args: Any, **more: Any) -> Any:
            self.sent += 1
            if self.sent == self.last and not self.is_after:
                raise Killed
            answer = inner(one, *args, **more)
            if self.sent == self.last:
                raise Killed
            return answer

        monkeypatch.setattr(owner, call, counted)

    def dies(self, at: int, *, is_after: bool) -> None:
        self.sent, self.last, self.is_after = 0, at, is_after


@pytest.fixture(params=WIRES)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Any, Wire]]:
    owner, call, kind = WIRES[request.param]
    server: Any = kind(tmp_path / "server")
    server.start()
    yield server, Wire(monkeypatch, owner, call)
    server.stop()


def deliver(server: Any, n: int) -> Receipt:
    """Do what the hub does: look, and send what is not there, until there is an answer."""
    target = PLUG.target(server.settings())
    try:
        for _ in range(4):
            try:
                return target.find(work(n)) or target.send(work(n))
            except TargetError as e:
                last = e
        raise last
    finally:
        target.close()


def work(n: int) -> Any:
    return operation(key=f"ap/erp/invoice/{n}", name="AP_{key}.csv")


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_whoever_comes_next_delivers_once(place: tuple[Any, Wire], is_after: bool) -> None:
    server, wire = place
    wire.dies(0, is_after=False)
    deliver(server, 0)
    commands, receiver = wire.sent, Receiver()
    receiver.take(server.drop)
    points = range(3 if is_after else 1, commands + 1, 5)
    for n in points:
        wire.dies(n, is_after=is_after)
        try:
            deliver(server, n)
        except Killed:
            receiver.take(server.drop)
        wire.dies(0, is_after=False)
        deliver(server, n)
        receiver.take(server.drop)

    parts = [name for name in receiver.names() if name.endswith(".csv")]
    assert commands > 20
    assert sorted(parts) == sorted({f"AP_{work(n).short_key}.csv" for n in (0, *points)})
    assert set(receiver.taken_names().values()) == {1}
