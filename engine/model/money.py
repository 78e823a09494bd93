"""Money and quantities: exact decimals with their currency or unit, never binary floats."""

from decimal import Decimal

from engine.model.value import Value

# ISO 4217 minor-unit exponents that are not 2 (list one, 2024).
_EXPONENTS = {
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "CLF": 4, "UYW": 4,
}  # fmt: skip


def exponent(currency: str | None) -> int:
    """Return the number of decimals of a currency (ISO 4217 code); 2 when the currency is unknown."""
    return _EXPONENTS.get(currency or "", 2)


def minor(amount: Decimal, currency: str | None) -> int:
    """Return `amount` in minor units (cents for EUR), rounded half up when it has more decimals than the currency."""
    return int((amount.scaleb(exponent(currency))).quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def minor_at_least(difference: Decimal, currency: str | None) -> int:
    """Return a difference in minor units, rounded away from zero: whatever differs at all is at least one."""
    return int(difference.scaleb(exponent(currency)).quantize(Decimal(1), rounding="ROUND_UP"))


class Money(Value):
    """An exact amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return minor(self.amount, self.currency)


class Quantity(Value):
    """An exact amount of a unit (UN/ECE Recommendation 20 code)."""

    amount: Decimal
    unit: str
