"""Lines: quantity times price less discount against the amount of each line, under each way to round."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from engine.model.convention import Check
from engine.stages.money.rounding import WHOLE_UNITS, Rounding, decimals
from engine.stages.money.sheet import Line, Sheet

_MODES = ("half_up", "half_even", "down")
_DISCOUNTS = ("amount", "percent", "in_price")
_HUNDRED = Decimal(100)


class LineWay(NamedTuple):
    """One way to read and round the lines, and what it makes of them."""

    rounding: str | None
    discount: str | None
    prices: str | None
    """`net_then_gross` or `gross_then_net` where prices and amounts differ in holding tax."""
    checks: tuple[Check, ...]
    amounts: tuple[Decimal | None, ...]
    """What each line adds to the sum: stated, worked out or, when `carried`, not rounded; None when unknown."""
    off: Decimal
    """All differences of the checks together."""
    has_rounded_prices: bool = False
    """Whether the prices that are printed are only near those that were used."""

    @property
    def is_carried(self) -> bool:
        """Whether sums are taken from products that were not rounded."""
        return self.rounding == "carried"


def line_ways(one: Sheet) -> list[LineWay]:
    """Return every way to read and round the lines of a sheet; far-fetched ones only where no plain one fits."""
    discounts = _DISCOUNTS if any(line.discount for line in one.lines) else (None,)
    ways = [way for reading in discounts for way in _ways(one, reading, None)]
    if all(way.off for way in ways) and _are_taxed(one.lines):
        mixed = product(discounts, ("net_then_gross", "gross_then_net"))
        ways += [way for reading, prices in mixed for way in _ways(one, reading, prices)]
    if all(way.off for way in ways):
        ways += [way for reading in discounts if (way := _near(one, reading))]
    return ways


def unread_lines(one: Sheet) -> tuple[str, ...]:
    """Return the lines whose amount cannot be held against quantity and price."""
    return tuple(line.path for line in one.lines if line.amount is None or line.product is None)


def _are_taxed(lines: Sequence[Line]) -> bool:
    return all(line.rate is not None for line in lines) and any(line.rate for line in lines)


def _ways(one: Sheet, reading: str | None, prices: str | None) -> Iterator[LineWay]:
    worth = [_worth(line, reading, prices) for line in one.lines]
    roundings = _roundings(one)
    if all(value is None or decimals(value) <= roundings[-1].places for value in worth):
        amounts = [value if line.amount is None else line.amount for line, value in zip(one.lines, worth, strict=True)]
        yield _way(one.lines, None, reading, prices, worth, amounts)
        return
    for rounding in roundings:
        rounded = [None if value is None else rounding.of(value) for value in worth]
        amounts = [
            value if line.amount is None else line.amount for line, value in zip(one.lines, rounded, strict=True)
        ]
        yield _way(one.lines, str(rounding), reading, prices, rounded, amounts)
    if len(one.lines) > 1:
        yield _carried(one, worth, reading, prices)


def _near(one: Sheet, reading: str | None) -> LineWay | None:
    """Return the way of prices with more decimals than are printed, or None where even these would not do."""
    rounding = _roundings(one)[0]
    computed: list[Decimal | None] = []
    for line in one.lines:
        worth = _worth(line, reading, None)
        if worth is not None and line.amount is not None:
            low, high = (rounding.of(worth + slack) for slack in (-line.slack, line.slack))
            if not low <= line.amount <= high:
                return None
            worth = line.amount
        computed.append(None if worth is None else rounding.of(worth))
    amounts = [value if line.amount is None else line.amount for line, value in zip(one.lines, computed, strict=True)]
    return _way(one.lines, None, reading, None, computed, amounts)._replace(has_rounded_prices=True)


def _carried(one: Sheet, worth: Sequence[Decimal | None], reading: str | None, prices: str | None) -> LineWay:
    """Return the way of a spreadsheet: amounts are rounded for print alone, to whatever decimals they show."""
    shown: list[Decimal | None] = []
    for line, value in zip(one.lines, worth, strict=True):
        places = one.places if line.amount is None else max(one.places, decimals(line.amount))
        shown.append(None if value is None else Rounding("half_up", places).of(value))
    amounts = [line.amount if value is None else value for line, value in zip(one.lines, worth, strict=True)]
    return _way(one.lines, "carried", reading, prices, shown, amounts)


def _roundings(one: Sheet) -> list[Rounding]:
    """Return the ways to round a line: to the decimals of the currency or as many as are shown, or to whole units."""
    shown = [decimals(line.amount) for line in one.lines if line.amount is not None]
    places = max([one.places, *shown])
    whole = (0,) if one.currency in WHOLE_UNITS and places and not any(shown) else ()
    return [Rounding(mode, left) for left in (places, *whole) for mode in _MODES]


def _worth(line: Line, reading: str | None, prices: str | None) -> Decimal | None:
    """Return what a line is worth before rounding; None without quantity and price."""
    if line.product is None:
        return None
    worth = line.product
    if reading == "percent":
        worth -= worth * abs(line.discount) / _HUNDRED
    elif reading == "amount":
        worth -= line.discount
    factor = 1 + (line.rate or Decimal(0)) / _HUNDRED
    if prices == "net_then_gross":
        return worth * factor
    return worth / factor if prices == "gross_then_net" and factor else worth


def _way(
    lines: Sequence[Line], rounding: str | None, reading: str | None, prices: str | None,
    computed: Sequence[Decimal | None], amounts: Sequence[Decimal | None],
) -> LineWay:  # fmt: skip
    """Return a way with its checks; `computed` is what each line should state, None where that is not known."""
    checks = tuple(
        Check("line", line.figures, line.parts, value, line.amount)
        for line, value in zip(lines, computed, strict=True) if value is not None and line.amount is not None
    )  # fmt: skip
    off = sum((abs(check.computed - check.stated) for check in checks if check.computed != check.stated), Decimal(0))
    return LineWay(rounding, reading, prices, checks, tuple(amounts), off)
