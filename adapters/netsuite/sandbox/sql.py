"""SuiteQL over what the sandbox holds: SQLite in memory, with the rules of SuiteQL that differ."""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.netsuite.sandbox.contract import TABLES

Rows = Callable[[str], Sequence[Mapping[str, Any]]]
"""The rows of a table, asked for when a query names it."""
_BANNED = re.compile(r"\b(limit|insert|update|delete|drop|pragma|attach|create|sqlite_\w*)\b|;|--|/\*", re.IGNORECASE)
_KEYS = frozenset({
    "id", "nkey", "entity", "transaction", "item", "currency", "subsidiary", "terms", "folder", "defaultbillingaddress",
    "expenseaccount", "createdfrom", "previousdoc", "previousline", "nextdoc", "nextline", "linesequencenumber",
})  # fmt: skip
_TEXT = re.compile(r"'(?:[^']|'')*'")


class BadQuery(ValueError):
    """A query that SuiteQL does not take."""


def run(query: str, tables: Rows) -> list[dict[str, str]]:
    """Return the rows of a query; values are text, columns are in lower case, empty ones are left out. Raises BadQuery."""
    bare = _TEXT.sub("''", query)
    if not re.match(r"\s*select\b", bare, re.IGNORECASE) or _BANNED.search(bare):
        raise BadQuery("Invalid search query. Only SELECT is supported.")
    connection = sqlite3.connect(":memory:")
    try:
        connection.row_factory = sqlite3.Row
        _make(connection, tables, bare)
        # `transaction` is a word of SQLite's own
        parts = [_renamed(part) if index % 2 == 0 else part for index, part in enumerate(_split(query))]
        found = connection.execute("".join(parts)).fetchall()
    except sqlite3.Error as e:
        raise BadQuery(
            f"Invalid search query. Detailed unprocessed description follows. Search error occurred: {e}"
        ) from e
    finally:
        connection.close()
    return [{name.lower(): str(row[name]) for name in row.keys() if row[name] is not None} for row in found]  # noqa: SIM118


def _split(query: str) -> list[str]:
    """Return a query cut into what stands outside of texts, and texts, in turn."""
    return re.split(r"('(?:[^']|'')*')", query)


def _renamed(part: str) -> str:
    part = re.sub(r"(?<![.\w])transaction\b(?!\s*\.)", '"transaction"', part, flags=re.IGNORECASE)
    return re.sub(r"\.transaction\b", '."transaction"', part, flags=re.IGNORECASE)


def _make(connection: sqlite3.Connection, tables: Rows, query: str) -> None:
    connection.create_function("TO_CHAR", 2, lambda value, form: value and str(value)[: 10 if "HH" not in form else 19])
    connection.create_function("TO_TIMESTAMP", 2, lambda value, _: value)
    connection.create_function("NVL", 2, lambda value, other: other if value is None else value)
    for name, columns in TABLES.items():
        if not re.search(rf"\b{name}\b", query, re.IGNORECASE):
            continue
        described = ", ".join(f'"{column}" {"INTEGER" if column in _KEYS else "TEXT"}' for column in columns)
        connection.execute(f'CREATE TABLE "{name}" ({described})')
        rows = [[_stored(row.get(column)) for column in columns] for row in tables(name)]
        connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', rows)  # noqa: S608 - names are ours


def _stored(value: Any) -> str | None:
    if isinstance(value, bool):
        return "T" if value else "F"
    return None if value is None or value == "" else str(value)
