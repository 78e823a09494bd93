import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from adapters.dynamics_bc.plug import PLUG
from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.model.operation import Operation

_PARENT = "0b0f5a1e-0000-4000-8000-000000000001"


def bill(n: int, *, text: str = "", price: str = "", number: str = "", **options: Any) -> Operation:
    payload = {
        "vendorNumber": "V10000", "vendorInvoiceNumber": number or f"RE-{n}", "invoiceDate": "2026-03-04",
        "purchaseInvoiceLines": [
            {"lineType": "Account", "lineObjectNumber": "6210", "description": text or "goods", "quantity": "2", "unitCost": price or "10.50"}
        ],
    }  # fmt: skip
    return operation("purchaseInvoices", f"{n}{number}", payload, **options)


def operation(kind: str, name: str, payload: Mapping[str, Any], **options: Any) -> Operation:
    digest = hashlib.sha256(repr(payload).encode()).hexdigest()
    return Operation(
        key=f"flow/bc/{kind}/{name}", document_id="d1", revision=1, target="bc", object=kind, payload=payload, options=options,
        mapping=f"dynamics_bc.{kind}@1", payload_digest=digest,
    )  # fmt: skip


def payment(n: int, *, text: str = "", price: str = "", number: str = "", **options: Any) -> Operation:
    payload = {
        "vendorNumber": "V10000", "postingDate": "2026-04-03", "amount": price or "1190.60",
        "externalDocumentNumber": number or f"RE-{n}", "description": text or f"Invoice RE-{n}",
    }  # fmt: skip
    return operation("vendorPayments", f"{n}{number}", payload, journal="BANK", **options)


class Bills(HttpTargetContract):
    """Drafts; the contract is kept with the second call that posts them, below."""

    plug = PLUG
    kind = "purchaseInvoices"
    is_unique = False
    longest = 100

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return bill(n, text=text, price=price, number=number)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        (line,) = standing["purchaseInvoiceLines"]
        return line["description"], str(line["unitCost"]), standing["vendorInvoiceNumber"]

    def alter(self, standing: Any) -> None:
        standing["purchaseInvoiceLines"][0]["unitCost"] = Decimal("99999.99")

    def refused(self) -> tuple[Operation, str]:
        payload = {**bill(7).payload, "currencyCode": "EUROPEAN MONEY"}
        return operation("purchaseInvoices", "7", payload), "currencyCode"

    def samples(self) -> Sequence[Operation]:
        line = {"lineType": "Item", "lineObjectNumber": "A-1", "description": "A", "quantity": "1"}
        return (
            bill(1),
            operation("purchaseOrders", "1", {"vendorNumber": "V10000", "orderDate": "2026-03-04", "purchaseOrderLines": [{**line, "directUnitCost": "2.5"}]}),
            operation("purchaseCreditMemos", "1", {"vendorNumber": "V10000", "vendorCreditMemoNumber": "CN-1", "purchaseCreditMemoLines": [{**line, "unitCost": "2.5"}]}),
            operation("salesOrders", "1", {"customerNumber": "C10000", "externalDocumentNumber": "PO-1", "orderDate": "2026-03-04", "salesOrderLines": [{**line, "unitPrice": "2.5"}]}),
            operation("salesInvoices", "1", {"customerNumber": "C10000", "externalDocumentNumber": "PO-1", "salesInvoiceLines": [{**line, "unitPrice": "2.5"}]}),
            operation("vendors", "1", {"number": "V30000", "displayName": "A"}),
            operation("customers", "1", {"number": "C30000", "displayName": "A"}),
            operation("journalLines", "1", {"accountType": "Vendor", "accountNumber": "V10000", "amount": "10.5", "postingDate": "2026-03-04"}, journal="PAYMENTS"),
            payment(1),
            operation("documentAttachments", "1", {"fileName": "a.pdf", "parentType": "Purchase Invoice", "parentId": _PARENT, "sha256": ATTACHED_SHA256}),
        )  # fmt: skip


class TestContract(Bills):
    """Bills that are made, and posted by a second call."""

    writes = 2

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return bill(n, text=text, price=price, number=number, post=True)


class TestPayments(HttpTargetContract):
    plug = PLUG
    kind = "vendorPayments"
    is_unique = False
    longest = 100
    price = "1234.57"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return payment(n, text=text, price=price, number=number)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        return standing["description"], str(standing["amount"]), standing["externalDocumentNumber"]

    def alter(self, standing: Any) -> None:
        standing["amount"] = Decimal("99999.99")

    def batching(self, sandbox: Any) -> Any:
        pytest.skip("lines of journals go one by one")

    def refused(self) -> tuple[Operation, str]:
        wrong = {**payment(7).payload, "vendorNumber": "NOBODY"}
        return operation("vendorPayments", "7", wrong, journal="BANK"), "vendorNumber"

    def samples(self) -> Sequence[Operation]:
        return Bills().samples()
