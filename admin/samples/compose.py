"""Writes the content of papers: items with prices, exact sums, numbers and dates, from one random source."""

import random
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from admin.samples.goods import DETAILS, GOODS, PER_EURO, RATES, Article
from admin.samples.model import Item, Paper, Party, Sums, Tax
from admin.samples.words import say
from admin.samples.world import company
from engine.model.document import DocumentType
from engine.model.money import exponent

_ZERO = Decimal(0)
_LARGE = {"JPY": Decimal(400_000)}
"""An invoice without an order stays below this (major units), unless a large one is asked for."""
_DISCOUNTS = (2, 3, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a paper should be like; anything left out is drawn by chance."""

    type: DocumentType = "invoice"
    lines: tuple[int, int] = (2, 6)
    po_number: str = ""
    discount: bool = False
    line_discounts: bool = False
    freight: bool = False
    mixed_rates: bool = False
    details: bool = False
    tax: Literal["local", "reverse", "none"] = "local"
    large: bool = False
    number: str = ""
    note: str = ""
    references: str = ""
    first_day: date = date(2025, 1, 7)
    """Papers are dated in the 250 days from here on."""


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the decimals of a currency (EUR 2, JPY 0)."""
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_HALF_UP)


def reckon(
    items: Sequence[Item], *, currency: str, discount_percent: Decimal = _ZERO, freight: Decimal = _ZERO
) -> Sums:
    """Add up a paper: tax is rounded once per rate; discount and freight belong to the rate with the largest base."""
    lines = sum((item.amount for item in items), _ZERO)
    less = rounded(lines * discount_percent / 100, currency)
    bases: dict[tuple[Decimal, str], Decimal] = {}
    for item in items:
        key = (item.rate, item.category)
        bases[key] = bases.get(key, _ZERO) + item.amount
    main = max(bases, key=lambda key: bases[key])
    bases[main] += freight - less
    taxes = tuple(
        Tax(rate=rate, category=category, base=base, amount=rounded(base * rate / 100, currency))
        for (rate, category), base in sorted(bases.items(), reverse=True)
    )
    net, tax = lines - less + freight, sum((row.amount for row in taxes), _ZERO)
    return Sums(lines=lines, discount=less, charge=freight, net=net, taxes=taxes, tax=tax, total=net + tax)


def reckon_gross(items: Sequence[Item], *, currency: str) -> Sums:
    """Add up a till receipt: the amounts hold the tax, which is taken out per rate."""
    bases: dict[Decimal, Decimal] = {}
    for item in items:
        bases[item.rate] = bases.get(item.rate, _ZERO) + item.amount
    taxes = []
    for rate, gross in sorted(bases.items(), reverse=True):
        amount = rounded(gross * rate / (100 + rate), currency)
        taxes.append(Tax(rate=rate, category="S", base=gross - amount, amount=amount))
    total, tax = sum(bases.values(), _ZERO), sum((row.amount for row in taxes), _ZERO)
    return Sums(lines=total, net=total - tax, taxes=tuple(taxes), tax=tax, total=total)


def write(rng: random.Random, seller: Party, wish: Wish, *, buyer: Party | None = None, currency: str = "") -> Paper:
    """Return a paper of `seller` to `buyer` (the buying company when nobody is named)."""
    currency = currency or seller.currency
    items = _items(rng, seller, wish, currency)
    percent = Decimal(rng.choice(_DISCOUNTS)) if wish.discount else _ZERO
    freight = _price(rng, 490, 3900, currency) if wish.freight else _ZERO
    sums = reckon(items, currency=currency, discount_percent=percent, freight=freight)
    if not wish.large and not wish.po_number and sums.total >= _LARGE.get(currency, Decimal(4500)):
        return write(
            rng,
            seller,
            replace(wish, lines=(max(1, wish.lines[0] - 1), max(1, wish.lines[1] - 1))),
            buyer=buyer,
            currency=currency,
        )
    if wish.large and sums.total < Decimal(6000):
        items = tuple(_times(item, 40, currency) for item in items)
        sums = reckon(items, currency=currency, discount_percent=percent, freight=freight)
    issued = wish.first_day + timedelta(days=rng.randrange(250))
    has_due = wish.type == "invoice"
    return Paper(
        type=wish.type, seller=seller, buyer=buyer or company(), number=wish.number or number(rng, seller, wish.type, issued),
        issued=issued, due=issued + timedelta(days=seller.days) if has_due else None,
        terms=say(seller.language, "due_in", seller.days, wording=rng.randrange(3)) if has_due else "",
        language=seller.language, currency=currency, po_number=wish.po_number, references=wish.references,
        items=items, sums=sums, discount_percent=percent,
        note=wish.note or (say(seller.language, "reverse") if wish.tax == "reverse" else ""),
    )  # fmt: skip


def write_receipt(rng: random.Random, seller: Party, *, lines: tuple[int, int] = (2, 7)) -> Paper:
    """Return a till receipt: few cheap things, prices with tax, paid by card."""
    items = []
    articles = [article for article in GOODS[seller.trade] if article.high < 6000]
    rng.shuffle(articles)
    for at, article in enumerate(articles[: rng.randint(*lines)]):
        item = _item(rng, article, seller, Wish(), seller.currency, at)
        # a strip is thirty letters wide
        short = item.model_copy(update={"description": textwrap.wrap(item.description, 28)[0].rstrip(",")})
        items.append(_times(short, 0, seller.currency, quantity=Decimal(rng.choice((1, 1, 1, 2, 3)))))
    issued = date(2025, 1, 7) + timedelta(days=rng.randrange(250))
    return Paper(
        type="receipt", seller=seller, buyer=company(), number=ids_like(rng, "####-####"), issued=issued, language=seller.language,
        currency=seller.currency, items=tuple(items), sums=reckon_gross(items, currency=seller.currency), gross_prices=True,
    )  # fmt: skip


_SHAPES = {
    "DE": "RE-{y}-####", "AT": "{y}/#####", "FR": "F{y}-####", "ES": "{y}/A/####", "IT": "###/{yy}", "NL": "{y}.####", "BE": "VF{yy}####",
    "GB": "INV-#####", "IE": "INV######", "US": "####-##", "CH": "{yy}-#####", "PL": "FV/##/{y}", "JP": "HP{yy}######",
    "LV": "BP{yy}-####", "PT": "FT {y}/####",
}  # fmt: skip


def number(rng: random.Random, seller: Party, kind: DocumentType, issued: date) -> str:
    """Return a document number in the vendor's own style."""
    shape = _SHAPES[seller.country].format(y=issued.year, yy=f"{issued.year % 100:02d}")
    if kind == "credit_note":
        shape = {"DE": "GS-{0}-####", "FR": "A{0}-####", "IT": "NC ##/{0}"}.get(seller.country, "CN-#####").format(
            issued.year
        )
    elif kind in {"goods_receipt", "purchase_order"}:
        shape = "########"
    return ids_like(rng, shape)


def ids_like(rng: random.Random, shape: str) -> str:
    """Return `shape` with every `#` made a digit, the first one not zero."""
    text = ""
    for sign in shape:
        # only the first digit must not be zero
        text += str(rng.randrange(0 if "#" in shape[: len(text)] else 1, 10)) if sign == "#" else sign
    return text


def order_number(rng: random.Random) -> str:
    """Return an order number in the style of the buying company's ERP."""
    return ids_like(rng, "45000#####")


def _items(rng: random.Random, seller: Party, wish: Wish, currency: str) -> tuple[Item, ...]:
    count = rng.randint(*wish.lines)
    articles = [article for article in GOODS[seller.trade] if wish.mixed_rates or not article.reduced]
    rng.shuffle(articles)
    if wish.mixed_rates:
        # one of the reduced goods first, so that even a short paper has both rates
        articles.sort(key=lambda article: not article.reduced)
        articles.append(articles.pop(1))
    chosen = [articles[at % len(articles)] for at in range(count)]
    return tuple(_item(rng, article, seller, wish, currency, at) for at, article in enumerate(chosen))


def _item(rng: random.Random, article: Article, seller: Party, wish: Wish, currency: str, at: int) -> Item:
    rate, category = _rate(article, seller, wish)
    detail = (
        rng.choice(DETAILS[seller.language]).format(ids_like(rng, "######"))
        if wish.details and rng.random() < 0.6
        else ""
    )
    item = Item(
        code=article.code if at < len(GOODS[seller.trade]) else f"{article.code}/{at}", description=article.names[seller.language],
        detail=detail, quantity=_quantity(rng, article), unit=article.unit,
        unit_price=_price(rng, article.low, article.high, currency),
        discount=Decimal(rng.choice((0, 0, 5, 10, 15))) if wish.line_discounts else _ZERO,
        rate=rate, category=category, amount=_ZERO, po_line=str((at + 1) * 10) if wish.po_number else "",
    )  # fmt: skip
    return _times(item, 1, currency)


def _rate(article: Article, seller: Party, wish: Wish) -> tuple[Decimal, str]:
    if wish.tax == "reverse":
        return _ZERO, "AE"
    if wish.tax == "none" or seller.country == "US":
        return _ZERO, "O" if seller.country == "US" else "Z"
    standard, reduced = RATES[seller.country]
    return Decimal(reduced if article.reduced and wish.mixed_rates else standard), "S"


def _quantity(rng: random.Random, article: Article) -> Decimal:
    if article.unit == "MON":
        return Decimal(1)
    if article.unit in {"HUR", "KGM"}:
        return Decimal(rng.randint(2, 60)) / 4
    most = 500 if article.high < 300 else 60 if article.high < 1500 else 12 if article.high < 9000 else 3
    return Decimal(rng.randint(1, most))


def _price(rng: random.Random, low: int, high: int, currency: str) -> Decimal:
    cents = Decimal(rng.randint(low, high)) * Decimal(PER_EURO[currency]) / 100
    return rounded(cents, currency)


def _times(item: Item, factor: int, currency: str, *, quantity: Decimal | None = None) -> Item:
    amount = item.quantity * factor if quantity is None else quantity
    price = item.unit_price * amount * (100 - item.discount) / 100
    return item.model_copy(update={"quantity": amount, "amount": rounded(price, currency)})
