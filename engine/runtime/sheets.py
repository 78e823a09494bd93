"""Mapping matrices as sheets that business people read, edit and sign: out of the content folder and back into it."""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

from engine.content import strict_yaml
from engine.content.matrix import Matrix, load_matrices
from engine.content.ownership import load_ownership
from engine.content.spreadsheet.sheet import Sheet, sheet_of
from engine.model.errors import ContentError
from engine.stages.matrix_examples import example_values

Form = Literal["csv", "xlsx", "html", "md"]
OUTBOUND = Path("mappings") / "outbound"
CANONICAL = Path("mappings") / "canonical"


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
    return Open(file, file.read_text(encoding="utf-8"), sheet(root, matrix, strict_yaml.load(file)))


def sheet(root: Path, matrix: Matrix, source: strict_yaml.Source) -> Sheet:
    """Return a checked matrix as a sheet. `source` is its file as it is read."""
    if "rows" not in source.data:
        lender = source.data.get("rows_of")
        raise source.error(f"the rows of {matrix.ref} stand in {lender}; export and import that one", "rows_of")
    record: dict[str, Any] = json.loads((root / CANONICAL / f"{matrix.record}.schema.json").read_text(encoding="utf-8"))
    teams = tuple(load_ownership(root).teams)
    return sheet_of(
        source, matrix, digest=hashlib.sha256(source.file.read_bytes()).hexdigest(), teams=teams, record=record,
        examples=example_values(matrix),
    )  # fmt: skip


def chosen(matrices: dict[str, Matrix] | Any, name: str) -> Matrix:
    """Return a matrix by `name@version`, or the last version of a name. Raises ContentError with those there are."""
    versions = [matrix for matrix in matrices.values() if name in (matrix.ref, matrix.name)]
    if not versions:
        known = ", ".join(sorted(matrices)) or "none"
        raise ContentError(f"no mapping matrix {name!r}; there are: {known}", file=str(OUTBOUND))
    return max(versions, key=lambda matrix: matrix.version)
