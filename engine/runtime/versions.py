"""Old documents stay explainable: whether the content that made them still stands there as it was, and what it said."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from engine.content import released
from engine.content.calibration import FILE as CALIBRATION_FILE
from engine.content.facts import facts_file, load_facts
from engine.content.fitted import model_file
from engine.content.inbound_matrix import load_inbound
from engine.content.matrix import load_matrices
from engine.content.matrix_row import MatrixRow
from engine.content.party_model import FILE as PARTIES_FILE
from engine.content.record_schema import FOLDER as SCHEMAS
from engine.content.record_schema import schema_file
from engine.content.ruleset import Ruleset, load_ruleset
from engine.model.decision import Decision
from engine.model.errors import ContentError
from engine.model.value import Value

_FOLDERS = {
    "ruleset": ("rules/sets", "yaml"), "flow": ("rules/flows", "yaml"), "tolerance": ("rules/tolerances", "yaml"),
    "table": ("rules/tables", "csv"), "xref": ("mappings/xref", "csv"), "receipts": ("mappings/inbound", "yaml"),
    "terms": ("mappings/inbound", "yaml"), "layout": ("mappings/inbound/layouts", "yaml"),
    "environment": ("environments", "yaml"),
}  # fmt: skip


class Kept(Value):
    """One piece of content that a decision rests on, today."""

    ref: str
    state: Literal["as it was", "changed", "gone"]


def kept(root: Path, digests: Sequence[tuple[str, str]]) -> tuple[Kept, ...]:
    """Return what became of pieces of content, given (reference, digest then)."""
    return tuple(Kept(ref=ref, state=_state(root, ref, then)) for ref, then in digests)


def files_then(root: Path, ref: str, then: str) -> tuple[Path, ...]:
    """Return the files of a piece of content while they are what they were by digest; none otherwise."""
    return _files(root, ref) if _state(root, ref, then) == "as it was" else ()


def _state(root: Path, ref: str, then: str) -> Literal["as it was", "changed", "gone"]:
    files = _files(root, ref)
    if not files or not all(file.is_file() for file in files):
        return "gone"
    return "as it was" if released.digest_files(files) == then else "changed"


def _files(root: Path, ref: str) -> tuple[Path, ...]:
    """Return the files of a reference, whether they are there or not; none for what cannot be told."""
    kind, _, name = ref.partition("/")
    place = name.replace("@", ".v")
    version = int(name.partition("@")[2] or 1) if kind != "environment" else None
    if kind in _FOLDERS:
        folder, ending = _FOLDERS[kind]
        return (root / folder / f"{place}.{ending}",)
    if kind in {"vocabulary", "paper"}:
        return (root / "mappings" / "inbound" / f"{kind}.{place}.yaml",)
    if kind == "schema":
        return (schema_file(root / SCHEMAS, name),)
    if kind == "facts":
        return (facts_file(root, version),)
    if kind in {"matrix", "inbound"}:
        return _matrix_files(root, name) if kind == "matrix" else _inbound_files(root, place)
    fitted = model_file(root, CALIBRATION_FILE if kind == "calibration" else PARTIES_FILE, version)
    return (fitted,) if fitted else ()


def _matrix_files(root: Path, name: str) -> tuple[Path, ...]:
    """Return everything a matrix rests on; of one that is broken now the file itself, which is then not as it was."""
    try:
        found = load_matrices(root, only=[name])
    except ContentError:
        return (root / "mappings" / "outbound" / f"{name.replace('@', '.v')}.yaml",)
    return found[name].files if name in found else ()


def _inbound_files(root: Path, place: str) -> tuple[Path, ...]:
    """Return an inbound matrix with its record's schema; of one that is broken now the file itself."""
    file = root / "mappings" / "inbound" / f"{place}.yaml"
    try:
        return load_inbound(file, root=root).matrix.files
    except ContentError:
        return (file,)


def ruleset_then(root: Path, decision: Decision) -> Ruleset | None:
    """Return the ruleset of a decision as it judged, from its file; None when that is not what it was, or gone."""
    ref = f"ruleset/{decision.ruleset}"
    then = dict(decision.digests).get(ref)
    if then is None or _state(root, ref, then) != "as it was":
        return None
    facts = next((one for one, _ in decision.digests if one.startswith("facts/")), "facts/facts@1")
    try:
        catalogue = load_facts(_files(root, facts)[0])
        return load_ruleset(_files(root, ref)[0], catalogue=catalogue)
    except (ContentError, OSError):
        return None


def rows_then(root: Path, mapping: str, decision: Decision) -> Mapping[str, str] | None:
    """Return the rows of a matrix by target path, as they were written when a decision was made; None as above."""
    ref = f"matrix/{mapping}"
    then = dict(decision.digests).get(ref)
    if then is None or _state(root, ref, then) != "as it was":
        return None
    return dict(_rows(load_matrices(root, only=[mapping])[mapping].rows, ""))


def _rows(rows: Sequence[MatrixRow], above: str) -> Iterator[tuple[str, str]]:
    for row in rows:
        path = f"{above}.{row.to}" if above else row.to
        if row.is_leaf:
            said = row.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"to"})
            yield path, ", ".join(f"{key}: {value}" for key, value in said.items())
        yield from _rows(list(row.below()), path)
