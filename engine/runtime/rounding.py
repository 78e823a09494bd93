"""How a supplier rounds: asked before its invoice is judged, learned once the invoice goes through."""

from sqlalchemy import Connection

from engine.model.convention import Inference
from engine.model.document import Document
from engine.model.record import Match, Record
from engine.runtime import questions
from engine.runtime.witness import Witness
from engine.stages.money.habit import lesson
from engine.stages.money.infer import infer
from engine.store import conventions


def explain(witness: Witness, document: Document, record: Record, vendor: Match) -> Inference:
    """Return what explains the amounts, with the conventions of the vendor's other invoices in that currency in mind."""
    if vendor.outcome != "one" or vendor.chosen is None or vendor.kind != "vendor":
        return infer(record)
    habit = questions.habit(vendor.chosen.id, record.value("currency") or "", but=document.id)
    return infer(record, habit=witness.ask(habit))


def learn(tx: Connection, document: Document, record: Record, vendor: Match, money: Inference) -> None:
    """Keep what an invoice that goes through says about its vendor, in place of what it said before.

    Call it in the transaction that moves the document to posting; `conventions.forget` takes it back.
    """
    vendor_id = vendor.chosen.id if vendor.outcome == "one" and vendor.chosen is not None else None
    conventions.keep(
        tx, lesson(money) if vendor_id else (), vendor_id=vendor_id or "", currency=record.value("currency") or "",
        document_id=document.id, at=document.received_at,
    )  # fmt: skip
