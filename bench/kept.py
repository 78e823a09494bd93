"""A database for a benchmark, in a folder that may be kept: a SQLite file, or a PostgreSQL that runs while it is asked.

The server runs with the settings that it ships with, but for its port and its socket.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
PR_SET_PDEATHSIG = 1


@contextmanager
def opened(kind: str, keep: Path | None) -> Iterator[str]:
    """Give the URL of a database in a folder: an empty one that is removed afterwards, or the one that was kept there."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        with _served(kind, keep) as url:
            yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="postroom-bench-"))
    try:
        with _served(kind, folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/parties.sqlite"
        return
    identity = _identity(folder)
    binaries = _binaries()
    data = folder / "data"
    if not (data / "PG_VERSION").is_file():
        options = ["-U", "postroom", "-A", "trust", "-E", "UTF8", "--locale=C"]
        initdb: list[str | Path] = [binaries / "initdb", "-D", data, *options]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **identity)
    port = _free_port()
    command = [binaries / "postgres", "-D", data, "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - it makes one system call
            **identity,
        )
    try:
        _wait(port, server)
        yield f"postgresql+psycopg://postroom@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=START_SECONDS)


def _binaries() -> Path:
    sys.path.insert(0, str(ROOT))
    from tests import postgres

    binaries = postgres.find_binaries()
    if binaries is None:
        sys.exit(postgres.MISSING)
    return binaries


def _identity(folder: Path) -> dict[str, Any]:
    """Return the arguments for a user that PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """Ask the kernel to interrupt the server when this process is gone, however it went."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="postroom", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
