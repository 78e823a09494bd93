"""Keeps the line about each document as its steps learn more."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine.model.document import Document
from engine.model.money import minor
from engine.model.record import Match, Record
from engine.runtime.house import House
from engine.stages.scope import entity_of
from engine.store import documents, operations, summaries
from engine.store.database import reading, transaction
from engine.store.documents import StepKind
from engine.store.summaries import Summary

_AT_ONCE = 200
_TELLING: tuple[StepKind, ...] = ("record", "match", "decision")


def note(tx: Connection, house: House, document: Document, results: Mapping[StepKind, Any]) -> None:
    """Write down what a step that was saved in this transaction says of a document."""
    if not results.keys() & {"record", "match"}:
        return
    line = summaries.get(tx, document.id) or Summary(document_id=document.id)
    if "record" in results:
        line = _of_record(line, Record.model_validate(results["record"]), house)
    if "match" in results:
        vendor = Match.model_validate(results["match"]["vendor"])
        decided = results.get("decision") or {}
        line = line.model_copy(update={"confidence": round(1000 * decided.get("confidence", 0))})
        if vendor.outcome == "one" and vendor.chosen is not None:
            line = line.model_copy(update={"vendor_id": vendor.chosen.id, "vendor": vendor.chosen.name})
    summaries.write(tx, line, name=document.name)


def note_references(tx: Connection, document: Document) -> None:
    """Write down what targets call a document now."""
    line = summaries.get(tx, document.id)
    if line is None:
        return
    receipts = (operations.receipt(tx, one.key) for one in operations.of_document(tx, document.id))
    names = dict.fromkeys(one.external_id for one in receipts if one is not None)
    summaries.write(tx, line.model_copy(update={"references": ", ".join(names)}), name=document.name)


def _of_record(line: Summary, record: Record, house: House) -> Summary:
    def text(name: str) -> str:
        return record.value(name) or ""

    currency = text("currency")[:3]
    entity = entity_of({one.name: one.value for one in record.fields}, house.library.environment.company.entities)
    return line.model_copy(
        update={
            "type": record.type, "entity": entity.code if entity else "", "vendor_id": "", "vendor": text("vendor_name"),
            "number": record.number, "po_number": text("po_number"),
            "currency": currency, "total": text("total"), "stake": _stake(record, currency),
            "issued_on": text("issue_date")[:10], "due_on": text("due_date")[:10], "confidence": None,
        }
    )  # fmt: skip


_MOST = 10**15


def _stake(record: Record, currency: str) -> int:
    try:
        total = record.amount("total")
        return 0 if total is None else min(_MOST, abs(minor(total, currency)))
    except (ArithmeticError, ValueError):
        return 0


def catch_up(house: House, *, most: int = _AT_ONCE) -> int:
    """Write the lines of documents that were processed before lines were kept, the latest first; return how many."""
    with reading(house.engine) as tx:
        lacking = summaries.lacking(tx, most=most)
    for document in lacking:
        with transaction(house.engine) as tx:
            found = {kind: documents.latest(tx, document.id, kind) for kind in _TELLING}
            note(tx, house, document, {kind: data for kind, data in found.items() if data is not None})
            note_references(tx, document)
    return len(lacking)
