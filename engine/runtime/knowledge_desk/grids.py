"""A piece as a grid of cells, and its text with other cells: comments, order and spelling of everything else stay.

Three kinds of file make grids: tables (CSV), rules with their thresholds (YAML), and matrices by way of their sheet. Every
other piece is edited as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.content import strict_yaml
from engine.content.lint.finding import LintFinding
from engine.content.ruleset import Rule, Ruleset
from engine.content.spreadsheet import changes, csv_form, patch
from engine.content.spreadsheet.changes import SheetError
from engine.content.spreadsheet.sheet import COLUMNS
from engine.model.errors import PostroomError
from engine.model.value import Value
from engine.runtime import sheets
from engine.runtime.knowledge_desk import csv_grid
from engine.runtime.knowledge_desk.pieces import Piece

RULE_KEYS = ("name", "when", "then.route", "then.queue", "severity", "message", "why")
"""Cells of a rule; the rest of it is edited in its file."""
_LONG = frozenset({"name", "when", "message", "why", "via", "meaning"})
_ORDER = (*Ruleset.model_fields, *Rule.model_fields, "route", "queue")
"""In which new keys stand."""
_SHEET_HEAD = 2
_HIDDEN = frozenset({"source", "takes", "meaning", "words", "remove", "number"})
_APART = frozenset({"rules", "examples", "checks", "levels", "sends", "reversals", "rows"})
"""Lists that are no thresholds."""


class Column(Value):
    """One column of a grid."""

    name: str
    is_edited: bool = True
    is_long: bool = False
    """A sentence stands in it, or an expression."""
    choices: tuple[str, ...] = ()


class Row(Value):
    """One row of a grid."""

    key: str
    """By which its cells are named: `rules.3`."""
    subject: str
    """How lint calls it."""
    line: int
    cells: tuple[str, ...]


class Grid(Value):
    """A part of a piece as cells."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    may_grow: bool = False
    """Whether rows may be added and taken out."""


class NoPlace(PostroomError):
    """A cell cannot be changed as it is wanted; the sentence says why."""


def grids(root: Path, piece: Piece, text: str) -> tuple[Grid, ...]:
    """Return the grids of a piece; none for one that is edited as a whole. Raises ContentError for a broken one."""
    if piece.kind in {"table", "xref"}:
        return (_of_csv(text),)
    if piece.kind == "matrix":
        return _of_matrix(root, piece)
    if piece.kind in {"ruleset", "tolerance"}:
        return tuple(_of_yaml(text, Path(piece.file)))
    return ()


def with_cells(
    root: Path, piece: Piece, text: str, cells: Mapping[str, str], *, removed: Sequence[str] = (),
    added: Sequence[Sequence[str]] = (),
) -> str:  # fmt: skip
    """Return the text of a piece with other cells, by `row key:column name`. Raises NoPlace, SheetError, ContentError."""
    if piece.kind in {"table", "xref"}:
        names = [*csv_grid.columns(text)]
        changed = {(int(row), names.index(column)): value for (row, column), value in _named(cells)}
        return csv_grid.edited(text, changed, removed=[int(one) for one in removed], added=added)
    if piece.kind == "matrix":
        return _in_sheet(root, piece, cells)
    for (row, column), value in _named(cells):
        text = _in_yaml(text, row, column, value.strip())
    return text


def by_row(
    found: Sequence[LintFinding], parts: Sequence[Grid]
) -> Mapping[str, Mapping[str, tuple[LintFinding, ...]]]:  # fmt: skip
    """Return what lint says by grid and row: by what it is about, else by the line on which it stands."""
    told: dict[str, dict[str, tuple[LintFinding, ...]]] = {part.name: {} for part in parts}
    rows = [(part.name, row) for part in parts for row in part.rows]
    for one in found:
        place = next((place for place in rows if place[1].subject == one.subject), None) or _at_line(rows, one)
        if place is not None:
            grid, row = place
            told[grid][row.key] = (*told[grid].get(row.key, ()), one)
    return told


def _at_line(rows: Sequence[tuple[str, Row]], finding: LintFinding) -> tuple[str, Row] | None:
    before = [place for place in rows if finding.line is not None and place[1].line <= finding.line]
    return max(before, key=lambda place: place[1].line) if before else None


def _named(cells: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    for name, value in cells.items():
        row, _, column = name.partition(":")
        yield (row, column), value


def _of_csv(text: str) -> Grid:
    names = csv_grid.columns(text)
    columns = tuple(Column(name=name, is_long=name in _LONG) for name in names)
    rows = tuple(
        Row(
            key=str(one.line), subject=one.cells[0], line=one.line,
            cells=tuple(one.cells[at] if at < len(one.cells) else "" for at in range(len(names))),
        )
        for one in csv_grid.rows(text)
    )  # fmt: skip
    return Grid(name="rows", columns=columns, rows=rows, may_grow=True)


def _of_matrix(root: Path, piece: Piece) -> tuple[Grid, ...]:
    """Return the rows of a matrix as its sheet shows them; none where they stand in another matrix."""
    lent = strict_yaml.load(root / piece.file).data.get("rows_of")
    if lent:
        return ()
    opened = sheets.opened(root, piece.called)
    source = strict_yaml.load(opened.file)
    shown = [column for column in COLUMNS if column.name not in _HIDDEN]
    columns = tuple(
        Column(name=one.name, is_edited=one.is_edited, is_long=one.name in _LONG, choices=one.choices) for one in shown
    )
    rows = tuple(
        Row(
            key=line.place.number, subject=line.place.target, line=source.line(line.place.path) or 1,
            cells=tuple(line.cells[one.name] for one in shown),
        )
        for line in opened.sheet.lines
    )  # fmt: skip
    return (Grid(name="rows", columns=columns, rows=rows),)


def _in_sheet(root: Path, piece: Piece, cells: Mapping[str, str]) -> str:
    """Return the text of a matrix with other cells, changed by way of its sheet."""
    opened = sheets.opened(root, piece.called)
    given = csv_form.rows(opened.sheet)
    places = {row[0]: at for at, row in enumerate(given) if at >= _SHEET_HEAD}
    names = [column.name for column in COLUMNS]
    for (row, column), value in _named(cells):
        given[places[row]][names.index(column)] = value
    try:
        return changes.made(opened.text.removeprefix("\ufeff"), opened.sheet, given).text
    except SheetError as e:
        raise NoPlace(e.message) from e


def _of_yaml(text: str, file: Path) -> Iterator[Grid]:
    source = strict_yaml.loads(text, file=file)
    settings = [
        Row(key=".".join(map(str, path)), subject=".".join(map(str, path)), line=source.line(path) or 1, cells=(
            strict_yaml.dotted(path), _plain(value),
        ))
        for path, value in _leaves(source.data, ())
        if path[0] not in {"name", "version"}
    ]  # fmt: skip
    yield Grid(
        name="settings", columns=(Column(name="setting", is_edited=False), Column(name="value")), rows=tuple(settings)
    )
    if "rules" in source.data:
        yield Grid(
            name="rules",
            columns=(
                Column(name="id", is_edited=False),
                *(Column(name=key, is_long=key in _LONG, choices=_choices(key)) for key in RULE_KEYS),
            ),
            rows=tuple(
                Row(
                    key=f"rules.{at}", subject=str(rule.get("id", "")), line=source.line(("rules", at)) or 1,
                    cells=(str(rule.get("id", "")), *(_plain(_deep(rule, key)) for key in RULE_KEYS)),
                )
                for at, rule in enumerate(source.data["rules"])
            ),
        )  # fmt: skip


def _choices(key: str) -> tuple[str, ...]:
    return {
        "severity": ("", "error", "warning", "info"),
        "then.route": ("", "post", "wait", "review", "duplicate", "reject"),
    }.get(key, ())


def _leaves(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every plain value of a file with its path; lists of plain values and of rows are left out."""
    if isinstance(data, dict):
        for key, inner in data.items():
            if path or key not in _APART - {"checks", "levels"}:
                yield from _leaves(inner, (*path, key))
    elif isinstance(data, list):
        for at, inner in enumerate(data):
            if isinstance(inner, dict):
                yield from _leaves(inner, (*path, at))
    else:
        yield path, data


def _deep(rule: Mapping[str, Any], key: str) -> Any:
    value: Any = rule
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _plain(value: object) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _in_yaml(text: str, row: str, column: str, value: str) -> str:
    """Return a YAML text with one value changed; an empty one takes its key away."""
    path: list[str | int] = [int(part) if part.isdecimal() else part for part in row.split(".")]
    path += column.split(".") if column != "value" else []
    *ahead, last = path
    source = strict_yaml.loads(text, file=Path("draft.yaml"))
    try:
        here = source.data
        for part in ahead:
            here = here[part]
        if not value:
            return patch.remove_key(text, ahead, str(last)) if last in here else text
        written: object = value
        if isinstance(here.get(last), bool) and value in {"true", "false"}:
            written = value == "true"
        elif isinstance(here.get(last), int) and value.removeprefix("-").isdecimal():
            written = int(value)
        return patch.set_key(text, ahead, str(last), written, order=_ORDER)
    except (patch.Spot, LookupError, TypeError, AttributeError) as e:
        raise NoPlace(f"{row} {column}: {e}") from e
