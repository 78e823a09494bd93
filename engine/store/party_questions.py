"""What is asked of the party index: each question one statement, whatever it looks for.

A statement goes as it is: building dozens of like clauses anew takes longer than the database needs for them. `CROSS JOIN`
tells SQLite which table to begin with; PostgreSQL knows by itself.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

_MOST_ROWS = 5000
_EACH = "SELECT no, ? AS place, ? AS bits FROM (SELECT no FROM party_keys WHERE key = ? ORDER BY no LIMIT ?)"
_EACH_POSTGRESQL = (
    "SELECT found.no, wanted.place, wanted.bits "
    "FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS wanted (key, place, bits) CROSS JOIN LATERAL "
    "(SELECT no FROM party_keys WHERE key = wanted.key ORDER BY no LIMIT %s) AS found"
)
_SHARING = (
    "SELECT parties.no, parties.id, parties.name_key, best.bits FROM ("
    "SELECT no, SUM(bits) AS bits FROM ("
    "SELECT no, place, MAX(bits) AS bits FROM ({each}) AS shares GROUP BY no, place"
    ") AS places GROUP BY no ORDER BY 2 DESC, 1 LIMIT {most}"
    ") AS best CROSS JOIN parties WHERE parties.no = best.no"
)
_WORDS = (
    "SELECT NULL, word, count FROM party_words WHERE count > 0 AND kind = {one} AND word {words} UNION ALL "
    "SELECT stump, near.word, count FROM word_stumps AS near CROSS JOIN party_words AS known "
    "WHERE known.kind = {one} AND known.word = near.word AND count > 0 AND stump {stumps} LIMIT {most}"
)
_ROW = ("kind", "id", "name_key", "other_keys")
_PARTIES = "SELECT no, kind, id, name_key, other_keys FROM parties WHERE kind = {one} AND id {ids}"
_ROWS = "SELECT {columns} FROM {table} WHERE id {ids}"
_TABLES = {"vendor": "vendors", "customer": "customers"}


class Wanted(NamedTuple):
    """A hashed key to look under, its place (of one place the best key counts), and what it tells in thousandths of a bit."""

    key: int
    place: int
    bits: int


class Sharing(NamedTuple):
    """A party under the wanted keys, the words of its name, and what it shares in thousandths of a bit."""

    no: int
    id: str
    name_key: str
    bits: int


class Spelled(NamedTuple):
    """A known word and how many parties have it; with the stump under which it was found, or None for the word itself."""

    stump: int | None
    word: str
    parties: int


def sharing(tx: Connection, wanted: Sequence[Wanted], *, taken: int, most: int) -> list[Sharing]:
    """Return the parties that share the most bits, at most `most` in no order; of each key `taken` are looked at."""
    if not wanted:
        return []
    if tx.dialect.name == "postgresql":
        each, values = _EACH_POSTGRESQL, (*map(list, zip(*wanted, strict=True)), taken)
    else:
        each = " UNION ALL ".join([_EACH] * len(wanted))
        values = tuple(value for one in wanted for value in (one.place, one.bits, one.key, taken))
    return [Sharing(*row) for row in _rows(tx, _SHARING.format(each=each, most=most), values)]


def spelled(tx: Connection, kind: str, words: Collection[str], stumps: Collection[int]) -> list[Spelled]:
    """Return which of some words parties of a kind have, and the words that they have under some hashed stumps."""
    some_words, words_given = _among(tx, sorted(words), "text")
    some_stumps, stumps_given = _among(tx, sorted(stumps), "bigint")
    one = "%s" if tx.dialect.name == "postgresql" else "?"
    statement = _WORDS.format(one=one, words=some_words, stumps=some_stumps, most=_MOST_ROWS)
    return [Spelled(*row) for row in _rows(tx, statement, (kind, *words_given, kind, *stumps_given))]


def parties(tx: Connection, kind: str, ids: Sequence[str]) -> dict[int, dict[str, str]]:
    """Return the rows of parties with these ids as they stand in the index, by their numbers."""
    one = "%s" if tx.dialect.name == "postgresql" else "?"
    some_ids, values = _among(tx, ids, "text")
    rows = _rows(tx, _PARTIES.format(one=one, ids=some_ids), (kind, *values))
    return {no: dict(zip(_ROW, row, strict=True)) for no, *row in rows}


def rows(tx: Connection, kind: str, ids: Sequence[str], columns: Sequence[str]) -> list[dict[str, str]]:
    """Return columns of the vendors or customers with these ids."""
    if not ids:
        return []
    some_ids, values = _among(tx, ids, "text")
    statement = _ROWS.format(table=_TABLES[kind], columns=", ".join(f'"{name}"' for name in columns), ids=some_ids)
    return [dict(zip(columns, row, strict=True)) for row in _rows(tx, statement, values)]


def _among(tx: Connection, values: Sequence[Any], kind: str) -> tuple[str, tuple[Any, ...]]:
    """Return how a column is compared with some values, and what is given for them."""
    if tx.dialect.name == "postgresql":
        return f"= ANY(%s::{kind}[])", (list(values),)
    return f"IN ({', '.join('?' * len(values))})", tuple(values)


def _rows(tx: Connection, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
    return tx.exec_driver_sql(statement, values).all()
