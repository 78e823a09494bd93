from datetime import date

import pytest

from engine.stages.values.date_order import Habit, Signs, choose_order, habit_of
from engine.stages.values.dates import date_readings

ISSUED = {"issue_date": date_readings("03/04/2026")}
"""The third of April, or the fourth of March."""

DECIDED = {
    "an American vendor": (Signs(countries=("US",), language="en", currency="USD"), "mdy"),
    "a British vendor": (Signs(countries=("GB",), language="en", currency="GBP"), "dmy"),
    "an Australian currency": (Signs(countries=("AU",), language="en", currency="AUD"), "dmy"),
    "the language is German": (Signs(language="de"), "dmy"),
    "the language is French, in Canada": (Signs(countries=("CA",), language="fr", currency="CAD"), "dmy"),
    "the vendor wrote so before": (Signs(language="en", habit=Habit(mdy=6)), "mdy"),
    "the vendor wrote so before, abroad": (Signs(language="en", habit=Habit(dmy=8)), "dmy"),
    "another date of the document proves it": (Signs(language="en", printed=("mdy",)), "mdy"),
    "it cannot have come before it was issued": (Signs(language="en", received=date(2026, 3, 6)), "mdy"),
}


@pytest.mark.parametrize(("signs", "order"), DECIDED.values(), ids=DECIDED.keys())
def test_what_is_known_decides_the_order(signs: Signs, order: str) -> None:
    choice = choose_order(ISSUED, signs)

    assert choice is not None
    assert (choice.order, choice.is_decided) == (order, True)


UNDECIDED = {
    "nothing is known": Signs(),
    "English alone": Signs(language="en"),
    "dollars alone": Signs(language="en", currency="USD"),
    "Canada writes both ways": Signs(countries=("CA",), language="en", currency="CAD"),
    "it came long after both": Signs(language="en", received=date(2026, 6, 1)),
    "an American vendor that writes the day first": Signs(countries=("US",), habit=Habit(dmy=2)),
}


@pytest.mark.parametrize("signs", UNDECIDED.values(), ids=UNDECIDED.keys())
def test_little_evidence_leaves_both_readings(signs: Signs) -> None:
    choice = choose_order(ISSUED, signs)

    assert choice is not None
    assert not choice.is_decided
    assert sum(choice.all.values()) == pytest.approx(1.0)


PAIRS = {
    "due after issue": ("03/04/2026", "02/05/2026", None, "dmy"),
    "due after issue, the other way": ("02/05/2026", "03/04/2026", None, "mdy"),
    "both orders fit": ("03/04/2026", "03/05/2026", None, None),
    "thirty days by the terms": ("03/04/2026", "03/05/2026", 30, "dmy"),
    "the terms fit one order": ("01/05/2026", "03/06/2026", 60, "mdy"),
    "one of them proves it": ("03/04/2026", "05/18/2026", None, "mdy"),
}


@pytest.mark.parametrize(("issue", "due", "days", "order"), PAIRS.values(), ids=PAIRS.keys())
def test_the_due_date_decides_the_order_of_both(issue: str, due: str, days: int | None, order: str | None) -> None:
    dates = {"issue_date": date_readings(issue), "due_date": date_readings(due)}

    choice = choose_order(dates, Signs(terms_days=days))

    assert choice is not None
    assert (choice.order if choice.is_decided else None) == order


def test_dates_of_one_reading_need_no_choice() -> None:
    assert choose_order({"issue_date": date_readings("13/04/2026")}, Signs()) is None


def test_the_habit_of_a_vendor_counts_only_dates_of_one_order() -> None:
    dates = [date_readings(text) for text in ("13/04/2026", "03/04/2026", "04/04/2026", "2026-04-03", "31.12.2025")]

    assert habit_of(dates) == Habit(dmy=2)
