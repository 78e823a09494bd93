"""What is written into Business Central: each object of API v2.0 once, as data."""

from dataclasses import dataclass

DIMENSIONS = "dimensionSetLines"


@dataclass(frozen=True)
class BcObject:
    """One entity set (pages `APIV2 - ...` of Microsoft's ALAppExtensions, MIT)."""

    path: str
    title: str
    key: tuple[str, ...]
    """Fields that name it in the world outside: an object is found by them. Empty: by a remark of ours among its lines."""
    lines: str = ""
    """Its collection of lines, written with it (deep insert)."""
    numbers: tuple[str, ...] = ()
    """Places of the payload that are JSON numbers."""
    line_numbers: tuple[str, ...] = ()
    marked: bool = False
    """The operation's key stands in a comment line: the API has no field for it."""
    posts: bool = False
    """A draft that `Microsoft.NAV.post` posts."""
    dimensioned: bool = False
    """Takes dimensions beyond the two shortcut dimensions (`dimensionSetLines`), on itself and on its lines."""
    journal: str = ""
    """A line of a journal: the entity set in which that journal is looked up."""
    may_update: bool = False
    """What stands there may be brought to what a payload says (`write: update`): master data, never papers."""
    page: int = 0
    """Page of the web client that shows it."""

    @property
    def exact(self) -> tuple[str, ...]:
        """Every place that is a JSON number."""
        return (*self.numbers, *(f"{self.lines}[].{name}" for name in self.line_numbers))

    @property
    def expand(self) -> str:
        """What is read with it: its lines, and the dimensions of all."""
        if not self.dimensioned:
            return self.lines
        return f"{self.lines}($expand={DIMENSIONS}),{DIMENSIONS}" if self.lines else DIMENSIONS


_LINE = ("quantity", "discountAmount", "discountPercent")
OBJECTS = {
    one.path: one
    for one in (
        BcObject(
            "purchaseInvoices", "purchase invoice", ("vendorNumber", "vendorInvoiceNumber"), "purchaseInvoiceLines",
            ("discountAmount",), ("unitCost", *_LINE), posts=True, dimensioned=True, page=51,
        ),
        BcObject(
            "purchaseCreditMemos", "purchase credit memo", ("vendorNumber", "vendorCreditMemoNumber"), "purchaseCreditMemoLines",
            ("discountAmount",), ("unitCost", *_LINE), posts=True, dimensioned=True, page=52,
        ),
        BcObject(
            "purchaseOrders", "purchase order", ("vendorNumber", "orderDate"), "purchaseOrderLines", ("discountAmount",),
            ("directUnitCost", *_LINE), marked=True, dimensioned=True, page=50,
        ),
        BcObject(
            "salesOrders", "sales order", ("customerNumber", "externalDocumentNumber"), "salesOrderLines",
            ("discountAmount",), ("unitPrice", *_LINE), dimensioned=True, page=42,
        ),
        BcObject(
            "salesInvoices", "sales invoice", ("customerNumber", "externalDocumentNumber"), "salesInvoiceLines",
            ("discountAmount",), ("unitPrice", *_LINE), posts=True, dimensioned=True, page=43,
        ),
        BcObject("vendors", "vendor", ("number",), may_update=True, page=26),
        BcObject("customers", "customer", ("number",), may_update=True, page=21),
        BcObject("journalLines", "journal line", ("documentNumber",), numbers=("amount",), journal="journals", page=39),
        BcObject(
            "vendorPayments", "vendor payment", ("documentNumber",), numbers=("amount",), journal="vendorPaymentJournals",
            page=256,
        ),
        BcObject("documentAttachments", "attachment", ("parentId", "fileName")),
    )
}  # fmt: skip
