"""Bulk writes of the party index: COPY and arrays on PostgreSQL, many rows a statement on SQLite."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text

from engine.store.writing import chunks

_ROWS = 50_000
_WORDS = 5000
_SORT_MEMORY = "64MB"
"""What PostgreSQL may sort in before it goes to the disk."""

_NEW = "INSERT INTO {table} ({columns}) VALUES (?, ?) ON CONFLICT DO NOTHING"
_NEW_POSTGRESQL = (
    "INSERT INTO {table} ({columns}) SELECT * FROM unnest(%s::bigint[], %s::{kind}[]) ON CONFLICT DO NOTHING"
)
_COUNT = (
    "INSERT INTO party_words (kind, word, count) VALUES (?, ?, ?) "
    "ON CONFLICT (kind, word) DO UPDATE SET count = party_words.count + excluded.count"
)
_COUNT_POSTGRESQL = (
    "INSERT INTO party_words (kind, word, count) SELECT %s, * FROM unnest(%s::text[], %s::int[]) "
    "ON CONFLICT (kind, word) DO UPDATE SET count = party_words.count + excluded.count"
)
_PARTY = "INSERT INTO parties (no, kind, id, name_key, other_keys) VALUES (?, ?, ?, ?, ?)"
_PARTIES_POSTGRESQL = (
    "INSERT INTO parties (kind, id, name_key, other_keys) "
    "SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) RETURNING id, no"
)
_STAGE = "CREATE TEMPORARY TABLE {staged} AS SELECT {columns} FROM {table} WHERE false"
_PUT = "INSERT INTO {staged} VALUES (?, ?)"
_PUT_POSTGRESQL = "COPY {staged} FROM STDIN"
_DROP = "DELETE FROM {staged} WHERE {second} IN :gone"
_WRITE = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {staged} ORDER BY 1, 2"
_WRITE_UNKNOWN = (
    "INSERT INTO {table} ({columns}) SELECT DISTINCT {columns} FROM {staged} WHERE true ORDER BY 1, 2 "
    "ON CONFLICT DO NOTHING"
)

Pairs = Sequence[tuple[Any, Any]]


def add_parties(tx: Connection, rows: Sequence[Mapping[str, str]], *, above: int) -> dict[str, int]:
    """Insert parties (`kind`, `id`, `name_key`, `other_keys`) that are not there yet. Return the number of each id.

    Every number is above the one given, which is the highest ever used: SQLite by itself would use one again whose
    party has gone.
    """
    values = [(row["kind"], row["id"], row["name_key"], row["other_keys"]) for row in rows]
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(_PARTY, [(no, *value) for no, value in enumerate(values, above + 1)])
        return {row["id"]: no for no, row in enumerate(rows, above + 1)}
    added = tx.exec_driver_sql(_PARTIES_POSTGRESQL, tuple(map(list, zip(*values, strict=True))))
    return {id_: no for id_, no in added}  # noqa: C416 - rows are no pairs to the types


def write_pairs(tx: Connection, table: str, columns: tuple[str, str], pairs: Pairs) -> None:
    """Write pairs in bulk; those that are there already stay."""
    if not pairs:
        return
    names = {"table": table, "columns": ", ".join(columns)}
    if tx.dialect.name == "sqlite":
        _write_rows(tx, _NEW.format(**names), pairs)
        return
    statement = _NEW_POSTGRESQL.format(**names, kind="text" if isinstance(pairs[0][1], str) else "bigint")
    for some in chunks(pairs, _ROWS):
        tx.exec_driver_sql(statement, ([one for one, _ in some], [other for _, other in some]))


def count_words(tx: Connection, kind: str, words: Mapping[str, int]) -> None:
    """Add to how many parties have each word, in the order of the words so that two imports never wait for each other."""
    for some in chunks(sorted(words.items()), _WORDS):
        if tx.dialect.name == "sqlite":
            tx.exec_driver_sql(_COUNT, [(kind, word, count) for word, count in some])
        else:
            counts = [count for _, count in some]
            tx.exec_driver_sql(_COUNT_POSTGRESQL, (kind, [word for word, _ in some], counts))


class Staging:
    """Pairs of a table that wait in a temporary one, so that the database sorts them and fills its pages in order."""

    def __init__(self, tx: Connection, table: str, columns: tuple[str, str]) -> None:
        self._tx = tx
        self._names = {
            "table": table, "columns": ", ".join(columns), "staged": f"staged_{table}", "second": columns[1],
        }  # fmt: skip
        self.is_open = False

    def put(self, pairs: Pairs) -> None:
        """Put pairs by."""
        if not self.is_open:
            self._run(_STAGE)
            self.is_open = True
        if self._tx.dialect.name == "sqlite":
            _write_rows(self._tx, _PUT.format(**self._names), pairs)
            return
        cursor: Any = self._tx.connection.cursor()
        with cursor, cursor.copy(_PUT_POSTGRESQL.format(**self._names)) as copy:
            for pair in pairs:
                copy.write_row(pair)

    def drop(self, seconds: Sequence[int]) -> None:
        """Leave out the pairs whose second part is one of these numbers."""
        if self.is_open:
            query = text(_DROP.format(**self._names)).bindparams(bindparam("gone", expanding=True))
            self._tx.execute(query, {"gone": list(seconds)})

    def write(self, *, may_be_there: bool) -> None:
        """Write what waits, in order. Pairs that come twice or are there already: say so, they are written once."""
        if not self.is_open:
            return
        if self._tx.dialect.name == "postgresql":
            self._run(f"SET LOCAL work_mem = '{_SORT_MEMORY}'")
        self._run(_WRITE_UNKNOWN if may_be_there else _WRITE)
        self._run("DROP TABLE {staged}")
        self.is_open = False

    def _run(self, statement: str) -> None:
        self._tx.execute(text(statement.format(**self._names)))


def _write_rows(tx: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    for some in chunks(rows, _ROWS):
        tx.exec_driver_sql(statement, some)
