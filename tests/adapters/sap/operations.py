"""Operations that SAP tests send."""

from collections.abc import Mapping
from typing import Any

from engine.model.operation import Operation
from engine.model.value import digest

INVOICE: Mapping[str, Any] = {
    "CompanyCode": "1010",
    "DocumentDate": "2026-03-04",
    "PostingDate": "2026-03-05",
    "InvoicingParty": "4711",
    "SupplierInvoiceIDByInvcgParty": "RE-1",
    "DocumentCurrency": "EUR",
    "InvoiceGrossAmount": "119.00",
    "TaxIsCalculatedAutomatically": True,
    "SupplierInvoiceIsCreditMemo": "",
}
GL_LINE: Mapping[str, Any] = {
    "SupplierInvoiceItem": "0001",
    "CompanyCode": "1010",
    "GLAccount": "681500",
    "DocumentCurrency": "EUR",
    "SupplierInvoiceItemAmount": "100.00",
    "TaxCode": "V1",
    "DebitCreditCode": "S",
    "SupplierInvoiceItemText": "goods",
}


def operation(kind: str, payload: Mapping[str, Any], *, key: str = "1") -> Operation:
    """Return an operation of a kind."""
    return Operation(
        key=f"ap_invoice_sap/sap/{kind}/{key}", document_id="d1", revision=1, target="sap", object=kind, payload=payload,
        mapping=f"sap.{kind}@1", payload_digest=digest(dict(payload)),
    )  # fmt: skip


def invoice(number: str = "RE-1", *, key: str = "", **changed: Any) -> Operation:
    """Return an invoice with one G/L line."""
    line = {**GL_LINE, **changed.pop("line", {})}
    payload = {
        **INVOICE, "SupplierInvoiceIDByInvcgParty": number, "to_SupplierInvoiceItemGLAcct": [line], **changed
    }  # fmt: skip
    return operation("supplier_invoice", payload, key=key or number)


def purchase_order(key: str = "1", **changed: Any) -> Operation:
    """Return an order of one item."""
    payload = {
        "CompanyCode": "1010", "PurchaseOrderType": "NB", "Supplier": "4711", "PurchasingOrganization": "1010",
        "PurchasingGroup": "001", "PurchaseOrderDate": "2026-03-04", "DocumentCurrency": "EUR",
        "to_PurchaseOrderItem": [
            {"PurchaseOrderItem": "10", "Plant": "1010", "Material": "M-1", "PurchaseOrderItemText": "Bolts", "OrderQuantity": "10",
             "PurchaseOrderQuantityUnit": "PC", "NetPriceAmount": "10.50", "NetPriceQuantity": "1",
             "to_ScheduleLine": [{"ScheduleLine": "1", "ScheduleLineDeliveryDate": "2026-04-01"}]}
        ], **changed,
    }  # fmt: skip
    return operation("purchase_order", payload, key=key)


def goods_receipt(key: str = "1") -> Operation:
    """Return the receipt of ten pieces of an order."""
    payload = {
        "DocumentDate": "2026-03-06", "PostingDate": "2026-03-06", "GoodsMovementCode": "01", "ReferenceDocument": "LS-77",
        "to_MaterialDocumentItem": [
            {"PurchaseOrder": "4500000001", "PurchaseOrderItem": "10", "Plant": "1010", "Material": "M-1", "GoodsMovementType": "101",
             "GoodsMovementRefDocType": "B", "QuantityInEntryUnit": "10", "EntryUnit": "PC"}
        ],
    }  # fmt: skip
    return operation("goods_receipt", payload, key=key)


def sales_order(number: str = "PO-9", *, key: str = "", **changed: Any) -> Operation:
    """Return a customer's order of one item."""
    payload = {
        "SalesOrderType": "OR", "SalesOrganization": "1710", "DistributionChannel": "10", "OrganizationDivision": "00",
        "SoldToParty": "1000004", "PurchaseOrderByCustomer": number, "TransactionCurrency": "EUR",
        "RequestedDeliveryDate": "2030-04-01", "to_Item": [{"Material": "TG11", "RequestedQuantity": "3", "RequestedQuantityUnit": "PC"}],
        **changed,
    }  # fmt: skip
    return operation("sales_order", payload, key=key or number)


def partner(kind: str, key: str = "1") -> Operation:
    """Return a supplier or a customer."""
    roles = {"supplier": ("FLVN00", "FLVN01"), "customer": ("FLCU00", "FLCU01")}[kind]
    payload = {
        "BusinessPartnerCategory": "2", "OrganizationBPName1": "Papier Nord GmbH", "BusinessPartnerGrouping": "BP02",
        "to_BusinessPartnerRole": [{"BusinessPartnerRole": role} for role in roles],
        "to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "DE250815845"}],
    }  # fmt: skip
    return operation(kind, payload, key=key)
