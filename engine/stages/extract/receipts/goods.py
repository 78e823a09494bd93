"""The items of a slip: what was bought, how many, at what price; and their sum."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.stages.extract.receipts.rows import Labelled, SlipRow, label_of
from engine.stages.extract.receipts.wording import Wording, squash

_STOPS = frozenset({"payable", "subtotal", "total", "tax", "cash", "card", "change", "rounding"})
_FACTOR = re.compile(r"(?:(?P<count>\d{1,3}(?:[.,]\d{1,3})?)\s?(?:x|X|×|\*|@|st|kg|KG|pcs|PCS|ks|szt|ud|stk|STK)(?![A-Za-z]{2})\s?@?)|(?:@\s?(?P<each>\d{1,3})\s?[xX])")  # fmt: skip # noqa: RUF001
_LEADING = re.compile(r"^(\d{1,3})\s?[xX×]?\s+(?=[^\W\d])")  # noqa: RUF001
_SIZE = re.compile(r"\s*\d+(?:[.,]\d)?(?![.,\d])")
"""What follows the `x` of a size, where a price would have cents: `40 x 30 cm`, `3 x 1,5 mm`."""
_NAME = re.compile(r"[^\W\d_]{2,}")
_TIMES = re.compile(r"^[xX×]\s+")  # noqa: RUF001
_CODE = re.compile(r"^[\dA-Z-]{4,}$")
_CENT = Decimal("0.01")


class Item(NamedTuple):
    """One thing bought. Quantity and unit price only where the slip says them."""

    description: str
    amount: Labelled
    quantity: Decimal | None
    unit_price: Decimal | None
    row: SlipRow


def items_of(rows: Sequence[SlipRow], wording: Wording) -> list[Item]:
    """Return the items: rows with an amount at their end, from the head of the slip to its first sum."""
    stop = _first_sum(rows)
    start = _start(rows[:stop], wording)
    items: list[Item] = []
    loose = ""
    for row in rows[start:stop]:
        amounts = [a for a in row.cents if not a.money.is_percent]
        words = label_of(row.text, [a.money for a in row.amounts])
        is_wordy = sum(c.isalpha() for c in words) > 2  # noqa: PLR2004
        if row.moments or not amounts:
            loose = _named(row, ()) if is_wordy and not row.moments else loose
            continue
        if items and _is_detail(row, amounts, items[-1]):
            items[-1] = _with_factor(items[-1], row)
            continue
        item = _item(row, amounts)
        described = _named(row, [item.quantity, item.unit_price]) if is_wordy and not _CODE.match(words) else loose
        items.append(item._replace(description=_clean(described or words)))
        loose = ""
    return items


def sum_of(items: Sequence[Item]) -> Decimal:
    """Return what the items add up to."""
    return sum((item.amount.money.value for item in items), Decimal(0))


def _first_sum(rows: Sequence[SlipRow]) -> int:
    """Return the first row that sums up."""
    for row in rows:
        if row.place > 0.15 and any(a.kind in _STOPS and a.score > 0.6 and a.money.has_cents for a in row.amounts):  # noqa: PLR2004
            return row.position
    return len(rows)


def _start(rows: Sequence[SlipRow], wording: Wording) -> int:
    """Return the row after the column headings, else after the head with its numbers and dates."""
    for row in reversed(rows):
        words = [squash(w) for w in re.split(r"[\s:/.()]+", row.text) if squash(w)]
        known = sum(word in wording.item_headings for word in words)
        if len(words) >= 2 and known >= max(2, len(words) - 1) and not row.cents:  # noqa: PLR2004
            return row.position + 1
    return 0


def _is_detail(row: SlipRow, amounts: Sequence[Labelled], last: Item) -> bool:
    """Tell whether a row only says how the amount above came about: `@2 X 9.40`."""
    match = _FACTOR.search(row.text)
    if match is None or last.quantity is not None or row.position != last.row.position + 1:
        return False
    count = _count(match)
    return count is not None and any(abs(count * a.money.value - last.amount.money.value) <= _CENT for a in amounts)


def _with_factor(item: Item, row: SlipRow) -> Item:
    match = _FACTOR.search(row.text)
    count = _count(match) if match else None
    price = next((a.money.value for a in row.cents if count and abs(count * a.money.value - item.amount.money.value) <= _CENT), None)  # fmt: skip
    return item._replace(quantity=count, unit_price=price)


def _count(match: re.Match[str]) -> Decimal | None:
    text = match["count"] or match["each"]
    return Decimal(text.replace(",", ".")) if text else None


def _named(row: SlipRow, factors: Sequence[Decimal | None]) -> str:
    """Return the words of a row without its money; `70 cm` stays, but not a count or price at either end."""
    names = [match.span() for match in _NAME.finditer(row.text)] or [(0, len(row.text))]
    taken = []
    for money in (a.money for a in row.amounts):
        is_outside = money.end <= names[0][0] or money.start >= names[-1][1]
        if money.has_cents or money.is_percent or (is_outside and money.value in factors):
            taken.append(money)
    return label_of(row.text, taken)


def _item(row: SlipRow, amounts: Sequence[Labelled]) -> Item:
    """Return the item of a row, still without description."""
    amount = amounts[-1]
    numbers = [a.money for a in row.amounts if a is not amount and not a.money.is_percent and a.money.value > 0]
    match = next((m for m in _FACTOR.finditer(row.text) if not _SIZE.match(row.text[m.end() :])), None)
    lead = _LEADING.match(row.text)
    counts = [c for c in ((_count(match) if match else None), Decimal(lead[1]) if lead else None) if c]
    # a count is printed without cents more often than a price: `$120.00  1  $120.00`
    for count in [*counts, *(m.value for m in sorted(numbers, key=lambda m: m.has_cents))]:
        for price in numbers:
            if count and abs(count * price.value - amount.money.value) <= _CENT and (price.has_cents or count != price.value):  # fmt: skip
                return Item("", amount, count, price.value, row)
    return Item("", amount, counts[0] if counts else None, None, row)


def _clean(words: str) -> str:
    text = _TIMES.sub("", _LEADING.sub("", words.strip(" :*-@")))
    text = re.sub(r"\s+(?:[A-Z*#]|SR|ZR|EUR|RM|€)$", "", text)
    return re.sub(r"\s+@?\s*[xX]?$", "", text).strip(" :*-@") or words
