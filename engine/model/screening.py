"""Screening: whether somebody who is named stands on a list of sanctions or of our own."""

from datetime import date

from engine.model.value import Value


class Entry(Value):
    """A name on a list."""

    id: str
    name: str
    list: str
    country: str = ""


class Hit(Value):
    """A name of a document that is like one on a list."""

    name: str
    entry: Entry
    likeness: int
    """0 to 100, after case, accents, order of words and legal forms."""


class Screening(Value):
    """What lists say of some names."""

    hits: tuple[Hit, ...] = ()
    """The most alike first."""
    age_days: int | None = None
    """Days since the list that is behind most was as it stands here; None where there is no list."""
    lists: tuple[tuple[str, date], ...] = ()
    """Each list with its day."""
