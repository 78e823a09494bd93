"""The frame of an invoice: what lines hold, what the subtotal means, where discounts and charges belong."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import Literal, NamedTuple

from engine.model.convention import Check, CheckKind
from engine.stages.money.rounding import Rounding, coins_of_payment, coins_of_total, to_coin
from engine.stages.money.sheet import Sheet

Holds = Literal["net", "gross"]
_SLIP = 100
"""Minor units; what is missing from the amount to pay and is more than that has been paid before."""


class Frame(NamedTuple):
    """One way in which the sums of a document hang together."""

    holds: Holds
    """Whether line amounts are without or with tax."""
    is_gross_subtotal: bool
    """Whether the subtotal is with tax too."""
    discount: str | None
    """`before_tax`, `after_tax`, `in_lines`; None without a discount."""
    charges: str | None
    """`taxed`, `untaxed`, `in_lines`; None without charges."""
    discount_in_subtotal: bool
    charges_in_subtotal: bool

    def off(self, one: Sheet, *, in_subtotal: bool | None = None) -> Decimal:
        """Return discounts less charges that change the sum: all, or those inside (outside) the subtotal."""
        discount = self.discount not in {None, "in_lines"} and in_subtotal in {None, self.discount_in_subtotal}
        charges = self.charges not in {None, "in_lines"} and in_subtotal in {None, self.charges_in_subtotal}
        return (one.discount if discount else Decimal(0)) - (one.charge if charges else Decimal(0))

    def taxed_off(self, one: Sheet) -> Decimal:
        """Return discounts less charges that change the base of the tax."""
        return (one.discount if self.discount == "before_tax" else Decimal(0)) - (
            one.charge if self.charges == "taxed" else Decimal(0)
        )


class Coin(NamedTuple):
    """A check that may hold only after rounding to a coin."""

    check: Check
    cash: str | None
    """`total:0.05`, or None without such rounding."""


def frames(one: Sheet, *, has_lines: bool, has_rates: bool) -> list[Frame]:
    """Return every frame that the figures of a sheet could stand in."""
    discounts = [(None, False)] if not one.discount else [
        ("before_tax", True), ("before_tax", False), ("after_tax", True), ("after_tax", False), ("in_lines", False),
    ]  # fmt: skip
    charges = [(None, False)] if not one.charge else [
        ("taxed", True), ("taxed", False), ("untaxed", True), ("untaxed", False), ("in_lines", False),
    ]  # fmt: skip
    holds: list[tuple[Holds, bool]] = [("net", False)]
    if has_lines:
        holds.append(("gross", False))
        # lines, subtotal and total may only be the same sum where the tax inside can be worked out
        holds += [("gross", True)] if has_rates and one.subtotal is not None else []
    return [
        Frame(held, is_gross, discount, charge, inside, charged)
        for (held, is_gross), (discount, inside), (charge, charged) in product(holds, discounts, charges)
    ]


def sum_checks(one: Sheet, frame: Frame, lines: Decimal | None, tax: Decimal) -> tuple[Check, ...]:
    """Return the checks of the lines' sum: against its own field, and against the subtotal or else the total."""
    if lines is None:
        return ()
    found = []
    printed = Rounding("half_up", one.places)
    if one.line_total is not None:
        # lines that hold tax may be summed up with or without it
        ways = [printed.of(lines), *([printed.of(lines) - tax] if frame.holds == "gross" else [])]
        computed = min(ways, key=lambda way: abs(way - (one.line_total or 0)))
        found.append(Check("sum", ("line_total", *one.line_paths), "lines", computed, one.line_total))
    inside = lines - frame.off(one, in_subtotal=True)
    name = f"lines{_named(one, frame, in_subtotal=True)}"
    if one.subtotal is not None:
        has_tax = frame.holds == "gross" and not frame.is_gross_subtotal
        computed = printed.of(inside) - (tax if has_tax else 0)
        found.append(Check("sum", ("subtotal", *one.line_paths), name + " - tax" * has_tax, computed, one.subtotal))
    return tuple(found)


def total_checks(one: Sheet, frame: Frame, lines: Decimal | None, tax: Decimal) -> Iterator[Coin]:
    """Yield the check of the total for each coin it may be rounded to; nothing when there is nothing to compare.

    A tax that was not read counts as none: what lies between subtotal and total has to be explained before it is posted.
    """
    if one.total is None or (one.subtotal is None and lines is None):
        return
    if one.subtotal is not None:
        start, first = one.subtotal - frame.off(one, in_subtotal=False), "subtotal"
        parts = f"subtotal{_named(one, frame, in_subtotal=False)}"
        add_tax = not frame.is_gross_subtotal
    else:
        start, first = Rounding("half_up", one.places).of((lines or Decimal(0)) - frame.off(one)), ""
        parts = f"lines{_named(one, frame)}"
        add_tax = frame.holds == "net"
    computed = start + (tax if add_tax else 0)
    parts += " + tax" * add_tax
    figures = ("total", *((first,) if first else one.line_paths), *_extra(one, frame))
    figures += _tax_figures(one) if add_tax else ()
    kind: CheckKind = "total" if first else "sum"
    yield Coin(Check(kind, figures, parts, computed, one.total), None)
    if one.rounding:
        with_rounding = Check(kind, (*figures, "rounding"), parts + " + rounding", computed + one.rounding, one.total)
        yield Coin(with_rounding, "total:stated")
    else:
        for coin in coins_of_total(one.currency):
            yield Coin(Check(kind, figures, f"{parts}, to {coin}", to_coin(computed, coin), one.total), f"total:{coin}")


def due_checks(one: Sheet, *, is_rounded_total: bool) -> Iterator[Coin]:
    """Yield the check of the amount to pay for each coin; nothing without it, or when some of it is paid already."""
    if one.due is None or one.total is None or is_part_paid(one):
        return
    figures = ("amount_due", "total", *(("prepaid_amount",) if one.prepaid is not None else ()))
    parts = "total - prepaid" if one.prepaid is not None else "total"
    computed = one.total - abs(one.prepaid or Decimal(0))
    if one.rounding and not is_rounded_total:
        check = Check("due", (*figures, "rounding"), parts + " + rounding", computed + one.rounding, one.due)
        yield Coin(check, None)
        return
    yield Coin(Check("due", figures, parts, computed, one.due), None)
    for coin in coins_of_payment(one.currency):
        yield Coin(Check("due", figures, f"{parts}, to {coin}", to_coin(computed, coin), one.due), f"due:{coin}")


def is_part_paid(one: Sheet) -> bool:
    """Tell whether less is to be paid than the total, though nothing says what was prepaid: all, or too much for a slip."""
    if one.due is None or one.total is None or one.prepaid or one.rounding:
        return False
    gap = abs(one.total) - abs(one.due)
    return one.due * one.total >= 0 and (one.due == 0 or gap > Decimal(_SLIP).scaleb(-one.places)) and gap > 0


def nearest(coins: Sequence[Coin]) -> Coin | None:
    """Return the check without rounding to coins when it holds, else that which is least off; None of none."""
    return min(coins, key=lambda one: one.check.delta, default=None)


def _named(one: Sheet, frame: Frame, *, in_subtotal: bool | None = None) -> str:
    """Return the signs and names of what is applied: ` - discount_total + charge_total`."""
    discount = frame.discount not in {None, "in_lines"} and in_subtotal in {None, frame.discount_in_subtotal}
    charges = frame.charges not in {None, "in_lines"} and in_subtotal in {None, frame.charges_in_subtotal}
    return " - discount_total" * (discount and bool(one.discount)) + " + charge_total" * (charges and bool(one.charge))


def _extra(one: Sheet, frame: Frame) -> tuple[str, ...]:
    names = _named(one, frame)
    return tuple(name for name in ("discount_total", "charge_total") if name in names)


def _tax_figures(one: Sheet) -> tuple[str, ...]:
    if one.tax is not None:
        return ("tax_total",)
    return tuple(f"{row.path}.amount" for row in one.taxes if row.amount is not None)
