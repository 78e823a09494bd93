"""The document itself beside a pending invoice (data entity *Vendor invoice document attachment V2*).

An attachment has our key in its notes. It is found by that as long as the invoice is pending; once people posted the
invoice, the entity shows it no more, and nobody can tell from here whether the document hangs there.
"""

import base64
import binascii
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from adapters.dynamics_fo.client import Finance
from adapters.dynamics_fo.pending import HEADERS
from adapters.dynamics_fo.receipts import Outcome, written
from adapters.shared.odata.batch import Part
from adapters.shared.place import Place
from adapters.shared.tries import may_have_left
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt

ATTACHMENTS = "VendorInvoiceDocumentAttachments"
_MARK = "Postroom "


class Attachments:
    """Finds and writes attachments. Safe to share between threads."""

    def __init__(self, client: Finance, place: Place) -> None:
        self._client = client
        self._place = place

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an attachment that carries our key and our bytes; None when it surely is not there.

        Raises Ambiguous for other bytes under our key, and for an invoice that left the pending ones after a first try.
        """
        reference = _reference(operation)
        rows = self._client.rows(ATTACHMENTS, ("HeaderReference", "eq", reference))
        ours = [row for row in rows if str(row.get("Notes") or "").strip() == _mark(operation)]
        if ours:
            self._refuse_other(operation, ours)
            return self._receipt(operation, ours[0], "already_there")
        if may_have_left(operation) and self._client.one(HEADERS, {"HeaderReference": reference}) is None:
            raise Ambiguous(
                f"Invoice {reference} is not pending in Finance any more: a person must look whether its document is there."
            )
        return None

    def send(self, operation: Operation) -> Receipt:
        """Attach the document, unless it hangs there already."""
        found = self.find(operation)
        return found or self._receipt(operation, self._client.create([self._part(operation)]), "created")

    def _part(self, operation: Operation) -> Part:
        name = str(operation.payload["FileName"])
        path = PurePosixPath(name)
        return Part(
            "POST",
            ATTACHMENTS,
            {
                "dataAreaId": self._client.company, "HeaderReference": _reference(operation), "TypeId": "File",
                "Name": path.stem, "FileName": name, "FileType": path.suffix.removeprefix("."), "Notes": _mark(operation),
                "FileContents": base64.b64encode(self._content(operation)).decode(),
            },
        )  # fmt: skip

    def _refuse_other(self, operation: Operation, rows: list[dict[str, Any]]) -> None:
        if len(rows) > 1:
            raise Ambiguous(f"Finance holds our document {len(rows)} times at {_reference(operation)}.")
        try:
            there = base64.b64decode(str(rows[0].get("FileContents") or ""), validate=True)
        except binascii.Error:
            there = b""
        if there != self._content(operation):
            raise Ambiguous(
                f"Finance holds another document under our key at {_reference(operation)}: {len(there)} bytes, not ours. "
                "A person must decide."
            )

    def _content(self, operation: Operation) -> bytes:
        return self._place.content(str(operation.payload["sha256"]))

    def _receipt(self, operation: Operation, row: Mapping[str, Any], outcome: Outcome) -> Receipt:
        if str(row.get("Notes") or "").strip() != _mark(operation):
            raise Ambiguous("Finance answered with another attachment than the one that was sent.")
        name = f"{_reference(operation)}/{operation.short_key}"
        told = {"FileName": str(row.get("FileName") or "")}
        return written(self._client, operation, name, row, outcome, page="VendInvoiceInfoListPage", told=told)


def _reference(operation: Operation) -> str:
    """Return the header reference of the invoice; its receipt names it behind the legal entity (`usmf/0ABC`)."""
    reference = str(operation.payload.get("HeaderReference") or "").rpartition("/")[2]
    if not reference:
        raise Rejected("An attachment needs the invoice it hangs at.", fields={"HeaderReference": "is missing"})
    return reference


def _mark(operation: Operation) -> str:
    return f"{_MARK}{operation.short_key}"
