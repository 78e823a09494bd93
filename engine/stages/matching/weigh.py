"""What speaks for and against an invoice line meaning an order line, in thousandths: 0 fits in every respect."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from engine.content.order_policy import OrderPolicy
from engine.stages.matching import units
from engine.stages.matching.billed import Billed, line_key
from engine.stages.matching.open_lines import Lot
from engine.stages.matching.shelf import Shelf

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
_MOST_PLACES = 64
_CENT = Decimal("0.01")


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
    """Return the pairs that cost no more than an unmatched line, the cheapest of each line.

    A line whose item number stands on order lines is only set against those; a line that names its order, against that.
    Lines that differ in nothing share what was weighed. Of very many pairs only the likeliest are weighed at all.
    """
    names_lines = any(line.order_line for line in lines)
    known = {line_key(one.line.line) for lot in lots for one in lot.members} if names_lines else set()
    members: dict[Billed, list[int]] = {}
    for position, line in enumerate(lines):
        alike = line._replace(position=0, order_line=line.order_line if line.order_line in known else "")
        members.setdefault(alike, []).append(position)
    shelf = Shelf(lots, classes=len(members), score=policy.description_score)
    asked = shelf.asked(list(members))
    found: list[dict[int, Weight]] = [{}] * len(lines)
    wrong: set[int] = set()
    for (line, positions), places in zip(members.items(), asked, strict=True):
        pairs, is_wrong = _pairs(line, lots, places, policy)
        kept = _cheapest(pairs, lots, line, positions, len(lines))
        for position in positions:
            found[position] = kept
        wrong.update(positions if is_wrong else ())
    return Weighing(found, frozenset(wrong))


def _pairs(
    line: Billed, lots: Sequence[Lot], places: Sequence[tuple[int, int]], policy: OrderPolicy
) -> tuple[dict[int, Weight], bool]:
    """Return the pairs of a line, and whether it has none only because units do not convert."""
    pairs: dict[int, Weight] = {}
    is_wrong = False
    for place, alike in places:
        weight = weigh(line, lots[place], alike, policy=policy)
        if weight is None:
            is_wrong = is_wrong or _is_meant(line, lots[place], alike)
        elif weight is not _NONE and weight.cost <= policy.unmatched:
            pairs[place] = weight
    return pairs, is_wrong and not pairs


def _cheapest(
    pairs: dict[int, Weight], lots: Sequence[Lot], line: Billed, positions: Sequence[int], count: int
) -> dict[int, Weight]:
    """Return the cheapest pairs of lines that are equal: as many as give them room, and 64 more.

    Of pairs that cost the same the one counts first that stands where the line stands: invoices follow their orders.
    """
    if len(pairs) <= _MOST_PLACES:
        return pairs
    here = Fraction(positions[0], count) * len(lots)
    ordered = sorted(pairs, key=lambda place: (pairs[place].cost, abs(place - here), place))
    wanted, needed = Fraction(line.quantity or 1) * len(positions), 0
    while wanted > 0 and needed < len(ordered):
        left = lots[ordered[needed]].left
        wanted = Fraction(0) if left is None else wanted - Fraction(left) / pairs[ordered[needed]].gain
        needed += 1
    return {place: pairs[place] for place in sorted(ordered[: needed + _MOST_PLACES])}


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
    return any(line.order_line == line_key(one.line.line) for one in lot.members)


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
