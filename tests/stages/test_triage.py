"""What is large or due soon comes first, and nothing is due on a weekend."""

from datetime import UTC, datetime

import pytest

from engine.content.routing import Owner, Routing
from engine.model.field import Field, Provenance
from engine.model.record import Classification, Record
from engine.stages.triage import later, triage

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
ROUTING = Routing.model_validate(
    {"owners": {"receiving": {"team": "procurement", "due_hours": 8}}, "large": {"EUR": "5000.00"}}
)


def record(**values: str) -> Record:
    fields = tuple(
        Field(name=name, value=value, raw=value, confidence=1.0, provenance=Provenance(how="read"))
        for name, value in {"currency": "EUR", **values}.items()
    )
    kind = Classification(type="invoice", type_confidence=1.0, language="de", language_confidence=1.0)
    return Record(document_id="d", revision=1, classification=kind, fields=fields)


@pytest.mark.parametrize(
    ("values", "priority"),
    [
        pytest.param({"total": "4999.99"}, 3, id="small"),
        pytest.param({"total": "5000.00"}, 2, id="large"),
        pytest.param({"total": "5000.00", "currency": "XAU"}, 3, id="currency_without_a_limit"),
        pytest.param({"total": "10", "discount_date": "2026-03-04"}, 2, id="discount_ends_soon"),
        pytest.param({"total": "-6000", "due_date": "2026-03-02"}, 1, id="large_and_due_today"),
        pytest.param({"total": "10", "due_date": "2026-03-01"}, 3, id="over_already"),
        pytest.param({"total": "10", "due_date": "soon"}, 3, id="no_date"),
    ],
)
def test_amount_and_deadlines_make_an_item_urgent(values: dict[str, str], priority: int) -> None:
    assert triage(record(**values), routing=ROUTING, queue="receiving", now=MONDAY).priority == priority


def test_a_queue_has_its_team_and_its_hours_and_others_belong_to_finance() -> None:
    mine = triage(record(), routing=ROUTING, queue="receiving", now=MONDAY)
    other = triage(None, routing=ROUTING, queue="ap_data", now=MONDAY)

    assert (mine.team, mine.due_at) == ("procurement", datetime(2026, 3, 2, 18, 0, tzinfo=UTC))
    assert (other.team, other.due_at) == ("finance", datetime(2026, 3, 3, 10, 0, tzinfo=UTC))


def test_a_discount_that_ends_earlier_is_the_due_time() -> None:
    found = triage(record(discount_date="2026-03-02"), routing=ROUTING, queue="ap_data", now=MONDAY)

    assert found.due_at == datetime(2026, 3, 2, 23, 59, tzinfo=UTC)


def test_an_audit_of_what_is_posted_is_never_urgent() -> None:
    large = record(total="9999", due_date="2026-03-02")

    assert triage(large, routing=ROUTING, queue="ap_data", now=MONDAY, is_audit=True).priority == 4


def test_the_weekend_does_not_count() -> None:
    assert later(FRIDAY, 15) == datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    assert later(FRIDAY, 24) == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert later(datetime(2026, 3, 7, 12, 0, tzinfo=UTC), 1) == datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def test_an_owner_has_at_least_an_hour() -> None:
    with pytest.raises(ValueError, match="due_hours"):
        Owner.model_validate({"team": "finance", "due_hours": 0})
