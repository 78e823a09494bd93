"""Queries in SuiteQL, NetSuite's dialect of SQL. Over REST a query carries its values, so they are escaped here."""

from collections.abc import Sequence

MOMENT = "YYYY-MM-DD HH24:MI:SS"
"""How moments travel, both ways: SuiteQL would answer in the spelling of the user's settings."""


def select(*columns: str, table: str, where: Sequence[str] = (), order: str = "") -> str:
    """Return a query. `where` are conditions that all hold; `table` may carry its joins."""
    parts = ["SELECT", ", ".join(columns), "FROM", table]
    if where:
        parts += ["WHERE", " AND ".join(where)]
    if order:
        parts += ["ORDER BY", order]
    return " ".join(parts)


def literal(text: str) -> str:
    """Return a text as SuiteQL writes it, whatever it holds."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def equal(column: str, text: str) -> str:
    """Return the condition that a column holds a text."""
    return f"{column} = {literal(text)}"


def any_of(column: str, texts: Sequence[str]) -> str:
    """Return the condition that a column holds one of some texts."""
    return f"{column} IN ({', '.join(map(literal, texts))})"


def day(column: str) -> str:
    """Return a date as ISO 8601 text."""
    return f"TO_CHAR({column}, 'YYYY-MM-DD')"


def moment(column: str) -> str:
    """Return a moment as text, in the time zone of the account."""
    return f"TO_CHAR({column}, '{MOMENT}')"


def since(column: str, text: str) -> str:
    """Return the condition that a column is not before a moment (`2026-11-22 10:00:00`)."""
    return f"{column} >= TO_TIMESTAMP({literal(text)}, '{MOMENT}')"
