"""What every folder of master data has to keep, on this machine and on a real OpenSSH server."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.files.directory import FilesDirectory
from adapters.files.folder import Folder
from adapters.files.folder_ftps import FtpsFolder
from adapters.files.folder_local import LocalFolder
from adapters.files.folder_sftp import SftpFolder
from adapters.files.folder_webdav import WebDavFolder
from adapters.files.plug import PLUG
from adapters.files.settings import FilesSettings, parse_settings
from engine.model.errors import ContentError, Transient
from engine.ports import Exports, HasDirectory
from tests.adapters.files.servers import DavServer, FtpServer

EXPORTS = [
    {"name": "VENDORS_FULL_*.csv", "kinds": {"vendors": {}}, "holds": "all", "most_gone_percent": 10},
    {"name": "*VENDORS*.csv", "kinds": {"vendors": {}}},
    {"name": "ORDERS*.json", "kinds": {"orders": {}, "order_lines": {}}},
]
WRITTEN = 1_790_000_000
"""2026-09-21 14:13:20 UTC."""

Make = Callable[..., FilesDirectory]


SERVERS: Mapping[str, tuple[Callable[[Path], Any], Callable[[FilesSettings], Folder]]] = {
    "ftps": (FtpServer, FtpsFolder), "webdav": (DavServer, WebDavFolder),
}  # fmt: skip


@pytest.fixture(params=["local", "sftp", *(pytest.param(name, marks=pytest.mark.slow) for name in SERVERS)])
def end(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Any]]:
    """Return the kind of a folder, and its server when it is far away."""
    kind: str = request.param
    server: Any = SERVERS[kind][0](tmp_path / "server") if kind in SERVERS else None
    if server is None:
        yield kind, request.getfixturevalue("sftp_server") if kind == "sftp" else None
        return
    server.start()
    yield kind, server
    server.stop()


@pytest.fixture
def drop(end: tuple[str, Any], tmp_path: Path) -> Path:
    """Return the folder on this machine that the system writes into."""
    kind, server = end
    folder: Path = (server.disk if kind in SERVERS else tmp_path) / "exports"
    folder.mkdir()
    return folder


@pytest.fixture
def make(end: tuple[str, Any], drop: Path) -> Iterator[Make]:
    """Return what makes a directory over the folder; `wait` is called between two looks."""
    kind, server = end
    made: list[FilesDirectory] = []

    def make(wait: Callable[[float], None] = lambda _seconds: None, **more: Any) -> FilesDirectory:
        exports = {"exports_folder": str(drop), "exports": EXPORTS, **more}
        if kind in SERVERS:
            there = {name: f"/{Path(value).name}" for name, value in exports.items() if name.endswith("_folder")}
            settings = parse_settings({**server.settings(), **exports, **there})
            folder: Folder = SERVERS[kind][1](settings)
        elif kind == "local":
            settings = parse_settings({"delivery": "local", "folder": str(drop.parent), **exports})
            folder = LocalFolder()
        else:
            settings = parse_settings(server.settings(drop.parent, **exports))
            folder = SftpFolder(settings)
        made.append(FilesDirectory(folder, settings, wait=wait))
        return made[-1]

    yield make
    for one in made:
        one.close()


def leave(drop: Path, name: str, content: str = "id,name\n1,x\n", *, at: int = WRITTEN) -> Path:
    path = drop / name
    path.write_text(content)
    os.utime(path, (at, at))
    return path


def names(drop: Path, below: str) -> list[str]:
    return sorted(file.name for file in (drop / below).glob("*"))


def test_the_plug_hands_out_a_folder_of_master_data(drop: Path) -> None:
    made = PLUG.directory({"delivery": "local", "folder": "x", "exports_folder": str(drop), "exports": EXPORTS})

    assert isinstance(PLUG, HasDirectory)
    assert isinstance(made, Exports)
    assert made.kinds() == ("vendors", "orders", "order_lines")
    assert "directory" in PLUG.manifest.kind


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "no files of master data are declared"),
        ({"exports": EXPORTS}, "'exports_folder' is a dependency of 'exports'|settings: does not fit"),
        ({"exports_folder": "x", "exports": [{"name": "*"}]}, "'kinds' is a required property"),
        ({"exports_folder": "x", "exports": [{"name": "*", "kinds": {}}]}, "does not fit"),
        ({"exports_folder": "x", "exports": [{"name": "*", "kinds": {"items": {}}, "holds": "some"}]}, "'all'"),
    ],
    ids=["none declared", "no folder", "no kinds", "empty kinds", "holds something else"],
)
def test_a_binding_that_says_too_little_is_refused(settings: Mapping[str, Any], why: str) -> None:
    with pytest.raises(ContentError, match=why):
        PLUG.directory({"delivery": "local", "folder": "x", **settings})


def test_finished_files_come_the_oldest_first_with_what_is_declared_of_them(make: Make, drop: Path) -> None:
    leave(drop, "ORDERS.json", at=WRITTEN + 60)
    leave(drop, "VENDORS_FULL_1.csv", at=WRITTEN)
    leave(drop, "readme.txt")
    leave(drop, ".VENDORS.csv")

    first, second = make().waiting()

    assert (first.name, first.is_whole, first.most_gone_percent) == ("VENDORS_FULL_1.csv", True, 10)
    assert (second.name, second.is_whole, list(second.kinds)) == ("ORDERS.json", False, ["orders", "order_lines"])
    assert first.kept_as == "20260921T141320Z_12_VENDORS_FULL_1.csv"


def test_a_file_that_grows_between_two_looks_is_left_alone(make: Make, drop: Path) -> None:
    growing, waited = leave(drop, "VENDORS.csv"), list[float]()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        growing.write_text("id,name\n1,x\n2,y\n")

    assert make(wait, exports_quiet_seconds=7).waiting() == ()
    assert waited == [7]


def test_an_empty_folder_is_not_looked_at_twice(make: Make) -> None:
    waited = list[float]()

    assert make(waited.append).waiting() == ()
    assert waited == []


def test_a_folder_that_is_not_there_is_said(make: Make, drop: Path) -> None:
    drop.rmdir()

    with pytest.raises(Transient, match="is not there"):
        make().waiting()


def test_a_file_with_a_marker_beside_it_is_finished(make: Make, drop: Path) -> None:
    leave(drop, "VENDORS_1.csv")
    leave(drop, "VENDORS_1.csv.ok", "")
    leave(drop, "VENDORS_2.csv")
    directory = make(exports_done_marker=".ok")

    (found,) = directory.waiting()
    directory.take(found)

    assert found.name == "VENDORS_1.csv"
    assert names(drop, ".") == [".taken", "VENDORS_2.csv"]


def test_a_marker_of_an_older_file_says_nothing_of_a_newer_one(make: Make, drop: Path) -> None:
    leave(drop, "VENDORS_1.csv.ok", "", at=WRITTEN - 1)
    leave(drop, "VENDORS_1.csv")

    assert make(exports_done_marker=".ok").waiting() == ()


def test_a_file_that_was_taken_is_found_by_whoever_comes_next(make: Make, drop: Path) -> None:
    leave(drop, "VENDORS.csv")
    first = make()
    taken = first.take(first.waiting()[0])

    assert names(drop, ".") == [".taken"]
    assert list(make().waiting()) == [taken]


def test_a_new_file_under_the_name_of_a_taken_one_is_another_file(make: Make, drop: Path) -> None:
    leave(drop, "VENDORS.csv")
    directory = make()
    directory.take(directory.waiting()[0])
    leave(drop, "VENDORS.csv", "id,name\n2,y\n", at=WRITTEN + 1)

    found = directory.waiting()

    assert [(one.name, one.is_taken) for one in found] == [("VENDORS.csv", True), ("VENDORS.csv", False)]
    assert found[0].kept_as != found[1].kept_as


def test_of_two_who_take_a_file_one_is_told_that_it_is_gone(make: Make, drop: Path) -> None:
    leave(drop, "VENDORS.csv")
    mine, theirs = make(), make()
    (seen,), (seen_too,) = mine.waiting(), theirs.waiting()

    assert mine.take(seen) is not None
    assert theirs.take(seen_too) is None


def test_a_file_is_fetched_as_it_is(make: Make, drop: Path, tmp_path: Path) -> None:
    content = "id,name\n" + "".join(f"{number},Firm {number} é\n" for number in range(20_000))
    leave(drop, "VENDORS.csv", content)
    directory = make()

    directory.fetch(directory.waiting()[0], tmp_path / "here.csv")

    assert (tmp_path / "here.csv").read_text() == content


def test_a_file_that_changed_while_it_was_fetched_is_not_used(make: Make, drop: Path, tmp_path: Path) -> None:
    leave(drop, "VENDORS.csv")
    directory = make()
    (seen,) = directory.waiting()
    leave(drop, "VENDORS.csv", "id,name\n1,longer\n")

    with pytest.raises(Transient, match=r"VENDORS.csv changed while it was fetched"):
        directory.fetch(seen, tmp_path / "here.csv")


def test_a_file_that_somebody_else_put_away_is_gone(make: Make, drop: Path, tmp_path: Path) -> None:
    leave(drop, "VENDORS.csv")
    directory = make()
    taken = directory.take(directory.waiting()[0])
    assert taken is not None
    directory.archive(taken)

    with pytest.raises(FileNotFoundError):
        directory.fetch(taken, tmp_path / "here.csv")
    directory.archive(taken)

    assert names(drop, "archive") == [taken.kept_as]


def test_archived_files_stand_beside_those_of_the_same_name(make: Make, drop: Path) -> None:
    directory = make()
    for _ in range(2):
        leave(drop, "VENDORS.csv")
        taken = directory.take(directory.waiting()[0])
        assert taken is not None
        directory.archive(taken)

    kept = "20260921T141320Z_12_VENDORS.csv"
    assert names(drop, "archive") == [kept, f"{kept}.2"]


def test_a_refused_file_stands_aside_with_its_report(make: Make, drop: Path) -> None:
    leave(drop, "VENDORS.csv")
    directory = make(exports_refused_folder=str(drop.parent / "bad"))
    taken = directory.take(directory.waiting()[0])
    assert taken is not None

    directory.refuse(taken, "VENDORS.csv:2: name is missing")

    assert names(drop.parent, "bad") == [taken.kept_as, f"{taken.kept_as}.report.txt"]
    assert (drop.parent / "bad" / f"{taken.kept_as}.report.txt").read_text() == "VENDORS.csv:2: name is missing"
    assert directory.waiting() == ()
