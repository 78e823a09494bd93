"""What every folder at the other end of a line has to keep."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from adapters.files.folder import Folder
from adapters.files.folder_ftps import FtpsFolder
from adapters.files.folder_s3 import S3Folder
from adapters.files.folder_sftp import SftpFolder
from adapters.files.folder_webdav import WebDavFolder
from adapters.files.plug import PLUG
from adapters.files.settings import FilesSettings, parse_settings
from tests.adapters.files.factories import operation
from tests.adapters.files.servers import DavServer, FtpServer
from tests.adapters.files.servers_s3 import RcloneStore
from tests.sftp_server import SftpServer


class End(NamedTuple):
    """One server, seen from both sides."""

    settings: Mapping[str, Any]
    folder: Any
    root: str
    """Of the server's folders, as the hub names it."""
    disk: Path
    """The same on this machine."""


FOLDERS: Mapping[str, Callable[[FilesSettings], Folder]] = {
    "sftp": SftpFolder, "ftps": FtpsFolder, "webdav": WebDavFolder, "s3": S3Folder,
}  # fmt: skip
SERVERS: Mapping[str, Callable[[Path], Any]] = {"ftps": FtpServer, "webdav": DavServer, "s3": RcloneStore}


@pytest.fixture(params=FOLDERS)
def end(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[End]:
    if request.param == "sftp":
        sshd: SftpServer = request.getfixturevalue("sftp_server")
        settings, root, disk, server = sshd.settings(tmp_path / "erp" / "in"), f"{tmp_path}/erp", tmp_path / "erp", None
        (disk / "in").mkdir(parents=True)
    else:
        server = SERVERS[request.param](tmp_path / "server")
        server.start()
        settings, root, disk = server.settings(), "/erp", server.disk / "erp"
    folder = FOLDERS[request.param](parse_settings(settings))
    yield End(settings, folder, root, disk)
    folder.close()
    if server is not None:
        server.stop()


def test_a_file_that_was_taken_away_is_known(end: End) -> None:
    target = PLUG.target(end.settings)
    target.send(operation())
    delivered = sorted((end.disk / "in").glob("AP_*"))
    for file in delivered:
        file.unlink()

    again = target.send(operation())
    target.close()

    assert (len(delivered), again.outcome, list((end.disk / "in").glob("AP_*"))) == (3, "already_there", [])


def test_the_second_of_two_claims_is_told_so(end: End) -> None:
    drop = f"{end.root}/in"
    for name in ("one", "two", "three"):
        end.folder.write(f"{drop}/{name}", name.encode())
    end.folder.claim(f"{drop}/one", f"{drop}/journal")

    with pytest.raises(FileExistsError):
        end.folder.claim(f"{drop}/two", f"{drop}/journal")
    end.folder.rename(f"{drop}/journal", f"{drop}/aside")
    end.folder.claim(f"{drop}/three", f"{drop}/journal")
    assert [(end.disk / "in" / name).read_bytes() for name in ("aside", "journal")] == [b"one", b"three"]


def test_names_and_bytes_of_any_kind_come_back(end: End, tmp_path: Path) -> None:
    data, odd = bytes(range(256)) * 5000, f"{end.root}/größe & ß"
    end.folder.mkdir(odd)
    end.folder.write(f"{odd}/a b#%.bin", data)

    assert end.folder.read(f"{odd}/a b#%.bin", limit=10**9) == data
    assert end.folder.fetch(f"{odd}/a b#%.bin", tmp_path / "copy") == len(data)
    assert [(entry.name, entry.size) for entry in end.folder.list(odd)] == [("a b#%.bin", len(data))]
    assert [entry.name for entry in end.folder.list(end.root)] == []
    assert (end.disk / "größe & ß" / "a b#%.bin").read_bytes() == data


@pytest.mark.parametrize("call", ["read", "remove", "rename", "claim"])
def test_what_is_not_there_is_said_so(end: End, call: str) -> None:
    none = f"{end.root}/none"
    arguments: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
        "read": ((none,), {"limit": 1}), "remove": ((none,), {}), "rename": ((none, f"{none}-b"), {}),
        "claim": ((none, f"{none}-b"), {}),
    }  # fmt: skip
    given, named = arguments[call]

    with pytest.raises(FileNotFoundError):
        getattr(end.folder, call)(*given, **named)
    assert (end.folder.exists(none), end.folder.list(none)) == (False, ())
