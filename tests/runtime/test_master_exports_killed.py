"""Master data on a real OpenSSH server, picked up by processes that are killed with SIGKILL."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from adapters.files.directory import FilesDirectory
from adapters.files.folder_sftp import SftpFolder
from adapters.files.settings import parse_settings
from engine.model import master_kinds
from engine.runtime.house import open_house
from engine.runtime.master_exports import pick_up
from engine.store import database, ledger, master_history
from engine.store.database import reading
from tests.adapters.files.doubles import Watched
from tests.house import test_settings
from tests.sftp_server import SftpServer, sftp_server

__all__ = ["sftp_server"]

EXPORTS = [{"name": "VENDORS*", "kinds": {"vendors": {}}}, {"name": "TERMS*", "kinds": {"payment_terms": {}}}]
FETCHED, IMPORTED, NEVER = 7, 6, 0
"""Calls of the folder after which a process is killed: the first when its first file was taken and fetched, the second, which
finds that file taken, when it was imported and is about to be archived."""


def settings_of(server: SftpServer, drop: Path) -> dict[str, object]:
    more = {"exports_folder": str(drop), "exports": EXPORTS, "exports_quiet_seconds": 0}
    return server.settings(drop.parent / "in", **more)


def run(home: Path, settings: dict[str, object], dies_after: int) -> None:
    """Pick up in this process, which is killed after so many calls of the folder."""

    def after(number: int, _name: str) -> None:
        if number == dies_after:
            os.kill(os.getpid(), signal.SIGKILL)

    house = open_house(test_settings(home), out=home / "out")
    checked = parse_settings(settings)
    folder = Watched(SftpFolder(checked), before=lambda *_: None, after=after)
    pick_up(house, "erp", FilesDirectory(folder, checked), actor="cron")
    folder.close()
    house.close()


def imports(tx: Connection) -> int:
    return sum(event.kind == "master_data_imported" for event in ledger.recent(tx, 100))


@pytest.mark.slow
def test_files_on_a_server_are_imported_once_although_processes_are_killed(
    sftp_server: SftpServer, tmp_path: Path
) -> None:
    drop = tmp_path / "exports"
    drop.mkdir()
    (drop / "VENDORS_1.csv").write_text("id,name\n1,Acme\n2,Nova\n")
    (drop / "VENDORS_2.csv").write_text("id,name\n3,\n")
    (drop / "TERMS.csv").write_text("code\nN30\n")
    settings = settings_of(sftp_server, drop)
    forking = multiprocessing.get_context("fork")

    codes, done = [], []
    for dies_after in (FETCHED, IMPORTED, NEVER):
        process = forking.Process(target=run, args=(tmp_path, settings, dies_after))
        process.start()
        process.join()
        codes.append(process.exitcode)
        with reading(database.connect(f"sqlite:///{tmp_path / 'postroom.sqlite'}")) as tx:
            done.append(imports(tx))

    house = open_house(test_settings(tmp_path), out=tmp_path / "out")
    assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert done == [0, 1, 2]
    with reading(house.engine) as tx:
        assert [row["id"] for row in master_history.rows(tx, master_kinds.VENDORS)] == ["1", "2"]
    assert sorted(file.name.split("_", 2)[2] for file in (drop / "archive").iterdir()) == ["TERMS.csv", "VENDORS_1.csv"]
    (refused, report) = sorted((drop / "refused").iterdir())
    assert (refused.name.split("_", 2)[2], report.read_text().splitlines()[3]) == (
        "VENDORS_2.csv", "VENDORS_2.csv:2: name is missing",
    )  # fmt: skip
    assert [*drop.glob("*.csv"), *(drop / ".taken").iterdir()] == []
    house.close()
