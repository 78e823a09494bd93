"""Fields of the entity sets of API v2.0, as a stand-in checks them.

Names and what may be written are those of Microsoft's own pages (`APIV2 - ...`, ALAppExtensions, MIT); lengths are those of
the fields behind them in the base application (Code[20], Text[100] ...).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One field: its type, how long a text may be, and whether it may be written."""

    type: str = "text"
    longest: int = 100
    is_written: bool = True
    is_code: bool = False
    """Kept in capitals."""


def _texts(names: str, longest: int = 100) -> dict[str, Field]:
    return {name: Field(longest=longest) for name in names.split()}


def _codes(names: str, longest: int = 20) -> dict[str, Field]:
    return {name: Field(longest=longest, is_code=True) for name in names.split()}


def _of(type_: str, names: str) -> dict[str, Field]:
    return {name: Field(type=type_) for name in names.split()}


def _fixed(type_: str, names: str) -> dict[str, Field]:
    return {name: Field(type=type_, is_written=False) for name in names.split()}


_TOTALS = _fixed("number", "totalAmountExcludingTax totalTaxAmount totalAmountIncludingTax") | _fixed(
    "text", "status id number"
)
_ADDRESS = (
    _texts("addressLine1")
    | _texts("addressLine2", 50)
    | _texts("city state", 30)
    | _codes("country", 10)
    | _codes("postalCode")
)
_PARTY = (
    _codes("number") | _texts("displayName") | _ADDRESS | _texts("phoneNumber", 30) | _texts("email website", 80)
    | _texts("taxRegistrationNumber", 20) | _codes("currencyCode", 10) | _of("guid", "currencyId paymentTermsId paymentMethodId")
    | _of("bool", "taxLiable") | _texts("blocked", 10) | _fixed("text", "id lastModifiedDateTime")
)  # fmt: skip
_LINE = (
    _of("number", "quantity discountAmount discountPercent") | _of("int", "sequence") | _of("guid", "itemId accountId locationId")
    | _texts("lineType", 20) | _codes("lineObjectNumber") | _texts("description") | _texts("description2", 50)
    | _codes("unitOfMeasureCode", 10) | _codes("taxCode")
    | _fixed("number", "totalTaxAmount taxPercent netAmount amountIncludingTax") | _fixed("text", "id")
)  # fmt: skip
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "purchaseInvoices": (
        _of("date", "postingDate invoiceDate dueDate") | _texts("vendorInvoiceNumber", 35) | _codes("vendorNumber payToVendorNumber")
        | _of("guid", "vendorId") | _codes("currencyCode", 10) | _of("number", "discountAmount") | _of("bool", "pricesIncludeTax")
        | _codes("shortcutDimension1Code shortcutDimension2Code") | _codes("purchaser") | _TOTALS
        | _fixed("text", "vendorName orderNumber orderId lastModifiedDateTime")
    ),
    "purchaseOrders": (
        _of("date", "orderDate postingDate requestedReceiptDate") | _codes("vendorNumber payToVendorNumber") | _of("guid", "vendorId")
        | _codes("currencyCode", 10) | _of("number", "discountAmount") | _of("bool", "pricesIncludeTax")
        | _codes("shortcutDimension1Code shortcutDimension2Code") | _TOTALS | _fixed("text", "vendorName lastModifiedDateTime")
        | _fixed("bool", "fullyReceived")
    ),
    "purchaseCreditMemos": (
        _of("date", "postingDate creditMemoDate dueDate") | _texts("vendorCreditMemoNumber", 35) | _codes("vendorNumber payToVendorNumber")
        | _of("guid", "vendorId invoiceId") | _codes("invoiceNumber") | _codes("currencyCode", 10) | _of("number", "discountAmount")
        | _codes("shortcutDimension1Code shortcutDimension2Code") | _codes("purchaser") | _TOTALS
        | _fixed("text", "vendorName lastModifiedDateTime") | _fixed("bool", "pricesIncludeTax")
    ),
    "salesOrders": (
        _of("date", "orderDate postingDate requestedDeliveryDate") | _texts("externalDocumentNumber", 35)
        | _codes("customerNumber billToCustomerNumber") | _of("guid", "customerId") | _codes("currencyCode", 10)
        | _of("number", "discountAmount") | _of("bool", "pricesIncludeTax partialShipping") | _texts("email", 80)
        | _codes("shortcutDimension1Code shortcutDimension2Code") | _TOTALS | _fixed("text", "customerName lastModifiedDateTime")
    ),
    "salesInvoices": (
        _of("date", "invoiceDate postingDate dueDate") | _texts("externalDocumentNumber", 35)
        | _texts("customerPurchaseOrderReference", 35) | _codes("customerNumber billToCustomerNumber") | _codes("currencyCode", 10)
        | _of("number", "discountAmount") | _TOTALS | _fixed("text", "customerName orderNumber lastModifiedDateTime")
    ),
    "purchaseInvoiceLines": _LINE | _of("number", "unitCost") | _of("date", "expectedReceiptDate"),
    "purchaseCreditMemoLines": {name: field for name, field in _LINE.items() if name != "description2"} | _of("number", "unitCost"),
    "purchaseOrderLines": _LINE | _of("number", "directUnitCost receiveQuantity invoiceQuantity") | _of("date", "expectedReceiptDate") | _fixed("number", "amountExcludingTax"),
    "salesOrderLines": _LINE | _of("number", "unitPrice") | _of("date", "shipmentDate"),
    "salesInvoiceLines": _LINE | _of("number", "unitPrice"),
    "vendors": _PARTY,
    "customers": _PARTY | _texts("type", 10) | _codes("salespersonCode"),
    "journalLines": (
        _of("guid", "journalId accountId balancingAccountId") | _texts("accountType balanceAccountType", 20)
        | _codes("accountNumber documentNumber balancingAccountNumber") | _of("date", "postingDate")
        | _texts("externalDocumentNumber", 35) | _of("number", "amount") | _texts("description") | _texts("comment", 250)
        | _of("int", "lineNumber") | _fixed("text", "id lastModifiedDateTime")
    ),
    "vendorPayments": (
        _of("guid", "journalId vendorId appliesToInvoiceId") | _codes("vendorNumber documentNumber appliesToInvoiceNumber")
        | _of("date", "postingDate") | _texts("externalDocumentNumber", 35) | _of("number", "amount") | _texts("description")
        | _texts("comment", 250) | _of("int", "lineNumber") | _fixed("text", "id lastModifiedDateTime")
    ),
    "documentAttachments": (
        _texts("fileName", 250) | _texts("parentType", 40) | _of("guid", "parentId") | _fixed("int", "byteSize")
        | _fixed("text", "id lastModifiedDateTime")
    ),
}  # fmt: skip
LINES = {
    "purchaseInvoices": "purchaseInvoiceLines", "purchaseOrders": "purchaseOrderLines", "salesOrders": "salesOrderLines",
    "salesInvoices": "salesInvoiceLines", "purchaseCreditMemos": "purchaseCreditMemoLines",
}  # fmt: skip
PRICE = {
    "purchaseCreditMemos": "unitCost",
    "purchaseInvoices": "unitCost",
    "purchaseOrders": "directUnitCost",
    "salesOrders": "unitPrice",
    "salesInvoices": "unitPrice",
}
LINE_TYPES = ("Comment", "Account", "Item", "Resource", "Fixed Asset", "Charge")
PARENT_TYPES = (
    "Purchase Invoice",
    "Purchase Order",
    "Purchase Credit Memo",
    "Sales Invoice",
    "Sales Order",
    "Vendor",
    "Customer",
    "Item",
    "Journal",
)
