"""Differences, surroundings and policies with sensible values."""

from decimal import Decimal
from typing import Any

from engine.content.tolerance import TolerancePolicy
from engine.model.purchasing import Difference
from engine.model.tolerance import Surroundings


def difference(kind: str, expected: str, actual: str, **more: Any) -> Difference:
    return Difference.model_validate(
        {"kind": kind, "expected": Decimal(expected), "actual": Decimal(actual), "currency": "EUR", **more}
    )


def around(**values: Any) -> Surroundings:
    return Surroundings.model_validate(values)


def policy(*checks: dict[str, Any], **more: Any) -> TolerancePolicy:
    """A policy of checks on prices that ask for approval, unless they say otherwise."""
    usual = {"name": "P", "meaning": "m", "of": ["price"], "not_set": "zero", "release": "buyer"}
    example = {"name": "e", "source": "house", "passes": "P", "difference": difference("price", "1", "1")}
    values: dict[str, Any] = {
        "name": "tried", "version": 1, "system": "test", "unchecked": "fails",
        "precedence": [["item", "vendor"], ["item"], ["item_group"], ["vendor"], ["vendor_group"], ["entity"], []],
        "checks": [usual | check for check in checks], "examples": [example, example],
    }  # fmt: skip
    return TolerancePolicy.model_validate(values | more)
