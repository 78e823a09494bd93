"""The closure of a flow version: every piece of content that decides what it does, with its digest."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.content.calibration import Calibration
from engine.content.facts import FactCatalogue
from engine.content.flow import Flow
from engine.content.inbound_matrix import InboundMatrix
from engine.content.layout_book import LayoutBook
from engine.content.live import LiveFlow, LiveSet, Pin
from engine.content.matrix import Matrix
from engine.content.party_model import PartyModel
from engine.content.ruleset import Ruleset
from engine.content.vocabulary import Vocabulary
from engine.model.errors import ContentError

Pins = tuple[tuple[str, str], ...]
"""(`kind/name@version`, SHA-256 of its files), sorted by reference."""

READING_KINDS = frozenset(
    {"calibration", "facts", "inbound", "layout", "paper", "parties", "receipts", "terms", "vocabulary"}
)
"""Kinds that all flows of an environment share: what documents are read with, and the facts that are computed."""


class Catalogue(Protocol):
    """What the closure needs of the library."""

    @property
    def facts(self) -> FactCatalogue: ...  # noqa: D102 - as in the library
    @property
    def flows(self) -> Mapping[str, Flow]: ...  # noqa: D102
    @property
    def rulesets(self) -> Mapping[str, Ruleset]: ...  # noqa: D102
    @property
    def matrices(self) -> Mapping[str, Matrix]: ...  # noqa: D102
    @property
    def vocabularies(self) -> Mapping[str, Vocabulary]: ...  # noqa: D102
    @property
    def calibration(self) -> Calibration | None: ...  # noqa: D102
    @property
    def parties(self) -> PartyModel | None: ...  # noqa: D102
    @property
    def layouts(self) -> Mapping[str, LayoutBook]: ...  # noqa: D102
    @property
    def inbound(self) -> Mapping[str, InboundMatrix]: ...  # noqa: D102
    @property
    def digests(self) -> Mapping[str, str]: ...  # noqa: D102


def closure(library: Catalogue, flow_ref: str) -> Pins:
    """Return what a flow version rests on, transitively, with what documents are read with.

    Raises ContentError for a flow that the library does not have.
    """
    return tuple(sorted({*content_of(library, flow_ref), *reading_of(library)}))


def content_of(library: Catalogue, flow_ref: str) -> Pins:
    """Return the part of a closure that belongs to the flow: rules, tables, tolerances, matrices, schemas."""
    flow = library.flows.get(flow_ref)
    if flow is None:
        there = ", ".join(library.flows) or "none"
        raise ContentError(f"no flow {flow_ref!r}; there are: {there}", file="rules/flows")
    return _pinned(library, _refs(library, flow))


def _refs(library: Catalogue, flow: Flow) -> Iterator[str]:
    yield f"flow/{flow.ref}"
    yield f"schema/{flow.record}"
    ruleset = library.rulesets[flow.ruleset]
    yield f"ruleset/{ruleset.ref}"
    yield from (f"table/{ref}" for ref in ruleset.tables)
    if ruleset.matching:
        yield f"tolerance/{ruleset.matching}"
    for mapping in flow.mappings:
        yield f"matrix/{mapping}"
        yield from (f"xref/{ref}" for ref in library.matrices[mapping].xrefs)


def reading_of(library: Catalogue) -> Pins:
    """Return what every document is read and judged with, whatever flow it takes."""
    refs = [f"facts/{library.facts.name}@{library.facts.version}"]
    for one in library.vocabularies.values():
        refs += words_of(one)
    refs += [f"calibration/{library.calibration.ref}"] if library.calibration else []
    refs += [f"parties/{library.parties.ref}"] if library.parties else []
    refs += [f"layout/{book.ref}" for book in library.layouts.values()]
    refs += [f"inbound/{matrix.ref}" for matrix in library.inbound.values()]
    return _pinned(library, refs)


def words_of(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the references of a language's vocabulary and of the word lists that go with it."""
    receipts, terms = vocabulary.receipts, vocabulary.payment_terms
    return (
        f"vocabulary/{vocabulary.ref}", *([f"receipts/{receipts.ref}"] if receipts else []),
        *([f"terms/{terms.ref}"] if terms else []), *(f"paper/{one.ref}" for one in vocabulary.papers.values()),
    )  # fmt: skip


def _pinned(library: Catalogue, refs: Iterator[str] | Sequence[str]) -> Pins:
    return tuple(sorted((ref, library.digests[ref]) for ref in set(refs) if ref in library.digests))


def digest_of(pins: Pins) -> str:
    """Return one SHA-256 (hex) over references and digests, whatever their order."""
    lines = "".join(f"{ref} {sha256}\n" for ref, sha256 in sorted(set(pins)))
    return hashlib.sha256(lines.encode()).hexdigest()


def live_flow(library: Catalogue, flow_ref: str) -> LiveFlow:
    """Return a flow version as a live set names it."""
    return LiveFlow(ref=flow_ref, digest=digest_of(closure(library, flow_ref)))


def as_pins(pins: Pins) -> tuple[Pin, ...]:
    """Return references with digests as a live set lists them."""
    return tuple(Pin(ref=ref, digest=sha256) for ref, sha256 in pins)


def live_set(
    library: Catalogue, flows: Sequence[str], *, at: datetime, by: str, report: str | None = None,
    after: LiveSet | None = None,
) -> LiveSet:  # fmt: skip
    """Return the set that makes flow versions of a library live, with what this library reads documents with.

    `after` is the set whose place it takes; that one is remembered. Raises ContentError for a flow that is not there.
    """
    content = {pin for ref in flows for pin in content_of(library, ref)}
    return LiveSet(
        number=1 if after is None else after.number + 1,
        at=at,
        by=by,
        report=report,
        flows=tuple(live_flow(library, ref) for ref in flows),
        reading=as_pins(reading_of(library)),
        content=as_pins(tuple(sorted(content))),
        before=() if after is None else after.remembered(),
    )
