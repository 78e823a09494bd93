"""How a supplier rounds and adds up, and what an invoice says about it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from engine.model.value import Value

CheckKind = Literal["line", "sum", "tax", "total", "due"]
"""What a check is about: one line, the sum of the lines, a tax, the total, the amount to pay."""
FitOutcome = Literal["one", "several", "none", "not_checkable"]


class Convention(Value):
    """One way to get from quantities, prices and rates to the figures of an invoice.

    A component is None where the invoice shows nothing of it: nothing had to be rounded, or there is no discount.
    """

    lines: str | None = None
    """Rounding of line amounts, `mode@decimals` (`half_up@2`), or `carried`: sums are taken before rounding."""
    unit_prices: str | None = None
    """`rounded` where the prices that are printed have fewer decimals than those that were used."""
    line_discount: str | None = None
    """What the discount of a line is: `amount`, `percent`, or `in_price` (told only, the price is after it)."""
    prices: str | None = None
    """What line amounts hold: `net` or `gross` (with tax); `net_then_gross` and `gross_then_net` where price and amount differ."""
    tax_level: str | None = None
    """Where tax is rounded: on each `line`, on the sum of each `rate`, or once on the `document`; on a `carried` (or
    `carried_document`) sum it is worked out before the base itself is rounded for print."""
    tax: str | None = None
    """Rounding of tax, `mode@decimals`."""
    discount: str | None = None
    """The document's discount: `before_tax`, `after_tax`, or `in_lines` (told only, the lines are after it)."""
    charges: str | None = None
    """The document's charges: `taxed`, `untaxed`, or `in_lines`."""
    cash: str | None = None
    """What is rounded to coins, with the coin: `total:0.05`, `due:1.00`; or `total:carried`, added before rounding."""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The components that the invoice shows something of."""
        return tuple((name, value) for name, value in self if value is not None)

    @property
    def text(self) -> str:
        """One line for people: `lines half_up@2, tax half_up@2, tax_level rate`."""
        return ", ".join(f"{name} {value}" for name, value in self.parts)

    def agrees(self, other: "Convention") -> bool:
        """Tell whether no component says two different things."""
        return not any(mine != theirs for _, mine, theirs in _pairs(self, other))

    def joined(self, other: "Convention") -> "Convention":
        """Return this convention with what the other one shows besides."""
        known = dict(other.parts) | dict(self.parts)
        return Convention(**known)


def _pairs(one: Convention, other: Convention) -> Iterator[tuple[str, str, str]]:
    """Yield (component, value, value) where both show something."""
    theirs = dict(other.parts)
    return ((name, value, theirs[name]) for name, value in one.parts if name in theirs)


class Habit(Value):
    """The conventions that explain all of a supplier's last invoices in one currency."""

    documents: int = 0
    """How many invoices it rests on."""
    possible: tuple[Convention, ...] = ()


class Check(NamedTuple):
    """One equation that was tried under a convention."""

    kind: CheckKind
    figures: tuple[str, ...]
    """Paths of the stated figures in it; the one that is worked out comes first (`total`, `lines[2].amount`)."""
    parts: str
    """What it is worked out from: `subtotal + tax`."""
    computed: Decimal
    stated: Decimal

    @property
    def delta(self) -> Decimal:
        """The absolute difference."""
        return abs(self.computed - self.stated)


class Inference(Value):
    """What explains the figures of an invoice, or how far the best explanation is off."""

    outcome: FitOutcome
    chosen: Convention | None = None
    """Of those that fit the supplier's own one, else that with the fewest assumptions; of none that fits the nearest."""
    fits: tuple[Convention, ...] = ()
    """Every convention that gives each stated figure exactly."""
    checks: tuple[Check, ...] = ()
    """The equations under the chosen convention."""
    where: tuple[str, ...] = ()
    """The figures in which the unexplained difference sits: those that alone would mend it, if there are such."""
    unchecked: tuple[str, ...] = ()
    """What could not be checked, because something was not read."""
    has_changed: bool | None = None
    """Whether none of the conventions that fit is the supplier's; None when nothing is known of the supplier."""

    @property
    def misfits(self) -> tuple[Check, ...]:
        """The equations that do not hold."""
        return tuple(check for check in self.checks if check.delta)

    def unexplained(self, *kinds: CheckKind) -> Decimal | None:
        """Return the largest difference that stays, in units of the currency; None when nothing could be checked.

        With `kinds` only the equations of those kinds count.
        """
        return max((check.delta for check in self.checks if not kinds or check.kind in kinds), default=None)

    @property
    def open(self) -> tuple[str, ...]:
        """Components about which the conventions that fit disagree."""
        if len(self.fits) <= 1:
            return ()
        differ = {name for name in Convention.model_fields if len({getattr(one, name) for one in self.fits}) > 1}
        return tuple(dict.fromkeys(name for one in self.fits for name, _ in one.parts if name in differ))
