"""UNTDID 1001 document type codes and what they are to us."""

from decimal import Decimal

from engine.model.document import DocumentType
from engine.model.finding import Finding

_CREDIT = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
_ORDERS = {"220": "new", "105": "new", "230": "change"}
_ACCOUNTING_AID = "751"
_NOT_PAYABLE = {
    "325": "a pro-forma invoice",
    "231": "an order response",
}


def document_type(code: str, total: Decimal | None) -> tuple[DocumentType, tuple[Finding, ...]]:
    """Return the type that a code and the sign of the grand total stand for, with what a person should know."""
    if code in _ORDERS:
        change = _note("order_change", "warning", "This changes an order that was sent before.", code)
        return "purchase_order", (change,) if _ORDERS[code] == "change" else ()
    if code in _NOT_PAYABLE:
        message = f"The document calls itself {_NOT_PAYABLE[code]}. Do not pay it as an invoice."
        return "unknown", (_note("not_payable", "error", message, code),)
    if code == _ACCOUNTING_AID:
        message = "The data only helps with booking: the invoice in the legal sense is the print."
        return "invoice", (_note("accounting_aid", "info", message, code),)
    is_negative = total is not None and total < 0
    if code in _CREDIT:
        message = "This credit note has a negative total. Ask the vendor whether it credits or charges."
        return "credit_note", (_note("credit_note_sign", "warning", message, code),) if is_negative else ()
    if is_negative:
        message = "This invoice has a negative total, so it is handled as a credit note."
        return "credit_note", (_note("negative_invoice", "info", message, code),)
    return "invoice", ()


def _note(name: str, severity: str, message: str, code: str) -> Finding:
    return Finding.model_validate(
        {"code": name, "severity": severity, "message": message, "evidence": (("document_type_code", code),)}
    )
