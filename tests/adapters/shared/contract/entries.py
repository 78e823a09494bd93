"""Operations of the example adapter."""

from engine.model.operation import Operation
from engine.model.value import digest


def entry(n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
    """Return the n-th entry."""
    payload = {
        "number": number or f"RE-{n}", "vendor": "V1", "currency": "EUR", "amount": price or "10.50", "text": text or "goods",
    }  # fmt: skip
    return Operation(
        key=f"ap_invoice/daybook/entry/{n}", document_id="d" * 64, revision=1, target="daybook", object="entry",
        payload=payload, mapping="daybook.entry@1", payload_digest=digest(payload),
    )  # fmt: skip
