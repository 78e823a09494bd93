"""Goes through the conventions that an invoice could follow and keeps those that are off the least."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from engine.model.convention import Check, Convention
from engine.stages.money.frame import Coin, Frame, due_checks, frames, nearest, sum_checks, total_checks
from engine.stages.money.lines import LineWay, line_ways
from engine.stages.money.rounding import COSTS, Rounding
from engine.stages.money.sheet import Sheet
from engine.stages.money.tax import Taxed, TaxWay, has_hidden_decimals, tax_ways, taxed

_ZERO = Decimal(0)
_PLAIN = ("amount", "net", "rate", "before_tax", "taxed")
"""Plain values of: line discount, prices, level of tax, discount, charges."""
_CARRIED, _ODD, _COIN, _NEAR = 4, 3, 5, 8
_NO_LINES = LineWay(None, None, None, (), (), _ZERO)


class Try(NamedTuple):
    """One way through lines, frame, tax and coins, with its equations."""

    off: Decimal
    """All differences together; zero when every stated figure comes out exactly."""
    lines: LineWay
    frame: Frame
    tax: TaxWay
    cash: str | None
    rest: tuple[Check, ...]
    """The equations besides those of the lines."""
    shows_prices: bool
    """Whether the document shows if line amounts hold tax."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every equation, lines first."""
        return (*self.lines.checks, *self.rest)

    @property
    def prices(self) -> str | None:
        """What line amounts hold; None where the document does not show it."""
        return self.frame.holds if self.lines.prices is None and self.shows_prices else self.lines.prices

    @property
    def cost(self) -> int:
        """How much is assumed; the plainest way, rounded half up on each rate, assumes nothing."""
        roundings = [value for value in (self.lines.rounding, self.tax.rounding) if value]
        modes = sum(COSTS.get(value.split("@")[0], _CARRIED) + value.endswith("@0") for value in roundings)
        shown = (self.lines.discount, self.prices, self.tax.level, self.frame.discount, self.frame.charges)
        odd = sum(_ODD for value, plain in zip(shown, _PLAIN, strict=True) if value is not None and value != plain)
        return modes + odd + (_COIN if self.cash else 0) + (_NEAR if self.lines.has_rounded_prices else 0)

    @property
    def convention(self) -> Convention:
        """What was assumed."""
        return Convention(
            lines=self.lines.rounding, unit_prices="rounded" if self.lines.has_rounded_prices else None,
            line_discount=self.lines.discount, prices=self.prices, tax_level=self.tax.level,
            tax=self.tax.rounding, discount=self.frame.discount, charges=self.frame.charges, cash=self.cash,
        )  # fmt: skip


class _Sums(NamedTuple):
    """The equations of a frame that hang on nothing but the tax in the total."""

    checks: tuple[Check, ...]
    cash: str | None

    @property
    def off(self) -> Decimal:
        """All differences together."""
        return sum((check.delta for check in self.checks), _ZERO)


def least_off(one: Sheet) -> list[Try]:
    """Return all ways that are exact, or else the one that is off the least.

    Parts that do not hang on each other are tried apart: lines, then frames, then tax; what is further off than the
    best so far is not followed. When none is exact, each assumption has to bring the figures one minor unit nearer.
    """
    minor = Decimal(1).scaleb(-one.places)
    best: list[Try] = []
    least = _ZERO
    for same, amounts, lines in _alike(one):
        floor = min(way.off for way in same)
        for frame in frames(one, has_lines=lines is not None, has_rates=_has_rates(one)):
            fitting = [way for way in same if way.prices is None or way.prices.endswith(frame.holds)]
            limit = least - floor if best else None
            for tried in _framed(one, frame, fitting, amounts, lines, limit):
                weight = tried.off + tried.cost * minor if tried.off and (not best or tried.off < least) else tried.off
                if not best or weight < least:
                    best, least = [tried], weight
                elif not weight:
                    best.append(tried)
    return best


def _alike(one: Sheet) -> Iterator[tuple[list[LineWay], tuple[Decimal | None, ...], Decimal | None]]:
    """Yield the ways to read the lines that lead to the same amounts, with these and their sum; the nearest first."""
    ways = line_ways(one) if one.lines else [_NO_LINES]
    written: dict[tuple[int, ...], str] = {}  # most ways have the very amounts that are stated

    def amounts_of(way: LineWay) -> str:
        same = tuple(map(id, way.amounts))
        if same not in written:
            written[same] = str(way.amounts)
        return f"{way.is_carried}{written[same]}"

    apart = [list(same) for _, same in groupby(sorted(ways, key=amounts_of), key=amounts_of)]
    for same in sorted(apart, key=lambda group: (min(way.off for way in group), group[0].is_carried)):
        yield same, same[0].amounts, total_of(same[0].amounts)


def total_of(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """Return the sum of amounts, or None when there are none or one of them is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, _ZERO) if known and len(known) == len(amounts) else None


def _has_rates(one: Sheet) -> bool:
    rates = [line.rate for line in one.lines] or [row.rate for row in one.taxes]
    return bool(rates) and None not in rates


def _framed(
    one: Sheet, frame: Frame, ways: Sequence[LineWay], amounts: Sequence[Decimal | None], lines: Decimal | None,
    limit: Decimal | None,
) -> Iterator[Try]:  # fmt: skip
    """Yield every try within a frame, unless what hangs on the stated tax alone is already off by more than `limit`."""
    if not ways:
        return
    is_carried = ways[0].is_carried
    known: dict[Decimal, _Sums] = {}
    if one.tax is not None:
        # a total that is added up before rounding hangs on more than the tax
        certain = (
            _Sums(sum_checks(one, frame, lines, one.tax), None) if is_carried else _sums(one, frame, lines, one.tax)
        )
        if limit is not None and certain.off > limit:
            return
        known |= {} if is_carried else {one.tax: certain}
    parts = [taxed(one, frame, amounts, lines)]
    if has_hidden_decimals(parts[0]):
        parts.append(taxed(one, frame, amounts, lines, is_unrounded=True))
    for part in parts:
        for tax in tax_ways(part):
            if tax.tax not in known:
                known[tax.tax] = _sums(one, frame, lines, tax.tax, exact=tax.exact if is_carried else None)
            yield from _combined(ways, frame, tax, known[tax.tax], shows_prices=_shows_prices(one, part))


def _combined(ways: Sequence[LineWay], frame: Frame, tax: TaxWay, sums: _Sums, *, shows_prices: bool) -> Iterator[Try]:
    rest = (*sums.checks, *tax.checks)
    off = sums.off + tax.off
    # a price that is only near explains nothing unless the sum of the lines bears their amounts out
    is_borne_out = not off and any(check.kind == "sum" for check in rest)
    return (
        Try(off + way.off, way, frame, tax, sums.cash, rest, shows_prices)
        for way in ways if is_borne_out or not way.has_rounded_prices
    )  # fmt: skip


def _shows_prices(one: Sheet, parts: Taxed) -> bool:
    return bool(one.lines and (one.tax or parts.exact))


def _sums(one: Sheet, frame: Frame, lines: Decimal | None, tax: Decimal, *, exact: Decimal | None = None) -> _Sums:
    """Return the equations of sums, total and payment. `exact` is the tax before rounding when all is carried."""
    total = nearest(list(total_checks(one, frame, lines, tax)))
    if total is not None and total.check.delta and lines is not None and exact is not None:
        total = _unrounded(one, frame, lines, exact, total)
    due = nearest(list(due_checks(one, is_rounded_total=total is not None and bool(total.cash))))
    coins = [coin for coin in (total, due) if coin is not None]
    checks = (*sum_checks(one, frame, lines, tax), *(coin.check for coin in coins))
    cash = next((coin.cash for coin in coins if coin.cash), None)
    return _Sums(checks, cash)


def _unrounded(one: Sheet, frame: Frame, lines: Decimal, exact: Decimal, printed: Coin) -> Coin:
    """Return the check of a total that is added up before anything is rounded, if it is nearer than that of printed sums."""
    whole = lines - frame.off(one) + (_ZERO if frame.holds == "gross" else exact)
    computed = Rounding("half_up", one.places).of(whole)
    check = printed.check._replace(parts="lines + tax before rounding", computed=computed)
    return min(printed, Coin(check, "total:carried"), key=lambda coin: coin.check.delta)
