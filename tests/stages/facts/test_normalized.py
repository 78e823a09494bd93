import pytest

from engine.model.field import How
from engine.model.finding import Finding
from engine.stages.facts import normalized
from engine.stages.facts.case import Case
from tests.stages.records import NO_ORDER, NO_VENDOR, field, record
from tests.stages.test_judge import RULESET


def _case(*findings: Finding, how: How = "read") -> Case:
    fields = (field("issue_date", "2026-04-03", how=how), field("total", "1234", how=how))
    return Case(record=record(*fields, findings=findings), ruleset=RULESET, vendor=NO_VENDOR, order=NO_ORDER)


def _finding(code: str, name: str, told: str) -> Finding:
    return Finding(code=code, severity="warning", message="m", fields=(name,), evidence=((name, told), ("dmy", "0.50")))


DATE = _finding("date_ambiguous", "issue_date", "2026-04-03 or 2026-03-04")
AMOUNT = _finding("amount_ambiguous", "total", "1234 or 1.234")


def test_both_readings_are_told() -> None:
    case = _case(DATE, AMOUNT)

    assert normalized.ambiguous_dates(case) == "issue_date: 2026-04-03 or 2026-03-04"
    assert normalized.ambiguous_amounts(case) == "total: 1234 or 1.234"


@pytest.mark.parametrize("case", [_case(), _case(DATE, AMOUNT, how="human")], ids=["nothing is open", "a person chose"])
def test_what_is_settled_is_missing(case: Case) -> None:
    assert normalized.ambiguous_dates(case) is None
    assert normalized.ambiguous_amounts(case) is None


def test_the_day_that_the_terms_give_is_told() -> None:
    told = Finding(code="due_date_differs", severity="info", message="m", evidence=(("terms_give", "2026-04-03"),))

    assert normalized.due_date_by_terms(_case(told)) == "2026-04-03"
    assert normalized.due_date_by_terms(_case()) is None
