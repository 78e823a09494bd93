"""What was taken from the content folder: everything that lies there, or what some flow versions need and nothing else."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from engine.content import released
from engine.content.calibration import FILE as CALIBRATION_FILE
from engine.content.calibration import Calibration, load_calibration
from engine.content.facts import FactCatalogue, facts_file, load_facts
from engine.content.fitted import model_file
from engine.content.flow import Flow, load_flow
from engine.content.inbound_matrix import InboundMatrix, inbound_files, load_inbound
from engine.content.layout_book import LayoutBook, book_file, load_books
from engine.content.lint.tables import refused
from engine.content.matrix import Matrix, load_matrices
from engine.content.party_model import FILE as PARTIES_FILE
from engine.content.party_model import PartyModel, load_party_model
from engine.content.record_schema import FOLDER as SCHEMA_FOLDER
from engine.content.record_schema import load_schemas, schema_file
from engine.content.ruleset import Ruleset, load_ruleset
from engine.content.secrecy import content_files, refuse_secrets
from engine.content.table import Table, load_table
from engine.content.tolerance import TolerancePolicy, load_tolerances
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.content.wording import Wording
from engine.model.errors import ContentError

_VERSIONED = re.compile(r"(?P<name>[a-z][a-z0-9_.]*)\.v(?P<version>[1-9][0-9]*)\.yaml")


class _Versioned(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def ref(self) -> str: ...


Content = TypeVar("Content", bound=_Versioned)


@dataclass
class Shelf:
    """Checked values by reference; each with the digest of its files and the file that stands for it."""

    root: Path
    facts: FactCatalogue
    vocabularies: Mapping[str, Vocabulary]
    calibration: Calibration | None
    parties: PartyModel | None
    layouts: Mapping[str, LayoutBook] = field(default_factory=dict)
    rulesets: dict[str, Ruleset] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    matrices: dict[str, Matrix] = field(default_factory=dict)
    events: dict[str, InboundMatrix] = field(default_factory=dict)
    """Inbound matrices by `name@version`."""
    schemas: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tolerances: dict[str, TolerancePolicy] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """`ruleset/ap_invoice@1` -> SHA-256 of its files."""
    sources: dict[str, Path] = field(default_factory=dict)
    """The same references -> where they were read from."""

    @property
    def inbound(self) -> dict[str, InboundMatrix]:
        """By name the inbound matrix that events are read by: the version that is pinned, or the newest."""
        return {one.name: one for one in sorted(self.events.values(), key=lambda one: one.version)}

    def note(self, ref: str, *files: Path) -> None:
        """Write down where a piece of content came from, and its digest."""
        refuse_secrets(files)
        self.sources[ref] = files[0]
        self.digests[ref] = released.digest_files(files)

    def copy(self) -> "Shelf":
        """Return a shelf to which more may be added without changing this one."""
        return replace(
            self, rulesets=dict(self.rulesets), flows=dict(self.flows), matrices=dict(self.matrices),
            schemas=dict(self.schemas), tolerances=dict(self.tolerances), tables=dict(self.tables),
            events=dict(self.events), digests=dict(self.digests), sources=dict(self.sources),
        )  # fmt: skip


def everything(root: Path) -> Shelf:
    """Take everything in the content folder `root`.

    Raises ContentError for the first file that is broken or holds a secret; nothing is skipped.
    """
    refuse_secrets(content_files(root))
    shelf = _with_reading(root, None)
    rules = root / "rules"
    shelf.rulesets |= _folder(shelf, "ruleset", rules / "sets", lambda file: load_ruleset(file, catalogue=shelf.facts))
    shelf.tolerances |= _folder(shelf, "tolerance", rules / "tolerances", load_tolerances)
    for file in sorted((rules / "tables").glob("*.csv")):
        _add_table(shelf, file)
    for ruleset in shelf.rulesets.values():
        _check_order(shelf, ruleset)
    shelf.flows |= _folder(shelf, "flow", rules / "flows", load_flow)
    _add_schemas(shelf, None)
    _check_facts(shelf)
    _add_matrices(shelf, None)
    return shelf


def _check_order(shelf: Shelf, ruleset: Ruleset) -> None:
    """Refuse a table that asks what a table says that is not asked before it."""
    said: set[str] = set()
    for table in (shelf.tables[ref] for ref in ruleset.tables if ref in shelf.tables):
        for name in table.inputs:
            source = shelf.facts[name].table
            if source and source not in said:
                raise ContentError(
                    f"{table.ref} asks for {name}, which {source} says: list {source} before it",
                    file=str(shelf.sources[f"ruleset/{ruleset.ref}"]), path="tables",
                )  # fmt: skip
        said.add(table.name)


def _check_facts(shelf: Shelf) -> None:
    """Refuse facts that repeat a field which no record has."""
    fields = {name for schema in shelf.schemas.values() for name in schema.get("properties", {})}
    for name, fact in shelf.facts.facts.items():
        if fact.field and fact.field not in fields:
            file = shelf.sources[f"facts/{shelf.facts.name}@{shelf.facts.version}"]
            there = ", ".join(sorted(fields)) or "none"
            raise ContentError(
                f"unknown {fact.field!r}; there are: {there}", file=str(file), path=f"facts.{name}.field"
            )


def reading_only(root: Path, reading: Collection[str] | None) -> Shelf:
    """Take what documents are read with: the newest of everything, or the pinned references (`vocabulary/de@1` ...).

    Raises ContentError for a broken file and for a pinned one that is gone.
    """
    shelf = _with_reading(root, reading)
    for ref in sorted(set(reading or ()) - set(shelf.digests)):
        raise ContentError(f"{ref} is not there; put its file back", file=str(root / "mappings" / "inbound"), path=ref)
    return shelf


def add_flow(shelf: Shelf, ref: str) -> None:
    """Add a flow version and everything that it names. Raises ContentError for a broken file or one that is gone."""
    if ref in shelf.flows:
        return
    rules = shelf.root / "rules"
    flow = _one(shelf, "flow", rules / "flows", ref, load_flow)
    if flow.ruleset not in shelf.rulesets:
        ruleset = _one(
            shelf, "ruleset", rules / "sets", flow.ruleset, lambda file: load_ruleset(file, catalogue=shelf.facts)
        )
        for table in (one for one in ruleset.tables if one not in shelf.tables):
            _add_table(shelf, _there(rules / "tables" / f"{table.replace('@', '.v')}.csv", f"table/{table}"))
        if ruleset.matching is not None and ruleset.matching not in shelf.tolerances:
            policy = _one(shelf, "tolerance", rules / "tolerances", ruleset.matching, load_tolerances)
            shelf.tolerances[policy.ref] = policy
        _check_order(shelf, ruleset)
        shelf.rulesets[ruleset.ref] = ruleset
    _add_schemas(shelf, {flow.record} - shelf.schemas.keys())
    _add_matrices(shelf, set(flow.mappings) - shelf.matrices.keys())
    shelf.flows[ref] = flow


def _with_reading(root: Path, only: Collection[str] | None) -> Shelf:
    """Return a shelf with facts, vocabularies and fitted models; `only` pins their versions."""
    inbound = root / "mappings" / "inbound"
    pinned = {ref.partition("@")[0]: int(ref.partition("@")[2]) for ref in only or ()}
    catalogue = facts_file(root, pinned.get("facts/facts"))
    calibrated = only is None or "calibration/confidence" in pinned
    matched = only is None or "parties/parties" in pinned
    shelf = Shelf(
        root=root,
        facts=load_facts(catalogue),
        vocabularies=load_vocabularies(root, only=only),
        calibration=load_calibration(root, version=pinned.get("calibration/confidence")) if calibrated else None,
        parties=load_party_model(root, version=pinned.get("parties/parties")) if matched else None,
        layouts=load_books(root, only=_layouts_of(only)),
    )
    shelf.note(f"facts/{shelf.facts.name}@{shelf.facts.version}", catalogue)
    for one in shelf.vocabularies.values():
        shelf.note(f"vocabulary/{one.ref}", inbound / f"vocabulary.{one.name}.v{one.version}.yaml")
        _note_words(shelf, "receipts", one.receipts)
        _note_words(shelf, "terms", one.payment_terms)
        for paper in (paper for paper in one.papers.values() if f"paper/{paper.ref}" not in shelf.digests):
            shelf.note(f"paper/{paper.ref}", inbound / f"paper.{paper.name}.v{paper.version}.yaml")
    for book in shelf.layouts.values():
        shelf.note(f"layout/{book.ref}", book_file(root, book.ref))
    for matrix in (load_inbound(one, root=root) for one in inbound_files(root, only=only)):
        shelf.events[matrix.ref] = matrix
        shelf.note(f"inbound/{matrix.ref}", *matrix.matrix.files)
    for kind, model, plain in (
        ("calibration", shelf.calibration, CALIBRATION_FILE), ("parties", shelf.parties, PARTIES_FILE),
    ):  # fmt: skip
        if model is not None and (file := model_file(root, plain, model.version)):
            shelf.note(f"{kind}/{model.ref}", file)
    return shelf


def _layouts_of(only: Collection[str] | None) -> list[str] | None:
    return None if only is None else [ref.removeprefix("layout/") for ref in only if ref.startswith("layout/")]


def _note_words(shelf: Shelf, kind: str, words: Wording | None) -> None:
    if words is not None and f"{kind}/{words.ref}" not in shelf.digests:
        shelf.note(f"{kind}/{words.ref}", shelf.root / "mappings" / "inbound" / f"{words.name}.v{words.version}.yaml")


def _folder(shelf: Shelf, kind: str, folder: Path, load: Callable[[Path], Content]) -> dict[str, Content]:
    """Load every `name.vN.yaml` of a folder, by `name@version`."""
    found: dict[str, Content] = {}
    for file in sorted(folder.glob("*")):
        if _VERSIONED.fullmatch(file.name) is None:
            raise ContentError("a file here is called name.vN.yaml, such as ap_invoice.v1.yaml", file=str(file))
        one = _named(file, load)
        found[one.ref] = one
        shelf.note(f"{kind}/{one.ref}", file)
    return found


def _one(shelf: Shelf, kind: str, folder: Path, ref: str, load: Callable[[Path], Content]) -> Content:
    file = _there(folder / f"{ref.replace('@', '.v')}.yaml", f"{kind}/{ref}")
    shelf.note(f"{kind}/{ref}", file)
    return _named(file, load)


def _named(file: Path, load: Callable[[Path], Content]) -> Content:
    one = load(file)
    if file.name != f"{one.name}.v{one.version}.yaml":
        raise ContentError(
            f"the file says it is {one.ref}; name and version must be those of the file name", file=str(file)
        )
    return one


def _there(file: Path, ref: str) -> Path:
    if not file.is_file():
        there = ", ".join(sorted(one.name for one in file.parent.glob("*"))) or "none"
        raise ContentError(f"{ref} is not there; there are: {there}", file=str(file))
    return file


def _add_table(shelf: Shelf, file: Path) -> None:
    """Add a decision table; one with rows that contradict one another is refused."""
    table = load_table(file, catalogue=shelf.facts)
    if fault := refused(table, shelf.facts):
        raise ContentError(f"{fault.subject}: {fault.message}", file=str(file), line=fault.line)
    shelf.tables[table.ref] = table
    shelf.note(f"table/{table.ref}", file)


def _add_schemas(shelf: Shelf, wanted: Collection[str] | None) -> None:
    folder = shelf.root / SCHEMA_FOLDER
    for record, schema in load_schemas(folder, wanted).items():
        shelf.schemas[record] = schema
        shelf.note(f"schema/{record}", schema_file(folder, record))


def _add_matrices(shelf: Shelf, wanted: Collection[str] | None) -> None:
    for ref, matrix in load_matrices(shelf.root, only=wanted).items():
        shelf.matrices[ref] = matrix
        shelf.note(f"matrix/{ref}", *matrix.files)
        for name, xref in matrix.xrefs.items():
            shelf.note(f"xref/{name}", xref.file)
