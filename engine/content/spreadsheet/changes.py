"""What people changed in a sheet, and the matrix that it makes.

The cells are compared with the sheet of the file as it is; each one that differs is one change at one place of its text.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.content.spreadsheet import patch, type_words
from engine.content.spreadsheet.place import Path
from engine.content.spreadsheet.sheet import COLUMNS, EDITED, NAMES, Line, Sheet, plain
from engine.model.errors import PostroomError

ORDER = (
    "to", "each", "from", "value", "via", "when", "where", "detail", "type", "need", "fallback", "default", "misfit",
    "owner", "why", "rows", "when_none", "items",
)  # fmt: skip
"""The order in which keys stand in a row."""
_HEAD = 2
"""Lines of a sheet above its rows."""
_SILENT = frozenset({"example_in", "example_out"})
_LETTERS = 26
_TITLES = {column.name: column.title for column in COLUMNS}


class SheetError(PostroomError):
    """A sheet cannot become a matrix; the message names the cell and what is allowed there."""


class Edit(NamedTuple):
    """One cell that differs, or a row that came or goes."""

    row: int
    """Of the sheet, from 1."""
    column: str
    what: str
    """In words: `header.vendor_id, When missing: hold -> reject`."""


class Made(NamedTuple):
    """What a sheet makes of the text of a matrix."""

    text: str
    edits: tuple[Edit, ...]
    ignored: tuple[Edit, ...]
    """Cells that differ in columns that are not read."""
    rows: tuple[int, ...]
    """For each row of the new matrix, in its order, the row of the sheet that it comes from."""
    known: Mapping[int, Line]
    """What each row of the sheet showed before, by its row."""


class _Given(NamedTuple):
    """A line as it stands in the sheet that came back."""

    row: int
    cells: Mapping[str, str]


class _Row(NamedTuple):
    """A row of the new matrix."""

    path: Path
    line: int
    is_gone: bool


class _Step(NamedTuple):
    """A row that goes, or (with `row`) one that comes behind the row at `path`."""

    path: Path
    line: int
    row: Mapping[str, object] | None = None


def made(text: str, sheet: Sheet, given: Sequence[Sequence[str]]) -> Made:
    """Return the text of a matrix as the sheet wants it. `sheet` shows the text as it is, `given` are all cells that came.

    Raises SheetError naming the cell.
    """
    lines = {line.place.number: line for line in sheet.lines}
    known, new = _read(given, lines)
    missing = next((line.place for number, line in lines.items() if number not in known), None)
    if missing is not None:
        raise SheetError(
            f"row {missing.number} ({missing.target}) is not in the sheet; put it back, "
            'and write yes under "Remove" to take it out of the matrix'
        )
    edits: list[Edit] = []
    ignored: list[Edit] = []
    gone = frozenset(number for number, row in known.items() if _asked(row))
    for number, line in lines.items():
        if number not in gone:
            text = _edited(text, line, known[number], edits, ignored)
    rows = [_Row(line.place.path, known[line.place.number].row, number in gone) for number, line in lines.items()]
    steps = [_Step(line.place.path, known[number].row) for number, line in lines.items() if number in gone]
    edits += [Edit(known[n].row, "remove", f"{lines[n].place.target} ({n}) is removed") for n in lines if n in gone]
    for fresh in new:
        anchor, row = _place_of(fresh, [one for one in sheet.lines if one.place.number not in gone], known)
        steps.append(_Step(anchor, fresh.row, row))
        rows.insert(_behind(rows, anchor), _Row((*anchor, "new"), fresh.row, is_gone=False))
        edits.append(Edit(fresh.row, "target", f"{fresh.cells['target'].strip()} is new"))
    before = {known[number].row: line for number, line in lines.items()}
    return Made(_restructured(text, steps), tuple(edits), tuple(ignored), _kept(rows), before)


def address(row: int, column: str) -> str:
    """Return the name of a cell: `K12`."""
    index = NAMES.index(column) if column in NAMES else 0
    letters = chr(ord("A") + index % _LETTERS)
    return f"{letters if index < _LETTERS else 'A' + letters}{row}"


def _read(given: Sequence[Sequence[str]], lines: Mapping[str, Line]) -> tuple[dict[str, _Given], list[_Given]]:
    """Return the lines that are known by number and those that are new."""
    if len(given) < _HEAD or [cell.strip() for cell in given[1]][: len(COLUMNS)] != [one.title for one in COLUMNS]:
        raise SheetError(f"the second row names the columns: {', '.join(column.title for column in COLUMNS)}")
    known: dict[str, _Given] = {}
    new: list[_Given] = []
    for row, cells in enumerate(given[_HEAD:], start=_HEAD + 1):
        if not any(cell.strip() for cell in cells):
            continue
        filled = [*cells, *[""] * (len(NAMES) - len(cells))]
        line = _Given(row, dict(zip(NAMES, filled, strict=False)))
        number = line.cells["number"].strip()
        if not number:
            new.append(line)
        elif number not in lines:
            raise SheetError(f"{address(row, 'number')}: there is no row {number}; a new row has no number")
        elif number in known:
            raise SheetError(f"{address(row, 'number')}: row {number} stands twice; a new row has no number")
        else:
            known[number] = line
    return known, new


def _asked(row: _Given) -> bool:
    wish = row.cells["remove"].strip().lower()
    if wish not in {"", "yes"}:
        raise SheetError(f"{address(row.row, 'remove')}: yes or nothing belongs here")
    return wish == "yes"


def _changed(text: str, line: Line, name: str, wanted: str, row: int) -> str:
    """Return the text with one cell's key set or taken out."""
    path = line.place.path
    try:
        if not wanted:
            return patch.remove_key(text, path, name) if name in line.place.data else text
        return patch.set_key(text, path, name, _value(name, wanted, line), order=ORDER)
    except (patch.Spot, type_words.TypeWordsError) as e:
        raise SheetError(f"{address(row, name)}: {e}") from e


def _value(name: str, wanted: str, line: Line | None) -> object:
    """Return a cell's text as the value of its key. A fixed value stays the kind that it was."""
    if name == "type":
        return type_words.read(wanted)
    if name not in {"value", "default"}:
        return wanted
    old = line.place.data.get(name) if line is not None else None
    kind = type_words.said(line.place.data.get("type")) if line is not None else ""
    if wanted in {"true", "false"} and (isinstance(old, bool) or (old is None and kind == "boolean")):
        return wanted == "true"
    is_number = isinstance(old, int) or (old is None and kind.startswith("integer"))
    return int(wanted) if is_number and not isinstance(old, bool) and plain(_int(wanted)) == wanted else wanted


def _int(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _edited(text: str, line: Line, row: _Given, edits: list[Edit], ignored: list[Edit]) -> str:
    """Return the text with the cells of one row as the sheet has them."""
    for name in NAMES:
        old, wanted = line.cells[name].strip(), row.cells[name].strip()
        if old == wanted or name in _SILENT or name == "remove":
            continue
        where = f"{line.place.target}, {_TITLES[name]}"
        if name in EDITED:
            text = _changed(text, line, name, wanted, row.row)
            edits.append(Edit(row.row, name, f"{where}: {old or 'nothing'} -> {wanted or 'nothing'}"))
        else:
            ignored.append(Edit(row.row, name, f"{where} is not read back"))
    return text


def _place_of(line: _Given, kept: Sequence[Line], known: Mapping[str, _Given]) -> tuple[Path, Mapping[str, object]]:
    """Return the path of the row that a new one stands behind, and the new row."""
    target = line.cells["target"].strip()
    siblings = [one for one in kept if not one.place.is_item and _is_below(target, _parent(one))]
    longest = max((len(_parent(one)) for one in siblings), default=0)
    siblings = [one for one in siblings if len(_parent(one)) == longest]
    if not target or not siblings:
        raise SheetError(f"{address(line.row, 'target')}: a new row names a target field, such as header.reference")
    above = next((one for one in siblings if known[one.place.number].row == line.row - 1), None)
    if len({one.place.path[:-1] for one in siblings}) > 1:
        # rows below the last one are the spare ones: they follow nothing on purpose
        is_between = line.row < max(row.row for row in known.values())
        if above is None or not is_between:
            numbers = ", ".join(one.place.number for one in siblings)
            raise SheetError(
                f"{address(line.row, 'target')}: several places fit; put the row between two rows, below one of {numbers}"
            )
    sibling = above or siblings[-1]
    data: dict[str, object] = {"to": target[len(_parent(sibling)) :].removeprefix(".")}
    for name in ORDER:
        wanted = line.cells.get(name, "").strip()
        if wanted and name in EDITED:
            try:
                data[name] = _value(name, wanted, None)
            except type_words.TypeWordsError as e:
                raise SheetError(f"{address(line.row, name)}: {e}") from e
    return sibling.place.path, data


def _parent(line: Line) -> str:
    """Return the target of the object that a row stands in; empty for the payload itself."""
    own = f"{line.place.data['to']}{'[]' if line.place.target.endswith('[]') else ''}"
    return line.place.target[: -len(own)].removesuffix(".")


def _is_below(target: str, parent: str) -> bool:
    return not parent or target.startswith(f"{parent}.")


def _behind(rows: Sequence[_Row], anchor: Path) -> int:
    """Return the position behind a row and all that stands below it."""
    return max(index for index, row in enumerate(rows) if row.path[: len(anchor)] == anchor) + 1


def _restructured(text: str, steps: Sequence[_Step]) -> str:
    """Put rows in and take rows out, later places first so that the paths of earlier ones stay true."""
    gone = [step.path for step in steps if step.row is None]
    order = sorted(
        range(len(steps)), key=lambda n: (_sortable(steps[n].path), steps[n].row is not None, n), reverse=True
    )
    for step in (steps[n] for n in order):
        try:
            if step.row is not None:
                text = patch.add_row(text, step.path, step.row)
            elif not any(step.path != path and step.path[: len(path)] == path for path in gone):
                text = patch.remove_row(text, step.path)
        except patch.Spot as e:
            raise SheetError(f"{address(step.line, 'remove')}: {e}") from e
    return text


def _sortable(path: Path) -> tuple[str, ...]:
    return tuple(f"{part:06d}" if isinstance(part, int) else part for part in path)


def _kept(rows: Sequence[_Row]) -> tuple[int, ...]:
    """Return the sheet's row of each row that stays; what stands below a removed one goes with it."""
    gone = [row.path for row in rows if row.is_gone]
    return tuple(row.line for row in rows if not any(row.path[: len(path)] == path for path in gone))
