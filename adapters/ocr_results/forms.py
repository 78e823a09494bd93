"""Forms and tables of a service: print with labels and headings, whose meaning only our vocabularies know."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from adapters.ocr_results.opinion import Names, opinion
from engine.model.page import Labelled, Opinion, Printed, Table

_MOST_COLUMNS = 60
_MOST_ROWS = 5000
_LONGEST_LABEL = 200
MOST_PAIRS = 500
MOST_TABLES = 200

EMPTY = Printed(raw="", confidence=0.0)


class Forms(NamedTuple):
    """What a service says without a name of its own."""

    pairs: Sequence[Labelled] = ()
    tables: Sequence[Table] = ()


class GridCell(NamedTuple):
    """One cell of a table, its row and column counted from 0."""

    row: int
    column: int
    printed: Printed
    is_heading: bool = False
    is_aside: bool = False
    """Whether it belongs to a title, a section's title, a footer or a summary, and not to the rows."""


def labelled(label: str, value: Printed) -> list[Labelled]:
    """Return the value under its label; nothing when either is empty."""
    words = " ".join(label.split())[:_LONGEST_LABEL]
    return [Labelled(label=words, value=value)] if words and value.raw else []


def table(cells: Iterable[GridCell]) -> Table:
    """Return a table of its cells: rows of headings become one row of them, rows beside the matter are left out."""
    found = [cell for cell in cells if 0 <= cell.column < _MOST_COLUMNS and 0 <= cell.row < _MOST_ROWS]
    width = max((cell.column + 1 for cell in found), default=0)
    aside = {cell.row for cell in found if cell.is_aside}
    heads = {cell.row for cell in found if cell.is_heading} - aside
    headings = [""] * width if heads else []
    rows: dict[int, list[Printed]] = {}
    for cell in sorted(found, key=lambda one: (one.row, one.column)):
        if cell.row in heads:
            headings[cell.column] = f"{headings[cell.column]} {' '.join(cell.printed.raw.split())}".strip()[
                :_LONGEST_LABEL
            ]
        elif cell.row not in aside:
            rows.setdefault(cell.row, [EMPTY] * width)[cell.column] = cell.printed
    return Table(headings=tuple(headings), rows=tuple(tuple(row) for row in rows.values()))


def with_forms(opinions: Sequence[Opinion], forms: Forms, names: Names) -> tuple[Opinion, ...]:
    """Return the opinions with forms and tables: those of the only document, or of one that nobody named.

    Of several documents nobody says to which of them a form belongs, so it is left out.
    """
    if len(opinions) > 1 or (not forms.pairs and not forms.tables):
        return tuple(opinions)
    return (formed(opinions[0] if opinions else opinion(names, fields=()), forms),)


def formed(one: Opinion, forms: Forms) -> Opinion:
    """Return an opinion with forms and tables, so many as are of use."""
    pairs, tables = tuple(forms.pairs[:MOST_PAIRS]), tuple(forms.tables[:MOST_TABLES])
    return one.model_copy(update={"pairs": pairs, "tables": tables})
