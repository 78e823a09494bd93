"""Whether a stopped process holds a lock: only SIGCONT would free it, and nobody else could work meanwhile."""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

_QUIET = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL"""


def nobody_holds_a_lock(home: Path, database_url: str | None) -> bool:
    """Return whether no transaction is open, on any of the files of SQLite or in the database of PostgreSQL."""
    if database_url is None:
        files = (home / "postroom.sqlite", home / "postroom-workflows.sqlite")
        return _is_nobodys_turn(home / "postroom.sqlite-writers") and all(_is_free(file) for file in files)
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        row = connection.execute(_QUIET).fetchone()
    return row == (0,)


def _is_nobodys_turn(file: Path) -> bool:
    """Whether no writer stands at the head of the queue."""
    with file.open("a") as queue:
        try:
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _is_free(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True
