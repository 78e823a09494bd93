"""Tax: what rates, bases and amounts say about each other, wherever the supplier rounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from engine.model.convention import Check
from engine.stages.money.frame import Frame
from engine.stages.money.rounding import WHOLE_UNITS, Rounding, decimals
from engine.stages.money.sheet import Sheet, TaxRow

_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


class TaxWay(NamedTuple):
    """One way to round tax, and what it makes of the figures."""

    level: str | None
    rounding: str | None
    checks: tuple[Check, ...]
    tax: Decimal
    """The tax that goes into the total: stated, or what the rates give; zero when neither is known."""
    exact: Decimal | None
    """The tax before any rounding; None when the rates do not tell."""
    off: Decimal
    """All differences of the checks together."""


class Part(NamedTuple):
    """Something taxed at one rate: exact tax as a whole, and of each of its lines."""

    rate: Decimal
    base: Decimal
    exact: Decimal
    lines: tuple[Decimal, ...]
    """Empty when the lines do not tell."""


@dataclass(frozen=True)
class Taxed:
    """The taxed parts of a document under one frame."""

    one: Sheet
    is_gross: bool
    is_unrounded: bool
    base: Decimal | None
    """Everything that is taxed, as the lines or the subtotal have it."""
    groups: Mapping[Decimal, Part]
    """By rate, from the lines or from the only rate there is; empty when unknown."""
    rows: tuple[tuple[TaxRow, Part | None], ...]
    """With what each is on: its group, or where that is not known or not the stated base, its own base."""

    @cached_property
    def base_checks(self) -> tuple[Check, ...]:
        """Stated bases against lines and subtotal; rounding of tax has no part in it."""
        each = (check for row in self.one.taxes for check in _base_checks(self, row))
        return (*each, *_sum_of_bases(self))

    @cached_property
    def exact(self) -> Decimal | None:
        """All tax before any rounding; None when the rates do not tell."""
        return _exact(self)

    @cached_property
    def parts(self) -> list[Part]:
        """What tax is worked out from: the rows, or without rows the groups."""
        return [part for _, part in self.rows if part] if self.rows else list(self.groups.values())


def taxed(
    one: Sheet, frame: Frame, amounts: Sequence[Decimal | None], lines: Decimal | None, *, is_unrounded: bool = False
) -> Taxed:
    """Return the taxed parts. `amounts` are those of the lines, `lines` their sum or None when one is not known.

    Tax is worked out from bases as they are printed, or from sums of lines that were never rounded.
    """
    is_gross = frame.holds == "gross"
    whole = lines
    if whole is None and one.subtotal is not None:
        whole = one.subtotal + frame.off(one, in_subtotal=True)
    off = frame.taxed_off(one)
    base = None if whole is None else whole - off
    by_rate = _by_rate(one, amounts, off) if lines is not None else {}
    if not by_rate and base is not None and len(one.taxes) == 1 and (rate := one.taxes[0].rate) is not None:
        by_rate = {rate: ()}
    groups: dict[Decimal, Part] = {}
    for rate, apart in by_rate.items():
        together = base if base is not None and len(by_rate) == 1 else sum(apart, _ZERO)
        printed = together if is_unrounded else _printed(together, one)
        taxes = tuple(_tax(amount, rate, is_gross=is_gross) for amount in apart)
        groups[rate] = Part(rate, printed, _tax(printed, rate, is_gross=is_gross), taxes)
    rows = tuple((row, _part(row, one, groups, is_gross=is_gross)) for row in one.taxes)
    return Taxed(one, is_gross, is_unrounded, base, groups, rows)


def tax_ways(known: Taxed) -> list[TaxWay]:
    """Return every way to round the tax of a document."""
    one, parts = known.one, known.parts
    figures = [figure for figure in (one.tax, *(row.amount for row in one.taxes)) if figure is not None]
    places = max([one.places, *map(decimals, figures)])
    whole = (0,) if one.currency in WHOLE_UNITS and places and all(decimals(figure) == 0 for figure in figures) else ()
    if all(decimals(exact) <= min(places, *whole, places) for part in parts for exact in (part.exact, *part.lines)):
        return [_way(known, None, None)]
    modes = ("half_up", "half_even", "down", *(("half_down",) if known.is_gross else ()))
    roundings = [Rounding(mode, left) for left in (places, *whole) for mode in modes]
    ways = {level: [_way(known, level, rounding) for rounding in roundings] for level in _levels(known)}
    return [way._replace(level=name) for name, level in _names(known) for way in ways[level]]


def _levels(known: Taxed) -> list[str]:
    """Return the levels of rounding that could lead to different figures."""
    parts = known.parts
    has_lines = all(part.lines for part in parts) and any(len(part.lines) > 1 for part in parts)
    has_rates = sum(1 for part in parts if part.exact) > 1
    return ["rate", *["line"] * has_lines, *["document"] * has_rates]


def _names(known: Taxed) -> list[tuple[str | None, str]]:
    """Return every name a level may have, with the level it is worked out by: one rate is a document, one line a rate."""
    levels = _levels(known)
    if known.is_unrounded:
        return [("carried", "rate"), *[("carried_document", "document")] * ("document" in levels)]
    if levels == ["rate"] and all(len(part.lines) == 1 for part in known.parts) and len(known.parts) == 1:
        return [(None, "rate")]
    has_lines = all(part.lines for part in known.parts)
    return [
        ("rate", "rate"),
        *([("line", "line" if "line" in levels else "rate")] if has_lines else []),
        ("document", "document" if "document" in levels else "rate"),
    ]


def has_hidden_decimals(known: Taxed) -> bool:
    """Tell whether bases were rounded for print, so that tax may have been worked out before that."""
    return known.base is not None and decimals(known.base) > known.one.places


def unread_taxes(known: Taxed) -> tuple[str, ...]:
    """Return the taxes that cannot be worked out because rate or base is not known."""
    if known.one.taxes:
        return tuple(row.path for row, part in known.rows if part is None or row.amount is None)
    return () if known.groups or not known.one.tax else ("tax_total",)


def _by_rate(one: Sheet, amounts: Sequence[Decimal | None], off: Decimal) -> dict[Decimal, tuple[Decimal, ...]]:
    """Return the amounts of lines by rate, with what is taken off them all as one more.

    Nothing when a rate is missing, or when discounts and charges have to be shared by several rates.
    """
    by_rate: dict[Decimal, tuple[Decimal, ...]] = {}
    if (one.discount or one.charge) and {row.rate for row in one.taxes} - {line.rate for line in one.lines}:
        return {}
    for line, amount in zip(one.lines, amounts, strict=True):
        if line.rate is None or amount is None:
            return {}
        by_rate[line.rate] = (*by_rate.get(line.rate, ()), amount)
    if not off:
        return by_rate
    return {rate: (*apart, -off) for rate, apart in by_rate.items()} if len(by_rate) == 1 else {}


def _printed(amount: Decimal, one: Sheet) -> Decimal:
    return Rounding("half_up", one.places).of(amount) if decimals(amount) > one.places else amount


def _group(row: TaxRow, one: Sheet, groups: Mapping[Decimal, Part]) -> Part | None:
    """Return the lines that a row is about, or None when there are none of its rate, or several rows of that rate."""
    is_only = sum(1 for other in one.taxes if other.rate == row.rate) == 1
    return groups.get(row.rate) if is_only and row.rate is not None else None


def _part(row: TaxRow, one: Sheet, groups: Mapping[Decimal, Part], *, is_gross: bool) -> Part | None:
    """Return what a row is on: its group unless it states another base, or its own base; None when none is known."""
    if row.rate is None:
        return None
    group = _group(row, one, groups)
    if group is not None and (row.base is None or is_gross or _printed(group.base, one) == row.base):
        return group
    if row.base is not None:
        ways = [Part(row.rate, row.base, _tax(row.base, row.rate, is_gross=inside), ()) for inside in (False, True)]
        amount = row.amount
        return ways[0] if amount is None or not is_gross else min(ways, key=lambda part: abs(part.exact - amount))
    rates = [other.rate for other in one.taxes]
    if len(groups) == 1 and None not in rates and sum(filter(None, rates), _ZERO) in groups and not is_gross:
        # two taxes on one base, such as the central and the state half of a goods and services tax
        (group,) = groups.values()
        return Part(row.rate, group.base, _tax(group.base, row.rate, is_gross=False), ())
    return None


def _tax(amount: Decimal, rate: Decimal, *, is_gross: bool) -> Decimal:
    """Return the tax on an amount, or the one inside it."""
    if is_gross and rate != -_HUNDRED:
        return amount * rate / (_HUNDRED + rate)
    return amount * rate / _HUNDRED


def _way(known: Taxed, level: str | None, rounding: Rounding | None) -> TaxWay:
    """Return what a level and a rounding make of the figures; None where nothing has to be rounded."""
    one = known.one
    expected = [
        row.amount if part is None else _signed(_rounded(part, level, rounding), row) for row, part in known.rows
    ] or [_rounded(part, level, rounding) for part in known.groups.values()]
    amounts = (
        [_stated_or(tax, row) for tax, (row, _) in zip(expected, known.rows, strict=True)] if known.rows else expected
    )
    together = _together(amounts, known.exact, level, rounding)
    checks = [*_row_checks(known, expected), *_total_checks(known, together), *known.base_checks]
    tax = one.tax if one.tax is not None else together
    off = sum((check.delta for check in checks), _ZERO)
    return TaxWay(level, None if rounding is None else str(rounding), tuple(checks), tax or _ZERO, known.exact, off)


def _stated_or(tax: Decimal | None, row: TaxRow) -> Decimal | None:
    return tax if row.amount is None else row.amount


def _row_checks(known: Taxed, expected: Sequence[Decimal | None]) -> Iterator[Check]:
    for (row, part), tax in zip(known.rows, expected, strict=False):
        if part is not None and tax is not None and row.amount is not None:
            base = (f"{row.path}.base",) if row.base is not None else ()
            yield Check("tax", (f"{row.path}.amount", f"{row.path}.rate", *base), "base * rate", tax, row.amount)


def _total_checks(known: Taxed, together: Decimal | None) -> Iterator[Check]:
    stated = known.one.tax
    if stated is not None and together is not None:
        paths = tuple(f"{row.path}.amount" for row, _ in known.rows if row.amount is not None)
        parts = "sum of tax amounts" if known.rows else "base * rate"
        yield Check("tax", ("tax_total", *paths), parts, together, stated)


def _rounded(part: Part, level: str | None, rounding: Rounding | None) -> Decimal:
    if rounding is None:
        return part.exact
    return sum(map(rounding.of, part.lines), _ZERO) if level == "line" else rounding.of(part.exact)


def _signed(tax: Decimal, row: TaxRow) -> Decimal:
    """Return the tax with the sign of the row: tax that is withheld stands as minus beside a positive base."""
    return tax if row.amount is None or row.amount * tax >= 0 else -tax


def _exact(known: Taxed) -> Decimal | None:
    if not known.parts or any(part is None for _, part in known.rows):
        return None
    if not known.rows:
        return sum((part.exact for part in known.groups.values()), _ZERO)
    return sum((_signed(part.exact, row) for row, part in known.rows if part), _ZERO)


def _together(
    amounts: Sequence[Decimal | None], exact: Decimal | None, level: str | None, rounding: Rounding | None
) -> Decimal | None:
    if level == "document" and exact is not None and rounding is not None:
        return rounding.of(exact)
    if not amounts or None in amounts:
        return None
    return sum((amount for amount in amounts if amount is not None), _ZERO)


def _base_checks(known: Taxed, row: TaxRow) -> Iterator[Check]:
    """Yield the check of a stated base against the lines of its rate."""
    part = _group(row, known.one, known.groups)
    if row.base is None or part is None:
        return
    base = _printed(part.base, known.one)
    ways = [base, base - row.amount] if known.is_gross and row.amount is not None else [base]
    paths = tuple(
        path for line, path in zip(known.one.lines, known.one.line_paths, strict=True) if line.rate == row.rate
    )
    computed = min(ways, key=lambda way: abs(way - (row.base or _ZERO)))
    yield Check("tax", (f"{row.path}.base", *(paths or ("subtotal",))), "amounts of the rate", computed, row.base)


def _sum_of_bases(known: Taxed) -> Iterator[Check]:
    """Yield the check of all bases against what is taxed, where the lines do not tell it by rate.

    Two taxes may share one base, tax that is withheld has it again, and a line without tax need not be listed.
    """
    bases = [row.base for row, _ in known.rows if row.base is not None and not _is_withheld(row)]
    if known.base is None or not bases or len(bases) < sum(1 for row, _ in known.rows if not _is_withheld(row)):
        return
    if all(_group(row, known.one, known.groups) for row in known.one.taxes):
        return
    whole = _printed(known.base, known.one)
    stated = sum(bases, _ZERO)
    ways = [whole, *((whole - known.one.tax,) if known.is_gross and known.one.tax is not None else ())]
    if len(bases) > 1 and len(set(bases)) == 1:
        ways.append(whole * len(bases))
    ways += [whole - line.amount for line in known.one.lines if line.amount is not None and not line.rate]
    computed = min(ways, key=lambda way: abs(way - stated))
    figures = (*(f"{row.path}.base" for row, _ in known.rows if row.base is not None), "subtotal")
    yield Check("tax", figures, "what is taxed", computed, stated)


def _is_withheld(row: TaxRow) -> bool:
    return (
        row.base is not None
        and row.amount is not None
        and row.rate is not None
        and row.base * row.rate * row.amount < 0
    )
