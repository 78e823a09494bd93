"""The two steps that decide: judge a record, and plan the operations that follow from the decision."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from engine.content.converters import Rates
from engine.content.flow import Flow
from engine.model.decision import Decision
from engine.model.document import Document, State
from engine.model.finding import Finding
from engine.model.judged import HELD_QUEUE
from engine.model.operation import Operation
from engine.model.record import Match, Record
from engine.runtime import (
    dossier_joining,
    feeding,
    gathering,
    leaving,
    left_over,
    marks,
    metrics,
    ordering,
    reversing,
    steps,
    thresholds,
    waiting,
)
from engine.runtime.gathering import Gathered
from engine.runtime.house import House
from engine.runtime.rates import hear, rates_of
from engine.runtime.read_with import READ_WITH
from engine.runtime.sources import gate
from engine.runtime.witness import Live, Recorded
from engine.stages import judge as judge_stage
from engine.stages import plan as plan_stage
from engine.stages.route import route, without_flow
from engine.stages.seen import flow_for, seen_of
from engine.stages.waive import basis, waived
from engine.store import documents, operations
from engine.store.database import reading, transaction
from engine.store.documents import StepKind

log = structlog.get_logger()

ENDS: Mapping[str, State] = {"duplicate": "duplicate", "reject": "rejected"}
"""Routes that end the walk without a person, and the state they lead to."""

_RIVALS = 5
"""Times that a document is judged again because another billed the same orders in between."""

STANDING = frozenset({"delivered", "committed"})
"""States of operations that took effect: their payload is what the target holds."""


def judge(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Match, validate, derive facts, let the rules speak, and move the document where they say."""
    document, record = steps.load_record(house, document_id, revision)
    if gate.ended(house, document, revision):
        return {"next": "over"}
    flow = flow_of(house, document, record)
    if flow is None:
        declined = house.library.declined(seen_of(house.library, document, record))
        decision = without_flow(record.type, findings=record.findings, declined=declined)
        return follow(house, document, revision, decision)
    for _ in range(_RIVALS):
        try:
            return _judge(house, document, record, flow)
        except ordering.Moved as e:
            log.info("judged_again", document=document_id, why=str(e))
    return _judge(house, document, record, flow)


def flow_of(house: House, document: Document, record: Record) -> Flow | None:
    """Return the flow version that judges a document.

    Where promotion decides, one that was judged before keeps its version in later revisions, unless a sender asks for
    another by name; else it is what is live for its type, or the version on trial that the document is drawn for.
    """
    library = house.library
    if library.live is not None:
        with reading(house.engine) as tx:
            before = documents.latest(tx, document.id, "decision")
        kept = library.flows.get(before["flow"]) if before else None
        if kept is not None and document.flow in (None, kept.name, kept.ref):
            return kept
    flow = flow_for(library, document, record)
    if flow is None or library.live is None or document.flow is not None:
        return flow
    return library.flows[library.live.drawn(flow.name, document.id) or flow.ref]


def _judge(house: House, document: Document, record: Record, flow: Flow) -> dict[str, Any]:
    """Judge once. Raises ordering.Moved when another document billed the same orders meanwhile."""
    revision = record.revision
    witness = Live(house.engine)
    found = gathering.gather(house, document, record, flow, witness=witness)
    decision = _as_read(house, document, record, decide(house, flow, found))
    hear(witness, record, decision, flow=flow, library=house.library, vendor=found.case.vendor, order=found.case.order)
    for finding in found.case.findings:
        metrics.FINDINGS.labels(finding.code).inc()
    results: dict[StepKind, Any] = {
        "match": {
            "vendor": found.case.vendor.model_dump(mode="json"),
            "purchase_order": _stood_on(found.case.order, decision).model_dump(mode="json"),
            ordering.ORDERED: found.ordered.match.model_dump(mode="json"),
            "verdicts": [one.model_dump(mode="json") for one in found.case.verdicts or ()],
        },
        "decision": decision.model_dump(mode="json"),
        "witness": witness.statement(house.clock.now()),
    }
    told = {
        "flow": decision.flow, "route": decision.route, "queue": decision.queue, "reasons": list(decision.reasons),
        "vendor": found.vendor_id, "digests": dict(decision.digests),
    }  # fmt: skip
    settle = waiting.settling(house, document, decision, found.ordered)
    feed = feeding.feeding_of(house, document, flow, found, is_posted=decision.route == "post")

    def also(tx: Connection) -> None:
        settle(tx)
        feed(tx)
        gathering.note(tx, house, document, found, is_posted=decision.route == "post")
        thresholds.note(tx, house, document, found.case, decision)
        marks.mark_judged(tx, house.library, document.id, revision, record_type=record.type, decision=decision)

    is_collected = flow.joins is not None and decision.route == "post"
    to: State | None = "posting" if decision.route == "post" and not is_collected else None
    steps.keep(house, document, revision, results, "document_judged", told, to=to, also=also)
    if decision.route == "wait":
        waiting.begin(house, document, revision, decision, found.ordered)
        return {"next": "over"}
    if is_collected:
        return dossier_joining.join(house, document, record, flow)
    return follow(house, document, revision, decision)


def _stood_on(order: Match, decision: Decision) -> Match:
    """Return a match of an order without order lines that no decision to post stands on."""
    return order if decision.route == "post" else order.model_copy(update={"pairs": (), "charges": ()})


def _as_read(house: House, document: Document, record: Record, decision: Decision) -> Decision:
    """Return the decision with the digests of what its record was read with: a promotion may have come in between."""
    with reading(house.engine) as tx:
        read_with = documents.load(tx, document.id, record.revision, "made_with")
    return as_read(decision, read_with)


def as_read(decision: Decision, read_with: Mapping[str, str] | None) -> Decision:
    """Return a decision that names other content as that which its record was read with; None: it is not known."""
    if read_with is None:
        return decision
    judged_with = {ref: sha256 for ref, sha256 in decision.digests if ref.partition("/")[0] not in READ_WITH}
    return decision.model_copy(update={"digests": tuple(sorted({**judged_with, **read_with}.items()))})


def decide(house: House, flow: Flow, found: Gathered) -> Decision:
    """Derive the facts and let the rules of the flow speak. Without effects."""
    library, case = house.library, found.case
    facts = judge_stage.facts(case, library.facts, library.tables_of(case.ruleset))
    outcomes = house.rulebooks[flow.ruleset].decide(facts)
    return route(
        outcomes, facts=facts, flow=flow, waived=waived(outcomes, found.waivers, on=basis(case.record)),
        confidence=judge_stage.document_confidence(case.record, case.ruleset), digests=library.digests_of(flow),
    )  # fmt: skip


def follow(house: House, document: Document, revision: int, decision: Decision) -> dict[str, Any]:
    """End the walk as the decision says, unless it goes on to posting."""
    if decision.route == "post":
        return {"next": "plan"}
    if decision.route == "review":
        steps.to_review(
            house,
            document,
            revision,
            queue=decision.queue or "intake",
            reasons=decision.reasons,
            message=decision.message,
        )
        return {"next": "over"}
    state = ENDS[decision.route]
    why = {"reasons": list(decision.reasons), "message": decision.message}
    steps.conclude(house, document.id, revision, state, f"document_{state}", why)
    return {"next": "over"}


def plan(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Map the record and write the operations down. Returns {"next": "post" | "over", "keys": [operation keys]}."""
    document, record = steps.load_record(house, document_id, revision)
    _, data = steps.fetch(house, document_id, revision, "decision")
    _, matched = steps.fetch(house, document_id, revision, "match")
    decision = Decision.model_validate(data)
    flow = house.library.flows[decision.flow]
    make = partial(
        plan_stage.plan, record, decision, flow=flow, library=house.library,
        vendor=Match.model_validate(matched["vendor"]), order=Match.model_validate(matched["purchase_order"]),
        rates=_rates(house, document, revision),
    )  # fmt: skip
    planned = make()
    if planned.plan is None:
        return _hold(house, document, revision, planned.findings)
    # what is stored as the plan is what the content says; a replay knows nothing of what was taken back
    to_write = reversing.arranged(house, document_id, revision, lambda keys: _operations(make(keys=keys)))
    if to_write.findings:
        return _hold(house, document, revision, to_write.findings)
    written = _write(house, document_id, revision, to_write.operations)
    foreign = [operation for operation in written if operation.document_id != document_id]
    if foreign:
        message = f"{foreign[0].key} was already written for document {foreign[0].document_id[:12]}. Compare the two."
        steps.to_review(house, document, revision, queue="ap_duplicates", reasons=["already_written"], message=message)
        return {"next": "over", "keys": []}
    wanted = {operation.key: operation for operation in to_write.operations}
    other = [one for one in written if one.state in STANDING and not leaving.says(house, one, wanted[one.key])]
    if other:
        message = f"{other[0].key} stands in {other[0].target} with other values. Reverse it there, or reject this one."
        steps.to_review(
            house, document, revision, queue="integration_admins", reasons=["posted_differently"], message=message
        )
        return {"next": "over", "keys": []}
    if gone := left_over.clear(house, document_id, revision, flow, wanted):
        message = (
            f"{gone[0].key} stands in {gone[0].target}, and the document does not have this item any more. "
            "Take it back there, or reject this one."
        )
        steps.to_review(
            house, document, revision, queue="integration_admins", reasons=["posted_differently"], message=message
        )
        return {"next": "over", "keys": []}
    keys = [operation.key for operation in written]
    results: dict[StepKind, Any] = {"plan": planned.plan.model_dump(mode="json")}
    pinned = dict(decision.digests)
    mappings = {one.mapping: pinned.get(f"matrix/{one.mapping}", "") for one in to_write.operations}
    steps.keep(
        house, document, revision, results, "operations_planned", {"keys": keys, "mappings": mappings},
        also=lambda tx: marks.mark_planned(tx, house.library, document_id, revision, flow=flow.ref),
    )  # fmt: skip
    return {"next": "post", "keys": keys}


def _operations(planned: plan_stage.Planned) -> tuple[Operation, ...]:
    return () if planned.plan is None else planned.plan.operations


def _rates(house: House, document: Document, revision: int) -> Rates:
    """Return the exchange rates that were heard when the document was judged."""
    with reading(house.engine) as tx:
        statement = documents.load(tx, document.id, revision, "witness")
    return rates_of(Recorded(house.engine, statement, at=document.received_at))


def _write(house: House, document_id: str, revision: int, wanted: Sequence[Operation]) -> list[Operation]:
    """Write operations down; one that is there and has not taken effect gets the content of this revision."""
    now = house.clock.now()
    written: list[Operation] = []
    with transaction(house.engine) as tx:
        steps.hold(tx, document_id, revision)
        for operation in wanted:
            stored = operations.plan(tx, operation, now)
            is_open = stored.state in {"planned", "rejected", "parked", "cancelled"}
            if stored.document_id == document_id and stored.revision < revision and is_open:
                stored = operations.replan(tx, operation, now)
            written.append(stored)
    return written


def _hold(house: House, document: Document, revision: int, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """Hand a record that cannot be mapped to the people who own the mapping."""
    message = findings[0].message if findings else "The record could not be mapped."
    steps.to_review(
        house, document, revision, queue=HELD_QUEUE, reasons=list(dict.fromkeys(finding.code for finding in findings)),
        message=message, findings=findings,
    )  # fmt: skip
    return {"next": "over", "keys": []}
