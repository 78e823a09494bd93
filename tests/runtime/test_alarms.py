"""What should have happened and did not."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.content.environment import Environment
from engine.model.alarm import Alarm
from engine.model.errors import Ambiguous, Rejected
from engine.runtime import alarms, metrics, operations
from engine.runtime.house import House
from engine.runtime.overview import overview, set_gauges
from engine.store import documents, ledger, reviews, targets
from engine.store import operations as store
from engine.store.database import reading, transaction
from engine.store.reviews import Urgency
from tests.house import StoppedClock
from tests.runtime.sends import FIRST, SECOND, planned, work
from tests.store.factories import document, operation, receipt

MONDAY = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
BUSINESS = {"business": {"zone": "UTC"}}


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(MONDAY)


@pytest.fixture
def house(empty_house: House, clock: StoppedClock) -> House:
    return replace(empty_house, clock=clock)


def under(house: House, **changes: Any) -> House:
    """Return the house under an environment with some entries written otherwise."""
    written = {**house.library.environment.model_dump(mode="json", by_alias=True), **changes}
    environment = Environment.model_validate_json(json.dumps(written))
    return replace(house, library=replace(house.library, environment=environment))


def found(house: House) -> Mapping[str, Alarm]:
    return {alarm.id: alarm for alarm in alarms.look(house)}


def lived_since(house: House, clock: StoppedClock, moment: datetime) -> None:
    """Have the first entry of the ledger be of a moment."""
    now, clock.moment = clock.moment, moment
    with transaction(house.engine) as tx:
        ledger.append(tx, at=moment, document_id=None, kind="house_opened", actor="system", data={})
    clock.moment = now


EXPECTS: tuple[dict[str, Any], ...] = ({"flow": "try", "target": "erp", "at_least": 1, "within_hours": 24},)


def test_a_run_that_posted_nothing_where_it_should_have_is_an_alarm(house: House, clock: StoppedClock) -> None:
    expecting = under(house, expects=EXPECTS)
    lived_since(house, clock, MONDAY - timedelta(days=5))

    alarm = found(expecting)["nothing_posted:try/erp"]

    assert alarm.message.startswith("0 posted by try/erp since 2026-11-08 09:00 UTC, at least 1 expected")


def test_what_was_posted_in_time_is_none(house: House, clock: StoppedClock) -> None:
    expecting = under(house, expects=EXPECTS)
    lived_since(house, clock, MONDAY - timedelta(days=5))
    planned(house)
    work(house)

    assert found(expecting) == {}
    clock.moment += timedelta(hours=25)
    assert set(found(expecting)) == {"nothing_posted:try/erp"}


def test_hours_of_an_expectation_are_counted_on_the_days_of_its_calendar(house: House, clock: StoppedClock) -> None:
    lived_since(house, clock, MONDAY - timedelta(days=30))
    clock.moment = MONDAY - timedelta(days=3)
    planned(house)
    work(house)
    clock.moment = MONDAY
    weekdays = tuple({**one, "on": "business"} for one in EXPECTS)

    assert set(found(under(house, expects=EXPECTS))) == {"nothing_posted:try/erp"}
    assert found(under(house, expects=weekdays, calendars=BUSINESS)) == {}


def test_a_house_that_is_younger_than_the_expectation_is_given_time(house: House, clock: StoppedClock) -> None:
    lived_since(house, clock, MONDAY - timedelta(hours=23))

    assert found(under(house, expects=EXPECTS)) == {}


def test_an_operation_that_missed_its_deadline_is_an_alarm_until_it_stands(house: House, clock: StoppedClock) -> None:
    erp = planned(house, deadline_hours=4)
    erp.before = [Rejected("no"), Rejected("no")]
    work(house)
    clock.moment += timedelta(hours=5)
    assert set(found(house)) == {f"deadline_passed:{SECOND}"}

    operations.retry(house, [FIRST, SECOND], by="anna")
    work(house)

    assert found(house) == {}


def test_what_stands_still_too_long_is_an_alarm(house: House, clock: StoppedClock) -> None:
    erp = planned(house)
    erp.after, erp.awaits = [Ambiguous("reset")], True
    work(house, rounds=1)
    clock.moment += timedelta(hours=2)
    assert set(found(house)) == {"unknown_too_long:erp"}

    clock.moment += timedelta(hours=23)
    assert set(found(house)) == {"unknown_too_long:erp", "waits_too_long:erp"}
    work(house)
    assert found(house) == {}

    clock.moment += timedelta(hours=25)
    assert "neither accepted nor refused" in found(house)["unacknowledged:erp"].message


def test_what_waits_for_its_window_is_no_alarm(house: House, clock: StoppedClock) -> None:
    binding = house.library.environment.model_dump(mode="json", by_alias=True)["targets"]
    frozen = {"zone": "UTC", "freeze": [{"from": "2026-11-01", "to": "2026-11-20", "why": "close"}]}
    closed = under(house, targets={**binding, "erp": {**binding["erp"], "window": frozen}})
    planned(closed)
    work(closed)

    clock.moment += timedelta(hours=48)

    assert found(closed) == {}
    assert set(found(house)) == {"waits_too_long:erp"}


def test_a_target_that_is_left_alone_is_an_alarm_with_its_words(house: House, clock: StoppedClock) -> None:
    with transaction(house.engine) as tx:
        state = targets.lock(tx, "erp", MONDAY)
        targets.keep(tx, targets.opened(state, "The password expired.", at=MONDAY, pause_seconds=60))

    assert "The password expired." in found(house)["breaker_open:erp"].message


def test_an_alarm_is_told_once_when_it_is_raised_and_once_when_it_is_over(house: House, clock: StoppedClock) -> None:
    planned(house)
    clock.moment += timedelta(hours=25)

    alarms.look(house)
    clock.moment += timedelta(hours=1)
    (alarm,) = alarms.look(house)
    assert (alarm.since, overview(house).alarms) == (MONDAY + timedelta(hours=25), {"waits_too_long": 1})
    set_gauges(overview(house))
    assert metrics.ALARMS.labels("waits_too_long")._value.get() == 1
    work(house)
    assert alarms.look(house) == []

    with reading(house.engine) as tx:
        told = [one.kind for kind in ("alarm_raised", "alarm_cleared") for one in ledger.of_kind(tx, kind)]
    assert told == ["alarm_raised", "alarm_cleared"]


def test_a_worker_looks_once_a_minute(house: House, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[datetime] = []
    monkeypatch.setattr(alarms, "look", lambda house: looks.append(house.clock.now()))
    watch = alarms.Watch()

    for _ in range(7):
        watch.look(house)
        clock.moment += timedelta(seconds=20)

    assert [moment.minute for moment in looks] == [0, 1, 2]


def test_a_receipt_for_what_belongs_to_another_operation_is_an_alarm_for_a_week(
    house: House, clock: StoppedClock
) -> None:
    mine, theirs = "one/erp/account/A-1", "two/erp/account/A-2"
    with transaction(house.engine) as tx:
        documents.add(tx, document())
        for at, key in enumerate((theirs, mine)):
            store.plan(tx, operation(key, after=()), clock.now())
            store.record_receipt(tx, receipt(key=key, external_id="001"), clock.now() + timedelta(seconds=at))

    now = set(found(house))
    clock.moment += timedelta(days=8)

    assert (now, "operation_shares_object" in str(found(house))) == ({f"operation_shares_object:{mine}"}, False)


def test_what_is_parked_is_an_alarm_that_says_nothing_of_the_document(house: House) -> None:
    before = MONDAY - timedelta(hours=1)
    with transaction(house.engine) as tx:
        documents.add(tx, document(id="d" * 64))
        made = store.plan(
            tx, operation("try/erp/invoice/invoice/V1/RE-1", document_id="d" * 64, target="erp"), at=before
        )
        store.move(tx, made.key, "sending", at=before)
        store.move(tx, made.key, "parked", at=before, error="DE89 3704 0044 0532 0130 00 is no account.")

    alarm = found(house)["parked:erp"]

    assert alarm.message.startswith("Parked since 2026-11-09 08:00 UTC: nothing happens before a person decides.")
    assert "DE89" not in alarm.message


def test_a_queue_in_which_something_should_be_done_by_now_is_an_alarm(house: House, clock: StoppedClock) -> None:
    with transaction(house.engine) as tx:
        documents.add(tx, document(id="d" * 64))
        reviews.open_review(
            tx, document_id="d" * 64, revision=1, queue="ap", reasons=["no_order"], message="", at=MONDAY,
            urgency=Urgency(due_at=MONDAY + timedelta(hours=1)),
        )  # fmt: skip
    assert "review_overdue:ap" not in found(house)

    clock.moment += timedelta(hours=2)

    assert found(house)["review_overdue:ap"].message.startswith("1 in review should be done")
