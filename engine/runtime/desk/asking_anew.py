"""What people ask of the machine about a whole document: read it as something else, wait for goods, take it back and begin again.

Each verb is refused for what changed meanwhile, begins at most one new revision of the same document, and posts nothing
twice: what stands in a target stays, unless the flow says how it is taken back and a person asked for that.
"""

from datetime import timedelta

from sqlalchemy import Connection

from engine.content.order_policy import OrderPolicy
from engine.model.correction import Correction
from engine.model.document import DocumentType
from engine.model.record import Record
from engine.runtime import replay_for_good
from engine.runtime.desk import drafting
from engine.runtime.desk.taking import Refused, held, open_item
from engine.runtime.house import House
from engine.stages.correct import TYPE
from engine.stages.match import order_numbers
from engine.store import desk, documents, ledger, operations, reviews, waits
from engine.store.database import transaction


def retype(house: House, document_id: str, type_: DocumentType, *, revision: int, by: str) -> int:
    """Have a document read and judged as another type; return the revision that begins, which the caller queues.

    Raises Gone, Refused, or corrections.Refused for a type that no live flow takes.
    """
    with transaction(house.engine) as tx:
        held(tx, document_id, revision=revision, by=by, at=house.clock.now())
        if any(
            one.state not in {"planned", "rejected", "cancelled"} for one in operations.of_document(tx, document_id)
        ):
            raise Refused("It was sent as what it was taken for. Take that back first.")
    return drafting.hand_in(house, document_id, [Correction(path=TYPE, value=type_)], revision=revision, by=by)


def wait(house: House, document_id: str, *, revision: int, by: str, why: str = "") -> None:
    """Let a document that is held wait until something comes for its orders, or the policy's last look is over.

    Raises Gone, or Refused where it names no order to wait for or is not held.
    """
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = held(tx, document_id, revision=revision, by=by, at=now)
        open_item(tx, document_id)
        if document.state != "in_review":
            raise Refused(f"It is {document.state.replace('_', ' ')}: only what is held for a person can wait.")
        data = documents.load(tx, document_id, revision, "record")
        numbers = () if data is None else order_numbers(Record.model_validate(data))
        if not numbers:
            raise Refused("It names no order, so nothing that comes could wake it. Put the order's number in first.")
        next_at = now + timedelta(hours=_policy(house, tx, document_id, revision).receipts.every_hours)
        documents.move(tx, document_id, "processing", at=now)
        documents.move(tx, document_id, "waiting", at=now)
        waits.begin(
            tx, document_id=document_id, revision=revision, numbers=numbers, mark=waits.marks(tx, numbers), at=now,
            next_at=next_at,
        )  # fmt: skip
        reviews.close_reviews(tx, document_id, now)
        desk.drop_draft(tx, document_id, by=by)
        ledger.append(
            tx, at=now, document_id=document_id, kind="waiting_begun", actor=by,
            data={"revision": revision, "orders": list(numbers), "why": why, "next_at": next_at.isoformat()},
        )  # fmt: skip


def reopen(house: House, document_id: str, *, revision: int, by: str, why: str) -> int:
    """Judge a settled document again and take back first what stands and would be written otherwise; return the revision.

    The caller queues it. Raises Gone, Refused without a reason, reversing.Refused where no flow says how it is taken
    back, replay_for_good.Stands while a target has not answered.
    """
    if not why.strip():
        raise Refused("Say why it is opened again: the ledger keeps it beside what is taken back.")
    with transaction(house.engine) as tx:
        held(tx, document_id, revision=revision, by=by, at=house.clock.now())
    return replay_for_good.begin(house, document_id, by=by, reason=why, reverse=True)


def _policy(house: House, tx: Connection, document_id: str, revision: int) -> OrderPolicy:
    """Return the policy by which the document was judged, today's default where its rules are gone."""
    data = documents.load(tx, document_id, revision, "decision")
    ruleset = house.library.rulesets.get(data["ruleset"]) if data else None
    return OrderPolicy() if ruleset is None else ruleset.match.orders
