"""The records of NetSuite that can be written: one row each, after the REST API browser.

A row says what is special of a record; everything else is the same for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

_LINES = ("expense", "item", "apply")
NUMBERS: tuple[str, ...] = (
    "exchangeRate", "payment", "userTotal", "creditLimit", "discountRate", "shippingCost",
    *(f"{lines}.items[].{name}" for lines in _LINES
      for name in ("amount", "quantity", "rate", "grossAmt", "tax1Amt", "taxRate1", "discount", "disc")),
)  # fmt: skip
"""Paths of a payload that hold decimal text and travel as JSON numbers."""

_ORDER = {"purchase_order": "purchaseOrder"}
_DEAL = ("entity", "subsidiary", "currency", "tranId", "tranDate")


@dataclass(frozen=True)
class Record:
    """One type of record."""

    kind: str
    """As addresses name it: `vendorBill`."""
    page: str
    """Where people see one, below `/app`."""
    compared: tuple[str, ...]
    """What is held against the payload when one is found under our external id."""
    suiteql: str = ""
    """`transaction.type` in SuiteQL; empty for what is no transaction."""
    numbered_by: str = ""
    """The party whose own number `tranId` is: together they name a paper that must not be written twice."""
    made_from: Mapping[str, str] = field(default_factory=dict)
    """Our objects that it can be made from, and their record (`!transform`)."""
    may_upsert: bool = False


RECORDS: Mapping[str, Record] = {
    "vendor_bill": Record(
        "vendorBill", "accounting/transactions/vendbill.nl", _DEAL, "VendBill", "entity",
        {**_ORDER, "vendor": "vendor"},
    ),
    "vendor_credit": Record(
        "vendorCredit", "accounting/transactions/vendcred.nl", _DEAL, "VendCred", "entity", {"vendor_bill": "vendorBill"}
    ),
    "purchase_order": Record(
        "purchaseOrder", "accounting/transactions/purchord.nl", ("entity", "subsidiary", "currency", "tranDate"), "PurchOrd",
        made_from={"vendor": "vendor"},
    ),
    "item_receipt": Record(
        "itemReceipt", "accounting/transactions/itemrcpt.nl", ("tranDate",), "ItemRcpt", made_from=_ORDER
    ),
    "sales_order": Record(
        "salesOrder", "accounting/transactions/salesord.nl", ("entity", "subsidiary", "currency", "tranDate", "otherRefNum"),
        "SalesOrd", made_from={"customer": "customer"},
    ),
    "invoice": Record(
        "invoice", "accounting/transactions/custinvc.nl", ("entity", "subsidiary", "currency", "tranDate"), "CustInvc",
        made_from={"sales_order": "salesOrder", "customer": "customer"},
    ),
    "customer_payment": Record(
        "customerPayment", "accounting/transactions/custpymt.nl", ("customer", "currency", "payment", "tranDate"), "CustPymt",
        made_from={"invoice": "invoice", "customer": "customer"},
    ),
    "customer": Record(
        "customer", "common/entity/custjob.nl", ("companyName", "isPerson", "subsidiary"), may_upsert=True
    ),
    "vendor": Record("vendor", "common/entity/vendor.nl", ("companyName", "isPerson", "subsidiary"), may_upsert=True),
}  # fmt: skip
