"""Delivery notes of vendors, and the orders that they deliver."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from admin.samples.labelled.changes import VENDORS as PARTIES
from admin.samples.labelled.model import Labelled

VENDORS = PARTIES[:3]
LANGUAGES = ("en", "de", "fr")
_BUYER = ("Lindenhof Handels GmbH", "Lindenallee 1", "10115 Berlin")
_ORDERS, _LINES = 40, 4
_ITEMS = (
    ("PX-120", "Filter cartridge 120 mm"), ("TR-55", "Drive belt 55 cm"), ("KM-7", "Coupling sleeve M7"), ("WB-310", "Wiper blade 310"),
    ("LS-18", "Light strip 18 W"), ("VG-90", "Valve gasket 90"), ("HB-4", "Hose bracket steel"), ("QR-66", "Quick release clamp"),
)  # fmt: skip
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Delivery note", "DELIVERY NOTE", "Packing slip", "Despatch note"), "number": ("Delivery note no", "Delivery note number"), "date": ("Delivery date", "Date"), "order": ("Your order no", "Purchase order", "PO number"),
        "tax_id": ("VAT no",), "position": ("Pos", "Line"), "item": ("Item no", "Item", "Article no"), "what": ("Description",), "quantity": ("Quantity", "Qty", "Delivered"), "unit": ("Unit",), "piece": ("pcs",),
    },
    "de": {
        "title": ("Lieferschein", "LIEFERSCHEIN", "Warenbegleitschein"), "number": ("Lieferschein-Nr.", "Lieferscheinnummer"), "date": ("Lieferdatum", "Datum"), "order": ("Ihre Bestellnummer", "Bestellnummer", "Bestell-Nr."),
        "tax_id": ("USt-IdNr.",), "position": ("Pos",), "item": ("Artikel-Nr.", "Artikel"), "what": ("Bezeichnung", "Beschreibung"), "quantity": ("Menge", "Liefermenge"), "unit": ("Einheit", "ME"), "piece": ("Stk",),
    },
    "fr": {
        "title": ("Bon de livraison", "BON DE LIVRAISON"), "number": ("N° bon de livraison", "Bon de livraison n°"), "date": ("Date de livraison", "Date"), "order": ("Votre commande", "N° de commande", "Numéro de commande"),
        "tax_id": ("N° TVA",), "position": ("Pos",), "item": ("Référence", "Code article"), "what": ("Désignation",), "quantity": ("Quantité", "Qté"), "unit": ("Unité",), "piece": ("pce",),
    },
}  # fmt: skip
Flaw = Literal["", "over", "not_ordered", "no_order", "stranger"]
_FLAWS: tuple[Flaw, ...] = ("",) * 6 + ("over", "not_ordered", "no_order", "stranger")
_REASONS: Mapping[Flaw, str] = {
    "over": "tolerance_exceeded", "not_ordered": "lines_not_ordered", "no_order": "order_unknown, order_failed", "stranger": "vendor_unknown",
}  # fmt: skip


class _Line(NamedTuple):
    position: int
    item: str
    what: str
    quantity: int


def orders() -> list[dict[str, Any]]:
    """Return the orders as master data hold them, one for each number of a note; the same every time."""
    rng = random.Random("ordered")
    return [_order(rng, at) for at in range(_ORDERS * len(VENDORS))]


def _order(rng: random.Random, at: int) -> dict[str, Any]:
    chosen = rng.sample(_ITEMS, _LINES)
    lines = [
        {
            "line": str(10 * (place + 1)), "item_code": f"A-{item}", "supplier_item_code": item, "description": what,
            "quantity": str(rng.randrange(2, 60)), "unit": "H87", "unit_price": "12.50", "receipt_required": "true",
        }
        for place, (item, what) in enumerate(chosen)
    ]  # fmt: skip
    return {
        "number": f"45{17000 + at}", "vendor_id": VENDORS[at % len(VENDORS)]["id"], "currency": "EUR", "status": "open",
        "lines": lines,
    }  # fmt: skip


def goods_receipt(rng: random.Random, name: str, *, language: str) -> Labelled:
    """Return a delivery note with its truth; in some more comes than was ordered, or something else, or for no order of ours."""
    words = {key: rng.choice(told) for key, told in _WORDS[language].items()}
    at = int(name.rpartition("-")[2])
    order, flaw = orders()[at], rng.choice(_FLAWS)
    vendor = VENDORS[at % len(VENDORS)]
    lines, number = _lines(rng, order, flaw), f"LS-{8000 + at}"
    po_number = "4599999999" if flaw == "no_order" else str(order["number"])
    party, day = (
        "Finchley & Sons Ltd" if flaw == "stranger" else vendor["name"],
        date(2026, 10, 1) + timedelta(days=at % 30),
    )
    told = [("number", number), ("date", _day(day, language)), ("order", po_number)]
    told += [] if flaw == "stranger" else [("tax_id", vendor["tax_id"])]
    columns = ("position", "item", "what", "quantity", "unit")
    return Labelled(
        name=name, type="goods_receipt", language=language, title=words["title"], shape=rng.choice(("beside", "columns")),
        letterhead=(party, f"{vendor['street']}, {vendor['postcode']} {vendor['city']}"), addressee=_BUYER,
        values=tuple((words[key], value) for key, value in told), headings=tuple(words[one] for one in columns), right=(3,),
        rows=tuple((str(one.position), one.item, one.what, str(one.quantity), words["piece"]) for one in lines),
        reason=_REASONS.get(flaw, ""),
        truth={
            "delivery_note_number": number, "issue_date": day.isoformat(), "po_number": po_number, "vendor_name": party,
            "lines": [
                {"item_code": one.item, "description": one.what, "quantity": str(one.quantity), "unit": "H87"} for one in lines
            ],
        },
    )  # fmt: skip


def _lines(rng: random.Random, order: Mapping[str, Any], flaw: Flaw) -> list[_Line]:
    """Return what comes of an order: all of it or a part, and what the flaw makes of it."""
    chosen = order["lines"][: rng.randrange(2, _LINES + 1)]
    lines = [
        _Line(at + 1, one["supplier_item_code"], one["description"], _part(rng, int(one["quantity"])))
        for at, one in enumerate(chosen)
    ]
    if flaw == "over":
        lines[0] = lines[0]._replace(quantity=int(chosen[0]["quantity"]) + 25)
    if flaw == "not_ordered":
        lines.append(_Line(len(lines) + 1, "ZZ-1", "Garden chair oak foldable", 3))
    return lines


def _part(rng: random.Random, whole: int) -> int:
    return whole if rng.random() < 0.7 else max(1, whole // 2)


def _day(day: date, language: str) -> str:
    return f"{day:%d %b %Y}" if language == "en" else f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%Y}"
