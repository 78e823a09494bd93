"""What SAP does with a document when it makes it: numbers, dates of change, status, and what it insists on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.sap.sandbox.checks import Complaint, date_text, date_value

Rows = list[dict[str, Any]]

_NEEDED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "A_SupplierInvoice": (
        ("CompanyCode", "DocumentDate", "PostingDate", "InvoicingParty", "DocumentCurrency", "InvoiceGrossAmount"), "M8/321"),
    "A_PurchaseOrder": (("CompanyCode", "PurchaseOrderType", "Supplier", "PurchasingOrganization", "PurchasingGroup"), "ME/083"),
    "A_MaterialDocumentHeader": (("PostingDate", "DocumentDate", "GoodsMovementCode"), "M7/001"),
    "A_SalesOrder": (("SalesOrderType", "SalesOrganization", "DistributionChannel", "OrganizationDivision", "SoldToParty"), "V1/380"),
    "A_BusinessPartner": (("BusinessPartnerCategory", "OrganizationBPName1"), "R11/401"),
}  # fmt: skip
_FIRST: Mapping[str, int] = {
    "A_SupplierInvoice": 5105600101, "A_PurchaseOrder": 4500000001, "A_MaterialDocumentHeader": 5000000001,
    "A_SalesOrder": 1, "A_BusinessPartner": 10300001,
}  # fmt: skip
_ITEMS: Mapping[str, tuple[str, str]] = {
    "A_SupplierInvoice": ("to_SuplrInvcItemPurOrdRef", "to_SupplierInvoiceItemGLAcct"),
    "A_PurchaseOrder": ("to_PurchaseOrderItem", ""), "A_MaterialDocumentHeader": ("to_MaterialDocumentItem", ""),
    "A_SalesOrder": ("to_Item", ""),
}  # fmt: skip
PARKED, HELD, POSTED = "A", "D", "5"


def missing(name: str, body: Mapping[str, Any]) -> list[Complaint]:
    """Return what a document must say and does not."""
    needed, code = _NEEDED.get(name, ((), ""))
    return [Complaint(code, f"Enter {prop}", prop) for prop in needed if not body.get(prop)]


def objections(
    name: str, entity: Mapping[str, Any], others: Sequence[Mapping[str, Any]], *, checks_twice: bool
) -> list[Complaint]:
    """Return why SAP does not take a document that is formally right."""
    if name == "A_SupplierInvoice":
        return [*_unbalanced(entity), *(_twice(entity, others) if checks_twice else [])]
    if name != "A_BusinessPartner" and not any(entity.get(items) for items in _ITEMS[name]):
        return [
            Complaint(
                "V1/045" if name == "A_SalesOrder" else "06/045", "The document contains no items", _ITEMS[name][0]
            )
        ]
    return []


def _unbalanced(entity: Mapping[str, Any]) -> list[Complaint]:
    """Return nothing when an invoice balances: gross is lines plus tax, or not below its lines where SAP computes the tax."""
    if entity["SupplierInvoiceStatus"] in {PARKED, HELD, "B"}:
        return []
    sign = {"H": -1}
    is_credit = entity["SupplierInvoiceIsCreditMemo"] == "X"
    lines = sum(Decimal(row["SupplierInvoiceItemAmount"]) for row in entity.get("to_SuplrInvcItemPurOrdRef", ()))
    for row in entity.get("to_SupplierInvoiceItemGLAcct", ()):
        lines += (
            Decimal(row["SupplierInvoiceItemAmount"]) * sign.get(row["DebitCreditCode"], 1) * (-1 if is_credit else 1)
        )
    tax = sum(Decimal(row["TaxAmount"]) for row in entity.get("to_SupplierInvoiceTax", ()))
    gross = Decimal(entity["InvoiceGrossAmount"])
    is_even = gross >= lines if entity["TaxIsCalculatedAutomatically"] else gross == lines + tax
    if is_even:
        return []
    return [Complaint("M8/534", f"Balance not zero: {gross - lines - tax} debits: {lines + tax} credits: {gross}", "")]


def _twice(entity: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[Complaint]:
    same = (
        "CompanyCode",
        "InvoicingParty",
        "SupplierInvoiceIDByInvcgParty",
        "DocumentDate",
        "InvoiceGrossAmount",
        "DocumentCurrency",
    )
    for other in others:
        if not other["ReverseDocument"] and all(other[name] == entity[name] for name in same):
            message = f"Check if invoice already entered as logistics inv. doc. number {other['SupplierInvoice']} {other['FiscalYear']}"
            return [Complaint("M8/462", message, "SupplierInvoiceIDByInvcgParty")]
    return []


def finished(name: str, entity: dict[str, Any], others: Rows) -> None:
    """Give a document its number and what else SAP fills in."""
    now = datetime.now(UTC)
    number = str(_FIRST.get(name, 1) + len(others))
    midnight = date_text(now.replace(hour=0, minute=0, second=0, microsecond=0))
    for prop, value in (
        ("CreationDate", midnight),
        ("LastChangeDate", midnight),
        ("LastChangeDateTime", date_text(now)),
    ):
        if prop in entity:
            entity[prop] = value
    if name == "A_SupplierInvoice":
        entity |= {
            "SupplierInvoice": number,
            "FiscalYear": _year(entity),
            "SupplierInvoiceStatus": entity["SupplierInvoiceStatus"] or POSTED,
        }
    elif name == "A_MaterialDocumentHeader":
        entity |= {"MaterialDocument": number, "MaterialDocumentYear": _year(entity)}
    elif name == "A_BusinessPartner":
        _partner(entity, number, now)
    else:
        entity[name.removeprefix("A_")] = number
    for items in _ITEMS.get(name, ()):
        for index, row in enumerate(entity.get(items, ()), start=1):
            _numbered(row, entity, index)


def _year(entity: Mapping[str, Any]) -> str:
    """Return the fiscal year of a posting date; it is the calendar year here."""
    return str(datetime.fromtimestamp(date_value(entity["PostingDate"]) // 1000, tz=UTC).year)


def _numbered(row: dict[str, Any], entity: Mapping[str, Any], index: int) -> None:
    for prop in (
        "SupplierInvoice",
        "FiscalYear",
        "PurchaseOrder",
        "MaterialDocument",
        "MaterialDocumentYear",
        "SalesOrder",
    ):
        if prop in row and prop in entity:
            row[prop] = entity[prop]
    for prop, step in (("PurchaseOrderItem", 10), ("SalesOrderItem", 10), ("MaterialDocumentItem", 1)):
        if prop in row and not row[prop] and f"{prop.removesuffix('Item')}" in entity:
            row[prop] = str(index * step)


def _partner(entity: dict[str, Any], number: str, now: datetime) -> None:
    name = " ".join(filter(None, (entity["OrganizationBPName1"], entity["OrganizationBPName2"])))
    roles = {row["BusinessPartnerRole"] for row in entity.get("to_BusinessPartnerRole", ())}
    entity |= {
        "BusinessPartner": number,
        "BusinessPartnerFullName": name,
        "BusinessPartnerName": name,
        "ETag": now.strftime("%Y%m%d%H%M%S%f"),
    }
    if roles & {"FLVN00", "FLVN01"}:
        entity["Supplier"] = number
    if roles & {"FLCU00", "FLCU01"}:
        entity["Customer"] = number
    for inner in (*entity.get("to_Supplier", ()), *entity.get("to_Customer", ())):
        kind = "Supplier" if "SupplierName" in inner else "Customer"
        inner |= {kind: number, f"{kind}Name": name[:80], f"{kind}FullName": name}
