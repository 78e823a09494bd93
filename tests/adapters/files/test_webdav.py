"""Delivery to a real WebDAV server."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.files.folder_webdav import WebDavFolder
from adapters.files.settings import parse_settings
from engine.model.errors import Transient, Unauthorised
from tests.adapters.files.servers import DavServer
from tests.adapters.files.test_contract import TestContract as FilesContract


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
