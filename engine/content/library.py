"""The library: all written knowledge of the house, loaded, cross-checked and frozen at start."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from engine.content import released
from engine.content.calibration import FILE as CALIBRATION_FILE
from engine.content.calibration import Calibration, load_calibration
from engine.content.environment import Environment, load_environments
from engine.content.facts import FactCatalogue, load_facts
from engine.content.flow import Flow, load_flow
from engine.content.lint.tables import refused
from engine.content.matrix import Matrix, load_matrices
from engine.content.party_model import FILE as PARTIES_FILE
from engine.content.party_model import PartyModel, load_party_model
from engine.content.ruleset import Ruleset, load_ruleset
from engine.content.table import Table, load_table
from engine.content.tolerance import TolerancePolicy, load_tolerances
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.document import DocumentType
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


@dataclass(frozen=True)
class Library:
    """Everything that clerks and integration admins wrote, as checked values."""

    facts: FactCatalogue
    rulesets: Mapping[str, Ruleset]
    flows: Mapping[str, Flow]
    matrices: Mapping[str, Matrix]
    vocabularies: Mapping[str, Vocabulary]
    """By language (ISO 639-1)."""
    schemas: Mapping[str, Mapping[str, Any]]
    """JSON Schemas of the canonical records by record name (`invoice`)."""
    environment: Environment
    digests: Mapping[str, str]
    """`ruleset/ap_invoice@1` -> SHA-256 of its files.

    Kinds: facts, ruleset, tolerance, flow, matrix, vocabulary, receipts, terms, schema, environment, calibration, parties, table.
    """
    calibration: Calibration | None = None
    """The fitted confidence model, where there is one."""
    tolerances: Mapping[str, TolerancePolicy] = field(default_factory=dict)
    """Tolerance policies by `name@version`."""
    parties: PartyModel | None = None
    """The fitted model of who is meant, where there is one."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Decision tables by `name@version`."""

    @classmethod
    def load(cls, root: Path, environment: str) -> "Library":
        """Load the content folder `root` (it holds rules/, mappings/ and environments/) for one environment.

        Raises ContentError, naming file, line, path and the allowed values, when any file is broken or refers to
        something that is not there. Nothing is skipped.
        """
        library, sources = _load(root, environment)
        _cross_check(library, sources)
        released.check(library.digests, lock=root / "rules" / "released.lock")
        return library

    def flow_for(self, document_type: DocumentType, requested: str | None = None) -> Flow | None:
        """Return the flow for a document: the one asked for (`name` or `name@version`) if it is live, else by type.

        None when no live flow takes such a document.
        """
        live = [self.flows[ref] for ref in self.environment.flows]
        if requested is not None:
            return next((flow for flow in live if requested in (flow.name, flow.ref)), None)
        return next((flow for flow in live if not flow.when.on_request and document_type in flow.when.types), None)

    def tables_of(self, ruleset: Ruleset) -> tuple[Table, ...]:
        """Return the decision tables that a ruleset asks, in its order."""
        return tuple(self.tables[ref] for ref in ruleset.tables)

    def digests_of(self, flow: Flow) -> tuple[tuple[str, str], ...]:
        """Return (reference, SHA-256) of everything that a decision by this flow rests on."""
        refs = [f"flow/{flow.ref}", f"ruleset/{flow.ruleset}", f"facts/{self.facts.name}@{self.facts.version}"]
        refs += [f"schema/{flow.record}", *(f"matrix/{send.mapping}" for send in flow.sends)]
        refs += [f"table/{ref}" for ref in self.rulesets[flow.ruleset].tables]
        if matching := self.rulesets[flow.ruleset].matching:
            refs.append(f"tolerance/{matching}")
        refs += [f"calibration/{self.calibration.ref}"] if self.calibration else []
        refs += [f"parties/{self.parties.ref}"] if self.parties else []
        return tuple((ref, self.digests[ref]) for ref in dict.fromkeys(refs) if ref in self.digests)


Sources = Mapping[str, Path]
"""Where each digest reference was read from."""


def _load(root: Path, environment: str) -> tuple[Library, Sources]:
    rules, mappings = root / "rules", root / "mappings"
    sources: dict[str, Path] = {}
    facts = load_facts(rules / "facts.yaml")
    sources[f"facts/{facts.name}@{facts.version}"] = rules / "facts.yaml"
    rulesets = _folder(rules / "sets", lambda file: load_ruleset(file, catalogue=facts), "ruleset", sources)
    tolerances = _folder(rules / "tolerances", load_tolerances, "tolerance", sources)
    tables = _tables(rules / "tables", facts, sources)
    flows = _folder(rules / "flows", load_flow, "flow", sources)
    schemas = _schemas(mappings / "canonical", sources)
    environments = load_environments(root / "environments")
    if environment not in environments:
        allowed = ", ".join(environments) or "none"
        raise ContentError(f"no environment {environment!r}; there are: {allowed}", file=str(root / "environments"))
    sources[f"environment/{environment}"] = root / "environments" / f"{environment}.yaml"
    digests = {ref: released.digest_files([file]) for ref, file in sources.items()}
    matrices = load_matrices(root)
    digests |= {f"matrix/{ref}": released.digest_files(matrix.files) for ref, matrix in matrices.items()}
    vocabularies = load_vocabularies(root)
    for one in vocabularies.values():
        file = mappings / "inbound" / f"vocabulary.{one.name}.v{one.version}.yaml"
        digests[f"vocabulary/{one.ref}"] = released.digest_files([file])
        if one.receipts is not None:
            receipts = mappings / "inbound" / f"{one.receipts.name}.v{one.receipts.version}.yaml"
            digests[f"receipts/{one.receipts.ref}"] = released.digest_files([receipts])
        if one.payment_terms is not None:
            terms = mappings / "inbound" / f"{one.payment_terms.name}.v{one.payment_terms.version}.yaml"
            digests[f"terms/{one.payment_terms.ref}"] = released.digest_files([terms])
    calibration = load_calibration(root)
    if calibration is not None:
        digests[f"calibration/{calibration.ref}"] = released.digest_files([root / CALIBRATION_FILE])
    parties = load_party_model(root)
    if parties is not None:
        digests[f"parties/{parties.ref}"] = released.digest_files([root / PARTIES_FILE])
    library = Library(
        facts=facts,
        rulesets=rulesets,
        flows=flows,
        matrices=MappingProxyType(dict(matrices)),
        vocabularies=MappingProxyType(dict(vocabularies)),
        schemas=schemas,
        environment=environments[environment],
        digests=MappingProxyType(digests),
        calibration=calibration,
        tolerances=tolerances,
        parties=parties,
        tables=tables,
    )
    return library, sources


def _folder(
    folder: Path, load: Callable[[Path], Content], kind: str, sources: dict[str, Path]
) -> Mapping[str, Content]:
    """Load every `name.vN.yaml` of a folder, by `name@version`."""
    found: dict[str, Content] = {}
    for file in sorted(folder.glob("*")):
        name = _VERSIONED.fullmatch(file.name)
        if name is None:
            raise ContentError("a file here is called name.vN.yaml, such as ap_invoice.v1.yaml", file=str(file))
        one = load(file)
        if (one.name, str(one.version)) != (name["name"], name["version"]):
            raise ContentError(
                f"the file says it is {one.ref}; name and version must be those of the file name", file=str(file)
            )
        found[one.ref] = one
        sources[f"{kind}/{one.ref}"] = file
    return MappingProxyType(found)


def _tables(folder: Path, facts: FactCatalogue, sources: dict[str, Path]) -> Mapping[str, Table]:
    """Return the decision tables; one with rows that contradict one another is refused."""
    found: dict[str, Table] = {}
    for file in sorted(folder.glob("*.csv")):
        table = load_table(file, catalogue=facts)
        if fault := refused(table, facts):
            raise ContentError(f"{fault.subject}: {fault.message}", file=str(file), line=fault.line)
        found[table.ref] = table
        sources[f"table/{table.ref}"] = file
    return MappingProxyType(found)


def _schemas(folder: Path, sources: dict[str, Path]) -> Mapping[str, Mapping[str, Any]]:
    """Load the canonical schemas, by record name."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted(folder.glob("*.schema.json")):
        try:
            schema = json.loads(file.read_text(encoding="utf-8"))
            Draft202012Validator.check_schema(schema)
        except (OSError, ValueError) as e:
            raise ContentError(f"cannot be read as JSON: {e}", file=str(file)) from e
        except SchemaError as e:
            path = "/".join(str(part) for part in e.absolute_path)
            raise ContentError(f"is no JSON Schema 2020-12: {e.message}", file=str(file), path=path) from e
        name = file.name.removesuffix(".schema.json")
        found[name] = schema
        sources[f"schema/{name}"] = file
    return MappingProxyType(found)


def _cross_check(library: Library, sources: Sources) -> None:
    """Refuse references to content that is not there, naming what is."""
    for ruleset in library.rulesets.values():
        for ref in ruleset.tables:
            _known(ref, library.tables, file=sources[f"ruleset/{ruleset.ref}"], path="tables")
        if ruleset.matching is not None:
            _known(ruleset.matching, library.tolerances, file=sources[f"ruleset/{ruleset.ref}"], path="matching")
    for flow in library.flows.values():
        _check_flow(flow, library, sources[f"flow/{flow.ref}"])
    environment = library.environment
    file = sources[f"environment/{environment.name}"]
    for index, ref in enumerate(environment.flows):
        _known(ref, library.flows, file=file, path=f"flows[{index}]")
        for send in library.flows[ref].sends:
            _known(send.target, environment.targets, file=file, path="targets", why=f"; {ref} sends to it")
            matrix = library.matrices[send.mapping]
            for table in matrix.xref_tables:
                _known(table, environment.xref, file=file, path="xref", why=f"; {matrix.ref} looks values up in it")


def _check_flow(flow: Flow, library: Library, file: Path) -> None:
    _known(flow.ruleset, library.rulesets, file=file, path="ruleset")
    _known(flow.record, library.schemas, file=file, path="record")
    _check_sends(flow, library, file)
    for queue in sorted(library.rulesets[flow.ruleset].queues):
        _known(queue, flow.queues, file=file, path="queues", why=f"; {flow.ruleset} sends to it")
    properties = library.schemas[flow.record].get("properties", {})
    fields = {*properties, "vendor_id"} if "vendor" in flow.matches else set(properties)
    for name in flow.key_fields:
        _known(name, fields, file=file, path="business_key")
    for name in library.rulesets[flow.ruleset].mandatory:
        _known(name, properties, file=file, path="ruleset", why=f"; {flow.ruleset} names it mandatory")


def _check_sends(flow: Flow, library: Library, file: Path) -> None:
    for index, send in enumerate(flow.sends):
        _known(send.mapping, library.matrices, file=file, path=f"sends[{index}].mapping")
        matrix = library.matrices[send.mapping]
        if matrix.record != flow.record:
            raise ContentError(
                f"{matrix.ref} maps from {matrix.record!r}, but this flow makes records of {flow.record!r}",
                file=str(file), path=f"sends[{index}].mapping",
            )  # fmt: skip
        if matrix.target.object != send.object:
            raise ContentError(
                f"{matrix.ref} writes {matrix.target.object!r}, but the flow says {send.object!r}",
                file=str(file), path=f"sends[{index}].object",
            )  # fmt: skip


def _known(name: str, known: Collection[str], *, file: Path, path: str, why: str = "") -> None:
    if name not in known:
        allowed = ", ".join(sorted(known)) or "none"
        raise ContentError(f"unknown {name!r}{why}; there are: {allowed}", file=str(file), path=path)
