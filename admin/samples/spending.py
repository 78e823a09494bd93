"""Receipts of employees: a shop, what was bought there, and what the rules of expenses should make of it."""

import random
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal, NamedTuple

from admin.samples import ids
from admin.samples.compose import reckon_gross
from admin.samples.model import Item, Paper, Party
from admin.samples.world import company

Flaw = Literal["", "stranger", "old", "unlisted", "refused", "dear", "ahead"]
FLAWS: tuple[Flaw, ...] = ("",) * 7 + ("stranger", "old", "unlisted", "refused", "dear", "ahead")
REASONS = {
    "stranger": "employee_unknown", "old": "too_old", "unlisted": "category_unknown", "refused": "not_allowed", "dear": "approval",
    "ahead": "dated_ahead",
}  # fmt: skip
SENDERS = ("nora.weiss@lindenhof.example", "tom.brandt@lindenhof.example", "eva.kern@lindenhof.example")
_CENT = Decimal("0.01")


class Shop(NamedTuple):
    """Who sells what, at which prices with tax (in cents), and its category; empty: the table does not know it."""

    name: str
    country: str
    city: str
    category: str
    goods: tuple[tuple[str, int, int], ...]
    rate: str


SHOPS = (
    Shop("Gasthaus Restaurant Zur Linde", "DE", "24937 Flensburg", "meals", (("Tagesgericht", 990, 1490), ("Apfelschorle", 290, 420), ("Espresso", 220, 290)), "19"),
    Shop("Bäckerei Kornblume", "DE", "50667 Köln", "meals", (("Kaffee gross", 280, 390), ("Kaesebroetchen", 320, 450)), "19"),
    Shop("Trattoria Il Ponte", "IT", "20121 Milano", "meals", (("Pasta al forno", 1100, 1600), ("Acqua minerale", 200, 300)), "10"),
    Shop("Harbour Light Coffee", "GB", "Bath BA1 1AA", "meals", (("Flat white", 310, 390), ("Cheese sandwich", 450, 690)), "20"),
    Shop("Brasserie du Canal", "FR", "67000 Strasbourg", "meals", (("Plat du jour", 1350, 1790), ("Eau minerale", 300, 450)), "10"),
    Shop("Hotel Seeblick", "DE", "78462 Konstanz", "lodging", (("Uebernachtung Einzelzimmer", 7900, 11900),), "7"),
    Shop("The Old Mill Inn", "GB", "York YO1 7HU", "lodging", (("Overnight stay single", 8900, 12900),), "20"),
    Shop("Nordlicht Tankstelle", "DE", "20095 Hamburg", "fuel", (("Diesel", 5200, 8900),), "19"),
    Shop("Mercer Filling Station", "GB", "Leeds LS1 4AP", "fuel", (("Unleaded petrol", 4200, 7900),), "20"),
    Shop("Funktaxi Morgenstern", "DE", "10115 Berlin", "travel", (("Stadtfahrt", 1250, 3890),), "7"),
    Shop("Parkhaus Am Markt", "DE", "04109 Leipzig", "parking", (("Parkgebuehr 3 Std", 450, 1200),), "19"),
    Shop("Schreibwaren Tintenfass", "DE", "80331 München", "office", (("Kopierpapier A4", 490, 690), ("Kugelschreiber", 190, 390)), "19"),
    Shop("Supermarkt Grünau", "DE", "01067 Dresden", "groceries", (("Mineralwasser 6x1,5", 390, 590), ("Kekse", 190, 290)), "19"),
)  # fmt: skip
_UNLISTED = Shop("Winkelmann & Sohn", "DE", "99084 Erfurt", "", (("Artikel 4711", 590, 1990),), "19")
_REFUSED = Shop("Weinhandel Rebstock", "DE", "54290 Trier", "refused", (("Riesling trocken", 890, 1690),), "19")
_DEAR = Shop("Restaurant Goldener Hirsch", "DE", "60311 Frankfurt", "meals", (("Menue fuer zwei", 6900, 9900),), "19")
_LANGUAGES = {"DE": "de", "GB": "en", "FR": "fr", "IT": "it"}


class Expense(NamedTuple):
    """One receipt with its truth."""

    paper: Paper
    sender: str
    category: str
    flaw: Flaw

    @property
    def reason(self) -> str:
        """The rule that should hold it; empty where it should go through."""
        return REASONS.get(self.flaw, "")


def expense(rng: random.Random, *, today: date, flaw: Flaw = "") -> Expense:
    """Return a receipt that an employee hands in by `today`."""
    shop = {"unlisted": _UNLISTED, "refused": _REFUSED, "dear": _DEAR}.get(flaw) or rng.choice(SHOPS)
    seller = _seller(rng, shop)
    items = tuple(
        _item(rng, at, one, Decimal(shop.rate)) for at, one in enumerate(shop.goods) if at == 0 or rng.random() < 0.7
    )
    days = {"old": rng.randint(100, 300), "ahead": -rng.randint(2, 9)}.get(flaw, rng.randint(0, 60))
    paper = Paper(
        type="receipt", seller=seller, buyer=company(), number=f"{rng.randint(1000, 9999)}-{rng.randint(10, 99)}",
        issued=today - timedelta(days=days), language=seller.language, currency=seller.currency, items=items,
        sums=reckon_gross(items, currency=seller.currency), gross_prices=True,
    )  # fmt: skip
    sender = "somebody@elsewhere.example" if flaw == "stranger" else rng.choice(SENDERS)
    return Expense(paper, sender, shop.category, flaw)


def mailed(one: Expense, name: str, content: bytes, *, subtype: str = "pdf") -> bytes:
    """Return the mail in which an employee sends a receipt."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{one.sender.partition('@')[0].replace('.', ' ').title()} <{one.sender}>"
    mail["To"] = "expenses@lindenhof.example"
    mail["Subject"] = "Receipt"
    mail["Date"] = "Mon, 02 Nov 2026 09:00:00 +0000"
    mail.set_content("For the last trip.\n")
    maintype = "application" if subtype == "pdf" else "image"
    mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return mail.as_bytes()


def _seller(rng: random.Random, shop: Shop) -> Party:
    postcode, _, city = shop.city.partition(" ")
    currency = "GBP" if shop.country == "GB" else "EUR"
    return Party(
        id=shop.name, name=shop.name, country=shop.country, language=_LANGUAGES[shop.country], currency=currency,
        trade="shop", street=f"{rng.choice(('Hauptstr.', 'Marktplatz', 'Station Road', 'Via Roma'))} {rng.randint(1, 99)}",
        postcode=postcode, city=city, tax_id=ids.tax_id(rng, shop.country), email="shop@shop.example", phone="+49 30 5550",
    )  # fmt: skip


def _item(rng: random.Random, at: int, goods: tuple[str, int, int], rate: Decimal) -> Item:
    words, low, high = goods
    price = Decimal(rng.randrange(low, high, 10)) * _CENT
    count = Decimal(rng.choice((1, 1, 1, 2))) if high < 1000 else Decimal(1)
    return Item(
        code=f"A{at + 1}",
        description=words,
        quantity=count,
        unit="H87",
        unit_price=price,
        rate=rate,
        amount=price * count,
    )
