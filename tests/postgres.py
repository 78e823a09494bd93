"""A real PostgreSQL for tests: started in a temporary folder, a fresh database a test, always stopped.

Import `postgres_server` (and `postgres_url`) in a conftest.py to use them; all importers share one server a process.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

MISSING = "PostgreSQL is not installed: no initdb on the PATH or in /usr/lib/postgresql/*/bin"
_START_SECONDS = 60
_PR_SET_PDEATHSIG = 1
_SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300",
    "shared_buffers": "32MB", "max_wal_size": "256MB", "listen_addresses": "127.0.0.1", "autovacuum": "off",
}  # fmt: skip


@dataclass
class PostgresServer:
    """A running server of this process on a port of 127.0.0.1; anybody local may connect as `postroom`."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postroom@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str | None = None) -> str:
        """Make an empty database, or a copy of one that nobody is connected to. Return its name."""
        name = f"test_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        """Shut down at once and remove the folder."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postroom", dbname="postgres", autocommit=True
        ) as c:
            c.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for this process; skips the test where PostgreSQL is not installed."""
    server = _lease()
    try:
        yield server
    finally:
        _give_back()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a fresh, empty database, gone after the test."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


def find_binaries() -> Path | None:
    """Return the folder with initdb and postgres, the newest version first, or None."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda folder: float(folder.parent.name), reverse=True)
    return next((f for f in folders if (f / "initdb").is_file() and (f / "postgres").is_file()), None)


_leases = 0
_server: PostgresServer | None = None


def _lease() -> PostgresServer:
    """Start the server for its first user of this process."""
    global _leases, _server  # noqa: PLW0603 - several conftests import the fixture and share one server
    if _server is None:
        binaries = find_binaries()
        if binaries is None:
            pytest.skip(MISSING)
        _server = start(binaries)
    _leases += 1
    return _server


def _give_back() -> None:
    """Stop the server after its last user."""
    global _leases, _server  # noqa: PLW0603 - see _lease
    _leases -= 1
    if _leases == 0 and _server is not None:
        _server.stop()
        _server = None


def start(binaries: Path) -> PostgresServer:
    """Initialise a cluster in a new temporary folder, start it and wait until it answers."""
    folder = Path(tempfile.mkdtemp(prefix="postroom-pg-", dir="/tmp"))  # short: a socket path has 107 bytes at most
    try:
        identity = _identity(folder)
        data = folder / "data"
        initdb = [
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "postroom",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **identity)
        return _start(binaries, folder, data, identity)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start(binaries: Path, folder: Path, data: Path, identity: dict[str, Any]) -> PostgresServer:
    port = _free_port()
    settings = {**_SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - it makes one system call
            **identity,
        )
    server = PostgresServer(folder=folder, port=port, process=process)
    try:
        _wait(server)
    except BaseException:
        server.stop()
        raise
    return server


def _identity(folder: Path) -> dict[str, Any]:
    """Return the subprocess arguments for a user that PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """Ask the kernel to interrupt the server when this process is gone, however it went."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: PostgresServer) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            server._administer("SELECT 1")
        except psycopg.OperationalError as e:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((server.folder / "log").read_text(errors="replace")[-2000:]) from e
            time.sleep(0.05)
        else:
            return
