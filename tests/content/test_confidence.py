"""Thresholds by vendor group and by amount at stake."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from engine.content.confidence import Audit, Confidence

GROUPS: list[dict[str, Any]] = [
    {"name": "large", "above": {"EUR": "10000.00"}, "default": "0.95"},
    {"name": "known", "vendor_groups": ["utilities"], "default": "0.40", "fields": {"total": "0.60"}},
]
CONFIDENCE = Confidence.model_validate({"default": "0.50", "groups": GROUPS})


@pytest.mark.parametrize(
    ("group", "currency", "total", "permille"),
    [
        pytest.param("", "EUR", "10000.00", 500, id="not_above"),
        pytest.param("", "EUR", "10000.01", 950, id="above"),
        pytest.param("", "EUR", "-20000", 950, id="credit_note_above"),
        pytest.param("", "USD", "90000", 500, id="currency_without_a_limit"),
        pytest.param("utilities", "EUR", "10", 600, id="vendor_group"),
        pytest.param("utilities", "EUR", "10001", 950, id="the_first_group_decides"),
        pytest.param("utilities", "EUR", None, 600, id="no_amount"),
    ],
)
def test_the_first_group_that_takes_a_document_decides(
    group: str, currency: str, total: str | None, permille: int
) -> None:
    amount = None if total is None else Decimal(total)

    levels = CONFIDENCE.levels_for(vendor_group=group, currency=currency, amount=amount)

    assert levels.permille("total") == permille


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        pytest.param([{"name": "all", "default": "0.5"}], "say which documents", id="takes_everything"),
        pytest.param([GROUPS[0], GROUPS[0]], "stands twice", id="twice"),
        pytest.param([{**GROUPS[0], "default": "1.1"}], "between 0 and 1", id="more_than_certain"),
    ],
)
def test_a_group_that_means_nothing_is_refused(groups: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Confidence.model_validate({"default": "0.50", "groups": groups})


def test_an_audit_without_a_target_that_can_be_met_is_refused() -> None:
    with pytest.raises(ValidationError, match="above 0"):
        Audit.model_validate({"rate": "0.02", "target": "0.000"})
