"""What each reading of a field would lead to."""

from pathlib import Path

import pytest

from engine.model.correction import Correction
from engine.runtime import corrections, replay
from engine.runtime.desk import answering, consequences
from engine.runtime.house import House
from tests.house import furnished_house
from tests.runtime.desk.held import decision, judged_again, old_invoice, stored


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return furnished_house(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def twice_read(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An invoice whose date, total and terms have two readings each: as carried, and as somebody said."""
    one = old_invoice(house, tmp_path_factory.mktemp("in"))
    changes = [
        Correction(path="issue_date", value="2026-10-12"), Correction(path="due_date", value="2026-12-31"),
        Correction(path="vendor_phone", value="+49 40 1"), Correction(path="total", value="1204.00"),
    ]  # fmt: skip
    changes = [one for one in changes if one.path in house.library.schemas["invoice"]["properties"]]
    judged_again(house, one, corrections.correct(house, one, changes, by="bert"))
    return one


def test_readings_that_lead_elsewhere_are_told_apart(house: House, twice_read: str) -> None:
    now, before = consequences.of_fields(house, twice_read, ["issue_date"])["issue_date"]

    assert now.value == "2026-10-12"
    assert "issued_long_ago" in before.rules
    assert "issued_long_ago" not in now.rules
    assert consequences.is_open([now, before])


def test_a_reading_says_what_it_posts_and_to_whom(house: House, twice_read: str) -> None:
    outcome = consequences.of_fields(house, twice_read, ["total"])["total"][0]

    assert [(one.object, one.total, one.account) for one in outcome.writes] == [
        ("vendor_invoice", "1204.00 EUR", "70001")
    ]


def test_what_is_foretold_is_what_then_happens(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-2009")
    judged_again(
        house, one, corrections.correct(house, one, [Correction(path="issue_date", value="2026-10-12")], by="b")
    )
    foretold = consequences.of_fields(house, one, ["issue_date"])["issue_date"]

    for outcome in reversed(foretold):
        change = [Correction(path="issue_date", value=outcome.value)]
        judged_again(house, one, corrections.correct(house, one, change, by="bert"))
        happened = replay.stored(house, one)
        assert (happened.route, happened.queue or "") == (outcome.route, outcome.queue)


def test_a_field_whose_readings_all_lead_to_the_same_need_not_be_asked_about(house: House, tmp_path: Path) -> None:
    """Whoever answers it all the same, and either way, ends where the one ends who does not."""
    one = old_invoice(house, tmp_path, "RE-2008")
    named = [Correction(path="vendor_name", value="Nordlicht Filter")]
    judged_again(house, one, corrections.correct(house, one, named, by="bert"))
    readings = consequences.of_fields(house, one, ["vendor_name"])["vendor_name"]
    assert [reading.value for reading in readings] == ["Nordlicht Filter", "Nordlicht Filtertechnik GmbH"]
    assert not consequences.is_open(readings)

    skipped = replay.stored(house, one)
    change = [Correction(path="vendor_name", value=readings[1].value)]
    judged_again(house, one, corrections.correct(house, one, change, by="bert"))
    answered = replay.stored(house, one)

    assert answered.vendor is not None
    assert skipped.vendor is not None
    assert answered.vendor.chosen is not None
    assert skipped.vendor.chosen is not None
    assert answered.vendor.chosen.id == skipped.vendor.chosen.id
    assert (answered.route, answered.queue, answered.decision.reasons) == (
        skipped.route, skipped.queue, skipped.decision.reasons
    )  # fmt: skip


def test_a_field_with_one_reading_is_not_looked_at(house: House, twice_read: str) -> None:
    assert dict(consequences.of_fields(house, twice_read, ["invoice_number", "po_number", "nothing"])) == {}


def test_more_readings_than_are_judged_are_left_to_people(
    house: House, twice_read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consequences, "MOST", 3)

    assert list(consequences.of_fields(house, twice_read, ["issue_date", "total"])) == ["issue_date"]


def test_looking_changes_nothing(house: House, twice_read: str) -> None:
    was = (stored(house, twice_read), decision(house, twice_read))

    consequences.of_fields(house, twice_read, ["issue_date", "total"])

    assert (stored(house, twice_read), decision(house, twice_read)) == was
    assert answering.holds(house, was[1]) == answering.holds(house, decision(house, twice_read))
