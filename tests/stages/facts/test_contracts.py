from typing import Any

import pytest

from engine.content.ruleset import Ruleset
from engine.model.record import Candidate, Match
from engine.stages.facts.case import FUNCTIONS, Case
from engine.stages.parties.names import is_same_entity
from tests.stages.records import record
from tests.stages.test_judge import RULESET

NOTHING = Match(kind="purchase_order", outcome="not_asked")


def asked(fact: str, *, customer: str = "", lines: list[dict[str, str]] | None = None, **fields: Any) -> object:
    chosen = Candidate(kind="customer", id="302", name=customer) if customer else None
    found = Match(kind="customer", outcome="one" if chosen else "none", chosen=chosen)
    ruleset: Ruleset = RULESET
    case = Case(record=record(lines=lines or [], **fields), ruleset=ruleset, vendor=found, order=NOTHING)
    return FUNCTIONS[fact](case)


@pytest.mark.parametrize(
    ("start", "end", "months", "disagrees"),
    [
        ("2026-11-01", "2028-10-31", "24", False),
        ("2026-11-01", "2028-11-01", "24", False),
        ("2026-11-01", "2029-10-31", "24", True),
        ("2027-08-31", "2028-02-29", "6", False),
        ("2026-11-01", "2028-10-31", "", False),
        ("2026-11-01", "2025-10-31", "", True),
        ("2026-11-01", "", "24", None),
        ("9999-11-01", "2028-10-31", "1200", True),
    ],
)
def test_beginning_end_and_length_of_a_term_agree(start: str, end: str, months: str, disagrees: bool | None) -> None:
    assert asked("term_disagrees", start_date=start, end_date=end, term_months=months) is disagrees


@pytest.mark.parametrize(
    ("printed", "kept", "is_same"),
    [
        ("Fjord Handel AS", "Fjord Handel AS", True),
        ("FJORD HANDEL A.S.", "Fjord Handel AS", True),
        ("Fjord Handel", "Fjord Handel AS", True),
        ("Ash Limited", "Ash Ltd", True),
        ("Groß & Söhne GmbH & Co. KG", "Gross und Soehne GmbH & Co KG", True),
        ("Fjord Handel GmbH", "Fjord Handel AS", False),
        ("Fjord Service AS", "Fjord Handel AS", False),
    ],
)
def test_a_legal_entity_is_its_name_and_its_legal_form(printed: str, kept: str, is_same: bool) -> None:
    assert is_same_entity(printed, kept) is is_same
    assert asked("customer_name_differs", customer=kept, buyer_name=printed) is not is_same


def test_without_one_customer_no_name_differs() -> None:
    assert asked("customer_name_differs", buyer_name="Ash Ltd") is None


UNIT, NONE = {"item_code": "A", "business_unit": "Software"}, {"item_code": "B"}


@pytest.mark.parametrize(
    ("lines", "of_all", "told"),
    [([UNIT, NONE], "", "2"), ([UNIT, NONE], "Services", None), ([UNIT, UNIT], "", None), ([NONE, NONE], "", None)],
)
def test_a_position_without_a_business_unit_is_named_where_others_have_one(
    lines: list[dict[str, str]], of_all: str, told: str | None
) -> None:
    assert asked("lines_without_unit", lines=lines, business_unit=of_all) == told
