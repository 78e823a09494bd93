"""The types of a mapping row: what a target accepts, checked exactly and never bent.

A value that does not fit raises Inconvertible: texts are not cut, digits are not dropped. Cutting and rounding are
converters that a row must name in its `via`.
"""

from decimal import Decimal
from typing import Any

from pydantic import Field, model_validator

from engine.content.converters import Inconvertible, date, number, plain, text
from engine.content.expression import Plain
from engine.model.value import Value


class TextType(Value):
    """Text of `min` to `max` characters, of digits only when it says so."""

    min: int = Field(default=0, ge=0)
    max: int | None = Field(default=None, ge=1)
    digits: bool = False


class DecimalType(Value):
    """An exact number of at most `places` decimals and at most `max_digits` digits in all. Stays text."""

    places: int | None = Field(default=None, ge=0, le=20)
    min_places: int | None = Field(default=None, ge=0, le=20)
    """Decimals that are always written, with zeros when need be; as many as `places` when not said."""
    max_digits: int | None = Field(default=None, ge=1, le=60)


class DateType(Value):
    """A date, written in `format` (%Y %y %m %d %j and separators)."""

    format: str = "%Y-%m-%d"


class IntegerType(Value):
    """A whole number; the payload holds a JSON integer."""

    min: int | None = None
    max: int | None = None


class BooleanType(Value):
    """True or false; the payload holds a JSON boolean."""


class FieldType(Value):
    """Exactly one of the types; written `{text: {max: 16}}`, or bare (`integer`) when it has no bounds."""

    text: TextType | None = None
    decimal: DecimalType | None = None
    date: DateType | None = None
    integer: IntegerType | None = None
    boolean: BooleanType | None = None
    picklist: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("picklist"), list):
            return {**data, "picklist": tuple(data["picklist"])}
        return {data: {}} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _one(self) -> "FieldType":
        if len(self.model_fields_set) != 1:
            raise ValueError("a type is exactly one of text, decimal, date, integer, boolean, picklist")
        return self

    def fit(self, value: Plain) -> Plain:
        """Return the value as the target takes it. Raises Inconvertible when it does not fit."""
        if self.text is not None:
            return _text(text(value), self.text)
        if self.decimal is not None:
            return _decimal(number(value), self.decimal)
        if self.date is not None:
            return date(value, self.date.format)
        if self.integer is not None:
            return _integer(number(value), self.integer)
        return _boolean(value) if self.boolean is not None else _picked(text(value), self.picklist or ())


TEXT = FieldType(text=TextType())
"""What a row without a type takes."""


def _text(value: str, kind: TextType) -> str:
    if kind.max is not None and len(value) > kind.max:
        raise Inconvertible(f"{len(value)} characters do not fit into {kind.max}")
    if len(value) < kind.min:
        raise Inconvertible(f"{len(value)} characters are fewer than {kind.min}")
    if kind.digits and not (value.isascii() and value.isdigit()):
        raise Inconvertible(f"{value[:40]!r} holds other characters than digits")
    return value


def _decimal(value: Decimal, kind: DecimalType) -> str:
    whole, _, fraction = plain(value).lstrip("+-").partition(".")
    if kind.places is not None:
        if fraction[kind.places :].strip("0"):
            raise Inconvertible(f"{plain(value)} has more than {kind.places} decimals")
        fraction = fraction[: kind.places]
    least = kind.places if kind.min_places is None else kind.min_places
    if least is not None:
        fraction = fraction.rstrip("0").ljust(least, "0")
    whole = whole.lstrip("0") or "0"
    if kind.max_digits is not None and len(whole.lstrip("0")) + len(fraction) > kind.max_digits:
        raise Inconvertible(f"{plain(value)} has more than {kind.max_digits} digits")
    return f"{'-' if value < 0 else ''}{whole}{'.' if fraction else ''}{fraction}"


def _integer(value: Decimal, kind: IntegerType) -> int:
    if value != value.to_integral_value():
        raise Inconvertible(f"{plain(value)} is not a whole number")
    whole = int(value)
    if (kind.min is not None and whole < kind.min) or (kind.max is not None and whole > kind.max):
        raise Inconvertible(f"{whole} is not between {kind.min} and {kind.max}")
    return whole


def _boolean(value: Plain) -> bool:
    if value not in (True, False, "true", "false") or isinstance(value, int) is not isinstance(value, bool):
        raise Inconvertible(f"{text(value)!r} is neither true nor false")
    return value in (True, "true")


def _picked(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise Inconvertible(f"{value!r} is not one of {', '.join(allowed)}")
    return value
