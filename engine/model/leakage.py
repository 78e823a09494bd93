"""Money that leaves inside the tolerances: what was let pass, and how it adds up."""

from datetime import date
from decimal import Decimal

from engine.model.value import Value


class Variance(Value):
    """What one invoice was let pass of one item: a difference inside tolerance, which may be none at all."""

    vendor: str
    item: str
    """Our item code, `charge CODE` or `total`; empty: everything of the vendor together."""
    currency: str
    amount: Decimal
    """What it costs us, signed: below 0 it is in our favour."""
    used: Decimal
    """Share of the tolerance that it takes, -1..1; over several lines their mean."""


class Drift(Value):
    """The accepted differences of one vendor and item, added up, with the sequential test over them."""

    vendor: str
    item: str
    currency: str
    count: int = 0
    """Invoices looked at."""
    amount: Decimal = Decimal(0)
    """Signed sum of what was let pass."""
    score: Decimal = Decimal(0)
    """What speaks for a drift against us, in nats; it never falls below 0."""
    under_count: int = 0
    under_squares: Decimal = Decimal(0)
    """Differences in our favour and the sum of their squares: how widely an honest vendor scatters."""
    reported_after: int | None = None
    """After how many invoices the score first reached the threshold."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What the series is about: vendor, item, currency."""
        return self.vendor, self.item, self.currency


class AcceptedInvoice(Value):
    """An invoice that went through, as far as limits are concerned."""

    document_id: str
    vendor: str
    currency: str
    amount: Decimal
    """Grand total."""
    issued_on: date
    has_order: bool
