"""What a document claims: the business key under which two documents are the same, and what tells them apart."""

import re
import unicodedata

from engine.content.flow import Flow
from engine.model.record import Match, Record
from engine.stages.sums import amount

FINGERPRINT_FIELDS = ("currency", "total", "issue_date")


def business_key(record: Record, *, flow: Flow, vendor: Match) -> str | None:
    """Return the flow's business key for a record, or None when a part of it is not known.

    Parts are compared without case, spaces and punctuation: `RE-2026/08 15` and `re 2026 0815` are one number.
    """
    values = {field.name: _bare(field.value) for field in record.fields}
    if vendor.outcome == "one" and vendor.chosen is not None:
        values["vendor_id"] = vendor.chosen.id
    return flow.key(values)


def fingerprint(record: Record) -> dict[str, str]:
    """Return what a second copy of the same document repeats: type, currency, total and date of issue.

    A document with the same key and another fingerprint is no copy; a person must look.
    """
    values = {name: record.value(name) or "" for name in FINGERPRINT_FIELDS}
    total = amount(record, "total")
    if total is not None:
        values["total"] = format(total.normalize(), "f")
    return {"type": record.type, **values}


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()
