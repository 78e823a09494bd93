"""What a library would do otherwise than was done, with no more work than that takes.

Stages that would surely come to what is stored (`engine.runtime.marks`) are not gone through again: other rules speak on
the stored facts, other rows map the stored record, and what nothing touches is not even looked into. Some documents are
judged in full all the same, so that a mark that should not be believed is seen.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import ValidationError

from engine.content.flow import Flow
from engine.content.library import Library
from engine.content.when import Seen
from engine.model.decision import Decision
from engine.model.judged import Judged
from engine.model.operation import Plan
from engine.model.purchasing import OrderMatch
from engine.model.record import Match, Record
from engine.runtime import judging, marks, ordering, read_with, replay
from engine.runtime.gathering import waivers_of
from engine.runtime.history import Kept
from engine.runtime.house import House
from engine.runtime.marks import NOTHING, Standing
from engine.runtime.rates import rates_of
from engine.runtime.replay import Start, wanted_flow
from engine.runtime.witness import Recorded
from engine.stages import plan as plan_stage
from engine.stages.plan import Planned
from engine.stages.route import route
from engine.stages.seen import seen_of
from engine.stages.waive import basis, waived


class Trust(NamedTuple):
    """How far stored outcomes are believed."""

    permille: int = 20
    """Of documents that need not be judged, how many are judged in full to see whether they should have been."""
    salt: str = ""
    """Decides which; another salt, other documents."""
    is_blind: bool = False
    """Nothing is believed: every document is judged in full."""

    def is_drawn(self, document_id: str) -> bool:
        """Tell whether a document is judged in full."""
        drawn = int(sha256(f"{self.salt} {document_id}".encode()).hexdigest()[:8], 16)
        return self.is_blind or drawn % 1000 < self.permille


TRUST = Trust()
"""Of a hundred documents two are judged in full."""


def standing(library: Library, kept: Kept, live: Mapping[str, str], *, from_: Start = "auto") -> Standing:
    """Return what is stored of a document that a library would surely make again.

    `live` are the digests of content for records that do not name what they were read by.
    """
    judged_by = kept.data("judged_by")
    if judged_by is None or from_ == "pages" or (from_ == "auto" and not _reads_alike(library, kept, live)):
        return NOTHING
    return marks.standing(library, flow_of(library, kept, judged_by), kept.results, judged_by)


def flow_of(library: Library, kept: Kept, judged_by: Mapping[str, Any]) -> Flow | None:
    """Return the flow that takes a document under a library."""
    return library.flow_for(_seen(library, kept, judged_by["type"]), wanted_flow(library, kept.document.flow))


def _seen(library: Library, kept: Kept, type_: str) -> Seen:
    """Return what flows are told of a document; its record is looked into only where a flow has conditions."""
    document = kept.document
    plain = Seen(type=type_, origin=document.origin, source=document.source)
    if not any(library.flows[ref].when.is_narrowed for ref in library.environment.flows):
        return plain
    try:
        record = Record.model_validate(kept.data("record"))
    except ValidationError:  # touched by hand: whatever is made of it is not believed
        return plain
    return seen_of(library, document, record)


def _reads_alike(library: Library, kept: Kept, live: Mapping[str, str]) -> bool:
    made_with = read_with.then(kept.data("made_with"), live)
    return bool(made_with == read_with.now(library, made_with))


def otherwise(
    house: House, kept: Kept, stands: Standing, *, live: Mapping[str, str], from_: Start = "auto",
    beside: replay.Beside | None = None,
) -> Judged | None:  # fmt: skip
    """Return what the library of `house` makes of a document, or None where it is what is stored.

    What has to be judged in full is returned whatever it comes to. Raises what judging raises.
    """
    if stands.is_whole:
        return None
    if not stands.facts:
        return replay.judged(house, kept.opened(house.engine), live=live, from_=from_, beside=beside)
    was: Any = kept.data("decision")
    flow = flow_of(house.library, kept, kept.data("judged_by") or {})
    if flow is None:
        raise LookupError(f"no flow takes document {kept.document.id[:12]}")
    decision = None if stands.rules else _ruled(house, kept, flow, was)
    if decision is not None and replay.is_decided_alike(was, decision):
        decision = None
    if decision is None and (stands.plan or was["route"] != "post"):
        return None
    return _planned(house, kept, flow, was, decision, stands)


def _ruled(house: House, kept: Kept, flow: Flow, was: Mapping[str, Any]) -> Decision:
    """Let the rules speak on the stored facts."""
    facts = dict(was["facts"])
    outcomes = house.rulebooks[flow.ruleset].decide(facts)
    passed: tuple[str, ...] = ()
    if kept.revision > 1:
        record = Record.model_validate(kept.data("record"))
        passed = waived(outcomes, waivers_of(_witness(house, kept), record), on=basis(record))
    return route(outcomes, flow=flow, facts=facts, confidence=was["confidence"], waived=passed)


def _planned(
    house: House, kept: Kept, flow: Flow, was: Mapping[str, Any], decision: Decision | None, stands: Standing
) -> Judged | None:  # fmt: skip
    """Return the outcome with what it plans, or None where it is what is stored. `decision` None: as stored."""
    record, matched = Record.model_validate(kept.data("record")), kept.data("match") or {}
    vendor, order = (Match.model_validate(matched[name]) for name in ("vendor", "purchase_order"))
    if ordering.ORDERED in matched:
        order = ordering.relied_on(order, OrderMatch.model_validate(matched[ordering.ORDERED]))
    goes_to = was["route"] if decision is None else decision.route
    planned, stored = Planned(plan=None), kept.data("plan")
    anew: tuple[str, ...] = ()
    if goes_to == "post" and stands.plan and was["route"] == "post":
        planned = Planned(plan=Plan.model_validate(stored))
    elif goes_to == "post":
        witness = _witness(house, kept)
        planned = plan_stage.mapped(
            record, flow=flow, library=house.library, vendor=vendor, order=order, rates=rates_of(witness)
        )
        anew = witness.asked_anew
        made = planned.plan.operations if planned.plan else None
        if decision is None and stored and made and not anew and replay.is_written_alike(stored["operations"], made):
            return None
    decision = decision or Decision.model_validate(was)
    named = {"flow": flow.ref, "ruleset": flow.ruleset, "digests": house.library.digests_of(flow)}
    decision = judging.as_read(decision.model_copy(update=named), kept.data("made_with"))
    return Judged(
        document_id=kept.document.id, revision=kept.revision, at=kept.document.received_at, record=record,
        decision=decision, vendor=vendor, order=order, asked_anew=anew,
        operations=planned.plan.operations if planned.plan else (), findings=() if planned.plan else planned.findings,
    )  # fmt: skip


def _witness(house: House, kept: Kept) -> Recorded:
    statement: Any = kept.data("witness")
    return Recorded(house.engine, statement, at=datetime.fromisoformat(statement["at"]))
