"""What was bought, in the words of all lines together. Pure."""

from engine.model.field import by_name
from engine.model.record import Record

_LONGEST = 2000


def line_words(record: Record) -> str:
    """Return the descriptions of all lines, one after the other; empty where no line has one."""
    rows = (by_name(row) for row in record.lines)
    return " / ".join(row["description"].value for row in rows if "description" in row)[:_LONGEST]
