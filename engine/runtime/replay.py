"""Replay: judge stored documents again as on their day, under other content or the same, without any effect.

Everything a decision rests on is at hand: the record, the content files, and what the store said when it was asked
(`engine.runtime.witness`). So the same content gives the same outcome, byte for byte, whatever came since and wherever
it runs. Nothing here writes, sends or looks at the clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace as changed
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from engine.content.flow import Flow
from engine.content.library import Library
from engine.model.change import Change
from engine.model.decision import Decision
from engine.model.finding import Finding
from engine.model.judged import Judged
from engine.model.operation import Operation, Plan
from engine.model.page import Reading
from engine.model.record import Match, Record
from engine.runtime import gathering, judging, read_with, understanding
from engine.runtime.history import History, Nothing, histories, pages_of
from engine.runtime.house import House
from engine.runtime.marks import Same
from engine.runtime.rates import rates_of
from engine.runtime.sources import events
from engine.runtime.witness import Recorded
from engine.stages import plan as plan_stage
from engine.stages.compare import compare
from engine.stages.decide import RuleBook
from engine.stages.route import without_flow
from engine.stages.seen import seen_of
from engine.store.database import reading

Start = Literal["pages", "extraction", "auto"]
"""From what a document is judged again: its stored pages, its stored record, or the record unless it may read otherwise."""


def stored(house: House, document_id: str) -> Judged:
    """Return what was done with a document the last time it was judged. Raises LookupError when it never was."""
    return done(one(house, document_id))


def replay(house: House, library: Library, document_id: str, *, from_: Start = "auto") -> Judged:
    """Return what would be done with a document on its day if this library had been in force.

    Raises LookupError when the document was never judged, or its pages are asked for and are not there.
    """
    return judged(under(house, library), one(house, document_id), from_=from_, live=house.library.digests)


def one(house: House, document_id: str) -> History:
    """Load what is kept of one document. Raises Nothing (a LookupError) when it was never judged."""
    with reading(house.engine) as tx:
        found = histories(tx, [document_id])
    if not found:
        raise Nothing(f"document {document_id[:12]} was never judged")
    return found[0]


def done(history: History) -> Judged:
    """Return what was done with a document, as it is stored."""
    record = history.understood
    if history.decision is None:
        return _unjudged(history, record)
    plan = None if history.plan is None else Plan.model_validate(history.plan)
    matched = history.match or {}
    return Judged(
        document_id=history.document.id, revision=history.revision, at=history.document.received_at, record=record,
        decision=Decision.model_validate(history.decision),
        vendor=_match(matched.get("vendor")), order=_match(matched.get("purchase_order")),
        operations=plan.operations if plan else (), findings=tuple(map(Finding.model_validate, history.held)),
    )  # fmt: skip


class Beside(NamedTuple):
    """The outcome under another library, and the stages in which the two libraries are alike: these are not gone through again."""

    outcome: Judged
    judges_alike: bool
    plans_alike: bool


def judged(
    house: House, history: History, *, from_: Start = "auto", live: Mapping[str, str] | None = None,
    witness: Recorded | None = None, beside: Beside | None = None,
) -> Judged:  # fmt: skip
    """Judge a document with what is kept of it, under the library of `house` (see `under`).

    `live` are the digests of content for decisions that do not name what they were read by. A `witness` answers in the
    place of what is kept.
    """
    document = history.document
    record, made_with = _record(house, history, from_, live or {})
    seen = seen_of(house.library, document, record)
    flow = house.library.flow_for(seen, wanted_flow(house.library, document.flow))
    if flow is None:
        return _unjudged(history, record, house.library.declined(seen))
    witness = witness or Recorded(house.engine, history.statement, at=history.judged_at)
    if beside is not None and beside.judges_alike and beside.outcome.record == record:
        decided = _as_beside(house, beside.outcome, flow)
    else:
        case = gathering.recalled(house, document, record, flow, witness=witness)
        decision = judging.as_read(judging.decide(house, flow, case), made_with)
        decided = Judged(
            document_id=document.id, revision=history.revision, at=document.received_at, record=record,
            decision=decision, vendor=case.case.vendor, order=case.case.order,
        )  # fmt: skip
    planned = _planned(house, decided, flow, witness, beside)
    return decided.model_copy(update={**planned, "asked_anew": witness.asked_anew})


def _as_beside(house: House, outcome: Judged, flow: Flow) -> Judged:
    """Return a judgement that is another library's, under the names of the versions of this one."""
    named = {"flow": flow.ref, "ruleset": flow.ruleset, "digests": house.library.digests_of(flow)}
    return outcome.model_copy(update={"decision": outcome.decision.model_copy(update=named)})


def _planned(
    house: House, decided: Judged, flow: Flow, witness: Recorded, beside: Beside | None
) -> dict[str, tuple[Operation, ...] | tuple[Finding, ...]]:  # fmt: skip
    """Return operations and findings of a judgement."""
    was = beside.outcome if beside is not None and beside.plans_alike else None
    if was is not None and (was.decision.route, was.record, was.vendor, was.order) == (
        decided.decision.route, decided.record, decided.vendor, decided.order
    ):  # fmt: skip
        return {"operations": was.operations, "findings": was.findings}
    planned = plan_stage.plan(
        decided.record, decided.decision, flow=flow, library=house.library, vendor=decided.vendor or NOBODY,
        order=decided.order or NO_ORDER, rates=rates_of(witness),
    )  # fmt: skip
    if planned.plan is None:
        return {"operations": (), "findings": planned.findings}
    return {"operations": planned.plan.operations, "findings": ()}


NOBODY, NO_ORDER = Match(kind="vendor", outcome="not_asked"), Match(kind="purchase_order", outcome="not_asked")


def difference(history: History, result: Judged) -> Change | None:
    """Return what a replay would do otherwise than was done, or None when nobody would notice."""
    return None if is_plainly_same(history, result) else compare(done(history), result)


def is_plainly_same(history: History, result: Judged) -> bool:
    """Look at what is compared without making values of all that is stored: most documents do not change."""
    was = history.decision
    if was is None or history.held or result.findings or result.record != history.understood:
        return False
    planned = (history.plan or {}).get("operations", ())
    return is_decided_alike(was, result.decision) and is_written_alike(planned, result.operations)


def is_decided_alike(was: Mapping[str, Any], now: Decision) -> bool:
    """Tell whether a stored decision says what is compared of another; that no rule objected is told to nobody."""
    told = (was["route"], was["queue"], tuple(was["reasons"])) == (now.route, now.queue, now.reasons)
    return told and (not now.reasons or was["message"] == now.message)


def is_written_alike(planned: Sequence[Mapping[str, Any]], now: Sequence[Operation]) -> bool:
    """Tell whether stored operations write the same to the same places."""
    written = [(one["key"], one["target"], one["payload_digest"], one.get("options", {})) for one in planned]
    return written == [(one.key, one.target, one.payload_digest, dict(one.options)) for one in now]


def under(house: House, library: Library) -> House:
    """Return the house as it would be with another library."""
    return changed(house, library=library, rulebooks=_books(Same(library)))


def wanted_flow(library: Library, asked: str | None) -> str | None:
    """Return the flow that a sender asked for; where that version is not live any more, its name."""
    is_live = asked in library.environment.flows
    return asked if asked is None or is_live else asked.partition("@")[0]


@lru_cache(maxsize=4)
def _books(same: Same) -> Mapping[str, RuleBook]:
    library = same.library
    return {ref: RuleBook(ruleset, library.facts) for ref, ruleset in library.rulesets.items()}


def _record(
    house: House, history: History, from_: Start, live: Mapping[str, str]
) -> tuple[Record, Mapping[str, str] | None]:
    """Return the record, and the content it was read with where that is known."""
    then = read_with.then(history.made_with, live)
    now = read_with.now(house.library, then)
    from_pages = from_ == "pages" or (from_ == "auto" and then != now)
    kept = pages_of(house.engine, history) if from_pages else None
    if kept is None:
        if from_ == "pages":
            raise Nothing(f"the pages of document {history.document.id[:12]} are not kept")
        return history.understood, history.made_with
    pages, document = Reading.model_validate(kept), history.document
    if document.origin == "event":
        pages = events.read(house, document, house.blobs.local(document.blob), before=pages)
    witness = Recorded(house.engine, history.lessons, at=history.judged_at)
    understood = understanding.understand(house, document, pages, revision=history.revision, witness=witness)
    return understood.record, now


def _unjudged(history: History, record: Record, declined: Sequence[str] = ()) -> Judged:
    """Return the outcome for a document that no flow takes."""
    return Judged(
        document_id=history.document.id, revision=history.revision, at=history.document.received_at, record=record,
        decision=without_flow(record.type, findings=record.findings, declined=declined),
    )  # fmt: skip


def _match(data: object) -> Match | None:
    return None if data is None else Match.model_validate(data)
