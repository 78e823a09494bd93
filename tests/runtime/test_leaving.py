"""What waits before it leaves: windows, freezes, receipts of others, deadlines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.content.calendar import Window
from engine.content.matrix import Matrix
from engine.model.errors import Rejected
from engine.runtime import again, leaving, operations, steps, story
from engine.runtime.house import House
from engine.store import departures, ledger, outbox
from engine.store import operations as store
from engine.store.database import reading, transaction
from tests.house import StoppedClock
from tests.runtime.sends import FIRST, ID, SECOND, planned, states, work

NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
NIGHTLY: dict[str, Any] = {"zone": "Europe/Berlin", "hours": "01:00-04:00"}
"""Open from midnight to 3 o'clock UTC in winter."""


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON)


@pytest.fixture
def house(empty_house: House, clock: StoppedClock) -> House:
    """A house whose matrix takes any payload and whose clock stands still."""
    ref = "files.ap_invoice_csv@1"
    matrix: Matrix = empty_house.library.matrices[ref].model_copy(update={"payload_schema": {"type": "object"}})
    library = replace(empty_house.library, matrices={**empty_house.library.matrices, ref: matrix})
    return replace(empty_house, clock=clock, library=library)


def windowed(house: House, window: dict[str, Any] | None) -> House:
    """Return the house under an environment in which the target has a window."""
    environment = house.library.environment
    binding = environment.targets["erp"].model_copy(
        update={"window": Window.model_validate(window) if window is not None else None}
    )
    changed = environment.model_copy(update={"targets": {**environment.targets, "erp": binding}})
    return replace(house, library=replace(house.library, environment=changed))


def kinds(house: House) -> list[str]:
    with reading(house.engine) as tx:
        return [event.kind for event in ledger.story(tx, ID)]


def waits_for(house: House, key: str) -> tuple[str, datetime, int]:
    with reading(house.engine) as tx:
        found = outbox.get(tx, key)
    assert found is not None
    return found.waits_for, found.next_at, found.tries


def test_an_operation_waits_for_its_window_without_using_a_try_and_its_document_rests(house: House) -> None:
    nightly = windowed(house, NIGHTLY)
    erp = planned(nightly)

    work(nightly)

    assert (erp.held, states(house)) == ({}, ("planned", "planned", "waiting"))
    why, leaves_at, tries = waits_for(house, FIRST)
    assert (leaves_at, tries) == (datetime(2026, 11, 3, 0, 0, tzinfo=UTC), 0)
    assert why == "only 01:00-04:00 (Europe/Berlin) on every day"


def test_it_leaves_when_the_window_opens(house: House, clock: StoppedClock) -> None:
    nightly = windowed(house, NIGHTLY)
    erp = planned(nightly)
    work(nightly)

    clock.moment = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
    work(nightly)

    assert set(erp.held) == {FIRST, SECOND}
    assert states(house) == ("committed", "committed", "posted")


def test_a_wait_is_told_once(house: House) -> None:
    nightly = windowed(house, NIGHTLY)
    planned(nightly)
    work(nightly)
    with transaction(house.engine) as tx:
        outbox.wake(tx, FIRST, NOON)

    work(nightly)

    assert kinds(house).count("operation_waits") == 1


def test_a_window_that_is_taken_away_lets_go_what_waited(house: House) -> None:
    erp = planned(windowed(house, NIGHTLY))
    work(windowed(house, NIGHTLY))

    leaving.look(house)
    work(house)

    assert (len(erp.held), states(house)[2]) == (2, "posted")


def test_a_freeze_holds_and_a_person_with_a_reason_sends_in_spite_of_it(house: House) -> None:
    frozen = windowed(
        house, {"zone": "UTC", "freeze": [{"from": "2026-11-01", "to": "2026-11-03", "why": "month-end close"}]}
    )
    erp = planned(frozen)
    work(frozen)
    assert "month-end close" in waits_for(house, FIRST)[0]

    (answer,) = operations.retry(frozen, [FIRST], by="anna", why="the auditor waits for it", at_once=True)
    work(frozen)

    assert (answer.refused, set(erp.held)) == ("", {FIRST})
    assert states(house) == ("committed", "planned", "waiting")
    with reading(house.engine) as tx:
        assert departures.get(tx, FIRST) is None
        (event,) = [one for one in ledger.story(tx, ID) if one.kind == "operation_retried"]
    assert (event.actor, event.data["now"], event.data["why"]) == ("anna", True, "the auditor waits for it")


def test_nobody_overtakes_another_operation_of_the_same_business_key(house: House) -> None:
    nightly = windowed(house, NIGHTLY)
    planned(nightly)
    work(nightly)

    (answer,) = operations.retry(nightly, [SECOND], by="anna", why="urgent", at_once=True)

    assert answer.refused.startswith(f"{FIRST} of the same business key has to leave before it")


def test_without_a_reason_nobody_gets_past_a_window(house: House) -> None:
    nightly = windowed(house, NIGHTLY)
    planned(nightly)
    work(nightly)

    with pytest.raises(operations.Refused, match="needs a reason"):
        operations.retry(nightly, [FIRST], by="anna", at_once=True)
    (answer,) = operations.retry(nightly, [FIRST], by="anna")
    assert "waits for its window" in answer.refused


def test_the_later_one_leaves_after_the_earlier_with_the_id_from_its_receipt(house: House) -> None:
    erp = planned(house, after=(FIRST,))

    work(house)

    assert list(erp.held) == [FIRST, SECOND]
    assert erp.held[SECOND] == {"n": "2", "vendor": "4711"}
    with reading(house.engine) as tx:
        stored = store.get(tx, SECOND)
        events = [one for one in ledger.story(tx, ID) if one.data.get("key") == SECOND]
    assert stored is not None
    assert [one.kind for one in events] == ["operation_completed", "operation_sending", "operation_committed"]
    assert events[0].data["digest"] == events[1].data["digest"] == stored.payload_digest


def test_the_later_one_waits_while_the_earlier_awaits_its_acknowledgement(house: House) -> None:
    erp = planned(house, after=(FIRST,))
    erp.awaits = True

    work(house)

    assert (set(erp.held), states(house)) == ({FIRST}, ("delivered", "planned", "waiting"))


def test_behind_a_failed_one_the_later_waits_and_goes_on_when_that_is_mended(house: House) -> None:
    erp = planned(house, after=(FIRST,))
    erp.before = [Rejected("no such vendor")]
    work(house)
    assert states(house) == ("rejected", "planned", "in_review")
    (blocked,) = operations.retry(house, [SECOND], by="anna")
    assert f"It comes after {FIRST}, which is rejected" in blocked.refused

    operations.retry(house, [FIRST], by="anna")
    work(house)

    assert (states(house), list(erp.held)) == (("committed", "committed", "posted"), [FIRST, SECOND])


def test_what_comes_after_a_cancelled_one_is_parked_with_the_reason(house: House) -> None:
    erp = planned(house, after=(FIRST,))
    erp.before = [Rejected("no such vendor")]
    work(house)

    operations.cancel(house, FIRST, by="anna", why="the vendor is blocked")

    assert states(house) == ("cancelled", "parked", "parked")
    with reading(house.engine) as tx:
        assert "which was called off: the vendor is blocked" in (store.error(tx, SECOND) or "")


def test_a_receipt_that_does_not_fit_parks_with_the_reason(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    erp = planned(house, after=(FIRST,))
    given = erp._receipt
    monkeypatch.setattr(erp, "_receipt", lambda one: given(one).model_copy(update={"external_id": "4711-4711"}))

    work(house)

    assert states(house) == ("committed", "parked", "parked")
    with reading(house.engine) as tx:
        assert "9 characters do not fit into 5" in (store.error(tx, SECOND) or "")


def test_what_never_left_by_its_deadline_is_parked_with_the_reason(house: House, clock: StoppedClock) -> None:
    nightly = windowed(house, NIGHTLY)
    planned(nightly, deadline_hours=4)
    work(nightly)
    clock.moment = NOON + timedelta(hours=4, minutes=1)

    assert leaving.park_overdue(nightly) == [SECOND]

    assert states(house) == ("planned", "parked", "waiting")
    with reading(house.engine) as tx:
        why = store.error(tx, SECOND) or ""
    assert why.startswith("It was not sent within its deadline of 4 hours.")


def test_a_deadline_begins_anew_when_a_person_brings_it_forward(house: House, clock: StoppedClock) -> None:
    nightly = windowed(house, NIGHTLY)
    planned(nightly, deadline_hours=4)
    clock.moment = NOON + timedelta(hours=5)
    leaving.park_overdue(nightly)

    operations.retry(nightly, [SECOND], by="anna")

    assert leaving.park_overdue(nightly) == []
    assert steps.settle(nightly, ID, 1)["state"] == "posting"


def test_a_document_that_rests_says_what_it_waits_for(house: House) -> None:
    nightly = windowed(house, NIGHTLY)
    planned(nightly)
    work(nightly)

    line = story.line(story.story(nightly, ID))

    assert line.route == "waiting"
    assert line.message == f"{FIRST}: only 01:00-04:00 (Europe/Berlin) on every day; leaves 2026-11-03 00:00 UTC"


def test_what_waits_does_not_leave_as_it_was_once_its_document_is_judged_anew(
    house: House, clock: StoppedClock
) -> None:
    nightly = windowed(house, NIGHTLY)
    erp = planned(nightly)
    work(nightly)

    again.next_revision(nightly, ID, flow=None)
    clock.moment = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
    work(nightly)

    assert (erp.held, states(house)) == ({}, ("planned", "planned", "processing"))
