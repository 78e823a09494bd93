"""Lint of mapping matrices and of what they look values up in: everything that is wrong, found without a document."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.content import released, strict_yaml
from engine.content.flow import Flow, load_flow
from engine.content.lint import matrix_faults, matrix_reach, matrix_values
from engine.content.lint.finding import LintFinding
from engine.content.lint.matrix_subject import MatrixSubject, Surroundings
from engine.content.lint.outcomes import MOST_CASES
from engine.content.matrix import Matrix, MatrixFile, load_matrices
from engine.content.matrix_check import inlined
from engine.content.ownership import load_ownership
from engine.content.strict_yaml import Source
from engine.content.xref import CrossReference, load_xref
from engine.model.document import BUILT_IN
from engine.model.errors import ContentError

Written = Mapping[str, tuple[Source, MatrixFile]]
"""Matrices that can be parsed, by `name@version`."""


@dataclass(frozen=True)
class _Folder:
    """What stands around the matrices in a content folder."""

    root: Path
    teams: frozenset[str]
    flows: tuple[Flow, ...]
    xrefs: Mapping[str, CrossReference]
    environments: Mapping[str, Source]


def lint(root: Path, files: Sequence[Path] = ()) -> tuple[LintFinding, ...]:
    """Return the faults of matrices, by file and line: of the files named, or of all in the content folder `root`.

    Never raises for a broken file: what the loader would refuse are findings too. Cross-references that nobody uses
    are told when all files are looked at.
    """
    found: list[LintFinding] = []
    folder = _folder(root, found)
    outbound = sorted((root / "mappings" / "outbound").glob("*.yaml"))
    written = _written([*outbound, *(file for file in files if file.resolve() not in _resolved(outbound))], found)
    wanted = _resolved(files)
    for ref, (source, matrix) in written.items():
        lender = written.get(matrix.rows_of or "")
        if not files or {one[0].file.resolve() for one in (written[ref], lender) if one} & wanted:
            found += _matrix(folder, written, ref, source, matrix)
    if not files:
        found += _whole(folder, found)
    told = [one for one in dict.fromkeys(found) if not files or Path(one.file).resolve() in wanted]
    return tuple(sorted(told, key=lambda one: (one.file, one.line or 0, one.code, one.subject)))


def _resolved(files: Sequence[Path]) -> set[Path]:
    return {file.resolve() for file in files}


def _folder(root: Path, found: list[LintFinding]) -> _Folder:
    teams: frozenset[str] = frozenset()
    try:
        teams = frozenset(load_ownership(root).teams)
    except ContentError as e:
        found.append(_refused(e))
    flows: list[Flow] = []
    for file in sorted((root / "rules" / "flows").glob("*.yaml")):
        try:
            flows.append(load_flow(file))
        except ContentError as e:
            found.append(_refused(e))
    xrefs: dict[str, CrossReference] = {}
    for file in sorted((root / "mappings" / "xref").glob("*.csv")):
        try:
            table = load_xref(file)
            xrefs[table.ref] = table
        except ContentError as e:
            found.append(_refused(e))
    environments: dict[str, Source] = {}
    for file in sorted((root / "environments").glob("*.yaml")):
        try:
            environments[file.stem] = strict_yaml.load(file)
        except ContentError as e:
            found.append(_refused(e))
    return _Folder(root, teams, tuple(flows), xrefs, environments)


def _written(files: Sequence[Path], found: list[LintFinding]) -> Written:
    """Return the matrices that can be parsed; everything that cannot becomes a finding."""
    written: dict[str, tuple[Source, MatrixFile]] = {}
    for file in files:
        try:
            source = strict_yaml.load(file)
        except ContentError as e:
            found.append(_refused(e))
            continue
        wrong = strict_yaml.complaints(source, MatrixFile)
        found += [_refused(one) for one in wrong]
        if not wrong:
            matrix = strict_yaml.parse(source, MatrixFile)
            written[f"{matrix.name}@{matrix.version}"] = (source, matrix)
    return written


def _matrix(
    folder: _Folder, written: Written, ref: str, source: Source, matrix: MatrixFile
) -> list[LintFinding]:  # fmt: skip
    """Return what is wrong with one matrix; rows that it borrows are looked at where they are its own."""
    lender = written.get(matrix.rows_of or "")
    if matrix.rows_of is not None and (lender is None or lender[1].target.schema_file == matrix.target.schema_file):
        return []
    rows_source, rows = (source, matrix) if lender is None else (lender[0], lender[1])
    try:
        around = Surroundings(
            record=_schema(folder.root / "mappings" / "canonical" / f"{matrix.record}.schema.json", source, "from"),
            payload=_schema(source.file.parent / matrix.target.schema_file, source, "target", "schema")
            if (source.file.parent / matrix.target.schema_file).is_file()
            else _schema(folder.root / "mappings" / "outbound" / matrix.target.schema_file, source, "target", "schema"),
            types=_types(folder, written, ref), environments=tuple(folder.environments), xrefs=folder.xrefs,
            teams=folder.teams,
        )  # fmt: skip
    except ContentError as e:
        return [_refused(e)]
    return _known(MatrixSubject(rows_source, rows, around), folder.root)


_MOST_KNOWN = 1000
_KNOWN: dict[str, tuple[Path, list[LintFinding]]] = {}
"""What was found in this process, by all that it rests on: a search takes a tenth of a second, and most matrices stay as they are."""


def _known(subject: MatrixSubject, root: Path) -> list[LintFinding]:
    """Return what is wrong with a matrix, from what was found before where nothing that it rests on has changed."""
    around = subject.around
    inputs = [
        subject.source.data, subject.source.spelled, around.record, around.payload, around.types, around.environments,
        sorted(around.teams), [[ref, table.file.read_text(encoding="utf-8")] for ref, table in around.xrefs.items()],
        str(subject.source.file.relative_to(root) if subject.source.file.is_relative_to(root) else subject.source.file),
    ]  # fmt: skip
    key = sha256(json.dumps(inputs, default=str).encode()).hexdigest()
    if key not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = (root, check(subject))
    before, found = _KNOWN[key]
    return [one.model_copy(update={"file": one.file.replace(str(before), str(root), 1)}) for one in found]


def check(subject: MatrixSubject) -> list[LintFinding]:
    """Return what is wrong with a matrix that can be parsed. What rests on a fault of a row is not told beside it."""
    faults = list(matrix_faults.check(subject))
    deeper = [*matrix_reach.check(subject), *matrix_values.check(subject)]
    broken = {one.subject for one in faults}
    found = [*faults, *(one for one in deeper if not any(_is_of(one.subject, other) for other in broken))]
    for place in subject.given_up:
        wrong = f"its conditions have more than {MOST_CASES:,} cases; they were not all looked at"
        found.append(subject.find("search_bounded", "info", place, wrong))
    return found


def _is_of(subject: str, other: str) -> bool:
    """Whether a path of the payload is another one, or lies below it."""
    return subject == other or subject.startswith((f"{other}.", f"{other}["))


def _types(folder: _Folder, written: Written, ref: str) -> tuple[str, ...]:
    """Return the types of documents that flows send through a matrix, or through one that borrows its rows."""
    sharing = {ref, *(other for other, (_, matrix) in written.items() if matrix.rows_of == ref)}
    types = [kind for flow in folder.flows if sharing & set(flow.mappings) for kind in flow.when.types]
    return tuple(dict.fromkeys(types)) or BUILT_IN


def _schema(file: Path, source: Source, *path: str) -> Mapping[str, Any]:
    if not file.is_file():
        known = ", ".join(sorted(other.name for other in file.parent.glob("*.schema.json"))) or "none"
        raise source.error(f"{file.name} does not stand in {file.parent.name}; there are {known}", *path)
    try:
        schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        whole: dict[str, Any] = inlined(schema, root=schema)
    except ValueError as e:
        raise ContentError(f"is no JSON Schema (2020-12): {e}", file=str(file)) from e
    return whole


def _whole(folder: _Folder, found: Sequence[LintFinding]) -> Iterator[LintFinding]:
    """Yield what the loader still refuses, and what nobody uses."""
    try:
        matrices = load_matrices(folder.root)
    except ContentError as e:
        refused = _refused(e)
        same = [one for one in found if one.file == refused.file]
        if not any(one.severity == "error" or one.line == refused.line for one in same):
            yield refused
        return
    yield from _unused_xrefs(folder, matrices)
    yield from _overlays(folder, matrices)
    sent = {one for flow in folder.flows for one in flow.mappings}
    for ref, matrix in matrices.items():
        if ref not in sent and not any(ref == _lender(folder, other) for other in matrices):
            yield LintFinding(
                code="unused_matrix", severity="info", file=str(matrix.files[0]), line=1, subject=ref,
                message="no flow sends it; name it in `sends` or `reversals` of a flow, or take it out",
            )  # fmt: skip


def _lender(folder: _Folder, ref: str) -> str | None:
    name, _, version = ref.partition("@")
    data = strict_yaml.load(folder.root / "mappings" / "outbound" / f"{name}.v{version}.yaml").data
    found: str | None = data.get("rows_of")
    return found


def _unused_xrefs(folder: _Folder, matrices: Mapping[str, Matrix]) -> Iterator[LintFinding]:
    used = {ref for matrix in matrices.values() for ref in matrix.xrefs}
    kept = {ref.partition("/")[2] for ref in released.read_lock(folder.root / "rules" / "released.lock")}
    for ref, table in folder.xrefs.items():
        if ref not in used | kept:
            yield LintFinding(
                code="unused_xref", severity="warning", file=str(table.file), line=1, subject=ref,
                message=f"no matrix looks anything up in it; write `| xref('{ref}')` in a row, or take it out",
            )  # fmt: skip


def _overlays(folder: _Folder, matrices: Mapping[str, Matrix]) -> Iterator[LintFinding]:
    """Yield tables of environments that no matrix asks, and tables that a matrix asks and an environment lacks."""
    named = {ref.partition("@")[0] for matrix in matrices.values() for ref in matrix.xrefs}
    asked = {table for matrix in matrices.values() for table in matrix.xref_tables}
    for name, source in folder.environments.items():
        there = source.data.get("xref") or {} if isinstance(source.data, dict) else {}
        for table in there:
            if table not in named | asked:
                yield LintFinding(
                    code="unused_xref", severity="warning", file=str(source.file), line=source.line(("xref", table)),
                    subject=table, message=f"no matrix looks anything up in it; take it out of environment {name}",
                )  # fmt: skip
        for table in sorted(asked - set(there)):
            users = ", ".join(ref for ref, matrix in matrices.items() if table in matrix.xref_tables)
            yield LintFinding(
                code="missing_xref", severity="warning", file=str(source.file), line=source.line(("xref",)), subject=table,
                message=f"{users} looks values up in it, but environment {name} has no such table; add it under `xref`",
            )  # fmt: skip


def _refused(error: ContentError) -> LintFinding:
    where = error.file if error.line is None else f"{error.file}:{error.line}"
    is_owner = error.path.split(".")[-1] == "owner" and "required" in error.message
    return LintFinding(
        code="owner_missing" if is_owner else "broken_file", severity="error", file=error.file, line=error.line,
        subject=error.path, message=error.message.removeprefix(f"{where}: "),
    )  # fmt: skip
