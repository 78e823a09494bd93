"""What people and systems call the fields of a record: the terms of EN 16931 and the words of ERP systems.

Names of business terms: EN 16931-1. Names of other systems: what their own published interfaces call a field (SAP segments and
tables, UBL 2.1 elements, the words of accounting packages).
"""

import re
from collections.abc import Mapping

EN16931: Mapping[str, str] = {
    "BT-1": "invoice number", "BT-2": "invoice issue date", "BT-3": "invoice type code", "BT-5": "invoice currency code", "BT-7": "tax point date",
    "BT-9": "payment due date", "BT-10": "buyer reference", "BT-11": "project reference", "BT-12": "contract reference",
    "BT-13": "purchase order reference", "BT-14": "sales order reference", "BT-16": "despatch advice reference",
    "BT-19": "buyer accounting reference", "BT-20": "payment terms", "BT-22": "invoice note",
    "BT-25": "preceding invoice reference", "BT-27": "seller name", "BT-28": "seller trading name",
    "BT-30": "seller legal registration identifier", "BT-31": "seller VAT identifier",
    "BT-32": "seller tax registration identifier", "BT-34": "seller electronic address", "BT-35": "seller address line", "BT-37": "seller city",
    "BT-38": "seller post code", "BT-40": "seller country code", "BT-42": "seller telephone", "BT-43": "seller email",
    "BT-44": "buyer name", "BT-48": "buyer VAT identifier", "BT-49": "buyer electronic address", "BT-55": "buyer country code", "BT-33": "seller additional legal information", "BT-59": "payee name", "BT-60": "payee identifier",
    "BT-72": "actual delivery date", "BT-73": "invoicing period start date", "BT-74": "invoicing period end date",
    "BT-81": "payment means code", "BT-83": "remittance information",
    "BT-84": "payment account identifier", "BT-86": "payment service provider identifier",
    "BT-89": "mandate reference identifier", "BT-106": "sum of invoice line net amount", "BT-107": "sum of allowances",
    "BT-108": "sum of charges", "BT-109": "invoice total amount without VAT", "BT-110": "invoice total VAT amount",
    "BT-112": "invoice total amount with VAT", "BT-113": "paid amount", "BT-114": "rounding amount",
    "BT-115": "amount due for payment", "BT-116": "VAT category taxable amount", "BT-117": "VAT category tax amount",
    "BT-118": "VAT category code", "BT-119": "VAT category rate", "BT-126": "invoice line identifier",
    "BT-127": "invoice line note", "BT-129": "invoiced quantity", "BT-130": "invoiced quantity unit of measure",
    "BT-131": "invoice line net amount", "BT-132": "referenced purchase order line reference",
    "BT-134": "invoice line period start date", "BT-135": "invoice line period end date", "BT-136": "invoice line allowance amount", "BT-146": "item net price", "BT-149": "item price base quantity",
    "BT-151": "invoiced item VAT category code", "BT-152": "invoiced item VAT rate", "BT-153": "item name",
    "BT-155": "item seller identifier", "BT-156": "item buyer identifier", "BT-157": "item standard identifier",
    "BT-159": "item country of origin",
}  # fmt: skip

NAMES: Mapping[str, tuple[str, ...]] = {
    "invoice_number": ("invoice no", "document number", "bill number", "tran id", "external document no", "vendor invoice number", "reference document number", "BELNR", "XBLNR", "ID"),
    "issue_date": ("invoice date", "document date", "bill date", "tran date", "issue date", "BLDAT", "DATUM"),
    "due_date": ("due date", "payment date", "net due date"),
    "delivery_date": ("delivery date", "service date", "supply date"),
    "po_number": ("po number", "purchase order", "order number", "EBELN"),
    "payment_terms": ("terms of payment", "payment terms", "ZTERM"),
    "payment_reference": ("payment reference", "remittance text", "KIDNO"),
    "currency": ("currency", "currency code", "CURCY", "WAERS", "WAERQ"),
    "subtotal": ("net amount", "net total", "amount excluding tax", "tax exclusive amount", "total excluding vat"),
    "discount_total": ("discount amount", "allowance total", "rebate"), "charge_total": ("charges", "surcharges", "freight"),
    "tax_total": ("tax amount", "vat amount", "total tax", "MWSBT", "WMWST"),
    "total": ("gross amount", "invoice total", "total amount", "amount including tax", "tax inclusive amount", "WRBTR", "RMWWR", "SUMME"),
    "amount_due": ("amount payable", "payable amount", "balance due", "open amount"),
    "document_type_code": ("invoice type code",), "note": ("memo", "remark", "comment", "header text", "SGTXT", "BKTXT"),
    "buyer_name": ("customer name", "bill to name"), "buyer_tax_id": ("customer vat number", "KUNDEUINR"),
    "line.position": ("line no", "line number", "item number", "position", "POSEX", "BUZEI"),
    "line.item_code": ("item code", "material number", "article number", "product code", "sku", "part number", "MATNR", "IDTNR"),
    "line.description": ("description", "item text", "item description", "KTEXT", "TXZ01", "memo"),
    "line.quantity": ("quantity", "qty", "MENGE"), "line.unit": ("unit", "unit of measure", "uom", "MEINS", "MENEE"),
    "line.unit_price": ("unit price", "price", "rate", "direct unit cost", "VPREI", "NETPR"),
    "line.amount": ("line amount", "net amount", "line total", "extended amount", "amount", "NETWR", "WRBTR", "BETRG"),
    "line.tax_rate": ("tax rate", "vat rate", "tax percent", "MSATZ"),
    "line.po_number": ("po number", "purchase order", "order number", "EBELN"),
    "line.po_line": ("po line", "order line", "purchase order item", "EBELP", "ZEILE"),
    "line.discount": ("line discount", "discount amount"), "line.note": ("line note", "remark"),
    "tax.rate": ("tax rate", "vat percent"), "tax.category": ("tax category", "vat code"),
    "tax.base": ("taxable amount", "tax base", "net amount"), "tax.amount": ("tax amount", "vat amount"),
    "vendor.id": ("vendor id", "vendor number", "vendor account", "supplier id", "supplier number", "creditor", "LIFNR", "PARTN", "entity"),
    "vendor.name": ("vendor name", "supplier name", "NAME1"), "vendor.tax_id": ("vendor vat number", "supplier tax id", "vendor tax id", "EIGENUINR", "STCEG"),
    "vendor.registration_id": ("vendor registration number",), "vendor.iban": ("vendor iban", "bank account", "iban"),
    "vendor.email": ("vendor email",), "vendor.street": ("vendor street", "vendor address", "STRAS"),
    "vendor.postcode": ("vendor postcode", "zip code", "PSTLZ"), "vendor.city": ("vendor city", "ORT01"),
    "vendor.country": ("vendor country", "LAND1"), "vendor.currency": (), "vendor.payment_terms": (),
    "vendor.gl_account": ("gl account", "general ledger account", "expense account", "account code", "HKONT", "SAKNR"),
    "vendor.cost_centre": ("cost centre", "cost center", "department", "KOSTL"), "vendor.tax_code": ("tax code", "MWSKZ"),
    "env.company_code": ("company code", "subsidiary", "legal entity", "business unit", "BUKRS"),
    "env.company_name": ("company name",), "env.company_tax_id": ("company vat number", "own tax id"),
    "env.company_country": ("company country",), "env.name": ("environment",),
    "order.id": ("matched order",), "order.total": ("order total",), "order.status": ("order status",),
    "document.id": ("reference", "document id", "external reference", "source reference", "external id"),
    "document.type": ("document type", "document kind", "type", "BSART", "BLART"),
}  # fmt: skip
"""Other names of a source; `line.x` and `tax.x` are fields of rows."""

ITEM_LISTS = frozenset({"E1EDP01", "items", "itemList", "InvoiceLine", "positions", "entries", "ITEMDATA"})
"""What systems call the list of what is billed, where the word line does not tell it."""

_WORDS: Mapping[str, str] = {
    "no": "number", "nr": "number", "num": "number", "nbr": "number", "numb": "number", "amt": "amount", "qty": "quantity",
    "desc": "description", "descr": "description", "cur": "currency", "curr": "currency", "ccy": "currency", "dt": "date",
    "inv": "invoice", "ref": "reference", "acct": "account", "acc": "account", "vat": "tax", "gst": "tax",
    "supplier": "vendor", "seller": "vendor", "creditor": "vendor", "customer": "buyer", "payer": "buyer", "po": "order",
    "id": "id", "identifier": "id", "center": "centre", "cc": "centre", "uom": "unit", "measure": "unit", "pct": "rate",
    "percent": "rate", "percentage": "rate", "perc": "rate", "item": "line", "position": "line", "pos": "line", "row": "line",
    "gl": "ledger", "general": "", "purchase": "", "of": "", "the": "", "for": "", "code": "code", "zip": "postcode",
    "sum": "total", "tot": "total", "val": "amount", "value": "amount", "cost": "price", "desc1": "description",
    "ktxt": "description", "txt": "text", "lin": "line", "addr": "address", "tel": "phone", "gross": "gross", "excl": "net",
    "excluding": "net", "exclusive": "net", "without": "net", "incl": "gross", "including": "gross", "inclusive": "gross",
    "bill": "invoice", "article": "product", "material": "product", "sku": "product", "part": "product",
}  # fmt: skip
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in one spelling each: `InvNo`, `invoice_number` and `invoice no` are the same two."""
    found = [piece.lower() for piece in _PIECES.findall(name)]
    return tuple(word for piece in found if (word := _WORDS.get(piece, piece)))
