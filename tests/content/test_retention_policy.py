"""How long documents are kept: the day that ends it, and the days of arrival that are over."""

from datetime import date, timedelta
from typing import Literal

import pytest

from engine.content.retention_policy import Keep


@pytest.mark.parametrize("begins", ["received", "end_of_year"])
@pytest.mark.parametrize("span", [{"years": 8}, {"months": 6}, {"days": 90}, {"years": 1, "months": 1, "days": 31}])
@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2024, 2, 29), date(2027, 1, 1), date(2026, 12, 31)])
def test_what_came_before_a_day_is_over_and_nothing_else(
    today: date, span: dict[str, int], begins: Literal["received", "end_of_year"]
) -> None:
    row = Keep(begins=begins, why="a rule", **span)

    first = row.kept_from(today)

    days = [first + timedelta(days=away) for away in range(-400, 400)]
    assert [day for day in days if row.until(day) <= today] == [day for day in days if day < first]


def test_a_rule_of_a_hundred_years_has_a_day_too() -> None:
    assert Keep(years=100, months=1200, why="for ever").kept_from(date(150, 1, 1)) <= date(2, 1, 1)
