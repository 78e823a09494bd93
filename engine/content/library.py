"""The library: all written knowledge of the house, loaded, cross-checked and frozen at start."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.content import closure, cross_check, released
from engine.content.calibration import Calibration
from engine.content.environment import Environment, load_environments
from engine.content.facts import FactCatalogue
from engine.content.flow import Flow
from engine.content.inbound_matrix import InboundMatrix
from engine.content.layout_book import LayoutBook
from engine.content.live import Earlier, LiveSet, live_file, read_live
from engine.content.matrix import Matrix
from engine.content.party_model import PartyModel
from engine.content.pinning import changed_live_file, merged_reading, refuse_changes, with_earlier
from engine.content.release_record import read_record
from engine.content.ruleset import Ruleset
from engine.content.shelf import Shelf, add_flow, everything, reading_only
from engine.content.table import Table
from engine.content.tolerance import TolerancePolicy
from engine.content.vocabulary import Vocabulary
from engine.content.when import Seen
from engine.model.errors import ContentError


@dataclass(frozen=True)
class Library:
    """Everything that clerks and integration admins wrote, as checked values."""

    facts: FactCatalogue
    rulesets: Mapping[str, Ruleset]
    flows: Mapping[str, Flow]
    """By `name@version`: also versions that are not live, for documents that were judged by them."""
    matrices: Mapping[str, Matrix]
    vocabularies: Mapping[str, Vocabulary]
    """By language (ISO 639-1)."""
    schemas: Mapping[str, Mapping[str, Any]]
    """JSON Schemas of the canonical records by record name (`invoice`, `invoice@2`)."""
    environment: Environment
    """With the flows that are live, wherever that is written."""
    digests: Mapping[str, str]
    """`ruleset/ap_invoice@1` -> SHA-256 of its files.

    Kinds: facts, ruleset, tolerance, flow, matrix, xref, vocabulary, receipts, terms, paper, schema, environment,
    calibration, parties, table, layout, inbound.
    """
    calibration: Calibration | None = None
    """The fitted confidence model, where there is one."""
    tolerances: Mapping[str, TolerancePolicy] = field(default_factory=dict)
    """Tolerance policies by `name@version`."""
    parties: PartyModel | None = None
    """The fitted model of who is meant, where there is one."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Decision tables by `name@version`."""
    layouts: Mapping[str, LayoutBook] = field(default_factory=dict)
    """Layouts of vendors' paper by name."""
    inbound: Mapping[str, InboundMatrix] = field(default_factory=dict)
    """Inbound matrices by name: how events become records."""
    live: LiveSet | None = None
    """The live set, where promotion decides; None where the environment file names its flows."""

    @classmethod
    def load(cls, root: Path, environment: str) -> "Library":
        """Load the content folder `root` (it holds rules/, mappings/ and environments/) for one environment.

        Where the environment has a live set, exactly what it names is loaded, and what lies beside it is not looked at;
        else everything is. Raises ContentError, naming file, line, path and the allowed values, when any file of it is
        broken, refers to something that is not there or was changed while it is live. Nothing is skipped.
        """
        settings, live = _settings(root, environment)
        if live is None:
            shelf = everything(root)
            released.check(_unbound(shelf.digests), lock=root / "rules" / "released.lock")
            return _made(shelf, settings, None)
        with changed_live_file(environment):
            shelf = _pinned(root, (*live.refs, *(one.ref for one in live.others)), [pin.ref for pin in live.reading])
        refuse_changes(shelf, live, environment)
        library = _made(with_earlier(shelf, live), settings, live)
        for flow in live.flows:
            if closure.live_flow(library, flow.ref) != flow:
                raise ContentError(
                    f"the digest of {flow.ref} is not that of its files; put the file back as it was promoted",
                    file=str(live_file(root, environment)), path="flows",
                )  # fmt: skip
        return library

    @classmethod
    def candidate(cls, root: Path, environment: str, flow_ref: str) -> "Library":
        """Return what `load` would once a flow version took the place of the live one of its name.

        A released version brings what documents are read with as it was released, a draft the newest there is; what is
        live already in a higher version stays. A version that is live already changes nothing. Raises ContentError as `load` does, and for a flow that is not there.
        """
        settings, live = _settings(root, environment)
        refs = replaced(settings.flows, flow_ref)
        if live is None:
            shelf = everything(root)
        else:
            reading = tuple(pin.ref for pin in live.reading)
            if flow_ref not in live.refs:
                record = read_record(root, f"flow/{flow_ref}")
                released_with = [pin.ref for pin in record.content] if record and record.is_released else None
                reading = merged_reading(root, live, released_with)
            shelf = _pinned(root, refs, reading)
            refuse_changes(shelf, live, environment, only_there=True)
            shelf = with_earlier(shelf, live)
        there = {ref: sha256 for ref, sha256 in shelf.digests.items() if live is None or ref not in live.pins}
        released.check(_unbound(there), lock=root / "rules" / "released.lock", only_there=live is not None)
        return _made(shelf, settings.model_copy(update={"flows": refs}), live)

    @classmethod
    def of_set(cls, root: Path, environment: str, earlier: Earlier) -> "Library":
        """Return what `load` would if a set that was live before were live again. Raises ContentError as `load` does."""
        settings, live = _settings(root, environment)
        refs = tuple(flow.ref for flow in earlier.flows)
        shelf = _pinned(root, refs, [pin.ref for pin in earlier.reading])
        return _made(shelf, settings.model_copy(update={"flows": refs}), live)

    def flow_for(self, seen: Seen, requested: str | None = None) -> Flow | None:
        """Return the flow for a document: the one asked for (`name` or `name@version`) if it is live, else the first that takes it.

        Flows are asked in the order of the environment, those with conditions first. None when none takes it.
        """
        live = [self.flows[ref] for ref in self.environment.flows]
        if requested is not None:
            return next((flow for flow in live if requested in (flow.name, flow.ref)), None)
        return next(
            (flow for flow in sorted(live, key=lambda one: not one.when.is_narrowed) if flow.when.takes(seen)), None
        )

    def declined(self, seen: Seen) -> tuple[str, ...]:
        """Return the live flows that take documents of this type, but not one that came or reads so."""
        live = (self.flows[ref] for ref in self.environment.flows)
        return tuple(
            one.ref for one in live
            if seen.type in one.when.types and not one.when.on_request and one.when.origin == seen.origin
        )  # fmt: skip

    def tables_of(self, ruleset: Ruleset) -> tuple[Table, ...]:
        """Return the decision tables that a ruleset asks, in its order."""
        return tuple(self.tables[ref] for ref in ruleset.tables)

    def digest_of(self, flow_ref: str) -> str:
        """Return one SHA-256 over everything that a flow version rests on. Raises ContentError for one that is not there."""
        return closure.digest_of(closure.closure(self, flow_ref))

    def digests_of(self, flow: Flow) -> tuple[tuple[str, str], ...]:
        """Return (reference, SHA-256) of everything that a decision by this flow rests on: its closure, and the environment."""
        here = f"environment/{self.environment.name}"
        bound = ((here, self.digests[here]),) if here in self.digests else ()
        return tuple(sorted((*closure.closure(self, flow.ref), *bound)))


def replaced(flows: Collection[str], flow_ref: str) -> tuple[str, ...]:
    """Return live flows with a version in the place of that of its name, or at the end when there was none."""
    name = flow_ref.partition("@")[0]
    refs = tuple(flow_ref if ref.partition("@")[0] == name else ref for ref in flows)
    return refs if flow_ref in refs else (*refs, flow_ref)


def _settings(root: Path, name: str) -> tuple[Environment, LiveSet | None]:
    """Return an environment with the flows that are live in it, and its live set where it has one."""
    environments = load_environments(root / "environments")
    if name not in environments:
        allowed = ", ".join(environments) or "none"
        raise ContentError(f"no environment {name!r}; there are: {allowed}", file=str(root / "environments"))
    environment, live = environments[name], read_live(root, name)
    file = str(root / "environments" / f"{name}.yaml")
    if live is not None and environment.flows:
        raise ContentError(
            f"the flows stand here and in environments/live/{name}.yaml; take them out here, or run "
            f"`postroom env adopt {name} --again` to make what stands here the live set",
            file=file, path="flows",
        )  # fmt: skip
    if live is None and not environment.flows:
        raise ContentError(
            "nothing is live: name flows here, or promote a flow so that there is a live set", file=file, path="flows"
        )
    return (environment if live is None else environment.model_copy(update={"flows": live.refs})), live


def _pinned(root: Path, flows: Collection[str], reading: Collection[str] | None) -> Shelf:
    shelf = reading_only(root, reading)
    for ref in flows:
        add_flow(shelf, ref)
    return shelf


def _made(shelf: Shelf, environment: Environment, live: LiveSet | None) -> Library:
    """Return the library of a shelf, cross-checked."""
    file = shelf.root / "environments" / f"{environment.name}.yaml"
    flows_file = file if live is None else live_file(shelf.root, environment.name)
    cross_check.check(shelf, environment, file=file, flows_file=flows_file)
    shelf.note(f"environment/{environment.name}", file)
    return Library(
        facts=shelf.facts, rulesets=MappingProxyType(shelf.rulesets), flows=MappingProxyType(shelf.flows),
        matrices=MappingProxyType(shelf.matrices), vocabularies=MappingProxyType(dict(shelf.vocabularies)),
        schemas=MappingProxyType(shelf.schemas), environment=environment, digests=MappingProxyType(shelf.digests),
        calibration=shelf.calibration, tolerances=MappingProxyType(shelf.tolerances), parties=shelf.parties,
        tables=MappingProxyType(shelf.tables), layouts=MappingProxyType(dict(shelf.layouts)), live=live,
        inbound=MappingProxyType(shelf.inbound),
    )  # fmt: skip


def _unbound(digests: Mapping[str, str]) -> dict[str, str]:
    """Return digests of content without those of environments, which are never released."""
    return {ref: sha256 for ref, sha256 in digests.items() if not ref.startswith("environment/")}
