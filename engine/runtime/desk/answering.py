"""What people answer when a document is held: let it pass, reject it, hand it to another team, say something.

Each verb is one transaction with a ledger event that names the person, and says which revision was seen: what changed
meanwhile is not overwritten.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from engine.content.ruleset import Rule
from engine.model.decision import Decision, RuleOutcome
from engine.model.document import Document, State
from engine.model.record import Record
from engine.model.waiver import WaivedBy, Waiver
from engine.runtime import again, metrics, steps, thresholds, triage
from engine.runtime.desk.taking import Refused, held, open_item
from engine.runtime.house import House
from engine.stages.waive import basis
from engine.store import departures, desk, documents, ledger, operations, outbox, reviews, waits, waivers
from engine.store.database import transaction

_REJECTABLE: frozenset[State] = frozenset({"in_review", "waiting", "parked"})
_INSTEAD: Mapping[str, str] = {
    "no_flow": "Say what it is, or which flow takes it.",
    "split_unsure": "Say where to cut the file.",
    "target_rejected": "Mend the values or the mapping; then it is sent again.",
    "posted_differently": "It stands in the target with other values: have it taken back there, or reject this one.",
    "already_written": "Compare it with the document that was written; if it is another claim, say so.",
}
"""What people do with a document that no rule holds, by reason."""


class Hold(NamedTuple):
    """A rule that holds a document, and who may let pass what it says."""

    outcome: RuleOutcome
    waived_by: WaivedBy


def holds(house: House, decision: Decision) -> tuple[Hold, ...]:
    """Return the rules that hold a document, the deciding one first. A rule that is gone nobody lets pass."""
    ruleset = house.library.rulesets.get(decision.ruleset)
    rules: Mapping[str, Rule] = {one.id: one for one in ruleset.rules} if ruleset else {}
    found = {
        one.id: Hold(one, rules[one.id].waived_by if one.id in rules else "nobody")
        for one in decision.rules
        if one.fired and one.route == "review" and one.id not in decision.waived
    }
    first = [found[name] for name in decision.reasons if name in found]
    return (*first, *(one for name, one in found.items() if name not in decision.reasons))


def approve(house: House, document_id: str, *, revision: int, by: str, why: str = "", objections: Sequence[str]) -> int:
    """Let pass everything that rules hold in a document as it stands, and have it judged again; return the revision.

    The caller queues it. `objections` say why this person is no approver of the document; none: they are. Raises Gone or
    Refused: for what nobody may let pass, and for what only an approver may.
    """
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = held(tx, document_id, revision=revision, by=by, at=now)
        decision = _decision(tx, document)
        holding = holds(house, decision)
        _may_pass(holding, objections)
        record = Record.model_validate(documents.load(tx, document_id, revision, "record"))
        here = basis(record)
        given = [
            Waiver(rule=one.outcome.id, facts=one.outcome.facts, basis=here, by=by, why=why, at=now) for one in holding
        ]
        waivers.add(tx, document_id=document_id, revision=revision, waivers=given)
        thresholds.review(tx, house, document_id, [], by=by)
        ledger.append(
            tx, at=now, document_id=document_id, kind="document_approved", actor=by,
            data={"revision": revision, "rules": [one.rule for one in given], "why": why},
        )  # fmt: skip
        desk.drop_draft(tx, document_id, by=by)
        return again.begin(tx, document_id, flow=None, at=now)


def reject(house: House, document_id: str, *, revision: int, by: str, why: str) -> None:
    """End a document for good: nothing of it is written. Raises Refused when something of it stands in a target."""
    if not why.strip():
        raise Refused("Say why it is rejected: who sent it will ask.")
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = held(tx, document_id, revision=revision, by=by, at=now)
        if document.state not in _REJECTABLE:
            raise Refused(
                f"It is {document.state.replace('_', ' ')}: only what is held, waits or is parked is rejected."
            )
        call_off(tx, document_id, by=by, why=why, at=now)
        documents.move(tx, document_id, "rejected", at=now)
        steps.give_back(tx, document_id, at=now)
        waits.end(tx, document_id)
        reviews.close_reviews(tx, document_id, now)
        desk.drop_draft(tx, document_id, by=by)
        ledger.append(
            tx, at=now, document_id=document_id, kind="document_rejected", actor=by,
            data={"revision": revision, "why": why},
        )  # fmt: skip
    metrics.DOCUMENTS.labels("rejected").inc()


def pass_on(house: House, document_id: str, *, queue: str, revision: int, by: str, why: str = "") -> None:
    """Hand an item to another queue and the team that owns it. Raises Refused for a queue that no flow names."""
    known = queues(house)
    if queue not in known:
        raise Refused(f"There is no queue {queue}. There are: {', '.join(known)}.")
    now = house.clock.now()
    with transaction(house.engine) as tx:
        held(tx, document_id, revision=revision, by=by, at=now)
        item = open_item(tx, document_id)
        urgency = triage.of_document(tx, house, document_id, revision, queue=queue)
        reviews.pass_on(tx, item.id, queue=queue, urgency=urgency)
        ledger.append(
            tx, at=now, document_id=document_id, kind="review_passed_on", actor=by,
            data={"revision": revision, "from": item.queue, "to": queue, "why": why},
        )  # fmt: skip


def say(house: House, document_id: str, text: str, *, by: str, to: str | None = None) -> None:
    """Keep a comment; with `to` it asks somebody, who finds the item among their own. Raises Refused for no words."""
    if not text.strip():
        raise Refused("A comment has words.")
    now = house.clock.now()
    with transaction(house.engine) as tx:
        documents.lock(tx, document_id)
        desk.comment(tx, document_id, by=by, text=text.strip(), at=now, to=to)
        item = reviews.open_of(tx, document_id)
        if to is not None and item is not None:
            reviews.assign(tx, item.id, assignee=to)
        ledger.append(
            tx, at=now, document_id=document_id, kind="comment", actor=by, data={"to": to, "text": text.strip()}
        )


def queues(house: House) -> tuple[str, ...]:
    """Return the queues that live flows send to."""
    flows = (house.library.flows[ref] for ref in house.library.environment.flows)
    return tuple(sorted({queue for flow in flows for queue in flow.queues} | {"intake", "integration_admins"}))


def _decision(tx: Connection, document: Document) -> Decision:
    """Return the decision that holds a document. Raises Refused when something else than a rule holds it."""
    item = open_item(tx, document.id)
    data = documents.load(tx, document.id, document.revision, "decision")
    decision = None if data is None else Decision.model_validate(data)
    if (
        document.state != "in_review"
        or decision is None
        or tuple(item.reasons) != decision.reasons
        or not decision.flow
    ):
        instead = next((_INSTEAD[one] for one in item.reasons if one in _INSTEAD), "Mend what it says, or reject it.")
        raise Refused(f"No rule holds it, so there is nothing to let pass. {instead}")
    return decision


def _may_pass(holding: Sequence[Hold], objections: Sequence[str]) -> None:
    never = [one.outcome for one in holding if one.waived_by == "nobody"]
    if never:
        raise Refused(f"{never[0].message} That cannot be let pass ({', '.join(one.id for one in never)}).")
    for_approvers = [one.outcome.id for one in holding if one.waived_by == "approver"]
    if for_approvers and objections:
        raise Refused(f"Only an approver may let this pass ({', '.join(for_approvers)}). {objections[0]}")


def call_off(tx: Connection, document_id: str, *, by: str, why: str, at: datetime) -> None:
    """Call off what surely did not leave. Raises Refused when something stands in a target, or may."""
    departures.call_back(tx, document_id)
    for one in operations.of_document(tx, document_id):
        if one.state in {"planned", "rejected"}:
            operations.move(tx, one.key, "cancelled", at=at)
            ledger.append(
                tx, at=at, document_id=document_id, kind="operation_cancelled", actor=by,
                data={"key": one.key, "was": one.state, "why": why},
            )  # fmt: skip
        elif one.state != "cancelled":
            raise Refused(
                f"{one.key} is {one.state} in {one.target}: settle it, call it off or have it taken back there first."
            )
    if outbox.of_documents(tx, [document_id]):
        raise Refused("It is being sent at this moment. Look again when that is over.")
