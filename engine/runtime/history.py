"""What is kept of documents that were judged, loaded for many at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Connection, Engine

from engine.model.document import Document
from engine.model.operation import AuditEvent
from engine.model.record import Record
from engine.store import documents, ledger
from engine.store.database import reading
from engine.store.documents import Packed, StepKind

_NEEDED: tuple[StepKind, ...] = ("record", "witness", "lessons", "made_with")
_WHOLE: tuple[StepKind, ...] = (*_NEEDED, "decision", "match", "plan", "judged_by", "planned_by")
_BATCH = 200


class Nothing(LookupError):
    """There is nothing kept to judge a document by."""


@dataclass(frozen=True)
class History:
    """One document as it was judged last. The data are those of the steps, as JSON."""

    document: Document
    revision: int
    record: Mapping[str, Any]
    decision: Mapping[str, Any] | None
    """None: no flow took it, or it was not asked for."""
    match: Mapping[str, Any] | None
    plan: Mapping[str, Any] | None
    statement: Mapping[str, Any] | None
    """What the store was asked in judging and what it said; None for documents from before that was kept."""
    lessons: Mapping[str, Any] | None
    """The same of reading: what people had taught before."""
    made_with: Mapping[str, str] | None
    """Digests of the content that the record was read with; None for documents from before that was kept."""
    judged_at: datetime
    held: tuple[Mapping[str, Any], ...] = ()
    """Findings that kept it from being mapped."""

    @cached_property
    def understood(self) -> Record:
        """The record, as a value."""
        return Record.model_validate(self.record)


@dataclass(frozen=True)
class Kept:
    """What is kept of one document, as it lies in the store: it is looked into only where something is to be judged."""

    document: Document
    revision: int
    results: Mapping[StepKind, Packed]

    def data(self, kind: StepKind) -> Any | None:
        """Return the result of a step as JSON data, or None."""
        return self.results[kind].data if kind in self.results else None

    def opened(self, engine: Engine) -> History:
        """Look into all of it."""

        def story() -> Sequence[AuditEvent]:
            with reading(engine) as tx:
                return ledger.story(tx, self.document.id)

        return self.told(story)

    def told(self, story: Callable[[], Sequence[AuditEvent]]) -> History:
        """Return it looked into; `story` tells what happened to the document, where that is needed."""
        data = {kind: one.data for kind, one in self.results.items()}
        return _history(self.document, self.revision, data, story)


def ids(tx: Connection, *, last: int | None = None, since: datetime | None = None) -> list[str]:
    """Return the documents that were judged, the oldest first: the `last` received, or all received since a moment."""
    return documents.understood(tx, last=last, since=since)


def histories(tx: Connection, wanted: Sequence[str], *, to_judge: bool = False) -> list[History]:
    """Return what is kept of documents, in the order asked for; those that were never understood are left out.

    With `to_judge` only what is needed to judge them again, not what came of it.
    """
    return [one.told(partial(ledger.story, tx, one.document.id)) for one in kept(tx, wanted, to_judge=to_judge)]


def kept(tx: Connection, wanted: Sequence[str], *, to_judge: bool = False) -> list[Kept]:
    """Return the same without looking into it."""
    found: dict[str, Kept] = {}
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        known = documents.stored(tx, some, _NEEDED if to_judge else _WHOLE)
        found |= {
            one.id: Kept(one, *last)
            for one in documents.some(tx, some)
            if (last := _last(known.get(one.id, {}))) is not None
        }
    return [found[one] for one in wanted if one in found]


def pages_of(engine: Engine, history: History) -> Any | None:
    """Return the pages that a document was understood from, as JSON data, or None when they are not kept."""
    with reading(engine) as tx:
        return documents.load(tx, history.document.id, history.revision, "reading")


def _last(known: Mapping[int, Mapping[StepKind, Packed]]) -> tuple[int, Mapping[StepKind, Packed]] | None:
    """Return the last revision that was decided, or else understood, with its results."""
    understood = [revision for revision, results in known.items() if "record" in results]
    decided = [revision for revision in understood if {"decision", "witness"} & known[revision].keys()]
    chosen = max(decided or understood, default=None)
    return None if chosen is None else (chosen, known[chosen])


def _history(
    document: Document, revision: int, results: Mapping[StepKind, Any], tell: Callable[[], Sequence[AuditEvent]]
) -> History:  # fmt: skip
    statement, decision, plan = results.get("witness"), results.get("decision"), results.get("plan")
    is_held = decision is not None and decision["route"] == "post" and plan is None
    story = tell() if is_held or statement is None else ()
    told = [event for event in story if event.data.get("revision") == revision]
    judged_at = next((event.at for event in reversed(told) if event.kind == "document_judged"), document.received_at)
    if statement is not None:
        judged_at = datetime.fromisoformat(statement["at"])
    reviews = (event.data["findings"] for event in reversed(told) if event.kind == "review_opened")
    return History(
        document=document, revision=revision, record=results["record"], decision=decision, match=results.get("match"),
        plan=plan, statement=statement, lessons=results.get("lessons"), made_with=results.get("made_with"),
        judged_at=judged_at, held=tuple(next(reviews, ())) if is_held else (),
    )  # fmt: skip
