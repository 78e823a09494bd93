"""Which of our items a customer orders, and whether price and terms are what was agreed. Pure.

An item is named by our number, by the customer's (customer-material record in SAP, item reference in Business Central, part
number in NetSuite) or by a GTIN. A number that stands in the wrong column is still that number. Numbers of one line that
name different items leave it open.

Of the prices that fit currency, unit, quantity and day the customer's own counts before its group's and that before
everybody's; of these the one for the largest quantity, and the lowest where several are left (the "best price" of Business
Central, the condition records of SAP with their access sequence).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.model.field import Field, by_name
from engine.model.item import Item
from engine.model.money import exponent
from engine.model.record import Record
from engine.model.selling import AgreedTerms, Catalogue, ListPrice, NamedBy, Selling, Sold
from engine.model.units import units_in
from engine.stages import sums
from engine.stages.rows import is_silent, text
from engine.stages.validate import day
from engine.stages.values.units import PIECES

Cells = Mapping[str, Field]
CODES = ("item_code", "buyer_item_code", "standard_item_code")
_NARROW: Mapping[str, int] = {"customer": 2, "group": 1, "all": 0}
_SHUT = frozenset({"blocked", "closed"})
_ONE = Decimal(1)
_AROUND = re.compile(r"^\W+|\W+$")


def printed_numbers(record: Record) -> tuple[str, ...]:
    """Return every number of an item on an order, each once, in reading order; specks around it may be a part of it or not."""
    found = [text(by_name(row), name) for row in record.lines for name in CODES]
    return tuple(dict.fromkeys(one for number in found for one in (number, _AROUND.sub("", number)) if one))


def selling(record: Record, known: Catalogue) -> Selling:
    """Return what is known of the lines and terms of a customer's order."""
    rows = ((index, by_name(row)) for index, row in enumerate(record.lines))
    lines = tuple(_sold(index, row, record, known) for index, row in rows if _is_ordered(row))
    beyond = tuple(_beyond(record, known.terms)) if known.terms is not None else ()
    return Selling(lines=lines, has_items=known.has_items, has_prices=known.has_prices, terms_beyond=beyond)


def _sold(index: int, row: Cells, record: Record, known: Catalogue) -> Sold:
    named = _named(row, known)
    shown = next((said for name in (*CODES, "description") if (said := text(row, name))), "")
    if len(named) != 1:
        return Sold(line=index, shown=shown, meant=tuple(named))
    ((code, by),) = named.items()
    article = next((one for one in known.articles if one.code == code), Item(code=code))
    one = Sold(line=index, shown=shown, item_code=code, by=by, is_open=article.status not in _SHUT)
    quantity, ordered = sums.number(row, "quantity"), _net(row)
    price = _price(row, record, article, known.prices, quantity)
    if price is None or quantity is None:
        return one.model_copy(update={"ordered": ordered})
    per_unit, of = price
    cent = _ONE.scaleb(-exponent(record.value("currency")))
    listed = (per_unit * quantity).quantize(cent, rounding="ROUND_HALF_UP")
    return one.model_copy(
        update={"ordered": ordered, "list_price": per_unit, "price_of": of.of, "listed": listed}
    )  # fmt: skip


def _named(row: Cells, known: Catalogue) -> Mapping[str, NamedBy]:
    """Return the items that the numbers of a line name, by whose number; one that names none says nothing."""
    own = {_key(one.code): one.code for one in known.articles}
    theirs = {_key(number): code for number, code in known.theirs}
    gtins = dict(known.gtins)
    found: dict[str, NamedBy] = {}
    for name in CODES:
        number = text(row, name)
        books: list[tuple[NamedBy, str | None]] = [
            ("own", own.get(_key(number))),
            ("customer", theirs.get(_key(number))),
        ]
        if name == "buyer_item_code":
            books.reverse()
        books.append(("gtin", gtins.get(number.lstrip("0"))))
        for by, code in books:
            if number and code:
                found.setdefault(code, by)
                break
    return found


def _price(
    row: Cells, record: Record, article: Item, prices: Sequence[ListPrice], quantity: Decimal | None
) -> tuple[Decimal, ListPrice] | None:
    """Return the price of one unit of a line by the list, with its row; None where none fits."""
    currency, on = record.value("currency") or "", day(record, "issue_date")
    found = [
        (per_unit, one) for one in prices
        if one.item_code == article.code and one.currency == currency and (quantity or _ONE) >= one.min_quantity
        and _counts_on(one, on) and (per_unit := _per_unit(one, article, text(row, "unit"))) is not None
    ]  # fmt: skip
    return min(found, key=lambda pair: (-_NARROW[pair[1].of], -pair[1].min_quantity, pair[0]), default=None)


def _per_unit(one: ListPrice, article: Item, unit: str) -> Decimal | None:
    """Return a price per unit of the line, converted by what its packs hold; None where the units do not meet."""
    base = one.unit or article.unit or PIECES
    sold_in = unit or base
    per_one = one.unit_price / one.price_base
    if base == sold_in:
        return per_one
    held, asked = _worth(base, article), _worth(sold_in, article)
    if held is None or asked is None:
        return None
    times = asked / held
    return per_one * times.numerator / times.denominator


def _worth(unit: str, article: Item) -> Fraction | None:
    """Return how many base units of an item are in one of a unit."""
    packs = dict(article.packs)
    if unit in packs:
        return Fraction(packs[unit])
    try:
        return units_in(unit, article.unit or PIECES)
    except ValueError:
        return None


def _net(row: Cells) -> Decimal | None:
    """Return what a line costs by the order: its amount, else quantity times price less discount."""
    amount = sums.number(row, "amount")
    if amount is not None:
        return amount
    quantity, price = sums.number(row, "quantity"), sums.number(row, "unit_price")
    if quantity is None or price is None:
        return None
    return quantity * price / (sums.number(row, "price_base") or _ONE) - (sums.number(row, "discount") or 0)


def _beyond(record: Record, agreed: AgreedTerms) -> Iterator[str]:
    days, months = record.value("net_days"), record.value("net_months")
    if days and agreed.due_days is not None and int(days) > agreed.due_days:
        yield f"{days} days instead of {agreed.due_days}"
    if months and agreed.due_days is not None and agreed.due_days < int(months) * 30:
        yield f"{months} months instead of {agreed.due_days} days"
    if record.value("end_of_month") and not agreed.end_of_month and agreed.due_days is not None:
        yield "from the end of the month"
    percent = sums.exact(record.value("discount_percent") or "")
    if percent is not None and percent > (agreed.discount_percent or 0):
        yield f"{percent} % discount instead of {agreed.discount_percent or 0} %"
    within = record.value("discount_days")
    if percent is not None and within and agreed.discount_days is not None and int(within) > agreed.discount_days:
        yield f"discount within {within} days instead of {agreed.discount_days}"


def _is_ordered(row: Cells) -> bool:
    """Tell whether a line orders something: it has a quantity, and does not only head or explain others."""
    return not is_silent(row) and bool(sums.number(row, "quantity"))


def _counts_on(one: ListPrice, on: date | None) -> bool:
    if on is None:
        return one.valid_from is None and one.valid_to is None
    return (one.valid_from is None or one.valid_from <= on) and (one.valid_to is None or on <= one.valid_to)


def _key(number: str) -> str:
    """Return a number as two spellings of it agree: without blanks, case and specks around it (`7113.`, `· LG-10`)."""
    return _AROUND.sub("", "".join(number.split())).casefold()
