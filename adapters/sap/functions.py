"""What is done to a supplier invoice that stands there: post a parked one, cancel a posted one."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from adapters.sap.client import SapClient
from adapters.sap.objects import object_types
from adapters.sap.wire import quoted
from adapters.shared.answers import Answer
from adapters.shared.odata.literals import literal
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt
from engine.model.value import digest

POSTED = "5"
"""`SupplierInvoiceStatus` of an invoice that is posted."""


class InvoiceFunction:
    """A function import of the supplier invoice. Whether it took effect shows at the invoice itself."""

    def __init__(self, client: SapClient, name: str) -> None:
        """`name` is `Post` or `Cancel`."""
        self._client = client
        self._name = name
        self._kind = object_types()["supplier_invoice"]

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt when the invoice is posted (cancelled) already. Raises Ambiguous when it cannot be seen."""
        number, year = self._invoice(operation)
        condition = f"SupplierInvoice eq {quoted(number)} and FiscalYear eq {quoted(year)}"
        found = self._client.rows(self._kind.path, filter=condition)
        if len(found) != 1:
            raise Ambiguous(f"SAP: supplier invoice {number}/{year} cannot be seen.")
        is_cancelled = bool(found[0].get("ReverseDocument"))
        if self._name == "Cancel":
            return self._receipt(operation, found[0], outcome="already_there") if is_cancelled else None
        if is_cancelled:
            raise Ambiguous(f"SAP: supplier invoice {number}/{year} is cancelled.")
        is_posted = str(found[0].get("SupplierInvoiceStatus") or "") == POSTED
        return self._receipt(operation, found[0], outcome="already_there") if is_posted else None

    def send(self, operation: Operation) -> Receipt:
        """Call the function."""
        number, year = self._invoice(operation)
        said = {"SupplierInvoice": quoted(number), "FiscalYear": quoted(year)}
        if self._name == "Cancel":
            said |= {name: self._said(operation, name) for name in ("PostingDate", "ReversalReason")}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
        made, answer = self._client.call(f"{self._kind.service}/{self._name}?{query}")
        return self._receipt(operation, made, outcome="updated", answer=answer)

    def _said(self, operation: Operation, name: str) -> str:
        value = str(operation.payload.get(name) or "")
        if not value:
            raise Rejected(f"SAP: {name} must be said.", fields={name: "must be said"})
        return literal(date.fromisoformat(value), "v2") if name.endswith("Date") else quoted(value)

    @staticmethod
    def _invoice(operation: Operation) -> tuple[str, str]:
        number, year = (str(operation.payload.get(name) or "") for name in ("SupplierInvoice", "FiscalYear"))
        if not number or not year:
            raise Rejected("SAP: which supplier invoice must be said.", fields={"SupplierInvoice": "must be said"})
        return number, year

    def _receipt(
        self, operation: Operation, said: Mapping[str, Any], *, outcome: Any, answer: Answer | None = None
    ) -> Receipt:
        inner = said.get(self._name, said)
        if answer is not None and not (isinstance(inner, Mapping) and inner.get("Success") is True):
            raise Ambiguous(f"SAP did not say that {self._name} succeeded.", detail=answer.text)
        number, year = self._invoice(operation)
        keys = {"SupplierInvoice": number, "FiscalYear": year}
        status = {"status": answer.status, "request_id": answer.headers.get("sap-message-id", "")} if answer else {}
        return Receipt(
            key=operation.key, external_id=f"{number}/{year}", outcome=outcome,
            link=self._client.settings.page_of(self._kind.link.format(**keys)),
            request={"method": "POST", "path": f"{self._kind.service}/{self._name}", "digest": digest(dict(operation.payload))[:16]},
            response={**keys, **status},
        )  # fmt: skip
