"""Nouns with sensible values."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.model.document import Blob, Document
from engine.model.operation import Lineage, Operation, Receipt

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(seconds=seconds)


def document_id(content: str = "one") -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def document(content: str = "one", **changes: Any) -> Document:
    sha256 = document_id(content)
    blob = Blob(sha256=sha256, size=3_000_000_000, media_type="application/pdf")
    values = {"id": sha256, "name": f"{content}.pdf", "blob": blob, "source": "cli", "received_at": NOON}
    return Document(**{**values, **changes})


def operation(key: str = "ap_invoice/erp/vendor_invoice/4711/RE-1", **changes: Any) -> Operation:
    values: dict[str, Any] = {
        "key": key,
        "document_id": document_id(),
        "revision": 1,
        "target": "erp",
        "object": "vendor_invoice",
        "payload": {"header": {"total": "119.00"}, "lines": [{"amount": "100.00"}]},
        "options": {"format": "csv"},
        "mapping": "files.ap_invoice_csv@1",
        "payload_digest": "d" * 64,
        "lineage": (Lineage(path="header.total", row="files.ap_invoice_csv@1 total", fields=("total",)),),
        "after": ("another",),
    }
    return Operation(**{**values, **changes})


def receipt(**changes: Any) -> Receipt:
    values: dict[str, Any] = {
        "key": "ap_invoice/erp/vendor_invoice/4711/RE-1",
        "external_id": "AP_1.csv",
        "outcome": "created",
        "version": 'W/"3"',
        "link": "https://erp.example/AP_1",
        "request": {"bytes": 12},
        "response": {"sha256": "ab"},
    }
    return Receipt(**{**values, **changes})
