import pytest

from engine.content.term_words import load_term_words
from engine.stages.canonical.terms import due_date, plain_days, terms_fields, terms_findings, terms_of
from tests.stages.canonical.fields import field, named
from tests.stages.extract.layout import ROOT

WORDS = load_term_words(ROOT)


def _fields(terms: str, **more: str) -> dict[str, str]:
    fields = named(field("payment_terms", terms), *(field(name, value) for name, value in more.items()))
    read = terms_of(fields, WORDS, "en")
    assert read is not None
    return {name: one.value for name, one in terms_fields(fields, read).items()}


def test_terms_become_fields() -> None:
    assert _fields("2% 10, net 30", issue_date="2026-03-04") == {
        "net_days": "30", "discount_percent": "2", "discount_days": "10", "discount_date": "2026-03-14",
    }  # fmt: skip


def test_two_discounts_are_two_steps() -> None:
    found = _fields("3% 7 days, 1.5% 14 days, net 30")

    assert (found["discount_percent"], found["discount_days"]) == ("3", "7")
    assert (found["discount_percent_2"], found["discount_days_2"]) == ("1.5", "14")


def test_the_end_of_the_month_and_a_day_of_it_are_told() -> None:
    assert _fields("30 days after end of month")["end_of_month"] == "before_days"
    assert _fields("10th of the following month") == {
        "net_days": "0",
        "end_of_month": "after_days",
        "day_of_month": "10",
    }
    assert _fields("2 months")["net_months"] == "2"


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ("net 30", ["2026-04-03"]),
        ("30 days end of month", ["2026-04-30"]),
        ("60 days end of month", ["2026-05-30", "2026-05-31"]),
        ("2% 10 days", []),
    ],
)
def test_the_due_date_follows_with_its_other_reading(terms: str, days: list[str]) -> None:
    fields = named(field("payment_terms", terms), field("issue_date", "2026-03-04"))
    read = terms_of(fields, WORDS, "en")
    assert read is not None

    due = due_date(fields, read)

    assert ([due.value, *(other.value for other in due.alternatives)] if due else []) == days


def test_a_due_date_that_the_terms_do_not_give_is_told() -> None:
    fields = named(field("payment_terms", "net 30"), field("issue_date", "2026-03-04"), field("due_date", "2026-05-01"))
    read = terms_of(fields, WORDS, "en")
    assert read is not None

    (finding,) = terms_findings(fields, read)

    assert (finding.code, dict(finding.evidence)["terms_give"]) == ("due_date_differs", "2026-04-03")


def test_only_plain_days_count_as_days() -> None:
    assert plain_days(terms_of(named(field("payment_terms", "net 30")), WORDS, "en")) == 30
    assert plain_days(terms_of(named(field("payment_terms", "30 days EOM")), WORDS, "en")) is None
    assert plain_days(None) is None
