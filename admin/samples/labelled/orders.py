"""Orders that customers send, and what we know of these customers: their item numbers, the price list, the agreed terms."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from admin.samples.labelled.changes import VENDORS
from admin.samples.labelled.model import Labelled
from admin.samples.notation import amount

LANGUAGES = ("en", "de", "fr")
CUSTOMERS: tuple[Mapping[str, str], ...] = (
    {"id": "40501", "name": "Harlow Garden Centres Ltd", "tax_id": "GB365684514", "country": "GB", "street": "5 Nursery Lane", "postcode": "CM17 9LS", "city": "Harlow", "email": "orders@harlowgardens.example", "currency": "EUR", "payment_terms": "N30", "group": "trade", "status": "open"},
    {"id": "40502", "name": "Baumarkt Ostsee GmbH & Co. KG", "tax_id": "DE811907980", "country": "DE", "street": "Hafenstraße 31", "postcode": "18439", "city": "Stralsund", "email": "einkauf@baumarkt-ostsee.example", "currency": "EUR", "payment_terms": "N30", "status": "open"},
    {"id": "40503", "name": "Quincaillerie du Vieux Port SARL", "tax_id": "FR40303265045", "country": "FR", "street": "27 quai des Belges", "postcode": "13001", "city": "Marseille", "email": "achats@vieuxport.example", "currency": "EUR", "payment_terms": "N30D2", "status": "open"},
    {"id": "40504", "name": "Lagerhaus Immenstaad eG", "tax_id": "DE129273398", "country": "DE", "street": "Seeweg 2", "postcode": "88090", "city": "Immenstaad", "email": "post@lagerhaus-immenstaad.example", "currency": "EUR", "payment_terms": "N30", "status": "blocked"},
)  # fmt: skip
TERMS: tuple[Mapping[str, str], ...] = (
    {"code": "N30", "text": "30 days net", "due_days": "30"},
    {
        "code": "N30D2",
        "text": "10 days 2 %, 30 days net",
        "due_days": "30",
        "discount_days": "10",
        "discount_percent": "2",
    },
)
_SOLD = (
    ("LG-1010", "Watering can 10 l", "H87", "12.90", ""), ("LG-1040", "Garden hose 25 m", "H87", "31.50", ""),
    ("LG-2200", "Plant pot clay 30 cm", "H87", "8.75", ""), ("LG-3105", "Potting soil", "KGM", "0.64", ""),
    ("LG-4410", "Pruning shears", "H87", "24.20", ""), ("LG-5002", "Bird feeder oak", "H87", "42.00", "blocked"),
)  # fmt: skip
ITEMS: tuple[Mapping[str, str], ...] = tuple(
    {"code": code, "description": what, "unit": unit, "gtin": f"40123456{index:05d}", "status": status}
    for index, (code, what, unit, _, status) in enumerate(_SOLD)
)  # fmt: skip
THEIRS: tuple[Mapping[str, str], ...] = tuple(
    {"customer_id": one["id"], "customer_item_code": f"{7 + at}{100 + 13 * index}", "item_code": code}
    for at, one in enumerate(CUSTOMERS) for index, (code, *_) in enumerate(_SOLD)
)  # fmt: skip
_TRADE = Decimal("0.95")
PRICES: tuple[Mapping[str, str], ...] = (
    *({"item_code": code, "currency": "EUR", "unit_price": price} for code, _, _, price, _ in _SOLD),
    *({"item_code": code, "currency": "EUR", "group": "trade", "unit_price": f"{Decimal(price) * _TRADE:.2f}"} for code, _, _, price, _ in _SOLD),
    {"item_code": "LG-1010", "currency": "EUR", "customer_id": "40502", "min_quantity": "50", "unit_price": "11.00"},
)  # fmt: skip
_OURS = ("Lindenhof Handels GmbH", "Lindenallee 1", "10115 Berlin")
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Purchase Order", "PURCHASE ORDER", "Order"), "po_number": ("PO number", "Purchase order no.", "Order no."), "issue_date": ("Order date", "Date"),
        "delivery_date": ("Delivery date", "Required by"), "customer_number": ("Customer no.", "Our account no. with you"), "buyer_tax_id": ("VAT no.", "VAT reg. no."), "payment_terms": ("Payment terms", "Terms of payment"),
        "position": ("Pos", "Line"), "own": ("Your item no.", "Item no.", "SKU"), "theirs": ("Material", "Article no.", "Product code"), "what": ("Description", "Product"), "quantity": ("Quantity", "Qty"), "unit": ("Unit", "UoM"), "price": ("Unit price", "Price"), "amount": ("Amount", "Line total"),
        "total": ("Order total", "Total net", "Net total"), "pieces": ("pcs",), "kilos": ("kg",), "days": ("{0} days net", "net {0} days"), "both": ("{1} days 2 %, {0} days net",),
    },
    "de": {
        "title": ("Bestellung", "BESTELLUNG", "Auftrag"), "po_number": ("Bestellnummer", "Bestell-Nr.", "Auftragsnummer"), "issue_date": ("Bestelldatum", "Datum"),
        "delivery_date": ("Liefertermin", "Lieferdatum"), "customer_number": ("Kundennummer", "Unsere Kundennummer"), "buyer_tax_id": ("USt-IdNr.", "USt-ID"), "payment_terms": ("Zahlungsbedingungen", "Zahlungsziel"),
        "position": ("Pos",), "own": ("Ihre Art.-Nr.", "Artikelnummer"), "theirs": ("Material", "Materialnummer", "Artikelnr."), "what": ("Bezeichnung", "Beschreibung"), "quantity": ("Menge",), "unit": ("Einheit", "ME"), "price": ("Einzelpreis", "Preis"), "amount": ("Betrag", "Gesamt"),
        "total": ("Bestellsumme netto", "Nettobetrag", "Gesamtsumme netto"), "pieces": ("Stk",), "kilos": ("kg",), "days": ("{0} Tage netto", "Zahlbar innerhalb von {0} Tagen"), "both": ("{1} Tage 2 % Skonto, {0} Tage netto",),
    },
    "fr": {
        "title": ("Bon de commande", "BON DE COMMANDE", "Commande"), "po_number": ("N° de commande", "Numéro de commande"), "issue_date": ("Date de commande", "Date"),
        "delivery_date": ("Date de livraison", "Livraison le"), "customer_number": ("N° client", "Code client"), "buyer_tax_id": ("N° TVA", "TVA intracommunautaire"), "payment_terms": ("Conditions de paiement", "Règlement"),
        "position": ("Pos",), "own": ("Référence", "Réf. fournisseur"), "theirs": ("Code article", "Réf. article"), "what": ("Désignation",), "quantity": ("Quantité", "Qté"), "unit": ("Unité",), "price": ("Prix unitaire", "P.U. HT"), "amount": ("Montant", "Montant HT"),
        "total": ("Total HT", "Montant total HT"), "pieces": ("pce",), "kilos": ("kg",), "days": ("{0} jours net", "{0} jours"), "both": ("{1} jours 2 % d'escompte, {0} jours net",),
    },
}  # fmt: skip
_OUR_TAX_ID = "DE250815845"
_COUNTRY = {"en": "GB", "de": "DE", "fr": "FR"}
Flaw = Literal["", "cheap", "dear", "unknown", "shut_item", "terms", "stranger", "shut", "no_number"]
_FLAWS: tuple[Flaw, ...] = ("",) * 10 + (
    "cheap",
    "dear",
    "unknown",
    "shut_item",
    "terms",
    "stranger",
    "shut",
    "no_number",
)
_RULES: Mapping[Flaw, str] = {
    "cheap": "price_below_list", "dear": "price_above_list", "unknown": "item_unknown", "shut_item": "item_not_open",
    "terms": "terms_not_agreed", "stranger": "customer_unknown", "shut": "customer_not_open", "no_number": "mandatory_missing",
}  # fmt: skip


class _Line(NamedTuple):
    code: str
    shown: str
    what: str
    unit: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.price * self.quantity


def purchase_order(rng: random.Random, name: str, *, language: str) -> Labelled:
    """Return an order of a customer with its truth.

    Items are named by our numbers or by the customer's. In some a price is not the list's, an item is unknown or blocked, terms
    are longer than agreed, the customer is unknown or blocked, or the order has no number.
    """
    words = {key: rng.choice(told) for key, told in _WORDS[language].items()}
    flaw, country = rng.choice(_FLAWS), _COUNTRY[language]
    customer = CUSTOMERS[3] if flaw == "shut" else rng.choice(CUSTOMERS[:3])
    numbers = rng.choice(("own", "theirs"))
    lines = _lines(rng, customer, numbers, flaw)
    day = date(2026, 10, 1) + timedelta(days=rng.randrange(40))
    party = "Zypern Holzhandel Kontor AG" if flaw == "stranger" else customer["name"]
    total = sum((one.amount for one in lines), Decimal(0))
    values, truth = _told(rng, words, customer, flaw, day, name, language)
    is_priced = flaw in {"cheap", "dear"} or rng.random() < 0.85
    columns = ("position", numbers, "what", "quantity", "unit", *(("price", "amount") if is_priced else ()))
    return Labelled(
        name=name, type="purchase_order", language=language, title=words["title"], shape=rng.choice(("beside", "columns")),
        letterhead=(party, f"{customer['street']}, {customer['postcode']} {customer['city']}"), addressee=_OURS,
        values=values, headings=tuple(words[one] for one in columns), right=tuple(range(3, 4)) + ((5, 6) if is_priced else ()),
        rows=tuple(_row(at, one, words, country)[: len(columns)] for at, one in enumerate(lines, start=1)),
        sums=((words["total"], f"{amount(total, country=country, currency='EUR')} EUR"),) if is_priced else (),
        reason=_RULES.get(flaw, ""),
        truth={
            **truth, "buyer_name": party,
            "lines": [
                {
                    "item_code": one.shown, "description": one.what, "quantity": str(one.quantity), "unit": one.unit,
                    **({"unit_price": f"{one.price:.2f}", "amount": f"{one.amount:.2f}"} if is_priced else {}),
                }
                for one in lines
            ],
        },
    )  # fmt: skip


def own_order(rng: random.Random, name: str, *, language: str) -> Labelled:
    """Return a paper of an order that we placed with a vendor, with its truth; in some prices or quantities are missing."""
    words = {key: rng.choice(told) for key, told in _WORDS[language].items()}
    flaw, country, vendor = rng.choice(("",) * 8 + ("no_price", "stranger")), _COUNTRY[language], rng.choice(VENDORS)
    day = date(2026, 10, 1) + timedelta(days=rng.randrange(40))
    lines = [
        _Line(code, code, what, unit, rng.randrange(2, 60), Decimal(price))
        for code, what, unit, price, _ in rng.sample(_SOLD[:5], rng.randrange(2, 5))
    ]
    number = f"45{17000 + int(name.rpartition('-')[2])}"
    party = "Finchley & Sons Ltd" if flaw == "stranger" else vendor["name"]
    place = (
        ("8 Bell Court", "N3 2AA London")
        if flaw == "stranger"
        else (vendor["street"], f"{vendor['postcode']} {vendor['city']}")
    )
    values = (
        (words["po_number"], number), (words["issue_date"], _day(day, language)),
        (words["delivery_date"], _day(day + timedelta(days=14), language)), (words["buyer_tax_id"], _OUR_TAX_ID),
        ({"en": "Currency", "de": "Währung", "fr": "Devise"}[language], "EUR"),
    )  # fmt: skip
    is_priced = flaw != "no_price"
    total = sum((one.amount for one in lines), Decimal(0))
    columns = ("position", "own", "what", "quantity", "unit", *(("price", "amount") if is_priced else ()))
    return Labelled(
        name=name, type="purchase_order", language=language, title=words["title"], shape=rng.choice(("beside", "columns")),
        letterhead=(_OURS[0], ", ".join(_OURS[1:])), addressee=(party, *place), values=values,
        headings=tuple(words[one] for one in columns), right=(3, 5, 6) if is_priced else (3,),
        rows=tuple(_row(at, one, words, country)[: len(columns)] for at, one in enumerate(lines, start=1)),
        sums=((words["total"], f"{amount(total, country=country, currency='EUR')} EUR"),) if is_priced else (),
        reason={"no_price": "price_missing", "stranger": "vendor_unknown"}.get(flaw, ""),
        truth={
            "po_number": number, "issue_date": day.isoformat(), "currency": "EUR", "vendor_name": party, "buyer_name": _OURS[0],
            "delivery_date": (day + timedelta(days=14)).isoformat(),
            "lines": [
                {
                    "item_code": one.shown, "description": one.what, "quantity": str(one.quantity), "unit": one.unit,
                    **({"unit_price": f"{one.price:.2f}", "amount": f"{one.amount:.2f}"} if is_priced else {}),
                }
                for one in lines
            ],
        },
    )  # fmt: skip


def _told(
    rng: random.Random, words: Mapping[str, str], customer: Mapping[str, str], flaw: Flaw, day: date, name: str, language: str
) -> tuple[tuple[tuple[str, str], ...], dict[str, Any]]:  # fmt: skip
    """Return the labelled values of an order, and what they mean."""
    number = f"{rng.choice(('PO-', '45', 'B/'))}{rng.randrange(10000, 99999)}{int(name.rpartition('-')[2]):03d}"
    wanted, days = day + timedelta(days=14), 75 if flaw == "terms" else 30
    terms = words["both"] if customer["payment_terms"] == "N30D2" else words["days"]
    values = [] if flaw == "no_number" else [(words["po_number"], number)]
    values += [(words["issue_date"], _day(day, language)), (words["delivery_date"], _day(wanted, language))]
    truth = {} if flaw == "no_number" else {"po_number": number}
    truth |= {"issue_date": day.isoformat(), "delivery_date": wanted.isoformat(), "currency": "EUR"}
    if flaw != "stranger":
        values.append((words["buyer_tax_id"], customer["tax_id"]))
        truth["buyer_tax_id"] = customer["tax_id"]
        if rng.random() < 0.5:
            values.append((words["customer_number"], customer["id"]))
            truth["customer_number"] = customer["id"]
    if flaw == "terms" or rng.random() < 0.5:
        values.append((words["payment_terms"], terms.format(days, 10)))
        truth["net_days"] = str(days)
    values.append(({"en": "Currency", "de": "Währung", "fr": "Devise"}[language], "EUR"))
    return tuple(values), truth


def _lines(rng: random.Random, customer: Mapping[str, str], numbers: str, flaw: Flaw) -> list[_Line]:
    theirs = {one["item_code"]: one["customer_item_code"] for one in THEIRS if one["customer_id"] == customer["id"]}
    lines = []
    for code, what, unit, price, _ in rng.sample(_SOLD[:5], rng.randrange(2, 5)):
        listed = Decimal(price) * (_TRADE if customer.get("group") == "trade" else 1)
        lines.append(
            _Line(
                code, theirs[code] if numbers == "theirs" else code, what, unit, rng.randrange(5, 49), round(listed, 2)
            )
        )
    if flaw in {"cheap", "dear"}:
        lines[0] = lines[0]._replace(
            price=round(lines[0].price * (Decimal("0.8") if flaw == "cheap" else Decimal("1.2")), 2)
        )
    if flaw == "unknown":
        lines[-1] = lines[-1]._replace(shown="ZK-90777", what="Garden gnome red")
    if flaw == "shut_item":
        code, what, unit, price, _ = _SOLD[5]
        listed = round(Decimal(price) * (_TRADE if customer.get("group") == "trade" else 1), 2)
        lines.append(_Line(code, theirs[code] if numbers == "theirs" else code, what, unit, 6, listed))
    return lines


def _row(at: int, one: _Line, words: Mapping[str, str], country: str) -> tuple[str, ...]:
    unit = words["kilos"] if one.unit == "KGM" else words["pieces"]
    money = (amount(value, country=country, currency="EUR") for value in (one.price, one.amount))
    return (str(at), one.shown, one.what, str(one.quantity), unit, *money)


def _day(day: date, language: str) -> str:
    return f"{day:%d %b %Y}" if language == "en" else f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%Y}"
