"""Operations with sensible values."""

from typing import Any

from engine.model.operation import Operation
from engine.model.value import digest

PAYLOAD: dict[str, Any] = {
    "header": {"invoice_no": "RE-2026-0815", "date": "2026-01-31", "vendor": "Müller & Söhne"},
    "lines": [
        {"text": "Screws M4", "amount": "10.50", "quantity": "3"},
        {"text": "Credit", "amount": "-3.25", "quantity": "1"},
        {"text": "Freight; insured", "amount": "1204.00", "quantity": "0.5"},
    ],
}

CSV: dict[str, Any] = {
    "format": "csv",
    "name": "AP_{invoice_no}_{key}.csv",
    "done_marker": ".done",
    "columns": [
        {"name": "INVOICE_NO", "path": "header.invoice_no"},
        {"name": "TEXT", "path": "line.text"},
        {"name": "AMOUNT", "path": "line.amount", "type": "decimal"},
    ],
}

CONTROL = {
    "SNDPOR": "POSTROOM", "SNDPRT": "LI", "SNDPRN": "0000004711", "RCVPOR": "SAPPRD", "RCVPRT": "LS",
    "RCVPRN": "PRDCLNT100", "MANDT": "100", "CREDAT": "2026-01-31",
}  # fmt: skip


def operation(
    payload: dict[str, Any] | None = None,
    *,
    key: str = "ap_invoice/erp/vendor_invoice/4711/RE-2026-0815",
    **options: Any,
) -> Operation:
    """Return an operation; `options` change or add to a CSV layout unless they name another format."""
    body = PAYLOAD if payload is None else payload
    chosen = options if options.get("format", "csv") != "csv" else {**CSV, **options}
    if "name" not in chosen:
        chosen = {"name": "AP_{key}.txt", **chosen}
    return Operation(
        key=key, document_id="d" * 64, revision=1, target="erp", object="vendor_invoice", payload=body, options=chosen,
        mapping="files.test@1", payload_digest=digest(body),
    )  # fmt: skip


def local(folder: object, **more: Any) -> dict[str, Any]:
    """Return a binding to a local folder."""
    return {"delivery": "local", "folder": str(folder), **more}
