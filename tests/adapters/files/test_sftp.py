"""Delivery to a real OpenSSH server, and what is said when it goes wrong."""

import contextlib
import hashlib
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest

from adapters.files.folder_sftp import SftpFolder
from adapters.files.plug import PLUG
from adapters.files.settings import parse_settings
from adapters.files.target import FilesTarget
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised
from tests.adapters.files.factories import operation
from tests.sftp_server import SftpServer, _free_port


@contextlib.contextmanager
def target(server: SftpServer, drop: Path, **more: object) -> Iterator[FilesTarget]:
    made = PLUG.target(server.settings(drop, **more))
    assert isinstance(made, FilesTarget)
    try:
        yield made
    finally:
        made.close()


def test_a_drop_over_sftp_stands_there_whole_with_checksum_and_marker(sftp_server: SftpServer, tmp_path: Path) -> None:
    drop = tmp_path / "erp" / "in"
    with target(sftp_server, drop) as erp:
        receipt = erp.send(operation())

    name = receipt.external_id
    checked = subprocess.run(["sha256sum", "-c", f"{name}.sha256"], cwd=drop, capture_output=True, check=False)
    assert checked.returncode == 0
    assert (drop / f"{name}.done").read_bytes() == b""
    assert hashlib.sha256((drop / name).read_bytes()).hexdigest() == receipt.request["files"][0]["sha256"]


def test_find_over_sftp_knows_a_file_that_was_taken_away(sftp_server: SftpServer, tmp_path: Path) -> None:
    with target(sftp_server, tmp_path) as erp:
        assert erp.find(operation()) is None
        erp.send(operation())
    for file in tmp_path.glob("AP_*"):
        file.unlink()

    with target(sftp_server, tmp_path) as later:
        found = later.find(operation())
        again = later.send(operation())

    assert (found and found.outcome, again.outcome) == ("already_there", "already_there")
    assert list(tmp_path.glob("AP_*")) == []


def test_a_ping_over_sftp_writes_and_leaves_nothing(sftp_server: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    with target(sftp_server, tmp_path / "drop") as one:
        told = one.ping()

    assert told.endswith("can be written to")
    assert list((tmp_path / "drop").rglob("*")) == []


def test_file_mode_is_set_over_sftp(sftp_server: SftpServer, tmp_path: Path) -> None:
    with target(sftp_server, tmp_path, file_mode="0640") as erp:
        name = erp.send(operation()).external_id

    assert (tmp_path / name).stat().st_mode & 0o777 == 0o640


def test_a_different_file_of_that_name_is_left_alone(sftp_server: SftpServer, tmp_path: Path) -> None:
    with target(sftp_server, tmp_path) as erp:
        standing = tmp_path / f"AP_RE-2026-0815_{operation().short_key}.csv"
        standing.write_text("somebody else's")

        with pytest.raises(Rejected, match="different file named AP_RE"):
            erp.send(operation())

    assert standing.read_text() == "somebody else's"


def test_the_second_of_two_claims_is_told_so(sftp_server: SftpServer, tmp_path: Path) -> None:
    folder = SftpFolder(parse_settings(sftp_server.settings(tmp_path)))
    folder.write(f"{tmp_path}/one", b"1")
    folder.write(f"{tmp_path}/two", b"2")
    folder.claim(f"{tmp_path}/one", f"{tmp_path}/journal")

    with pytest.raises(FileExistsError):
        folder.claim(f"{tmp_path}/two", f"{tmp_path}/journal")

    folder.close()
    assert (tmp_path / "journal").read_bytes() == b"1"


def test_a_large_file_arrives_byte_for_byte(sftp_server: SftpServer, tmp_path: Path) -> None:
    data = bytes(range(256)) * 12_000
    folder = SftpFolder(parse_settings(sftp_server.settings(tmp_path)))

    folder.write(f"{tmp_path}/large", data)

    assert folder.read(f"{tmp_path}/large", limit=len(data) + 1) == data
    folder.close()


def other_key(tmp_path: Path) -> Path:
    path = tmp_path / "other_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


def test_the_right_fingerprint_is_enough_to_know_the_server(sftp_server: SftpServer, tmp_path: Path) -> None:
    with target(sftp_server, tmp_path, known_hosts=None, host_key=sftp_server.fingerprint) as erp:
        assert erp.send(operation()).outcome == "created"


def test_a_server_with_another_fingerprint_gets_nothing(sftp_server: SftpServer, tmp_path: Path) -> None:
    wrong = "SHA256:" + "A" * 43
    with (
        target(sftp_server, tmp_path / "erp", known_hosts=None, host_key=wrong) as erp,
        pytest.raises(Unauthorised, match="not the one that is known"),
    ):
        erp.send(operation())

    assert not (tmp_path / "erp").exists()


@pytest.mark.parametrize("content", ["changed", "empty"])
def test_a_server_that_known_hosts_does_not_vouch_for_gets_nothing(
    content: str, sftp_server: SftpServer, tmp_path: Path
) -> None:
    public = other_key(tmp_path).with_suffix(".pub").read_text()
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{sftp_server.port} {public}" if content == "changed" else "")
    with (
        target(sftp_server, tmp_path / "erp", known_hosts=str(known)) as erp,
        pytest.raises(Unauthorised, match="not the one that is known"),
    ):
        erp.find(operation())

    assert not (tmp_path / "erp").exists()


@pytest.mark.parametrize("credential", ["password", "key", "unreadable key", "no key at all"])
def test_wrong_credentials_are_unauthorised(credential: str, sftp_server: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "nonsense").write_text("not a key")
    wrong: dict[str, dict[str, Any]] = {
        "password": {"password": "wrong", "private_key": None},
        "key": {"private_key": other_key(tmp_path).read_text()},
        "unreadable key": {"private_key": str(tmp_path / "absent")},
        "no key at all": {"private_key": str(tmp_path / "nonsense")},
    }
    with target(sftp_server, tmp_path / "erp", **wrong[credential]) as erp, pytest.raises(Unauthorised):
        erp.send(operation())


def test_an_error_never_shows_the_password(sftp_server: SftpServer, tmp_path: Path) -> None:
    with (
        target(sftp_server, tmp_path, password="hunter2-secret", private_key=None) as erp,
        pytest.raises(TargetError) as error,
    ):
        erp.send(operation())

    assert "hunter2" not in f"{error.value.message} {error.value.detail} {error.value!r}"


def test_a_refused_connection_is_tried_again_later(sftp_server: SftpServer, tmp_path: Path) -> None:
    with target(sftp_server, tmp_path, port=_free_port()) as erp, pytest.raises(Transient, match="cannot be reached"):
        erp.send(operation())


def test_a_connection_refused_once_is_made_again_at_once(
    sftp_server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, refusals = paramiko.SSHClient.connect, [ConnectionRefusedError(111, "refused")]

    def refused_once(client: paramiko.SSHClient, *args: Any, **more: Any) -> None:
        if refusals:
            raise refusals.pop()
        connect(client, *args, **more)

    monkeypatch.setattr(paramiko.SSHClient, "connect", refused_once)

    with target(sftp_server, tmp_path) as erp:
        assert erp.send(operation()).outcome == "created"


def test_a_server_that_says_nothing_is_tried_again_later(sftp_server: SftpServer, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        with target(sftp_server, tmp_path, port=port, timeout_seconds=1) as erp, pytest.raises(Transient):
            erp.send(operation())


def test_a_stopped_server_is_transient_and_delivery_goes_on_after_it_is_back(
    own_sftp_server: SftpServer, tmp_path: Path
) -> None:
    with target(own_sftp_server, tmp_path, timeout_seconds=5) as erp:
        assert erp.find(operation()) is None
        own_sftp_server.stop()
        with pytest.raises(Transient):
            erp.send(operation())

        own_sftp_server.start()

        assert erp.send(operation()).outcome == "created"


def test_one_connection_serves_many_operations(
    sftp_server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    connect = paramiko.SSHClient.connect

    def counted(client: paramiko.SSHClient, *args: Any, **more: Any) -> None:
        made.append(1)
        connect(client, *args, **more)

    monkeypatch.setattr(paramiko.SSHClient, "connect", counted)
    with target(sftp_server, tmp_path) as erp:
        for number in range(5):
            erp.send(operation(key=f"key {number}"))

    assert len(made) == 1


def test_threads_share_one_target(sftp_server: SftpServer, tmp_path: Path) -> None:
    with target(sftp_server, tmp_path) as erp:
        threads = [threading.Thread(target=erp.send, args=(operation(key=f"key {n}"),)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(list(tmp_path.glob("AP_*.csv"))) == 6


class Cable:
    """A TCP relay that can be told to carry requests but no answers, and then to break."""

    def __init__(self, port: int) -> None:
        self.is_cut = threading.Event()
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_answer and self.is_cut.is_set():
                    # the server has carried the request out; nobody hears of it
                    self.is_cut.clear()
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
                end.close()


class CutFolder(SftpFolder):
    """Loses the connection while the named call is under way."""

    cable: Cable
    at: str

    def rename(self, old: str, new: str) -> None:
        if self.at == "rename" and new.endswith(".csv"):
            self.cable.is_cut.set()
        super().rename(old, new)

    def write(self, path: str, data: bytes) -> None:
        if self.at == "write" and path.endswith(".part"):
            self.cable.is_cut.set()
        super().write(path, data)


def cut_target(server: SftpServer, drop: Path, at: str) -> tuple[FilesTarget, Cable]:
    cable = Cable(server.port)
    public = server.host_key.with_suffix(".pub").read_text()
    known = drop.parent / "known_hosts"
    known.write_text(f"[127.0.0.1]:{cable.port} {public}")
    binding = parse_settings(server.settings(drop, port=cable.port, known_hosts=str(known), timeout_seconds=5))
    folder = CutFolder(binding)
    folder.cable, folder.at = cable, at
    return FilesTarget(folder, binding), cable


def test_a_connection_lost_in_the_rename_is_ambiguous_and_find_clears_it_up(
    sftp_server: SftpServer, tmp_path: Path
) -> None:
    drop = tmp_path / "erp"
    erp, cable = cut_target(sftp_server, drop, "rename")
    with pytest.raises(Ambiguous, match="broke during the hand-over"):
        erp.send(operation())
    taken = [file.name for file in drop.glob("*.csv")]
    for file in drop.glob("*.csv"):
        file.unlink()

    found = erp.find(operation())
    erp.close()
    cable.close()

    assert found is not None
    assert taken == [found.external_id]
    assert sorted(path.name for path in drop.glob("AP_*")) == [f"{taken[0]}.done", f"{taken[0]}.sha256"]


def test_a_connection_lost_before_the_rename_is_transient_and_a_repeat_delivers(
    sftp_server: SftpServer, tmp_path: Path
) -> None:
    drop = tmp_path / "erp"
    erp, cable = cut_target(sftp_server, drop, "write")
    with pytest.raises(Transient, match="broke"):
        erp.send(operation())
    assert erp.find(operation()) is None
    assert isinstance(erp._folder, CutFolder)
    erp._folder.at = ""

    receipt = erp.send(operation())
    erp.close()
    cable.close()

    assert (drop / receipt.external_id).is_file()
