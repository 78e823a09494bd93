"""SAP keeps the contract of every target over HTTP, against its own hostile stand-in."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.sap.plug import PLUG
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.model.operation import Operation
from tests.adapters.contract import HttpTargetContract
from tests.adapters.sap.operations import goods_receipt, invoice, operation, partner, purchase_order, sales_order

FIRST = {"SupplierInvoice": "5105600101", "FiscalYear": "2026"}


class TestContract(HttpTargetContract):
    """Supplier invoices stand for what is found by a natural key; the samples for the rest."""

    plug = PLUG
    kind = "A_SupplierInvoice"
    is_unique = False  # SAP's check for duplicates is the customer's configuration
    price = "1234.567"  # Edm.Decimal(14,3)
    longest = 50
    number = "R'6/8 +Ä&=?#%"  # SAP keeps it in capitals

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        line = {"SupplierInvoiceItemText": text or "goods", "SupplierInvoiceItemAmount": price or "100.00"}
        return invoice(number or f"RE-{n}", key=str(n), line=line, InvoiceGrossAmount="999999.00")

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        line = standing["to_SupplierInvoiceItemGLAcct"][0]
        amount = line["SupplierInvoiceItemAmount"]
        return line["SupplierInvoiceItemText"], amount, standing["SupplierInvoiceIDByInvcgParty"]

    def alter(self, standing: Any) -> None:
        standing["InvoiceGrossAmount"] = "1.000"

    def refused(self) -> tuple[Operation, str]:
        return invoice("RE-9", DocumentHeaderText="longer than twenty-five signs"), "DocumentHeaderText"

    def samples(self) -> Sequence[Operation]:
        parked = invoice("RE-7", SupplierInvoiceStatus="A")
        cancelled = {**FIRST, "PostingDate": "2026-03-31", "ReversalReason": "01"}
        attached = {
            "BusinessObjectTypeName": "BUS2081",
            "LinkedSAPObjectKey": "51056001012026",
            "sha256": ATTACHED_SHA256,
        }
        return (
            parked, operation("supplier_invoice_post", FIRST), operation("attachment", attached),
            operation("supplier_invoice_cancel", cancelled), purchase_order(), goods_receipt(), sales_order(),
            partner("supplier"), partner("customer", "2"),
        )  # fmt: skip
