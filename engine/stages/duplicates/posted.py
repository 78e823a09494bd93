"""From a row of the ERP's history to what it claims."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from engine.content.environment import Entity
from engine.model.document import DocumentType
from engine.model.duplicate import ERP, Signature
from engine.stages.duplicates.numbers import bare
from engine.stages.duplicates.signature import ids, plain, tax_id


def posted_id(cells: Mapping[str, str]) -> str:
    """Return the id under which a row of `POSTED_INVOICES` is kept: company and document."""
    return ERP + "/".join(part for part in (cells.get("entity", ""), cells["document"]) if part)


def posted_signature(cells: Mapping[str, str], *, vendor: Mapping[str, str], entity: Entity | None = None) -> Signature:
    """Return what a checked row of `POSTED_INVOICES` claims.

    `vendor` holds columns of the vendor in master data (tax_id, iban, name), or nothing; `entity` is our company.
    """
    amount = Decimal(cells["amount"])
    is_credit = cells.get("type") == "credit_note" or (not cells.get("type") and amount < 0)
    kind: DocumentType = "credit_note" if is_credit else "invoice"
    net, due, paid = cells.get("net"), cells.get("due_date"), cells.get("paid_on")
    orders = (bare(part) for part in cells.get("order", "").split(";"))
    return Signature(
        document_id=posted_id(cells), type=kind, number=cells["number"], issued=date.fromisoformat(cells["date"]),
        due=date.fromisoformat(due) if due else None, paid_on=date.fromisoformat(paid) if paid else None, currency=cells["currency"],
        total=plain(abs(amount) if is_credit else amount),
        subtotal=plain(abs(Decimal(net)) if is_credit else Decimal(net)) if net else None, vendor_id=cells["vendor_id"],
        vendor_tax_ids=ids(tax_id, vendor.get("tax_id")), vendor_ibans=ids(bare, vendor.get("iban")),
        vendor_name=vendor.get("name", "").casefold(), orders=tuple(dict.fromkeys(key for key in orders if key)),
        buyer_tax_id=tax_id(entity.tax_id or "") if entity is not None else "",
        buyer_name=entity.name.casefold() if entity is not None else "",
    )  # fmt: skip
