"""When something may leave, by the wall clock of a place."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from engine.content.calendar import Calendar, Schedule, Window, schedule_of

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(**changes: Any) -> Schedule:
    return schedule_of(Window.model_validate({"zone": BERLIN, **changes}), None)


def business(**changes: Any) -> Schedule:
    return Calendar.model_validate({"zone": BERLIN, **changes}).schedule()


@pytest.mark.parametrize(
    ("hours", "now", "leaves"),
    [
        pytest.param("01:00-04:00", "2026-11-02T12:00", "2026-11-03T00:00", id="the next night"),
        pytest.param("01:00-04:00", "2026-11-03T01:00", "2026-11-03T01:00", id="inside"),
        pytest.param("01:00-04:00", "2026-11-03T03:00", "2026-11-04T00:00", id="the end is outside"),
        pytest.param("22:00-04:00", "2026-11-03T02:30", "2026-11-03T02:30", id="after midnight of the night before"),
        pytest.param("22:00-04:00", "2026-11-03T03:00", "2026-11-03T21:00", id="between two nights"),
        pytest.param("00:00-24:00", "2026-11-03T03:00", "2026-11-03T03:00", id="the whole day"),
    ],
)
def test_an_operation_leaves_in_the_window(hours: str, now: str, leaves: str) -> None:
    assert window(hours=hours).opening(at(now)).at == at(leaves)


@pytest.mark.parametrize(
    ("hours", "now", "leaves"),
    [
        # 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00
        pytest.param("02:15-02:45", "2026-03-28T12:00", "2026-03-29T01:15", id="an hour that does not come"),
        pytest.param(
            "02:15-02:45", "2026-10-25T01:30", "2026-10-25T01:30", id="an hour that comes twice is open twice"
        ),
        pytest.param("01:00-04:00", "2026-03-29T01:59", "2026-03-29T01:59", id="open until the new 4 o'clock"),
        pytest.param("01:00-04:00", "2026-03-29T02:00", "2026-03-29T23:00", id="closed from the new 4 o'clock"),
        pytest.param("01:00-04:00", "2026-10-25T02:59", "2026-10-25T02:59", id="an hour longer in autumn"),
        pytest.param("01:00-04:00", "2026-10-25T03:00", "2026-10-26T00:00", id="closed from the old 4 o'clock"),
    ],
)
def test_the_nights_in_which_clocks_change_come_out_right(hours: str, now: str, leaves: str) -> None:
    assert window(hours=hours).opening(at(now)).at == at(leaves)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        pytest.param("2026-11-06T18:00", "2026-11-09T07:00", id="over the weekend"),
        pytest.param("2026-12-24T18:00", "2026-12-28T07:00", id="over a holiday"),
        pytest.param("2026-11-05T09:00", "2026-11-05T09:00", id="on a working day"),
    ],
)
def test_only_business_days_are_open(now: str, leaves: str) -> None:
    days = business(hours="08:00-18:00", holidays=["2026-12-25"])

    assert days.opening(at(now)).at == at(leaves)


def test_a_freeze_moves_the_next_opening_behind_it_and_says_why() -> None:
    frozen = window(hours="01:00-04:00", freeze=[{"from": "2026-11-30", "to": "2026-12-02", "why": "month-end close"}])

    opening = frozen.opening(at("2026-11-29T12:00"))

    assert opening.at == at("2026-12-03T00:00")
    assert opening.why == "frozen until 2026-12-02 (Europe/Berlin): month-end close"


def test_freezes_that_touch_are_one() -> None:
    frozen = window(freeze=[
        {"from": "2026-11-30T18:00", "to": "2026-12-01T06:00", "why": "close"},
        {"from": "2026-12-01", "to": "2026-12-01", "why": "upgrade"},
    ])  # fmt: skip

    assert frozen.opening(at("2026-11-30T17:00")).at == at("2026-12-01T23:00")


def test_the_freeze_of_a_calendar_holds_for_every_window_that_names_it() -> None:
    calendar = Calendar.model_validate(
        {"zone": BERLIN, "freeze": [{"from": "2026-11-03", "to": "2026-11-03", "why": "audit"}]}
    )
    nightly = schedule_of(Window(calendar="business", hours="01:00-04:00"), calendar)

    assert nightly.opening(at("2026-11-02T12:00")).at == at("2026-11-04T00:00")


def test_what_never_opens_says_so() -> None:
    frozen = window(freeze=[{"from": "2026-01-01", "to": "2036-01-01", "why": "switched off"}])

    opening = frozen.opening(at("2026-11-02T12:00"))

    assert (opening.at, "switched off" in opening.why) == (None, True)


@pytest.mark.parametrize(
    ("now", "hours", "since"),
    [
        pytest.param("2026-11-09T08:00", 24, "2026-11-06T08:00", id="over a weekend"),
        pytest.param("2026-11-08T12:00", 24, "2026-11-05T23:00", id="on a Sunday the whole of Friday"),
        pytest.param("2026-11-05T12:00", 6, "2026-11-05T06:00", id="within a day"),
    ],
)
def test_hours_are_counted_back_on_open_days_only(now: str, hours: int, since: str) -> None:
    assert business().back(at(now), hours) == at(since)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        pytest.param({"hours": "1-4", "zone": BERLIN}, "write hours such as", id="hours"),
        pytest.param({"hours": "08:00-08:00", "zone": BERLIN}, "write hours such as", id="no time at all"),
        pytest.param({"hours": "01:00-04:00"}, "a window names a `calendar`, or a `zone`", id="whose clock"),
        pytest.param({"zone": "Berlin"}, "no time zone", id="zone"),
        pytest.param({"zone": "../etc/passwd"}, "no time zone", id="path as zone"),
        pytest.param(
            {"zone": BERLIN, "freeze": [{"from": "2026-12-02", "to": "2026-12-01", "why": "x"}]}, "ends after", id="order"
        ),
        pytest.param(
            {"zone": BERLIN, "freeze": [{"from": "2026-12-02T10:00Z", "to": "2026-12-03", "why": "x"}]}, "local", id="zoned"
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(written: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Window.model_validate(written)
