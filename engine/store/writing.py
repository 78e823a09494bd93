"""Inserts that do not mind a row that is already there; the same statement on SQLite and PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

CHUNK = 500
"""Rows of one bulk statement."""


def insert_new(tx: Connection, table: Table, values: Mapping[str, Any], *, by: Sequence[str] = ()) -> bool:
    """Insert a row unless its primary key, or the unique columns `by`, are taken. Return whether it is new.

    Waits for a rival that has not committed.
    """
    statement = _insert(tx, table).values(**values).on_conflict_do_nothing(index_elements=by or _key(table))
    return tx.execute(statement.returning(*table.primary_key)).first() is not None


def insert_new_rows(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key is not taken yet."""
    if rows:
        tx.execute(_insert(tx, table).on_conflict_do_nothing(index_elements=_key(table)), [dict(row) for row in rows])


def upsert(
    tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: frozenset[str] = frozenset()
) -> None:
    """Insert rows; those whose primary key is there get the new values, but for the columns named in `keep`."""
    if not rows:
        return
    statement = _insert(tx, table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keep and name not in _key(table)}
    tx.execute(statement.on_conflict_do_update(index_elements=_key(table), set_=changed), [dict(row) for row in rows])


def chunks(rows: Iterable[Any], size: int = CHUNK) -> Iterable[list[Any]]:
    """Yield lists of at most `size` rows."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _insert(tx: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]
