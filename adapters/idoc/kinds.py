"""What an IDoc is to us, by its message."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from adapters.idoc.billing_and_orders import INVOICE, ORDER, ORDER_RESPONSE
from adapters.idoc.deliveries import DELIVERY
from adapters.idoc.table import Table, cells_at, nodes_at
from adapters.shared.idoc.tree import Idoc, Node
from engine.model.document import DocumentType
from engine.model.field import Row
from engine.model.finding import Finding

TABLES: Mapping[str, Table] = {
    "INVOIC": INVOICE,
    "ORDERS": ORDER,
    "ORDCHG": ORDER,
    "ORDRSP": ORDER_RESPONSE,
    "DESADV": DELIVERY,
}
"""By message type."""
_CREDIT_MEMOS = frozenset({"CRME"})
_DELETED = "003"
_MOST_NAMED = 20


class Kind(NamedTuple):
    """What it is, and what a person should know about that."""

    type: DocumentType
    findings: tuple[Finding, ...] = ()


def kind_of(idoc: Idoc, header: Row) -> Kind:
    """Return the document type of a message that has a table."""
    if idoc.message == "INVOIC":
        return _billing(idoc, header)
    if idoc.message == "DESADV":
        return Kind("goods_receipt", tuple(_deliveries(idoc.root)))
    if idoc.message == "ORDRSP":
        return Kind("order_response", tuple(_refused(idoc.root)))
    return Kind("purchase_order", tuple(_ordering(idoc)))


def not_read(idoc: Idoc) -> Finding:
    """Return what to say of a message without a table."""
    return Finding(
        code="idoc_not_read", severity="error",
        message="IDocs of this message are not read as documents. Status messages belong into the target's ack_folder.",
        evidence=(("message", idoc.message), ("type", idoc.type)),
    )  # fmt: skip


def _billing(idoc: Idoc, header: Row) -> Kind:
    codes = {cell.text.upper() for cell in cells_at(idoc.root, "E1EDK01/BSART")}
    total = next((Decimal(field.value) for field in header if field.name == "total"), Decimal(0))
    if codes & _CREDIT_MEMOS:
        return Kind("credit_note")
    if total >= 0:
        return Kind("invoice")
    negative = Finding(
        code="negative_invoice", severity="info",
        message="This invoice has a negative total, so it is handled as a credit note.",
    )  # fmt: skip
    return Kind("credit_note", (negative,))


def _ordering(idoc: Idoc) -> Iterator[Finding]:
    actions = {cell.text for cell in cells_at(idoc.root, "E1EDK01/ACTION")}
    if _DELETED in actions:
        yield Finding(
            code="order_cancellation", severity="error",
            message="This cancels an order that was sent before. Stop that order.",
        )  # fmt: skip
    elif idoc.message == "ORDCHG":
        yield Finding(
            code="order_changed", severity="error",
            message="This changes an order that was sent before. Change that order; do not enter a second one.",
        )  # fmt: skip


def _refused(root: Node) -> Iterator[Finding]:
    lines = [one for one in nodes_at(root, "E1EDP01") if one.text("ABGRU") or one.text("ACTION") == _DELETED]
    if lines:
        yield Finding(
            code="order_line_refused", severity="error",
            message="The vendor does not deliver everything that was ordered. Look at the refused items.",
            evidence=_named((one.text("POSEX"), one.text("ABGRT") or one.text("ABGRU") or "deleted") for one in lines),
        )  # fmt: skip


def _deliveries(root: Node) -> Iterator[Finding]:
    deliveries = list(nodes_at(root, "E1EDL20"))
    if len(deliveries) > 1:
        yield Finding(
            code="idoc_several_deliveries", severity="error",
            message="The message announces several deliveries; header values are those of the first. Enter them one by one.",
            evidence=_named(("delivery", one.text("VBELN")) for one in deliveries),
        )  # fmt: skip


def _named(pairs: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(pairs)[:_MOST_NAMED]
