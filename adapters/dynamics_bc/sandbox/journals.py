"""Journals: lines that wait, and general ledger entries once the whole journal was posted."""

import itertools
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.dynamics_bc.sandbox.values import Refusal

LEDGER = "generalLedgerEntries"
LINES: Mapping[str, str] = {"journalLines": "journals", "vendorPayments": "vendorPaymentJournals"}
"""Entity sets of lines, and where the journals of each are."""


class Journals:
    """The journals of a company."""

    def __init__(self, objects: dict[str, list[dict[str, Any]]]) -> None:
        self._objects = objects
        self._entries = itertools.count(3001)
        self.posting_series = ""
        """The series that journals number documents anew with when they post; empty: they keep their numbers."""

    def check(self, path: str, values: Mapping[str, Any]) -> None:
        """Refuse a line without a journal, or of a vendor that is not there."""
        if not self._rows(LINES[path], "id", values.get("journalId")):
            raise _refusal("You must specify a journal batch ID or a journal ID to get a journal line.")
        vendor = values.get("vendorNumber")
        if path == "vendorPayments" and not self._rows("vendors", "number", vendor):
            raise _refusal('The "vendorNumber" does not match to a Vendor.')

    def post(self, journal: str) -> None:
        """Post every line that stands in a journal, or none. Raises Refusal."""
        found = [(path, line) for path in LINES for line in self._rows(path, "journalId", journal)]
        if not found:
            raise _refusal("There is nothing to post.")
        for _, line in found:
            invoice = line.get("appliesToInvoiceNumber")
            if invoice and not self._rows("purchaseInvoices", "number", invoice):
                raise _refusal(f"The field Applies-to Doc. No. contains a value ({invoice}) that cannot be found.")
            if not line.get("postingDate"):
                raise _refusal("Posting Date must have a value in Gen. Journal Line.")
        for path, line in found:
            self._objects[path].remove(line)
            self._objects.setdefault(LEDGER, []).extend(self._entered(line))

    def _entered(self, line: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the entries of one line: on its account, and against it."""
        first, second = next(self._entries), next(self._entries)
        number = f"{self.posting_series}{first}" if self.posting_series else line["documentNumber"]
        amount = Decimal(line["amount"])
        usual = {
            "documentNumber": number, "postingDate": line["postingDate"], "documentType": "Payment",
            "description": line.get("description", ""), "lastModifiedDateTime": line["lastModifiedDateTime"],
        }  # fmt: skip
        sides = ((first, amount, "5410"), (second, -amount, "2920"))
        return [
            {
                **usual, "id": str(uuid.uuid4()), "entryNumber": entry, "accountNumber": account,
                "debitAmount": max(sum_, Decimal(0)), "creditAmount": max(-sum_, Decimal(0)),
            }
            for entry, sum_, account in sides
        ]  # fmt: skip

    def _rows(self, path: str, name: str, value: object) -> Sequence[dict[str, Any]]:
        return [row for row in self._objects.get(path, ()) if str(row.get(name)) == str(value)]


def _refusal(message: str) -> Refusal:
    return Refusal(400, "Application_DialogException", message)
