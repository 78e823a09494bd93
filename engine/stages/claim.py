"""What a document claims: the key under which two documents are suspected to be the same, and what tells them apart.

The key is coarser than that of an operation (engine/stages/plan.py) on purpose: two numbers that differ by a dash raise a
question here, but once a person has said that they are two, both can be posted.
"""

import re
import unicodedata

from engine.content.flow import Flow
from engine.model.record import Match, Record
from engine.stages.parties.changes import asked_of
from engine.stages.sums import amount

FINGERPRINT_FIELDS = ("currency", "total", "issue_date")


def business_key(record: Record, *, flow: Flow, vendor: Match) -> str | None:
    """Return the flow's business key for a record behind its type, or None when a part of it is not known.

    Parts are compared without case, spaces and punctuation: `RE-2026/08 15` and `re 2026 0815` are one number. Vendors
    number invoices and credit notes apart, so the same number of both is no duplicate.
    """
    values = {field.name: _bare(field.value) for field in record.fields}
    values["asked"] = " ".join(sorted(asked_of(record)))
    if vendor.outcome == "one" and vendor.chosen is not None:
        values |= {f"{vendor.kind}_id": vendor.chosen.id, "account_id": f"{vendor.kind} {vendor.chosen.id}"}
    key = flow.key(values)
    return None if key is None else f"{record.type}/{key}"


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
