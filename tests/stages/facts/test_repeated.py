from datetime import date
from typing import Any

import pytest

from engine.content.facts import Fact
from engine.model.decision import FactValue
from engine.stages.facts.case import Case
from engine.stages.facts.repeated import repeated
from tests.stages.records import NO_ORDER, NO_VENDOR, record
from tests.stages.test_judge import RULESET

ARRIVED = date(2026, 10, 14)


def fact(unit: str | None, field: str = "consent") -> Fact:
    return Fact(type="integer" if unit else "text", unit=unit, field=field, meaning="m", missing="it was not read")


@pytest.mark.parametrize(
    ("one", "said", "value"),
    [
        (fact(None), "given", "given"),
        (fact(None), "", None),
        (fact("minor", "claimed"), "135.5", 13550),
        (fact("minor", "claimed"), "a lot", None),
        (fact("days", "bought"), "2026-10-04", 10),
        (fact("days", "bought"), "2026-10-24", -10),
        (fact("days", "bought"), "in autumn", None),
        (fact("pieces", "count"), "12", 12),
        (fact("pieces", "count"), "12.5", None),
    ],
    ids=["text", "empty", "amount", "no amount", "past", "to come", "no date", "number", "no whole number"],
)
def test_a_fact_repeats_a_field_in_its_unit(one: Fact, said: str, value: FactValue) -> None:
    values: dict[str, Any] = {"currency": "EUR", one.field or "": said}
    case = Case(
        record=record(**values), ruleset=RULESET, vendor=NO_VENDOR, order=NO_ORDER,
        received_on=ARRIVED,
    )  # fmt: skip

    assert repeated(one, case) == value


def test_what_repeats_a_field_says_when_it_is_missing() -> None:
    with pytest.raises(ValueError, match="`missing:` tells what no value means"):
        Fact(type="text", field="consent", meaning="m")
