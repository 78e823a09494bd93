"""Ways to round an amount, and the coins of currencies. Decimal only."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

MODES: Mapping[str, str] = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "half_down": ROUND_HALF_DOWN,
}  # fmt: skip
"""Commercial rounding; bankers' rounding; cutting off (usual for Japanese consumption tax); what is left of a net amount that
was rounded half up."""
COSTS: Mapping[str, int] = {"half_up": 0, "half_even": 2, "half_down": 2, "down": 3}
"""How much is assumed by a mode that nothing but the figures speaks for."""

EXACT = Context(prec=200)
"""Wide enough for the product of the longest figures, so that nothing is rounded unseen. Everything in `money` runs in it."""

_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(41))

_COINS: Mapping[str, tuple[str, ...]] = {
    "CHF": ("0.05",), "SEK": ("1",), "NOK": ("1",), "DKK": ("0.50", "1"), "CAD": ("0.05",), "AUD": ("0.05",),
    "NZD": ("0.10",), "CZK": ("1",), "HUF": ("5", "1"), "INR": ("1",), "ZAR": ("0.10",), "SGD": ("0.05",),
    "MYR": ("0.05",), "HKD": ("0.10",), "TWD": ("1",), "ILS": ("0.10",),
}  # fmt: skip
"""Smallest coins, or the unit to which bills are customarily rounded, where that is not the minor unit of ISO 4217."""
_COINS_OF_PAYMENT: Mapping[str, tuple[str, ...]] = {"EUR": ("0.05",)}
"""Coins to which only what is paid is rounded (Finland, Netherlands, Belgium, Ireland, Italy, Slovakia), never the total."""
WHOLE_UNITS = frozenset({"HUF", "CZK", "TWD", "IDR", "COP"})
"""Currencies in which lines and tax are often stated in whole units though ISO 4217 gives them decimals."""


class Rounding(NamedTuple):
    """A mode and the decimals that are left."""

    mode: str
    places: int

    def __str__(self) -> str:
        """Return `half_up@2`."""
        return f"{self.mode}@{self.places}"

    def of(self, value: Decimal) -> Decimal:
        """Return the value rounded; the sign does not change the way."""
        return value.quantize(_STEPS[self.places], rounding=MODES[self.mode])


def to_coin(value: Decimal, coin: Decimal) -> Decimal:
    """Return the nearest multiple of a coin, halves away from zero."""
    return (value / coin).to_integral_value(rounding=ROUND_HALF_UP) * coin


def coins_of_total(currency: str | None) -> tuple[Decimal, ...]:
    """Return the coins to which a total in this currency may be rounded."""
    return tuple(Decimal(coin) for coin in _COINS.get(currency or "", ()))


def coins_of_payment(currency: str | None) -> tuple[Decimal, ...]:
    """Return the coins to which an amount to pay in this currency may be rounded."""
    return tuple(Decimal(coin) for table in (_COINS, _COINS_OF_PAYMENT) for coin in table.get(currency or "", ()))


@lru_cache(maxsize=16_384)
def decimals(value: Decimal) -> int:
    """Return how many decimals a value needs: 1 for 2.50, 0 for 100."""
    power = value.normalize(EXACT).as_tuple().exponent
    return max(0, -power) if isinstance(power, int) else 0
