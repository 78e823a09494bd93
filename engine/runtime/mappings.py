"""Mappings in the hands of admins: lint, examples, one document through a matrix, and what a matrix leaves out. No effects."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.content import strict_yaml
from engine.content.converters import Rates
from engine.content.inbound_matrix import InboundMatrix, inbound_files, load_inbound
from engine.content.lint import mappings as linting
from engine.content.lint.finding import LintFinding
from engine.content.matrix import Matrix, MatrixFile, load_matrices
from engine.content.matrix_check import inlined
from engine.model.document import Document
from engine.model.errors import ContentError
from engine.model.finding import Finding
from engine.model.judged import Judged
from engine.model.record import Match, Record
from engine.model.value import Value
from engine.runtime import papers, replay
from engine.runtime.history import History
from engine.runtime.house import House
from engine.runtime.papers import Broken, Tested
from engine.runtime.rates import rates_of
from engine.runtime.witness import Recorded
from engine.stages.coverage import Coverage, cover, filled_by, plain
from engine.stages.inbound_examples import complaint as inbound_complaint
from engine.stages.inbound_examples import paths_of, reading_of
from engine.stages.items import Made, made_of
from engine.stages.lineage import Leaf, leaves
from engine.stages.matrix_examples import complaint, map_example
from engine.stages.transform import Mapped
from engine.store import documents
from engine.store.database import reading

OUTBOUND = Path("mappings") / "outbound"


class Trial(Value):
    """One stored document through a matrix."""

    document: Document
    matrix: str
    file: str
    payload: Mapping[str, Any] = {}
    leaves: tuple[Leaf, ...] = ()
    lines: tuple[int | None, ...] = ()
    """The line of the row of each leaf."""
    findings: tuple[Finding, ...] = ()
    skipped: str = ""
    """Why it could not be tried."""


def lint(root: Path, wanted: Sequence[str] = ()) -> tuple[LintFinding, ...]:
    """Return what is wrong with matrices: named (`files.bill`, `files.bill@1`), by file, or all of the content folder."""
    return linting.lint(root, files(root, wanted) if wanted else ())


def files(root: Path, wanted: Sequence[str]) -> list[Path]:
    """Return the files of matrices by name, `name@version` or path. Raises ContentError naming those there are."""
    folder = root / OUTBOUND
    known = sorted(folder.glob("*.yaml"))
    found: list[Path] = []
    for one in wanted or [str(file) for file in known]:
        name, _, version = one.partition("@")
        fitting = [file for file in known if file.name.startswith(f"{name}.v") and _fits(file, name, version)]
        if Path(one).is_file():
            fitting = [Path(one)]
        if not fitting:
            there = ", ".join(file.name for file in known) or "none"
            raise ContentError(f"no matrix {one!r}; there are: {there}", file=str(folder))
        found += fitting
    return found


def _fits(file: Path, name: str, version: str) -> bool:
    number = file.name.removeprefix(f"{name}.v").removesuffix(".yaml")
    return number == version if version else number.isdecimal()


def examples(root: Path, wanted: Sequence[str] = ()) -> tuple[Tested, ...]:
    """Run the examples of matrices, of outbound ones, of those that read events, and of types of paper. Raises ContentError."""
    known = {"@".join(file.stem.rsplit(".v", 1)): file for file in inbound_files(root)}
    inward = [file for ref, file in known.items() if not wanted or {ref, ref.partition("@")[0]} & set(wanted)]
    others = {name for ref in known for name in (ref, ref.partition("@")[0])}
    outward = [one for one in wanted if one not in others and not papers.is_paper(one)]
    tested = []
    for file in files(root, outward) if outward or not wanted else ():
        with opened(root, file) as matrix:
            tested.append(_tested(matrix, file))
    inner = (_tested_inward(load_inbound(file, root=root), file) for file in inward)
    return (*tested, *inner, *papers.of_papers(root, wanted))


def _tested_inward(inbound: InboundMatrix, file: Path) -> Tested:
    source = strict_yaml.load(file)
    said = [
        (index, example.name, inbound_complaint(inbound, example)) for index, example in enumerate(inbound.examples)
    ]
    rows = tuple(dict.fromkeys(filled_by(inbound.matrix.rows)))
    filled = {plain(path) for example in inbound.examples for path in paths_of(reading_of(inbound, example))}
    return Tested(
        matrix=inbound.ref, file=str(file), rows=len(rows), examples=len(inbound.examples),
        failures=tuple(Broken(example=name, line=source.line(("examples", at)), message=wrong) for at, name, wrong in said if wrong),
        untried=tuple(path for path in rows if path not in filled),
    )  # fmt: skip


def _tested(matrix: Matrix, file: Path) -> Tested:
    source = strict_yaml.load(file)
    own = len(source.data.get("examples") or ())
    failures: list[Broken] = []
    filled: set[str] = set()
    for index, example in enumerate(matrix.examples):
        if wrong := complaint(matrix, example):
            line = source.line(("examples", index)) if own else None
            failures.append(Broken(example=example.name, line=line, message=wrong))
        filled |= {plain(worked.path) for worked in map_example(matrix, example)[1]}
    rows = tuple(dict.fromkeys(filled_by(matrix.rows)))
    is_own = "rows" in source.data
    return Tested(
        matrix=matrix.ref, file=str(file), rows=len(rows), examples=len(matrix.examples), failures=tuple(failures),
        untried=tuple(path for path in rows if path not in filled) if is_own else (),
    )  # fmt: skip


@contextmanager
def opened(root: Path, file: Path) -> Iterator[Matrix]:
    """Load the matrix of a file: of the content folder, or one that was edited elsewhere and stands in for it.

    Raises ContentError with the name of the file that is broken.
    """
    if file.resolve().parent == (root / OUTBOUND).resolve():
        ref = _ref(file)
        yield load_matrices(root, only={ref})[ref]
        return
    with tempfile.TemporaryDirectory(prefix="postroom-matrix-") as made:
        place = Path(made)
        ref = _ref(file)
        _stand_in(root, file, place, ref)
        try:
            matrix = load_matrices(place, only={ref})[ref]
        except ContentError as e:
            if not Path(e.file).resolve().is_relative_to(place.resolve()):
                raise
            where = e.file if e.line is None else f"{e.file}:{e.line}"
            message = e.message.removeprefix(f"{where}: ")
            raise ContentError(message, file=str(file), line=e.line, path=e.path) from e
        yield matrix


def _ref(file: Path) -> str:
    matrix = strict_yaml.parse(strict_yaml.load(file), MatrixFile)
    return f"{matrix.name}@{matrix.version}"


def _stand_in(root: Path, file: Path, place: Path, ref: str) -> None:
    """Lay a content folder out in which an edited file stands in the place of its own."""
    name, _, version = ref.partition("@")
    outbound = place / OUTBOUND
    outbound.mkdir(parents=True)
    for one in (root / "mappings").iterdir():
        if one.name != OUTBOUND.name:
            (place / "mappings" / one.name).symlink_to(one.resolve(), target_is_directory=one.is_dir())
    beside = [one for one in file.parent.iterdir() if one.name.endswith((".schema.json", ".j2"))]
    for one in [*(root / OUTBOUND).iterdir(), *beside]:
        shutil.copy(one, outbound / one.name)
    shutil.copy(file, outbound / f"{name}.v{version}.yaml")


def tried(house: House, root: Path, name: str, judged: Sequence[Document]) -> Iterator[Trial]:
    """Put stored documents through a matrix: by name (the last version), `name@version` or file. Nothing is written.

    Vendor and order are those of the stored decision. Raises ContentError when the file is broken.
    """
    file = _last(files(root, [name]))
    with opened(root, file) as matrix:
        source = strict_yaml.load(_rows_file(root, file))
        for document in judged:
            yield from _trials(house, matrix, source, document, file)


def _last(found: Sequence[Path]) -> Path:
    return max(found, key=lambda file: int(_ref(file).partition("@")[2]))


def _rows_file(root: Path, file: Path) -> Path:
    """Return the file in which the rows of a matrix stand."""
    lender = strict_yaml.load(file).data.get("rows_of")
    return files(root, [lender])[0] if lender else file


def _trials(
    house: House, matrix: Matrix, source: strict_yaml.Source, document: Document, file: Path
) -> Iterator[Trial]:
    """Yield what becomes of a document: one trial, or one for each item that the matrix means."""
    try:
        history = replay.one(house, document.id)
    except LookupError as e:
        yield Trial(document=document, matrix=matrix.ref, file=str(file), skipped=str(e))
        return
    known = replay.done(history)
    if known.record.type not in _types(house, matrix):
        why = f"it is of type {known.record.type}, which no live flow sends through this matrix"
        yield Trial(document=document, matrix=matrix.ref, file=str(file), skipped=why)
        return
    meant = _mapped(house, matrix, known, _rates(house, history))
    if not meant:
        yield Trial(
            document=document,
            matrix=matrix.ref,
            file=str(file),
            skipped=f"{f'no {matrix.each} of it become' if matrix.each else 'it does not become'} one",
        )
    for _, mapped, worked, _ in meant:
        found = leaves(mapped, worked, matrix=matrix, record=known.record)
        yield Trial(
            document=document, matrix=matrix.ref, file=str(source.file), payload=mapped.payload, leaves=found,
            lines=tuple(source.line(leaf.place) for leaf in found), findings=mapped.findings,
        )  # fmt: skip


def _types(house: House, matrix: Matrix) -> set[str]:
    """Return the document types that go through a matrix of this name, or all of its record."""
    flows = [flow for flow in house.library.flows.values() if flow.record == matrix.record]
    return {kind for flow in flows for kind in flow.when.types}


def _mapped(house: House, matrix: Matrix, known: Judged, rates: Rates) -> list[Made]:
    made = made_of(
        known.record, matrix=matrix, vendor=known.vendor or Match(kind="vendor", outcome="not_asked"),
        order=known.order or Match(kind="purchase_order", outcome="not_asked"), environment=house.library.environment,
        rates=rates,
    )  # fmt: skip
    return [one for one in made if one.is_meant]


def _rates(house: House, history: History) -> Rates:
    """Return who tells what a currency cost on the day of a document."""
    return rates_of(Recorded(house.engine, history.statement, at=history.judged_at))


def coverage(house: House, wanted: Sequence[str] = (), *, last: int = 0) -> list[Coverage]:
    """Return what matrices leave out: named, or all that live flows send; by the last documents when `last` says so.

    Raises ContentError for a name that is not there.
    """
    library = house.library
    live = [library.flows[ref] for ref in library.environment.flows]
    flows = [flow for flow in live if not wanted or {flow.name, flow.ref} & set(wanted)]
    refs = list(dict.fromkeys(one for flow in flows for one in flow.mappings))
    refs += [ref for ref in library.matrices if {ref, ref.partition("@")[0]} & set(wanted) and ref not in refs]
    if not refs:
        there = ", ".join([*library.environment.flows, *library.matrices])
        raise ContentError(f"no matrix or flow {', '.join(wanted)}; there are: {there}", file="mappings")
    known = list(_histories(house, last)) if last else []
    return [_cover(house, library.matrices[ref], known) for ref in refs]


def _cover(house: House, matrix: Matrix, known: Sequence[tuple[History, Judged]]) -> Coverage:
    library = house.library
    schema = library.schemas[matrix.record]
    whole: Mapping[str, Any] = inlined(schema, root=schema)
    flows = [flow for flow in library.flows.values() if matrix.ref in flow.mappings]
    types = {kind for flow in flows for kind in flow.when.types}
    return cover(
        matrix, whole, flows=tuple(flow.ref for flow in flows),
        keys=dict.fromkeys(name for flow in flows for name in flow.key_fields if name not in {"vendor_id", "customer_id"}),
        seen=(_pair(house, matrix, *one) for one in known if one[1].record.type in types),
    )  # fmt: skip


def _pair(house: House, matrix: Matrix, history: History, known: Judged) -> tuple[Record, list[Mapped]]:
    return known.record, [one.mapped for one in _mapped(house, matrix, known, _rates(house, history))]


def _histories(house: House, last: int) -> Iterator[tuple[History, Judged]]:
    """Yield the documents that were judged last."""
    with reading(house.engine) as tx:
        ids = documents.understood(tx, last=last)
    for one in ids:
        history = replay.one(house, one)
        yield history, replay.done(history)
