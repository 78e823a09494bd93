"""A labelled paper before it is drawn: its heading, labelled values, a table, ticked sentences; and what is true of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from engine.model.document import DocumentType
from engine.model.reconciled import Standing
from engine.model.value import Value

Shape = Literal["beside", "columns", "below"]
"""Where values stand: behind their label, in two columns of labels, or under them."""
Row = tuple[str, ...]


class Signed(Value):
    """Where one side signs: a heading, and labelled rows below it; an empty value is a line to write on."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    inked: str = ""
    """Label of the row on whose line somebody signed by hand."""


class Prose(Value):
    """The running text of a letter, in place of labelled values and tables."""

    place: str = ""
    """Place and day on a line of their own, above the subject."""
    subject_label: str = ""
    """What announces the subject, where anything does."""
    greeting: str
    sentences: tuple[str, ...]
    closing: str
    writer: str
    signature: Row = ()
    """Where the writer is, below the name."""


class Labelled(Value):
    """One paper of a type that content describes."""

    name: str
    type: DocumentType
    language: str
    title: str
    letterhead: Row = ()
    """Who writes it, above everything; no label names it."""
    addressee: Row = ()
    values: tuple[tuple[str, str], ...]
    """Label and value, in reading order; an empty value is left empty on the paper."""
    long: tuple[str, str] = ("", "")
    """Label and text of a value over several lines."""
    prose: Prose | None = None
    """Of a letter; its title is the subject."""
    paragraphs: Row = ()
    """Running text below the labelled values."""
    headings: Row = ()
    rows: tuple[Row, ...] = ()
    right: tuple[int, ...] = ()
    """Columns of amounts, set to the right."""
    sums: tuple[tuple[str, str], ...] = ()
    ticks: tuple[tuple[bool, str], ...] = ()
    blocks: tuple[Signed, ...] = ()
    """Where each side signs, at the end."""
    is_stacked: bool = False
    """The blocks stand below one another, not beside."""
    shape: Shape = "beside"
    truth: Mapping[str, Any]
    """The record that it means."""
    standings: tuple[Standing, ...] = ()
    """Of a statement of account: what we know of each of its rows."""
    reason: str = ""
    """The rule that should hold it, or several with commas; empty where it should go through."""


def in_columns(values: Sequence[tuple[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """Return labelled values two a line."""
    return [tuple(values[at : at + 2]) for at in range(0, len(values), 2)]
