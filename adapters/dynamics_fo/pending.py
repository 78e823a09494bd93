"""Pending vendor invoices with their lines, each once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.dynamics_fo.client import Finance, is_duplicate
from adapters.dynamics_fo.posted import posted
from adapters.dynamics_fo.receipts import Outcome, written
from adapters.shared.answers import with_numbers
from adapters.shared.compare import differences, line_differences
from adapters.shared.odata.batch import Part
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt

HEADERS, LINES = "VendorInvoiceHeaders", "VendorInvoiceLines"
_LINES = "lines"
_NUMBERS = ("lines[].NetAmount", "lines[].UnitPrice", "lines[].ReceiveNow", "lines[].PurchLineNumber")


class PendingInvoices:
    """Finds and writes pending vendor invoices. Safe to share between threads."""

    def __init__(self, client: Finance) -> None:
        self._client = client

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an invoice that stands as the payload says, pending or posted; None when surely none does.

        Raises Ambiguous when the invoice of our key says something else, when the vendor's number stands under another key
        or was posted by somebody, and when posted invoices cannot be looked at although ours may have left before.
        """
        _check(operation)
        header = self._client.one(HEADERS, {"HeaderReference": reference(operation)})
        if header is not None:
            self._refuse_other(operation, header)
            return self._receipt(operation, header, "already_there")
        self._refuse_twin(operation)
        found = posted(self._client, operation)
        return self._of_posted(operation, found) if found is not None else None

    def send(self, operation: Operation) -> Receipt:
        """Look whether somebody entered it already, then write header and lines in one changeset."""
        _check(operation)
        if not operation.payload.get(_LINES):
            raise Rejected("An invoice without lines books nothing.", fields={_LINES: "is missing"})
        found = self.find(operation)
        if found is not None:
            return found
        try:
            return self._receipt(operation, self._client.create(self._parts(operation)), "created")
        except Rejected as e:
            found = self.find(operation) if is_duplicate(e) else None
            if found is None:
                raise
            return found

    def _parts(self, operation: Operation) -> list[Part]:
        payload: dict[str, Any] = with_numbers(dict(operation.payload), _NUMBERS)
        key = {"dataAreaId": self._client.company, "HeaderReference": reference(operation)}
        header = {**key, **{name: value for name, value in payload.items() if name != _LINES}}
        lines = [
            {**key, "InvoiceLineNumber": number, "Currency": payload["Currency"], **line}
            for number, line in enumerate(payload[_LINES], start=1)
        ]
        return [Part("POST", HEADERS, header), *(Part("POST", LINES, line) for line in lines)]

    def _refuse_other(self, operation: Operation, header: Mapping[str, Any]) -> None:
        payload = operation.payload
        wrong = differences({name: value for name, value in payload.items() if name != _LINES}, header)
        wrong += line_differences(list(payload.get(_LINES) or ()), self._lines(operation))
        if wrong:
            raise Ambiguous(
                f"Finance holds another invoice under our key: {'; '.join(wrong)}. A person must decide what is right.",
                detail=f"{HEADERS} {reference(operation)}",
            )

    def _lines(self, operation: Operation) -> Sequence[Mapping[str, Any]]:
        found = self._client.rows(LINES, ("HeaderReference", "eq", reference(operation)))
        return sorted(found, key=lambda row: Decimal(str(row.get("InvoiceLineNumber") or 0)))

    def _refuse_twin(self, operation: Operation) -> None:
        """Raise Ambiguous when the vendor's number stands there already: somebody else entered this invoice."""
        account, number = str(operation.payload["InvoiceAccount"]), str(operation.payload["InvoiceNumber"])
        for row in self._client.rows(HEADERS, ("InvoiceAccount", "eq", account), ("InvoiceNumber", "eq", number)):
            raise Ambiguous(
                f"Invoice {number} of {account} stands in Finance already, as {row.get('HeaderReference')}. "
                "A person must decide."
            )

    def _receipt(self, operation: Operation, header: Mapping[str, Any], outcome: Outcome) -> Receipt:
        if str(header.get("HeaderReference") or "").upper() != reference(operation):
            raise Ambiguous("Finance answered with another invoice than the one that was sent.")
        told = {"HeaderReference": reference(operation)}
        return written(
            self._client, operation, reference(operation), header, outcome, page="VendInvoiceInfoListPage", told=told
        )

    def _of_posted(self, operation: Operation, row: Mapping[str, Any]) -> Receipt:
        told = {"status": "posted", "LedgerVoucher": str(row.get("LedgerVoucher") or "")}
        name = reference(operation)
        return written(self._client, operation, name, row, "already_there", page="VendInvoiceJournal", told=told)


def reference(operation: Operation) -> str:
    """Return the header reference: 20 signs, as long as the field is."""
    return operation.short_key.upper()


def _check(operation: Operation) -> None:
    for name in ("InvoiceAccount", "InvoiceNumber", "Currency"):
        if not operation.payload.get(name):
            raise Rejected(f"An invoice in Finance needs {name}.", fields={name: "is missing"})
