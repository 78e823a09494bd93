"""The currency that a company of ours keeps its books in, and what a document's amounts are worth there."""

from collections.abc import Collection
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from engine.content.environment import Entity
from engine.model.finding import Finding
from engine.model.masterdata import ExchangeRate
from engine.model.money import exponent
from engine.stages.values.currencies import home_currency

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_FINEST = Decimal("0.000000000001")
"""How finely a rate is kept that is no decimal number, because it was kept the other way round or per 3 units."""


class Books(NamedTuple):
    """What it takes to say what a document is worth to the company that it is addressed to."""

    entity: str = ""
    """Code of that company; empty: it is not known."""
    currency: str = ""
    """Its accounting currency; empty: it is not known."""
    billed: str = ""
    """Currency of the document."""
    on: date | None = None
    """The day whose rate counts."""
    rate: Decimal | None = None
    """Accounting currency for one unit of the document's; None: not known. Never taken to be 1."""

    @property
    def needs_rate(self) -> bool:
        """Whether the document is in another currency than the books."""
        return bool(self.currency and self.billed and self.currency != self.billed)

    @property
    def is_missing(self) -> bool:
        """Whether the rate is needed and not known."""
        return self.needs_rate and self.rate is None

    def held_against(self, listed: Collection[str], amount: Decimal | None) -> tuple[str, Decimal | None]:
        """Return currency and amount as limits have to see them that are written in the listed currencies.

        A limit in the document's currency comes first; else the amount is converted, where that is possible.
        """
        if amount is None or self.rate is None or self.billed in listed or self.currency not in listed:
            return self.billed, amount
        return self.currency, self.worth(amount)

    def worth(self, amount: Decimal) -> Decimal:
        """Return an amount of the document in the accounting currency, rounded half up. Raises ValueError without a rate."""
        if self.rate is None:
            raise ValueError(f"the rate from {self.billed} to {self.currency} is not known")
        step = Decimal(1).scaleb(-exponent(self.currency))
        return _EXACT.multiply(amount, self.rate).quantize(step, rounding=ROUND_HALF_UP, context=_EXACT)

    def findings(self) -> tuple[Finding, ...]:
        """Return the finding that the rate is missing, or nothing."""
        if not self.is_missing:
            return ()
        pair = f"{self.billed} to {self.currency}"
        return (
            Finding(
                code="exchange_rate_missing", severity="warning", fields=("currency",),
                message=f"There is no exchange rate from {pair} for {self.on}. Amounts are held only against limits in "
                f"{self.billed}; enter the rate into the master data.",
                evidence=(("rate", pair), ("on", str(self.on))),
            ),
        )  # fmt: skip


NO_BOOKS = Books()
"""Nothing is known: every amount is seen in its own currency."""


def accounting_currency(entity: Entity | None) -> str:
    """Return the currency of a company's books: as it is written, else that of its country; empty where neither tells."""
    return "" if entity is None else entity.currency or home_currency(entity.country) or ""


def rate_of(known: ExchangeRate | None) -> Decimal | None:
    """Return how much one unit is worth, exactly, or in 12 decimals where that has no end; None for no rate or a senseless one."""
    if known is None or known.rate <= 0 or known.per <= 0:
        return None
    above, below = (known.per, known.rate) if known.is_inverse else (known.rate, known.per)
    rate = _EXACT.divide(above, below)
    return rate if _EXACT.multiply(rate, below) == above else rate.quantize(_FINEST, context=_EXACT)
