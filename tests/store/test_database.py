import fcntl
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from engine.model.errors import PostroomError
from engine.store import database, documents, ledger, tables
from engine.store.database import connect, migrate, reading, transaction
from tests.store.factories import document, document_id
from tests.store.processes import run_at_once


@pytest.mark.parametrize("prefix", ["postgresql://", "postgresql+psycopg://", "postgresql+psycopg2://"])
def test_every_spelling_of_postgresql_uses_psycopg_3(prefix: str) -> None:
    engine = connect(f"{prefix}anna:p%40ss@db.example/postroom?sslmode=require")

    assert engine.dialect.driver == "psycopg"
    assert engine.url.password == "p@ss"
    assert engine.url.query == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://db.example/x", "oracle://db.example/x"])
def test_another_kind_of_database_is_refused_in_plain_words(url: str) -> None:
    with pytest.raises(PostroomError, match="use sqlite:/// or postgresql://"):
        connect(url)


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'new' / 'folder' / 'a.sqlite'}")
    migrate(engine)

    assert (tmp_path / "new" / "folder" / "a.sqlite").is_file()


def test_sqlite_survives_a_power_cut_and_lets_readers_read(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'a.sqlite'}")

    with reading(engine) as tx:
        pragmas = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with reading(engine) as tx:
        differences = compare_metadata(MigrationContext.configure(tx), tables.metadata)

    assert differences == []


def test_migrating_twice_keeps_the_data(engine: Engine) -> None:
    with transaction(engine) as tx:
        documents.add(tx, document())

    migrate(engine)

    with reading(engine) as tx:
        assert documents.get(tx, document_id()) == document()
    have, want = database.revision(engine)
    assert have == want


def test_a_database_without_tables_has_no_revision(empty_url: str) -> None:
    engine = connect(empty_url)

    assert database.revision(engine)[0] is None
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    with transaction(engine) as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        tx.execute(text("UPDATE oldest_program SET revision = '9998'"))

    with pytest.raises(PostroomError, match="newer version"):
        migrate(engine)


def test_a_program_goes_on_with_tables_that_a_newer_one_has_only_added_to(engine: Engine) -> None:
    with transaction(engine) as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        tx.execute(text("ALTER TABLE documents ADD COLUMN colour TEXT"))

    migrate(engine)

    with transaction(engine) as tx:
        documents.add(tx, document())
    with reading(engine) as tx:
        assert MigrationContext.configure(tx).get_current_revision() == "9999"
        assert documents.get(tx, document_id()) == document()


def test_threads_may_migrate_at_once(empty_url: str) -> None:
    engines = [connect(empty_url) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(migrate, engines))

    with reading(engines[0]) as tx:
        assert ledger.verify(tx).is_intact
    for engine in engines:
        engine.dispose()


@pytest.mark.slow
def test_processes_may_migrate_at_once(empty_url: str) -> None:
    run_at_once("""
        from engine.store import database
        database.migrate(database.connect(url))
        """, url=empty_url, processes=4)  # fmt: skip

    engine = connect(empty_url)
    with reading(engine) as tx:
        assert set(inspect(tx).get_table_names()) == {*tables.metadata.tables, "alembic_version"}
        assert tx.execute(select(tables.ledger_head.c.seq)).scalars().all() == [0]
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect(empty_url)

    def fail(config: Config, revision: str) -> None:
        upgrade(config, revision)
        raise RuntimeError("the power went")

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", fail)
    with pytest.raises(RuntimeError, match="the power went"):
        migrate(engine)

    with reading(engine) as tx:
        assert inspect(tx).get_table_names() == []
    engine.dispose()


def test_an_exception_rolls_everything_back(engine: Engine) -> None:
    def fail(tx: Connection) -> None:
        documents.add(tx, document())
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction(engine) as tx:
        fail(tx)

    with reading(engine) as tx:
        assert documents.get(tx, document_id()) is None


def test_a_reader_sees_one_state_and_holds_nobody_up(engine: Engine) -> None:
    with reading(engine) as reader:
        before = documents.counts(reader)
        with transaction(engine) as writer:
            documents.add(writer, document())
        after = documents.counts(reader)

    assert before == after


@pytest.mark.slow
def test_a_reader_cannot_write_to_postgresql(postgres_url: str) -> None:
    engine = connect(postgres_url)
    migrate(engine)

    with pytest.raises(DBAPIError, match="read-only"), reading(engine) as tx:
        documents.add(tx, document())
    engine.dispose()


def test_a_connection_used_for_reading_can_write_again(engine: Engine) -> None:
    for number in range(20):
        with reading(engine) as tx:
            documents.counts(tx)
        with transaction(engine) as tx:
            documents.add(tx, document(f"{number}"))

    with reading(engine) as tx:
        assert documents.counts(tx)["received"] == 20


def test_a_sqlite_writer_waits_for_another(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'a.sqlite'}")
    migrate(engine)
    has_begun, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction(engine) as tx:
            documents.add(tx, document("first"))
            has_begun.set()
            may_end.wait(10)

    def follow() -> bool:
        with transaction(engine) as tx:
            return documents.get(tx, document_id("first")) is not None

    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(hold)
        has_begun.wait(10)
        followed = pool.submit(follow)
        may_end.set()
        held.result()

        assert followed.result()


@pytest.mark.slow
def test_no_writer_takes_the_place_of_others_who_wait(tmp_path: Path) -> None:
    """Four processes that write without a pause: when the first is done with 20, the others are well on their way."""
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    engine = connect(url)
    with transaction(engine) as tx:
        tx.execute(text("create table turns (place integer primary key autoincrement, process integer)"))

    run_at_once("""
        import os
        from sqlalchemy import text
        engine = database.connect(url)
        for _ in range(20):
            with database.transaction(engine) as tx:
                tx.execute(text("with recursive n(i) as (select 1 union all select i + 1 from n where i < 40000) "
                                "select count(*) from n"))
                tx.execute(text("insert into turns (process) values (:process)"), {"process": os.getpid()})
        """, url=url, processes=4)  # fmt: skip

    with reading(engine) as tx:
        turns = list(tx.execute(text("select process from turns order by place")).scalars())
    first_done = min(max(place for place, one in enumerate(turns) if one == process) for process in set(turns))
    done = [turns[: first_done + 1].count(process) for process in set(turns)]
    assert len(done) == 4
    assert min(done) >= 4


def test_a_writer_is_told_when_its_turn_does_not_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0)

    with transaction(connect(url)), pytest.raises(OperationalError, match="is locked"), transaction(connect(url)):
        pytest.fail("two wrote at once")


def test_a_writer_that_knows_nothing_of_the_queue_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    stranger = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    stranger.execute("BEGIN IMMEDIATE")

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(_write, engine)
        stranger.execute("COMMIT")

        assert writing.result(30)


def _write(engine: Engine) -> bool:
    with transaction(engine) as tx:
        return documents.add(tx, document())


def test_a_row_of_an_unknown_document_is_refused(tx: Connection) -> None:
    with pytest.raises(IntegrityError):
        documents.save(tx, document_id("nobody"), 1, "plan", {})


@pytest.mark.slow
def test_a_writer_that_sleeps_at_the_head_of_the_queue_holds_nobody_up(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'a.sqlite'}")
    database.migrate(engine)
    with (tmp_path / "a.sqlite-writers").open("a") as asleep:
        fcntl.flock(asleep, fcntl.LOCK_EX)
        for number in range(3):  # the first one waits, the others know
            with database.transaction(engine) as tx:
                tx.execute(text(f"CREATE TABLE t{number} (a)"))
    engine.dispose()
