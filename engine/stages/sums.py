"""Fields as exact numbers. Whether they add up is told by `engine/stages/money/`."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from engine.model.field import Field
from engine.model.record import Record

_ABSURD = Decimal(10**18)
"""A misread amount of forty digits is taken as this; it stays absurd and breaks no arithmetic."""


def number(fields: Mapping[str, Field], name: str) -> Decimal | None:
    """Return a field of a row as an exact number, or None when it is not there or no number."""
    field = fields.get(name)
    return None if field is None else exact(field.value)


def amount(record: Record, name: str) -> Decimal | None:
    """Return a header amount as an exact number, or None when it is not there or no number."""
    return exact(record.value(name))


@lru_cache(maxsize=16_384)
def exact(text: str | None) -> Decimal | None:
    """Return a text as an exact finite number, or None when it is not one."""
    try:
        value = None if text is None else Decimal(text)
    except InvalidOperation:
        return None
    if value is None or not value.is_finite():
        return None
    return value if -_ABSURD <= value <= _ABSURD else _ABSURD.copy_sign(value)
