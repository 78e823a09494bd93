"""Papers that feed the match: our own orders and delivery notes become master data in the transaction that lets them through."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.content.flow import Flow
from engine.model.document import Document
from engine.runtime.gathering import Gathered
from engine.runtime.house import House
from engine.stages import feeding as stage
from engine.store import feeding, ledger


def feeding_of(
    house: House, document: Document, flow: Flow, found: Gathered, *, is_posted: bool
) -> Callable[[Connection], None]:  # fmt: skip
    """Return what writes down, with the decision, what a document brings; one that is not let through brings nothing."""
    at = house.clock.now()

    def write(tx: Connection) -> None:
        if flow.feeds is None:
            return
        if not is_posted:
            feeding.take_back(tx, document.id, at=at)
            return
        told = _bring(tx, house, document, flow, found, at)
        ledger.append(tx, at=at, document_id=document.id, kind="master_data_fed", actor="system", data=told)

    return write


def _bring(
    tx: Connection, house: House, document: Document, flow: Flow, found: Gathered, at: datetime
) -> dict[str, Any]:  # fmt: skip
    record, vendor, buyer = found.case.record, found.vendor_id or "", found.case.buyer
    if flow.feeds == "goods_receipts":
        rows = stage.receipts_of(record, found.ordered.match, vendor=vendor)
        feeding.bring_receipts(tx, rows, document_id=document.id, at=at)
        return {"kind": flow.feeds, "orders": sorted({row["number"] for row in rows}), "lines": len(rows)}
    entity = buyer.chosen.id if buyer.outcome == "one" and buyer.chosen is not None else ""
    header, lines = stage.order_of(record, vendor=vendor, entity=entity, is_received=_receives(house))
    is_new = feeding.bring_order(tx, header, lines, document_id=document.id, at=at)
    return {"kind": "orders", "orders": [header["number"]], "lines": len(lines) if is_new else 0, "known": not is_new}


def _receives(house: House) -> bool:
    """Tell whether delivery notes feed receipts here; then nothing is billed of an order that did not come."""
    live = (house.library.flows[ref] for ref in house.library.environment.flows)
    return any(flow.feeds == "goods_receipts" for flow in live)
