"""What speaks for and against an invoice line meaning an order line, in thousandths: 0 fits in every respect."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from rapidfuzz import fuzz, process

from engine.content.order_policy import OrderPolicy
from engine.stages.matching import units
from engine.stages.matching.billed import Billed, bare, same_order
from engine.stages.matching.open_lines import Lot

_BY_LINE = 10
_OTHER_LINE = 260
"""For an order line that is not the one that the invoice names: more than any price."""
_OTHER_CODE = 250
"""For two item numbers of one kind that differ: replaced items exist, so it does not exclude the pair."""
_BY_WORDS = 40
_BY_NUMBERS = 420
"""For a pair that only price and quantity hold together."""
_OTHER_PRICE, _STEEPEST, _STEEPNESS = 40, 200, 1000
_NO_PRICE = 20
_OTHER_QUANTITY = 30
_OTHER_NUMBERS = 30
"""Taken off the likeness of descriptions whose sizes differ: 3x1.5 is no 3x2.5."""
_MOST_PLACES = 64
_CENT = Decimal("0.01")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")


class Weight(NamedTuple):
    """One pair that is possible."""

    cost: int
    gain: Fraction
    """Units of the order line that one unit of the invoice line is; of a line without quantity, that it is as a whole."""
    by: str
    """What holds it together: `code`, `line`, `description`, `numbers`."""
    likeness: int
    """Of the descriptions, 0 to 100."""


ONE = Fraction(1)
_NONE = Weight(1000, ONE, "nothing", 0)


class Weighing(NamedTuple):
    """The possible pairs of all lines."""

    pairs: Sequence[dict[int, Weight]]
    """By invoice line: lot -> weight."""
    wrong_units: frozenset[int]
    """Positions of invoice lines that have no pair only because the units do not convert."""


def weigh_all(lines: Sequence[Billed], lots: Sequence[Lot], *, policy: OrderPolicy) -> Weighing:
    """Return the pairs that cost no more than an unmatched line, at most 64 a line, the cheapest.

    A line whose item number stands on order lines is only set against those; a line that names its order, against that.
    """
    known = {_line_key(one.line.line) for lot in lots for one in lot.members}
    lines = [line if line.order_line in known else line._replace(order_line="") for line in lines]
    by_code: dict[str, set[int]] = {}
    for place, lot in enumerate(lots):
        for code in lot.codes:
            by_code.setdefault(code, set()).add(place)
    by_order: dict[str, set[int]] = {}
    for place, lot in enumerate(lots):
        by_order.setdefault(lot.first.order.number, set()).add(place)
    asked = [_asked(line, by_code, by_order, len(lots)) for line in lines]
    likeness = _likeness(lines, lots, [at for at, places in enumerate(asked) if not places.is_coded])
    found: list[dict[int, Weight]] = []
    wrong: set[int] = set()
    for position, line in enumerate(lines):
        pairs: dict[int, Weight] = {}
        for place in asked[position].places:
            alike = likeness[position][place] if likeness[position] else 0
            weight = weigh(line, lots[place], alike, policy=policy)
            if weight is not None and weight.cost <= policy.unmatched:
                pairs[place] = weight
            elif weight is None and _is_meant(line, lots[place], alike):
                wrong.add(position)
        if len(pairs) > _MOST_PLACES:
            pairs = dict(sorted(pairs.items(), key=lambda pair: pair[1].cost)[:_MOST_PLACES])
        found.append(pairs)
    return Weighing(found, frozenset(position for position in wrong if not found[position]))


class _Asked(NamedTuple):
    """The lots that a line may mean at all, and whether its item number says so."""

    places: Sequence[int]
    is_coded: bool


def _asked(line: Billed, by_code: dict[str, set[int]], by_order: dict[str, set[int]], count: int) -> _Asked:
    within: AbstractSet[int] | None = None
    if line.order:
        within = {place for number, places in by_order.items() if same_order(line.order, number) for place in places}
    coded = {place for code in (*line.codes, line.own_code) if code for place in by_code.get(code, ())}
    if within is not None:
        coded &= within
    if coded and not line.order_line:
        return _Asked(sorted(coded), is_coded=True)
    return _Asked(range(count) if within is None else sorted(within), is_coded=False)


def _likeness(lines: Sequence[Billed], lots: Sequence[Lot], needed: Sequence[int]) -> list[list[int]]:
    """Return how alike the descriptions are, 0 to 100, of the lines at these positions to all lots."""
    rows: list[list[int]] = [[] for _ in lines]
    if not needed:
        return rows
    mine, theirs = [lines[position].words for position in needed], [lot.words for lot in lots]
    sets = process.cdist(mine, theirs, scorer=fuzz.token_set_ratio).tolist()
    sorts = process.cdist(mine, theirs, scorer=fuzz.token_sort_ratio).tolist()
    numbers = [frozenset(_DIGITS.findall(words)) for words in theirs]
    for row, position in enumerate(needed):
        own = frozenset(_DIGITS.findall(mine[row]))
        rows[position] = [
            int(together + ordered) // 2 - (_OTHER_NUMBERS if own and other and not (own <= other or other <= own) else 0)
            for together, ordered, other in zip(sets[row], sorts[row], numbers, strict=True)
        ]  # fmt: skip
    return rows


def weigh(line: Billed, lot: Lot, alike: int, *, policy: OrderPolicy) -> Weight | None:
    """Return what a pair costs, or None when it cannot be: units that do not convert, or nothing that speaks for it.

    `alike` is the likeness of the descriptions, 0 to 100.
    """
    identity = _identity(line, lot, alike, policy)
    if identity is None and (lot.price is None or code_differs(line, lot)):
        return _NONE
    gain = _gain(line, lot)
    if gain is None:
        return None
    price = _price(line, lot, gain)
    if identity is None:
        if price or _quantity(line, lot, gain):
            return _NONE
        return Weight(_BY_NUMBERS, gain, "numbers", alike)
    cost, by = identity
    return Weight(cost + price + _quantity(line, lot, gain), gain, by, alike)


def _gain(line: Billed, lot: Lot) -> Fraction | None:
    first = lot.first.line
    if lot.left is None and lot.price is None:
        return ONE
    if line.quantity is None:
        if not lot.price or line.amount is None:
            return ONE
        return Fraction(line.amount) / Fraction(lot.price)
    if line.unit == first.unit:
        return ONE
    size = first.pack_size or units.pack_size(first.description)
    return units.factor(line.unit, first.unit, size=line.pack or size, other_size=size or line.pack)


def _identity(line: Billed, lot: Lot, alike: int, policy: OrderPolicy) -> tuple[int, str] | None:
    """Return what the identity of the item costs and what it rests on; None when nothing but numbers can tell."""
    elsewhere = _OTHER_LINE if line.order_line and not _names(line, lot) else 0
    if line.codes & lot.codes or (line.own_code and line.own_code == lot.own_code):
        return elsewhere, "code"
    against = _OTHER_CODE if code_differs(line, lot) else 0
    if line.order_line and _names(line, lot):
        return _BY_LINE + against, "line"
    if alike >= policy.description_score:
        return _BY_WORDS + (100 - alike) * 6 + against + elsewhere, "description"
    return None


def _names(line: Billed, lot: Lot) -> bool:
    return any(line.order_line == _line_key(one.line.line) for one in lot.members)


def _line_key(line: str) -> str:
    return bare(line).lstrip("0")


def code_differs(line: Billed, lot: Lot) -> bool:
    """Tell whether two item numbers of one kind stand on both sides and are not the same."""
    if line.gtin and lot.gtin and line.gtin != lot.gtin:
        return True
    if line.own_code and lot.own_code and line.own_code != lot.own_code:
        return True
    return bool(line.codes and lot.supplier_code and lot.supplier_code not in line.codes)


def _price(line: Billed, lot: Lot, gain: Fraction) -> int:
    """Return what a price that is not the order's costs; a difference of a cent on the line is none."""
    if line.quantity is None and lot.price:
        return 0
    if lot.price is None:
        if lot.amount_left is None or line.amount is None:
            return _NO_PRICE
        return (
            0 if line.amount == lot.amount_left else _OTHER_QUANTITY if line.amount < lot.amount_left else _OTHER_PRICE
        )
    if line.price is None or line.quantity is None:
        return _NO_PRICE
    expected = lot.price if gain is ONE else lot.price * gain.numerator / gain.denominator
    off = abs(line.price - expected)
    if off * line.quantity <= _CENT:
        return 0
    return _OTHER_PRICE + (min(_STEEPEST, int(off / expected * _STEEPNESS)) if expected else _STEEPEST)


def _quantity(line: Billed, lot: Lot, gain: Fraction) -> int:
    """Return what a quantity costs that is neither all that is open nor all that came."""
    if lot.left is None:
        return 0
    if gain is ONE:
        return 0 if (line.quantity or 1) in lot.whole else _OTHER_QUANTITY
    wanted = Fraction(line.quantity or 1) * gain
    return 0 if any(Fraction(one) == wanted for one in lot.whole) else _OTHER_QUANTITY


def _is_meant(line: Billed, lot: Lot, alike: int) -> bool:
    """Tell whether an item is so clearly the same that its unit is what stands in the way."""
    return bool(line.codes & lot.codes) or (bool(line.order_line) and _names(line, lot)) or alike >= 90  # noqa: PLR2004
