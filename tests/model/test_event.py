"""An event is its bytes: one spelling, and nothing of how it reached us."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from engine.model.event import Event, decoded, encoded, plain_data


def event(**changes: object) -> Event:
    values: dict[str, object] = {
        "id": "deals/1/2", "source": "crm", "type": "postroom.hubspot.deals.changed", "subject": "1", "objectname": "deals",
        "objectversion": "2", "time": datetime(2026, 3, 4, 8, 0, tzinfo=UTC), "data": {"b": "1", "a": "ü"}, **changes,
    }  # fmt: skip
    return Event.model_validate(values)


def test_equal_events_have_equal_bytes() -> None:
    same = event(data={"a": "ü", "b": "1"}, time=datetime(2026, 3, 4, 9, 0, tzinfo=timezone(timedelta(hours=1))))

    assert encoded(event()) == encoded(same)
    assert encoded(event()) != encoded(event(objectversion="3"))
    assert decoded(encoded(event())) == event()


def test_an_event_without_a_time_says_none() -> None:
    assert b'"time"' not in encoded(event(time=None))
    assert decoded(encoded(event(time=None))).time is None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"specversion":"1.0"}', b"\xff"], ids=["nothing", "a list", "half", "no text"]
)
def test_other_bytes_are_no_event(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decoded(content)


def test_numbers_become_exact_text() -> None:
    told = {
        "a": Decimal("1E+3"),
        "b": Decimal("0.10"),
        "c": 7,
        "d": True,
        "e": [1.5, None],
        "f": datetime(2026, 1, 2, tzinfo=UTC),
    }

    assert plain_data(told) == {
        "a": "1000",
        "b": "0.10",
        "c": 7,
        "d": True,
        "e": ["1.5", None],
        "f": "2026-01-02T00:00:00+00:00",
    }
