"""An upgrade while the version before runs: what that version reads and writes is there after every migration."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from engine.model.errors import PostroomError
from engine.store import database
from engine.store.database import connect
from tests.postgres import PostgresServer

OLDEST = 22
"""The version in whose place a newer one may come without a stop; those before were never in production."""


def chain() -> list[str]:
    """Return the revisions, the oldest first."""
    scripts = ScriptDirectory.from_config(database._config())
    return [one.revision for one in scripts.walk_revisions()][::-1]


def shape(tx: Connection) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return the columns of every table."""
    look = inspect(tx)
    return {
        name: {one["name"]: {**one, "type": str(one["type"])} for one in look.get_columns(name)}
        for name in look.get_table_names()
    }


def uniques(tx: Connection) -> set[tuple[str, tuple[str, ...]]]:
    look = inspect(tx)
    found: set[tuple[str, tuple[str, ...]]] = set()
    for name in look.get_table_names():
        found |= {(name, tuple(one["column_names"])) for one in look.get_unique_constraints(name)}
        found |= {(name, tuple(filter(None, one["column_names"]))) for one in look.get_indexes(name) if one["unique"]}
    return found


def complaints(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a program of the tables before cannot do any more."""
    for table, columns in before.items():
        for name, was in columns.items():
            now = after.get(table, {}).get(name)
            if now is None:
                yield f"{table}.{name} is gone"
            elif now["type"] != was["type"]:
                yield f"{table}.{name} was {was['type']} and is {now['type']}"
            elif was["nullable"] and not now["nullable"]:
                yield f"{table}.{name} has to have a value now"
        for name, now in after.get(table, {}).items():
            if name not in columns and not now["nullable"] and now["default"] is None:
                yield f"{table}.{name} is new and has to have a value"


@pytest.fixture
def steps(empty_url: str) -> Iterator[tuple[Engine, Sequence[str]]]:
    engine = connect(empty_url)
    yield engine, chain()
    engine.dispose()


def upgraded(tx: Connection, revision: str) -> None:
    config = database._config()
    config.attributes["connection"] = tx
    command.upgrade(config, revision)


def test_a_program_of_the_version_before_goes_on_after_every_migration(
    steps: tuple[Engine, Sequence[str]],
) -> None:
    engine, revisions = steps
    found: list[str] = []
    with engine.begin() as tx:
        upgraded(tx, f"{OLDEST:04}")
        was, held = shape(tx), uniques(tx)
        for one in revisions[OLDEST:]:
            upgraded(tx, one)
            now, holds = shape(tx), uniques(tx)
            found += [f"{one}: {text}" for text in complaints(was, now)]
            found += [f"{one}: {table}{columns} is unique now" for table, columns in holds - held if table in was]
            was, held = now, holds

    assert found == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"a": {}}, "a.x is gone"),
        ({"a": {"x": {"type": "TEXT", "nullable": True, "default": None}}}, "a.x was INTEGER and is TEXT"),
        ({"a": {"x": {"type": "INTEGER", "nullable": False, "default": None}}}, "a.x has to have a value now"),
        (
            {"a": {"x": {"type": "INTEGER", "nullable": True}, "y": {"nullable": False, "default": None}}},
            "a.y is new and has to have a value",
        ),
        ({"a": {"x": {"type": "INTEGER", "nullable": True}, "y": {"nullable": False, "default": "0"}}, "b": {}}, ""),
    ],
)
def test_what_a_running_program_could_not_bear_is_named(after: Mapping[str, Any], said: str) -> None:
    before = {"a": {"x": {"type": "INTEGER", "nullable": True, "default": None}}}

    assert "".join(complaints(before, after)) == said


@pytest.mark.slow
def test_a_table_that_stays_in_use_is_named_as_the_reason(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_TABLE_SECONDS", 1)
    engine = connect(postgres_server.url(postgres_server.create_database()))
    with engine.begin() as tx:
        upgraded(tx, "0020")

    with engine.begin() as reader:
        reader.exec_driver_sql("LOCK TABLE ledger IN ACCESS SHARE MODE")
        with pytest.raises(PostroomError, match="stayed in use"):
            database.migrate(engine)

    database.migrate(engine)
    assert len(set(database.revision(engine))) == 1
    engine.dispose()


def test_the_oldest_program_is_one_that_is_known(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'a.sqlite'}")
    database.migrate(engine)
    with database.reading(engine) as tx:
        oldest = tx.exec_driver_sql("select revision from oldest_program").scalar_one()
    engine.dispose()

    assert oldest in chain()
