"""What is true of a paper: canonical fields, lines and taxes, as far as the layout prints them."""

from collections.abc import Mapping
from decimal import Decimal

from admin.samples import notation
from admin.samples.compose import rounded
from admin.samples.model import Item, Paper
from admin.samples.pages.draft import customer_number
from admin.samples.pages.layouts import Layout

_NUMBERS = {
    "purchase_order": "po_number",
    "goods_receipt": "delivery_note_number",
    "receipt": "receipt_number",
}


def fields(paper: Paper, layout: Layout | None) -> dict[str, str]:
    """Return the header fields that a reader can find. Without a layout the paper is data, which holds all of them."""
    found = _parties(paper, layout) | _references(paper, layout)
    if paper.type != "goods_receipt":
        found |= _amounts(paper)
        if layout is None:
            found["amount_due"] = found["total"]
    return {name: value for name, value in found.items() if value}


def receipt_fields(paper: Paper) -> dict[str, str]:
    """Return what a till receipt tells: the buyer and the bank are not on it."""
    found = {"vendor_name": paper.seller.name, "vendor_address": f"{paper.seller.street}, {paper.seller.place}",
             "vendor_tax_id": paper.seller.tax_id, "receipt_number": paper.number, "issue_date": paper.issued.isoformat()}  # fmt: skip
    return found | {name: value for name, value in _amounts(paper).items() if value}


def _parties(paper: Paper, layout: Layout | None) -> dict[str, str]:
    seller = paper.seller
    if paper.type == "purchase_order":
        # the letterhead is the customer's: we are the vendor
        address = f"{paper.buyer.street}, {paper.buyer.place}"
        return {
            "vendor_name": paper.buyer.name,
            "vendor_address": address,
            "buyer_name": seller.name,
            "buyer_tax_id": seller.tax_id,
        }
    found = {
        "vendor_name": seller.name,
        "vendor_address": f"{seller.street}, {seller.place}",
        "vendor_tax_id": seller.tax_id,
        "vendor_iban": "" if paper.type == "goods_receipt" else seller.iban,
        "buyer_name": paper.buyer.name,
    }
    # the address window leaves no room for telephone and mail
    if layout is None or (layout.has_email and layout.head != "window"):
        found["vendor_email"] = seller.email
    if layout is None or layout.has_register:
        found["vendor_registration_id"] = seller.registration_id
    if layout is None or (layout.has_buyer_vat and paper.type in {"invoice", "credit_note"}):
        found["buyer_tax_id"] = paper.buyer.tax_id
    return found


def _references(paper: Paper, layout: Layout | None) -> dict[str, str]:
    found = {
        _NUMBERS.get(paper.type, "invoice_number"): paper.number,
        "issue_date": paper.issued.isoformat(),
        "due_date": paper.due.isoformat() if paper.due else "",
        "payment_terms": paper.terms,
        "preceding_invoice_number": paper.references,
    }
    if paper.po_number:
        found["po_number"] = paper.po_number
    if layout is not None and layout.has_customer_number and paper.type in {"invoice", "credit_note"}:
        found["customer_number"] = customer_number(paper)
    return found


def _amounts(paper: Paper) -> dict[str, str]:
    sums = paper.sums
    return {
        "currency": paper.currency,
        "subtotal": _text(paper, sums.net),
        "discount_total": _text(paper, sums.discount) if sums.discount else "",
        "charge_total": _text(paper, sums.charge) if sums.charge else "",
        "tax_total": "" if any(tax.category == "O" for tax in sums.taxes) else _text(paper, sums.tax),
        "total": _text(paper, sums.total),
    }


def lines(paper: Paper, columns: tuple[str, ...], *, step: int = 1, glue: str = " ") -> tuple[Mapping[str, str], ...]:
    """Return the items with the columns that are printed; `step` is what the position counts by.

    `glue` stands between name and description, which are two things in an XML invoice.
    """
    return tuple(_line(paper, item, columns, (at + 1) * step, glue) for at, item in enumerate(paper.items))


def _line(paper: Paper, item: Item, columns: tuple[str, ...], position: int, glue: str) -> dict[str, str]:
    values = {
        "line_number": str(position) if "position" in columns else "",
        "item_code": item.code if "code" in columns else "",
        "description": f"{item.description}{glue}{item.detail}" if item.detail else item.description,
        "quantity": notation.plain(item.quantity) if "quantity" in columns else "",
        "unit": item.unit if "unit" in columns else "",
        "unit_price": _text(paper, item.unit_price) if "unit_price" in columns else "",
        "discount": _text(paper, discount(paper, item)) if "discount" in columns and item.discount else "",
        "tax_rate": notation.plain(item.rate) if "rate" in columns else "",
        "amount": _text(paper, item.amount) if "amount" in columns else "",
    }
    return {name: value for name, value in values.items() if value}


def discount(paper: Paper, item: Item) -> Decimal:
    """Return what was taken off a line, as an amount."""
    return rounded(item.quantity * item.unit_price, paper.currency) - item.amount


def taxes(paper: Paper) -> tuple[Mapping[str, str], ...]:
    """Return the tax breakdown; empty where no tax is charged or shown."""
    if paper.type == "goods_receipt":
        return ()
    return tuple(
        {
            "rate": notation.plain(tax.rate),
            "category": tax.category,
            "base": _text(paper, tax.base),
            "amount": _text(paper, tax.amount),
        }
        for tax in paper.sums.taxes
        if tax.category != "O"
    )


def _text(paper: Paper, amount: Decimal) -> str:
    return notation.canonical(amount, paper.currency)
