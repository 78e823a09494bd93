"""How sure readings must be, by field, vendor group and amount at stake; how many that are sure are looked at all the same."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, field_validator, model_validator

from engine.content.facts import Name
from engine.model.value import Value

_DECIMAL = re.compile(r"\d{1,15}(\.\d{1,6})?")


def _decimal(value: Any) -> Any:
    """Read decimal text. An unquoted `0.50` arrives as text too, because strict YAML knows only integers."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError('write a quoted decimal number such as "0.80"')
    return Decimal(value)


DecimalText = Annotated[Decimal, BeforeValidator(_decimal)]


def _limit(value: Any) -> Any:
    return value if value in (None, "unlimited") else _decimal(value)


Limit = Annotated[Decimal | Literal["unlimited"], BeforeValidator(_limit)]
"""An amount, or `unlimited`. Zero means zero; a currency that is not listed has no limit set: three different things."""


class Levels(Value):
    """Confidences (0..1) by field."""

    default: DecimalText
    fields: Mapping[str, DecimalText] = {}

    @field_validator("default")
    @classmethod
    def _default_in_range(cls, value: Decimal) -> Decimal:
        return _probability(value)

    @field_validator("fields")
    @classmethod
    def _fields_in_range(cls, values: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        return {name: _probability(value) for name, value in values.items()}

    def permille(self, field: str) -> int:
        """Return the threshold of a field in thousandths."""
        return int(self.fields.get(field, self.default) * 1000)

    def all_permille(self) -> dict[str, int]:
        """Return every threshold in thousandths, `default` among them."""
        return {"default": int(self.default * 1000), **{name: self.permille(name) for name in self.fields}}


class Group(Levels):
    """Thresholds of documents of some vendors, or with much at stake; they replace those of the ruleset as a whole."""

    name: Name
    vendor_groups: tuple[str, ...] = ()
    """Vendor groups of the master data; empty: every vendor."""
    above: Mapping[str, DecimalText] = {}
    """Total by currency (ISO 4217) above which the group applies; empty: any total."""

    @model_validator(mode="after")
    def _says_which(self) -> "Group":
        if not self.vendor_groups and not self.above:
            raise ValueError("say which documents the group is for: `vendor_groups`, `above` or both")
        return self

    def takes(self, *, vendor_group: str, currency: str, amount: Decimal | None) -> bool:
        """Return whether a document belongs to the group. An amount that is not known is not above anything."""
        if self.vendor_groups and vendor_group not in self.vendor_groups:
            return False
        if not self.above:
            return True
        return amount is not None and currency in self.above and abs(amount) > self.above[currency]


class Confidence(Levels):
    """How sure a reading must be (0..1) before nobody looks at it. The first group that takes a document decides."""

    groups: tuple[Group, ...] = ()

    @field_validator("groups")
    @classmethod
    def _each_once(cls, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        if len({one.name for one in groups}) != len(groups):
            raise ValueError("a group stands twice")
        return groups

    def levels_for(self, *, vendor_group: str, currency: str, amount: Decimal | None) -> Levels:
        """Return the thresholds for a document."""
        return next(
            (one for one in self.groups if one.takes(vendor_group=vendor_group, currency=currency, amount=amount)), self
        )


class Audit(Value):
    """Documents that are posted without a person and looked at afterwards all the same."""

    rate: DecimalText = Decimal(0)
    """Share (0..1) of them; 0: none."""
    target: DecimalText = Decimal("0.01")
    """Share of them that may have a wrong field. When audits show that it is more, automation steps down."""
    queue: Name = "ap_data"

    @field_validator("rate", "target")
    @classmethod
    def _in_range(cls, value: Decimal) -> Decimal:
        return _probability(value)

    @field_validator("target")
    @classmethod
    def _is_possible(cls, value: Decimal) -> Decimal:
        if not 0 < value < Decimal("0.5"):
            raise ValueError("a target lies above 0 and below one half")
        return value

    @property
    def rate_permille(self) -> int:
        """The rate in thousandths."""
        return int(self.rate * 1000)


def _probability(value: Decimal) -> Decimal:
    if value > 1 or (value * 1000) % 1:
        raise ValueError("a confidence lies between 0 and 1 and has at most three decimals")
    return value
