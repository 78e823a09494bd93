"""A real OpenSSH server on this machine for the length of a test: own port, own keys, SFTP only, always stopped."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_START_SECONDS = 20.0


class SftpServer:
    """One sshd. `settings(folder)` is a ready binding of the files adapter."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.host_key = self._key("host_key")
        self.user_key = self._key("user_key")
        self.known_hosts = home / "known_hosts"
        public = self.host_key.with_suffix(".pub").read_text().strip()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}\n")
        (home / "authorized_keys").write_text(self.user_key.with_suffix(".pub").read_text())
        (home / "authorized_keys").chmod(0o600)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def fingerprint(self) -> str:
        """The host key's fingerprint as the OpenSSH tools print it."""
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", str(self.host_key)], check=True, capture_output=True, text=True
        ).stdout
        return shown.split()[1]

    def settings(self, folder: Path, **more: Any) -> dict[str, Any]:
        """Return a binding that reaches this server with the right key."""
        return {
            "delivery": "sftp", "host": "127.0.0.1", "port": self.port, "username": getpass.getuser(),
            "private_key": str(self.user_key), "known_hosts": str(self.known_hosts), "folder": str(folder),
            "timeout_seconds": 10, **more,
        }  # fmt: skip

    def start(self) -> None:
        """Start sshd and wait until it answers."""
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        config = self.home / "sshd_config"
        config.write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {self.host_key}\nPidFile none\n"
            f"AuthorizedKeysFile {self.home / 'authorized_keys'}\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication yes\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
            "MaxStartups 100\nMaxAuthTries 20\nLogLevel ERROR\n"
            "Subsystem sftp internal-sftp\nForceCommand internal-sftp\nAllowTcpForwarding no\nX11Forwarding no\n"
        )
        log = (self.home / "sshd.log").open("ab")
        self._process = subprocess.Popen(
            [_sshd() or "sshd", "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        log.close()
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.skip(f"sshd does not start here: {(self.home / 'sshd.log').read_text()[-500:]}")

    def stop(self) -> None:
        """Stop sshd and every session it serves."""
        process, self._process = self._process, None
        if process is None:
            return
        for pid in [*_descendants(process.pid), process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait(timeout=10)

    def _key(self, name: str) -> Path:
        path = self.home / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
        return path


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    """Give one server to all tests of a session."""
    yield from _serve(tmp_path_factory.mktemp("sshd"))


@pytest.fixture
def own_sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    """Give a server to one test that may stop it."""
    yield from _serve(tmp_path_factory.mktemp("own_sshd"))


def _serve(home: Path) -> Iterator[SftpServer]:
    if _sshd() is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no OpenSSH server on this machine (Debian package openssh-server)")
    server = SftpServer(home)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _sshd() -> str | None:
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            return probe.recv(4) == b"SSH-"
    except OSError:
        return False


def _descendants(pid: int) -> list[int]:
    """Return the processes below `pid`, deepest first (Linux)."""
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            child = int(status.parent.name)
            found += [*_descendants(child), child]
    return found
