"""The database: SQLite on one machine, PostgreSQL for many workers; opened, brought up to date, and written to."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from engine.model.errors import PostroomError
from engine.store.turnstile import TooLong, Turnstile

_BUSY_SECONDS = 60
_MIGRATION_LOCK = 0x706F7374726F6F6D  # "postroom"; the number of the advisory lock on PostgreSQL
_TABLE_SECONDS = 20
"""How long a migration waits for a table that is in use, with whoever comes after it waiting too."""
_LOCK_NOT_AVAILABLE = "55P03"
_ALEMBIC = threading.Lock()  # alembic keeps its context in module globals
_READING = "postroom_reading"
_ALSO: ContextVar[Callable[[Connection], None] | None] = ContextVar("also", default=None)
_LOOK_SECONDS = 0.002
_QUEUE_SECONDS = 3
"""How long a writer stands in the queue before it goes round."""
_MAIN_CODE = 0xFF  # the rest of SQLite's extended error codes says why
# Few connections are kept, but no thread of a busy worker (at most 64 documents at a time) is refused one.
_POOL: dict[str, Any] = {"pool_size": 5, "max_overflow": 75, "pool_timeout": _BUSY_SECONDS}

# A worker that stands still, or whose network is gone, loses the locks that it holds before it is missed for long.
_SESSION = {
    "connect_timeout": 10,
    "application_name": "postroom",
    "options": "-c idle_in_transaction_session_timeout=20s -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5",
}


def connect(url: str) -> Engine:
    """Open a database by SQLAlchemy URL (`sqlite:///file`, `postgresql://...`). Nothing is read or written yet.

    Raises PostroomError for another kind of database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _connect_sqlite(parsed)
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            **_POOL,
            connect_args=_SESSION,
        )
    raise PostroomError(
        f"Databases of kind {parsed.get_backend_name()!r} are not supported; use sqlite:/// or postgresql://."
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back when an exception leaves it.

    On SQLite it holds the only write lock from its first moment, so it never fails half way. On PostgreSQL it is
    READ COMMITTED; append to the ledger last, because that lock is held until the commit.
    """
    with engine.begin() as tx:
        yield tx
        if (act := _ALSO.get()) is not None:
            act(tx)


@contextmanager
def erasing(engine: Engine) -> Iterator[Connection]:
    """One write transaction whose deleted values leave no trace in the file of SQLite, also not in its journal.

    PostgreSQL overwrites them by and by (VACUUM).
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with transaction(engine) as tx:
        if is_sqlite:
            tx.execute(text("PRAGMA secure_delete = ON"))
        yield tx
    if is_sqlite:
        bare = engine.raw_connection()  # outside of any transaction; it waits for readers as long as for a lock
        try:
            bare.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            bare.close()


@contextmanager
def also(act: Callable[[Connection], None]) -> Iterator[None]:
    """Have every write transaction inside the block, also in threads that it hands work to, end with an act of its own."""
    before = _ALSO.set(act)
    try:
        yield
    finally:
        _ALSO.reset(before)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read-only transaction over a single snapshot; writers are neither waited for nor held up."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        else:
            options = {_READING: True}
        tx = connection.execution_options(**options)
        with tx.begin():
            yield tx


def probe(engine: Engine) -> None:
    """Ask the database for an answer. Raises SQLAlchemyError or OSError when none comes."""
    with engine.connect() as connection:
        connection.execute(text("select 1"))


def migrate(engine: Engine) -> None:
    """Bring the tables up to date. Any number of processes may start at once; all but one wait.

    Programs of the version before go on meanwhile and afterwards: tables only grow, until a later version raises
    `oldest_program`. Raises PostroomError when the database is of a newer version that this one cannot work on, or when
    the tables stay in use.
    """
    head = _scripts().get_current_head()
    with _ALEMBIC:
        with reading(engine) as tx:
            if MigrationContext.configure(tx).get_current_revision() == head:
                return
        try:
            with engine.begin() as tx:
                _upgrade(tx)
        except OperationalError as e:
            if getattr(e.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise PostroomError(
                f"A table stayed in use for {_TABLE_SECONDS} seconds, so the tables were left as they are. End what reads for "
                "so long (pg_stat_activity names it), then try again.",
                detail=str(e.orig),
            ) from e


def _upgrade(tx: Connection) -> None:
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        tx.execute(text(f"SET LOCAL lock_timeout = '{_TABLE_SECONDS}s'"))
    if not _is_newer(tx):
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def revision(engine: Engine) -> tuple[str | None, str | None]:
    """Return (revision of the database, revision of this program); equal when `migrate` has nothing to do."""
    with reading(engine) as tx:
        return MigrationContext.configure(tx).get_current_revision(), _scripts().get_current_head()


def _is_newer(tx: Connection) -> bool:
    """Tell whether a newer program brought the tables further, and this one works on them still. Raises PostroomError if not."""
    current = MigrationContext.configure(tx).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if current is None or current in known:
        return False
    has_row = inspect(tx).has_table("oldest_program")
    oldest = tx.execute(text("SELECT revision FROM oldest_program")).scalar() if has_row else None
    if oldest in known:
        return True
    raise PostroomError(
        "The database was written by a newer version of Postroom. Install that version.",
        detail=f"revision {current} is not one of {sorted(known)}, and works from {oldest} on",
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _connect_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    pool = {} if url.database in {None, "", ":memory:"} else _POOL
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _Beginning(_turnstile(url)))
    return engine


def _turnstile(url: URL) -> Turnstile | None:
    """Return the place at which writers of a file queue; what lives in memory has one writer."""
    path = url.database or ""
    return None if path in {"", ":memory:"} or path.startswith("file:") else Turnstile(Path(f"{path}-writers"))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set a new connection up: we begin transactions ourselves, and a commit is on the disk when it returns."""
    connection.isolation_level = None
    for pragma in (f"busy_timeout={_BUSY_SECONDS * 1000}", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            # the switch to WAL does not wait for a rival that switches at the same moment
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


class _Beginning:
    """Begins the transactions of one SQLite file: reading ones at once, writing ones in turn."""

    def __init__(self, turnstile: Turnstile | None) -> None:
        self._turnstile = turnstile

    def __call__(self, connection: Connection) -> None:
        """Begin one. Raises OperationalError (`database is locked`) after a minute in the queue."""
        if connection.get_execution_options().get(_READING, False):
            connection.exec_driver_sql("BEGIN")
        elif self._turnstile is None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            _begin_in_turn(connection, self._turnstile)


def _begin_in_turn(connection: Connection, turnstile: Turnstile) -> None:
    """Wait for the write lock as the next one in line, and look often: SQLite itself would sleep up to 100 ms."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - we opened it
    raw.execute("PRAGMA busy_timeout=0")
    try:
        if not _begins(raw, turnstile, until=time.monotonic() + _BUSY_SECONDS):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says in the usual words why it cannot
    finally:
        raw.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")


def _begins(raw: sqlite3.Connection, turnstile: Turnstile, *, until: float) -> bool:
    """Begin a writing transaction when it is our turn. Return whether that came to pass.

    The queue is a courtesy: when who is at its head does not move (a process that was paused there), it is gone round.
    """
    try:
        with turnstile.turn(min(until, time.monotonic() + _QUEUE_SECONDS)):
            return _looks(raw, until=until)
    except TooLong:
        return _looks(raw, until=until)


def _looks(raw: sqlite3.Connection, *, until: float) -> bool:
    """Look for the write lock until it is ours; False after the time."""
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as e:
            if e.sqlite_errorcode & _MAIN_CODE != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                return False
            time.sleep(_LOOK_SECONDS)
        else:
            return True
