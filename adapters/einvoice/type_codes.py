"""UNTDID 1001 document type codes and what they are to us."""

from collections.abc import Mapping
from decimal import Decimal

from adapters.einvoice.table import Message
from engine.model.document import DocumentType
from engine.model.finding import Finding

_CREDIT = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
_ORDER_BY_CODE: Mapping[str, Message] = {"230": "order_change", "231": "order_response"}
_ACCOUNTING_AID = "751"
_PRO_FORMA = "325"


def document_type(message: Message, code: str, total: Decimal | None) -> tuple[DocumentType, tuple[Finding, ...]]:
    """Return the type that message, code and the sign of the grand total stand for, with what a person should know."""
    if message == "despatch":
        return "goods_receipt", ()
    if message in {"invoice", "credit_note"}:
        return _billing(message, code, total)
    return _ordering(_ORDER_BY_CODE.get(code, message) if message == "order" else message, code)


def _ordering(message: Message, code: str) -> tuple[DocumentType, tuple[Finding, ...]]:
    if message == "order_response":
        said = "The document is an order response. Do not pay it as an invoice."
        return "unknown", (_note("not_payable", "error", said, code),)
    if message == "order_cancellation":
        said = "This cancels an order that was sent before. Stop that order."
        return "purchase_order", (_note("order_cancellation", "error", said, code),)
    if message == "order_change":
        return "purchase_order", (
            _note("order_change", "warning", "This changes an order that was sent before.", code),
        )
    return "purchase_order", ()


def _billing(message: Message, code: str, total: Decimal | None) -> tuple[DocumentType, tuple[Finding, ...]]:
    if code == _PRO_FORMA:
        said = "The document calls itself a pro-forma invoice. Do not pay it as an invoice."
        return "unknown", (_note("not_payable", "error", said, code),)
    if code == _ACCOUNTING_AID:
        said = "The data only helps with booking: the invoice in the legal sense is the print."
        return "invoice", (_note("accounting_aid", "info", said, code),)
    is_negative = total is not None and total < 0
    if code in _CREDIT or message == "credit_note":
        said = "This credit note has a negative total. Ask the vendor whether it credits or charges."
        return "credit_note", (_note("credit_note_sign", "warning", said, code),) if is_negative else ()
    if is_negative:
        said = "This invoice has a negative total, so it is handled as a credit note."
        return "credit_note", (_note("negative_invoice", "info", said, code),)
    return "invoice", ()


def _note(name: str, severity: str, message: str, code: str) -> Finding:
    return Finding.model_validate(
        {"code": name, "severity": severity, "message": message, "evidence": (("document_type_code", code),)}
    )
