"""A mapping matrix as a sheet: one line a row of the matrix, the same cells in every file format.

Cells of editable columns are what `import` compares; the others explain. `need`, `fallback`, `misfit` and `owner` show what is
in force, also where the file leaves it to the default.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.content.matrix import Matrix
from engine.content.matrix_row import MatrixRow
from engine.content.spreadsheet import type_words
from engine.content.spreadsheet.place import Path, Placed, placed
from engine.content.spreadsheet.schema_words import at_path, described, takes
from engine.content.spreadsheet.words import in_words, path_in_words
from engine.content.strict_yaml import Source

Examples = Mapping[Path, tuple[str, str]]
"""(value in, value out) of a row, by its path in the file."""


class Column(NamedTuple):
    """One column of every sheet."""

    name: str
    title: str
    hint: str
    is_edited: bool = False
    choices: tuple[str, ...] = ()
    width: int = 16
    """Characters."""


COLUMNS: tuple[Column, ...] = (
    Column("number", "No.", "Tells the rows apart. Leave it; a new row has none.", width=8),
    Column("target", "Target field", "Where the value goes in the target.", width=30),
    Column("meaning", "Meaning", "What the target says about the field.", width=34),
    Column("takes", "The target takes", "What the target's schema allows.", width=24),
    Column("each", "For each", "One object for each row of this list of the record.", is_edited=True, width=9),
    Column("from", "Source field", "Field of the record, vendor.x, order.x, env.x or document.x.", is_edited=True, width=24),
    Column("source", "Source in words", "The source field as people call it.", width=24),
    Column("value", "Fixed value", "Instead of a source field.", is_edited=True, width=14),
    Column("via", "Transformation", "An expression over `value` and `record`.", is_edited=True, width=38),
    Column("words", "Transformation in words", "What the expression does.", width=44),
    Column("when", "Only when", "The row counts only when this holds.", is_edited=True, width=26),
    Column("where", "Only rows where", "Rows of the list that count.", is_edited=True, width=26),
    Column("detail", "Lines or header", "An expression that says lines or header: whether the list is sent.", is_edited=True, width=20),
    Column("type", "Type and length", "text max 35, decimal places 2, date %d.%m.%Y, integer, boolean, picklist A | B.", is_edited=True, width=26),
    Column("need", "Need", "must: without it nothing is sent; should: with a warning; may: left out.", is_edited=True, choices=("must", "should", "may"), width=9),
    Column("fallback", "When missing", "What happens when the value is missing.", is_edited=True, choices=("hold", "default", "omit", "reject"), width=12),
    Column("default", "Default", "The value that is sent when it is missing.", is_edited=True, width=14),
    Column("misfit", "When it does not fit", "What happens to a value that its type refuses.", is_edited=True, choices=("hold", "omit", "reject"), width=12),
    Column("owner", "Owner", "The team that must agree to a change.", is_edited=True, width=18),
    Column("why", "Why", "The reason, for the next person.", is_edited=True, width=40),
    Column("example_in", "Example in", "Value of the source field in an example of the matrix.", width=22),
    Column("example_out", "Example out", "What becomes of it.", width=22),
    Column("remove", "Remove", "yes: the import takes this row out of the matrix.", is_edited=True, choices=("yes",), width=9),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
EDITED = tuple(column.name for column in COLUMNS if column.is_edited and column.name != "remove")


class Line(NamedTuple):
    """One line of the sheet."""

    place: Placed
    cells: Mapping[str, str]
    """A text for every column."""


class Sheet(NamedTuple):
    """A matrix as a sheet."""

    ref: str
    digest: str
    """SHA-256 of the file that it shows."""
    title: str
    target: str
    """`adapter object`."""
    record: str
    owner: str
    why: str
    teams: tuple[str, ...]
    lists: tuple[str, ...]
    """Lists of the record."""
    lines: tuple[Line, ...]


def sheet_of(
    source: Source,
    matrix: Matrix,
    *,
    digest: str,
    teams: tuple[str, ...],
    record: Mapping[str, Any],
    examples: Examples,
) -> Sheet:
    """Return the sheet of a checked matrix. `source` is its file, `record` the canonical schema."""
    schema = matrix.payload_schema
    lines = tuple(
        Line(place, _cells(place, _row(matrix, place), matrix.owner, schema, examples.get(place.path, ("", ""))))
        for place in placed(source.data)
    )
    lists = tuple(name for name, inner in record.get("properties", {}).items() if inner.get("type") == "array")
    return Sheet(
        ref=matrix.ref, digest=digest, title=str(schema.get("title", matrix.target.object)),
        target=f"{matrix.target.adapter} {matrix.target.object}", record=matrix.record, owner=matrix.owner,
        why=str(source.data.get("why", "")), teams=teams, lists=lists, lines=lines,
    )  # fmt: skip


def _row(matrix: Matrix, place: Placed) -> MatrixRow | None:
    """Return the checked row at a place; None for an object of `items`."""
    rows: Any = matrix
    for part in place.path:
        rows = rows[part] if isinstance(part, int) else getattr(rows, part)
    return None if place.is_item else rows


def _cells(
    place: Placed, row: MatrixRow | None, owner: str, schema: Mapping[str, Any], example: tuple[str, str]
) -> Mapping[str, str]:
    data = place.data
    cells = dict.fromkeys(NAMES, "")
    for name in ("each", "from", "via", "when", "where", "detail", "why", "value", "default"):
        cells[name] = plain(data.get(name))
    inner = at_path(schema, place.target.removesuffix("[]"))
    cells |= {"number": place.number, "target": place.target, "meaning": described(inner), "takes": takes(inner)}
    cells |= {"source": path_in_words(cells["from"]), "words": _words(place, cells)}
    if row is None:
        return cells | {"meaning": "one object of the list", "takes": ""}
    if row.is_leaf:
        cells |= {"type": type_words.said(data.get("type")), "need": row.need, "fallback": row.fallback}
        cells |= {
            "misfit": row.misfit,
            "owner": row.owner or owner,
            "example_in": example[0],
            "example_out": example[1],
        }
    else:
        cells["owner"] = row.owner or ""
    return cells


def _words(place: Placed, cells: Mapping[str, str]) -> str:
    """Return what is done, and when it counts."""
    said = ["where no row of the list is left"] if place.path[-2] == "when_none" else []
    said += [in_words(cells["via"])] if cells["via"] else []
    said += [f"only when {in_words(cells['when'])}"] if cells["when"] else []
    said += [f"only rows where {in_words(cells['where'])}"] if cells["where"] else []
    said += [f"lines or header: {in_words(cells['detail'])}"] if cells["detail"] else []
    return "; ".join(said)


def plain(value: object) -> str:
    """Return a plain value of the file as text."""
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
