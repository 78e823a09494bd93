"""Mapping matrices as sheets that business people read, edit and sign: out of the content folder and back into it."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from engine.content import released, strict_yaml
from engine.content.draft.write import Named, draft
from engine.content.matrix import Matrix, load_matrices
from engine.content.matrix_check import inlined
from engine.content.ownership import load_ownership
from engine.content.record_schema import schema_file, schema_files
from engine.content.spreadsheet import changes, csv_form, patch, reading_form, workbook
from engine.content.spreadsheet import place as place_module
from engine.content.spreadsheet.changes import Made, SheetError, address
from engine.content.spreadsheet.sheet import COLUMNS, EDITED, Sheet, sheet_of
from engine.model.errors import ContentError
from engine.stages.matrix_examples import complaint, example_values
from engine.store import xlsx_rows

Form = Literal["csv", "xlsx", "html", "md"]
OUTBOUND = Path("mappings") / "outbound"
CANONICAL = Path("mappings") / "canonical"
_MARK = "\ufeff"
_HEAD = 3
"""Cells of the first line of a sheet."""
_TITLES = {column.name: column.title for column in COLUMNS}


class Open(NamedTuple):
    """A matrix in the hands of the sheet."""

    file: Path
    text: str
    sheet: Sheet


def opened(root: Path, name: str) -> Open:
    """Return a matrix (`name` or `name@version`; without version the last one) as a sheet.

    Raises ContentError for one that is not there, or whose rows stand in another matrix.
    """
    matrices = load_matrices(root)
    matrix = chosen(matrices, name)
    file = root / OUTBOUND / f"{matrix.name}.v{matrix.version}.yaml"
    text = _text(file)
    return Open(file, text, sheet(root, matrix, strict_yaml.loads(text.removeprefix(_MARK), file=file), text))


def written(sheet: Sheet, form: Form) -> bytes:
    """Return a sheet as the bytes of a file."""
    if form == "xlsx":
        return workbook.write(sheet)
    if form == "csv":
        return f"{_MARK}{csv_form.write(sheet)}".encode()
    return (reading_form.page(sheet) if form == "html" else reading_form.markdown(sheet)).encode()


class Imported(NamedTuple):
    """What became of a sheet."""

    file: Path
    text: str
    """As it is to stand in the file."""
    made: Made
    effects: tuple[str, ...]
    """Cells that change although nobody edited them, such as what happens when a value is missing after `need` changed."""
    broken: tuple[str, ...]
    """Examples of the matrix that hold no longer, and why."""


def imported(root: Path, into: str, cells: Sequence[Sequence[str]], *, anyway: bool = False) -> Imported:
    """Return the matrix `into` (`name@version`) as a sheet wants it, checked. Nothing is written.

    A version that is not there yet begins as the one that the sheet shows. `anyway`: also when the file was changed since
    the sheet was written. Raises SheetError with the cell, ContentError for a matrix that is not there or released.
    """
    shown, digest = _shown(cells)
    matrices = load_matrices(root)
    name, _, version = into.partition("@")
    base = opened(root, into if not version or into in matrices else shown)
    text, file = base.text, base.file
    if version and into not in matrices:
        text, file = _next(base, name, version)
    if base.sheet.ref != shown and into in matrices:
        raise SheetError(f"{address(1, 'target')}: the sheet shows {shown}, not {base.sheet.ref}")
    if digest != base.sheet.digest and not anyway:
        raise SheetError(f"{shown} was changed since this sheet was written; export it anew, or import it anyway")
    _refuse_released(root, f"{name}@{file.suffixes[-2].removeprefix('.v')}")
    made = changes.made(text.removeprefix(_MARK), base.sheet, cells)
    whole = (_MARK if text.startswith(_MARK) else "") + made.text
    matrix, new = _checked(root, file, made.text, made)
    broken = tuple(f"{one.name}: {said}" for one in matrix.examples if (said := complaint(matrix, one)))
    return Imported(file, whole, made, tuple(_effects(new, made)), broken)


def cells_of(file: Path) -> list[list[str]]:
    """Return every cell of a sheet that came back as .xlsx or .csv. Raises ContentError for a file that is neither."""
    if file.suffix.lower() == ".xlsx":
        return xlsx_rows.grid(file, sheet=workbook.NAME)
    if file.suffix.lower() != ".csv":
        raise ContentError("a sheet comes back as .xlsx or .csv; the other forms are for reading", file=str(file))
    try:
        return csv_form.read(file.read_bytes().decode("utf-8"))
    except (UnicodeDecodeError, csv.Error) as e:
        raise ContentError(f"cannot be read as CSV in UTF-8: {e}", file=str(file)) from e


def write(one: Imported) -> bool:
    """Write an imported matrix; False when the file says so already."""
    wanted = one.text.encode()
    if one.file.is_file() and one.file.read_bytes() == wanted:
        return False
    one.file.write_bytes(wanted)
    return True


def _shown(cells: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Return which matrix a sheet shows, and the digest of its file."""
    if not csv_form.is_sheet(cells) or len(cells[0]) < _HEAD:
        raise SheetError(f"{address(1, 'number')}: this is no sheet that `postroom mappings export` wrote")
    return cells[0][1].strip(), cells[0][2].strip()


def _next(base: Open, name: str, version: str) -> tuple[str, Path]:
    """Return the text and the file of a new version of a matrix."""
    if name != base.sheet.ref.partition("@")[0] or not version.isdecimal():
        raise SheetError(f"the sheet shows {base.sheet.ref}; import it into that one or into a new version of it")
    text = patch.set_key(base.text, (), "version", int(version), order=("name", "version"))
    return text, base.file.with_name(f"{name}.v{version}.yaml")


def _refuse_released(root: Path, ref: str) -> None:
    lock = root / "rules" / "released.lock"
    if f"matrix/{ref}" in released.read_lock(lock):
        name, _, version = ref.partition("@")
        raise ContentError(
            f"{ref} is released and stays as it is; import into {name}@{int(version) + 1}", file=str(lock),
            path=f"matrix/{ref}",
        )  # fmt: skip


def _checked(root: Path, file: Path, text: str, made: Made) -> tuple[Matrix, Sheet]:
    """Check the new text as a start would. Raises SheetError with the cell."""
    try:
        matrices = load_matrices(root, instead={file: text})
        source = strict_yaml.loads(text, file=file)
        matrix = matrices[f"{source.data['name']}@{source.data['version']}"]
        return matrix, sheet(root, matrix, source, text)
    except ContentError as e:
        raise SheetError(f"{_cell(e, text, made)}{e.reason}") from e


def _effects(new: Sheet, made: Made) -> Iterator[str]:
    """Yield what changes in cells that nobody edited."""
    edited = {(edit.row, edit.column) for edit in made.edits}
    for line, row in zip(new.lines, made.rows, strict=True):
        was = made.known.get(row)
        for name in (*EDITED, "example_in", "example_out") if was is not None else ():
            old, now = was.cells[name] if was else "", line.cells[name]
            if old != now and (row, name) not in edited:
                yield f"{line.place.target}, {_TITLES[name]}: {old or 'nothing'} -> {now or 'nothing'}"


def _cell(error: ContentError, text: str, made: Made) -> str:
    """Return the cell that an error of the matrix is about."""
    parts: list[str | int] = [int(p) if p.isdecimal() else p for p in re.findall(r"[^.\[\]]+", error.path)]
    source = strict_yaml.loads(text, file=Path(error.file))
    for place, row in zip(place_module.placed(source.data), made.rows, strict=True):
        if tuple(parts[: len(place.path)]) == place.path and not _deeper(parts, place.path):
            column = str(parts[len(place.path)]) if len(parts) > len(place.path) else "target"
            return f"{address(row, column if column in _TITLES else 'target')} ({place.target}): "
    return f"{error.path}: " if error.path else ""


def _deeper(parts: Sequence[str | int], path: Sequence[str | int]) -> bool:
    """Tell whether the rest of a path leads into a row below."""
    rest = parts[len(path) :]
    return len(rest) > 1 and rest[0] in {"rows", "items", "when_none"}


def _text(file: Path) -> str:
    """Return the text of a file with its line ends as they are."""
    return file.read_bytes().decode("utf-8")


def drafted(root: Path, schema: Path, record: str, *, name: str = "", owner: str = "integration_admins") -> str:
    """Return a first matrix for a target's schema as YAML. `name`: `adapter.object`; empty: made of the file's name.

    Raises ContentError for a file that is no JSON Schema and a record that is not there.
    """
    text = _json(schema)
    wanted = name or _named(schema.name.removesuffix(".schema.json").removesuffix(".json").lower())
    known = schema_files(root / CANONICAL)
    if record not in known:
        raise ContentError(f"no record {record!r}; there are: {', '.join(known)}", file=str(root / CANONICAL))
    try:
        whole = inlined(text, root=text)
    except ValueError as e:
        raise ContentError(f"cannot be drafted from: {e}", file=str(schema)) from e
    return draft(Named(wanted, record, schema.name, owner), whole, _json(known[record]))


def _named(stem: str) -> str:
    """Return `adapter.object` for the name of a schema's file."""
    adapter, _, target = stem.rpartition(".")
    parts = [re.sub(r"[^a-z0-9]+", "_", part).strip("_") for part in (adapter or "files", target)]
    return ".".join(part or "target" for part in parts)


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ContentError(f"cannot be read as JSON: {e}", file=str(file)) from e
    if not isinstance(found, dict):
        raise ContentError("is no JSON Schema", file=str(file))
    return found


def sheet(root: Path, matrix: Matrix, source: strict_yaml.Source, text: str) -> Sheet:
    """Return a checked matrix as a sheet. `source` is its file as it is read, `text` what stands in it."""
    if "rows" not in source.data:
        lender = source.data.get("rows_of")
        raise source.error(f"the rows of {matrix.ref} stand in {lender}; export and import that one", "rows_of")
    record: dict[str, Any] = json.loads(schema_file(root / CANONICAL, matrix.record).read_text(encoding="utf-8"))
    teams = tuple(load_ownership(root).teams)
    return sheet_of(
        source, matrix, digest=hashlib.sha256(text.encode()).hexdigest(), teams=teams, record=record,
        examples=example_values(matrix),
    )  # fmt: skip


def chosen(matrices: Mapping[str, Matrix], name: str) -> Matrix:
    """Return a matrix by `name@version`, or the last version of a name. Raises ContentError with those there are."""
    versions = [matrix for matrix in matrices.values() if name in (matrix.ref, matrix.name)]
    if not versions:
        known = ", ".join(sorted(matrices)) or "none"
        raise ContentError(f"no mapping matrix {name!r}; there are: {known}", file=str(OUTBOUND))
    return max(versions, key=lambda matrix: matrix.version)
