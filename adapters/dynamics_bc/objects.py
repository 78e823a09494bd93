"""What is written into Business Central: each object of API v2.0 once, as data."""

from dataclasses import dataclass


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
    page: int = 0
    """Page of the web client that shows it."""

    @property
    def exact(self) -> tuple[str, ...]:
        """Every place that is a JSON number."""
        return (*self.numbers, *(f"{self.lines}[].{name}" for name in self.line_numbers))


OBJECTS = {
    one.path: one
    for one in (
        BcObject(
            "purchaseInvoices", "purchase invoice", ("vendorNumber", "vendorInvoiceNumber"), "purchaseInvoiceLines",
            ("discountAmount",), ("unitCost", "quantity", "discountAmount", "discountPercent"), posts=True, page=51,
        ),
        BcObject(
            "purchaseOrders", "purchase order", ("vendorNumber", "orderDate"), "purchaseOrderLines", ("discountAmount",),
            ("directUnitCost", "quantity", "discountAmount", "discountPercent"), marked=True, page=50,
        ),
        BcObject(
            "salesOrders", "sales order", ("customerNumber", "externalDocumentNumber"), "salesOrderLines",
            ("discountAmount",), ("unitPrice", "quantity", "discountAmount", "discountPercent"), page=42,
        ),
        BcObject(
            "salesInvoices", "sales invoice", ("customerNumber", "externalDocumentNumber"), "salesInvoiceLines",
            ("discountAmount",), ("unitPrice", "quantity", "discountAmount", "discountPercent"), posts=True, page=43,
        ),
        BcObject("vendors", "vendor", ("number",), page=26),
        BcObject("customers", "customer", ("number",), page=21),
        BcObject("journalLines", "journal line", ("documentNumber",), numbers=("amount",), page=256),
        BcObject("documentAttachments", "attachment", ("parentId", "fileName")),
    )
}  # fmt: skip
