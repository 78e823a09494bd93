"""Delivery to a real FTP server with TLS."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.files.folder_ftps import FtpsFolder
from adapters.files.settings import parse_settings
from engine.model.errors import Transient, Unauthorised
from tests.adapters.files.servers import FtpServer
from tests.adapters.files.test_contract import TestContract as FilesContract


@pytest.mark.slow
class TestContract(FilesContract):
    def new_sandbox(self) -> Any:
        return FtpServer(self._folder / "ftp")

    def standing(self, sandbox: Any) -> Sequence[Path]:
        return list(sandbox.files())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FtpServer]:
    made = FtpServer(tmp_path / "ftp")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder(server: FtpServer) -> Iterator[FtpsFolder]:
    made = FtpsFolder(parse_settings(server.settings()))
    yield made
    made.close()


def test_a_claim_of_a_process_that_died_is_finished_by_the_next(server: FtpServer, folder: FtpsFolder) -> None:
    held = server.drop / "journal.claim"
    held.mkdir()
    (held / "taken").write_bytes(b"taken")
    (held / "file").write_bytes(b"the dead one's")
    folder.write("/erp/in/two", b"two")

    with pytest.raises(FileExistsError):
        folder.claim("/erp/in/two", "/erp/in/journal")
    assert (server.drop / "journal").read_bytes() == b"the dead one's"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"password": "another-word"}, Unauthorised), ({"ca_file": None}, Unauthorised), ({"port": 9}, Transient),
    ],
    ids=["wrong password", "unknown certificate", "nobody there"],
)  # fmt: skip
def test_a_server_that_is_wrong_or_away_was_sent_nothing(
    server: FtpServer, changed: dict[str, Any], error: type[Exception]
) -> None:
    folder = FtpsFolder(parse_settings({**server.settings(), **changed}))
    with pytest.raises(error) as told:
        folder.exists("/erp")

    assert "another-word" not in str(told.value) + getattr(told.value, "detail", "")
