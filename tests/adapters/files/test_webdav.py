"""Delivery to a real WebDAV server."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cheroot.wsgi import Server
from wsgidav.wsgidav_app import WsgiDAVApp  # type: ignore[import-untyped]  # it has no types

from adapters.files.folder_webdav import WebDavFolder
from adapters.files.plug import PLUG
from adapters.files.settings import parse_settings
from engine.model.errors import Transient, Unauthorised
from tests.adapters.files.factories import operation
from tests.adapters.files.test_contract import TestContract as FilesContract


class DavServer:
    """wsgidav over a folder, with one user."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.drop = home / "erp" / "in"

    def start(self) -> None:
        self.drop.mkdir(parents=True)
        logging.getLogger("wsgidav").setLevel(logging.CRITICAL)
        app = WsgiDAVApp(
            {
                "provider_mapping": {"/share": str(self.home)}, "verbose": 0, "logging": {"enable": False},
                "simple_dc": {"user_mapping": {"*": {"erp": {"password": "wonderland-7"}}}},
                "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            }
        )  # fmt: skip
        self._server = Server(("127.0.0.1", 0), app, numthreads=4)
        self._server.expiration_interval = 0.02
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.stop()
        self._thread.join(5)

    def settings(self) -> Mapping[str, Any]:
        host, port = self._server.bind_addr[:2]
        return {
            "delivery": "webdav", "url": f"http://{host!s}:{port}/share", "username": "erp", "password": "wonderland-7",
            "folder": "/erp/in",
        }  # fmt: skip

    def files(self) -> list[Path]:
        return sorted(self.drop.glob("*.csv"))


@pytest.mark.slow
class TestContract(FilesContract):
    is_unique = False

    def new_sandbox(self) -> Any:
        return DavServer(self._folder / "share")

    def standing(self, sandbox: Any) -> Sequence[Path]:
        return list(sandbox.files())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DavServer]:
    made = DavServer(tmp_path / "share")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder(server: DavServer) -> Iterator[WebDavFolder]:
    made = WebDavFolder(parse_settings(server.settings()))
    yield made
    made.close()


def test_a_file_that_was_taken_away_is_known(server: DavServer) -> None:
    target = PLUG.target(server.settings())
    target.send(operation())
    for file in server.drop.glob("AP_*"):
        file.unlink()

    again = target.send(operation())
    target.close()

    assert (again.outcome, list(server.drop.glob("AP_*"))) == ("already_there", [])


def test_the_second_of_two_claims_is_told_so(server: DavServer, folder: WebDavFolder) -> None:
    for name in ("one", "two"):
        folder.write(f"/erp/in/{name}", name.encode())
    folder.claim("/erp/in/one", "/erp/in/journal")

    with pytest.raises(FileExistsError):
        folder.claim("/erp/in/two", "/erp/in/journal")
    assert (server.drop / "journal").read_bytes() == b"one"


def test_names_and_bytes_of_any_kind_come_back(server: DavServer, folder: WebDavFolder, tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    folder.mkdir("/erp/größe & ß")
    folder.write("/erp/größe & ß/a b#%?.bin", data)

    assert folder.read("/erp/größe & ß/a b#%?.bin", limit=10**9) == data
    assert folder.fetch("/erp/größe & ß/a b#%?.bin", tmp_path / "copy") == len(data)
    assert [(entry.name, entry.size) for entry in folder.list("/erp/größe & ß")] == [("a b#%?.bin", len(data))]
    assert [entry.name for entry in folder.list("/erp")] == []


@pytest.mark.parametrize("call", ["read", "remove", "rename"])
def test_what_is_not_there_is_said_so(folder: WebDavFolder, call: str) -> None:
    arguments: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
        "read": (("/erp/none",), {"limit": 1}), "remove": (("/erp/none",), {}), "rename": (("/erp/none", "/erp/b"), {}),
    }  # fmt: skip
    given, named = arguments[call]

    with pytest.raises(FileNotFoundError):
        getattr(folder, call)(*given, **named)
    assert (folder.exists("/erp/none"), folder.list("/erp/none")) == (False, ())


def test_a_wrong_password_is_said_and_not_shown(server: DavServer) -> None:
    folder = WebDavFolder(parse_settings({**server.settings(), "password": "another-word"}))
    with pytest.raises(Unauthorised) as error:
        folder.exists("/erp")
    folder.close()

    assert "another-word" not in error.value.message + error.value.detail


def test_a_server_that_is_away_can_be_tried_later(server: DavServer) -> None:
    folder = WebDavFolder(parse_settings({**server.settings(), "url": "http://127.0.0.1:9/share"}))
    with pytest.raises(Transient):
        folder.exists("/erp")
    folder.close()
