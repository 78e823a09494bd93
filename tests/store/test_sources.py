"""What is kept of sources: the last version of each object for ever, the rest for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from engine.ports import Change
from engine.store import sources
from engine.store.sources import Noted

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def noted(
    version: str, seq: int, *, at: int | None = None, key: str = "1", days: int = 0, outcome: str = "same"
) -> Noted:
    return Noted.model_validate({
        "source": "crm", "seq": seq, "object": "deals", "object_key": key, "version": version, "outcome": outcome,
        "at": None if at is None else NOW + timedelta(seconds=at), "seen_at": NOW - timedelta(days=days),
        "said": None if outcome == "overtaken" else {"a": version},
    })  # fmt: skip


def test_a_version_is_noted_once(tx: Connection) -> None:
    assert [sources.note(tx, noted("1", 1)), sources.note(tx, noted("1", 2))] == [True, False]
    assert sources.known(tx, [noted("1", 1).id, noted("2", 1).id]) == {noted("1", 1).id}


@pytest.mark.parametrize(
    ("one", "other", "is_later"),
    [
        pytest.param(noted("1", 1, at=1), noted("2", 2, at=2), True, id="later by both"),
        pytest.param(noted("1", 1, at=2), noted("2", 2, at=1), False, id="told later, of an earlier time"),
        pytest.param(noted("1", 2, at=1), noted("2", 1, at=2), True, id="told earlier, of a later time"),
        pytest.param(noted("1", 1, at=1), noted("2", 2, at=1), True, id="of the same time, told later"),
        pytest.param(noted("1", 1), noted("2", 2, at=1), True, id="of no time, told later"),
        pytest.param(noted("1", 1, at=1), noted("2", 2), True, id="before one of no time"),
        pytest.param(noted("1", 1, at=1), noted("2", 2, at=2, key="2"), False, id="of another object"),
        pytest.param(
            noted("1", 1, at=1), noted("2", 2, at=2, outcome="overtaken"), False, id="one that was not looked at"
        ),
    ],
)
def test_a_later_version_is_known_by_time_then_by_order(
    tx: Connection, one: Noted, other: Noted, is_later: bool
) -> None:
    for each in (one, other):
        sources.note(tx, each)

    assert (sources.newer(tx, one) is not None) is is_later


def test_the_last_version_of_each_object_is_kept_however_old(tx: Connection) -> None:
    for one in (
        noted("1", 1, days=9),
        noted("2", 2, days=9),
        noted("3", 3, days=9, key="2"),
        noted("4", 4, days=1, key="2"),
    ):
        sources.note(tx, one)

    assert sources.forget(tx, "crm", before=NOW - timedelta(days=5)) == 2
    assert [sources.last(tx, "crm", "deals", key) for key in ("1", "2")] == [
        noted("2", 2, days=9), noted("4", 4, days=1, key="2"),
    ]  # fmt: skip


def test_a_call_is_taken_once_and_stays_known_when_it_was_looked_into(tx: Connection) -> None:
    change = Change(object="deals", id="1", version="7", data={"a": "1"})
    assert [sources.take_call(tx, "crm", change, NOW), sources.take_call(tx, "crm", change, NOW)] == [True, False]
    (call,) = sources.open_calls(tx, "crm", limit=9)
    sources.close_calls(tx, [call.id], NOW)

    assert (call.change, sources.waiting_calls(tx, "crm")) == (change, 0)
    assert sources.take_call(tx, "crm", change, NOW) is False


def test_a_source_that_is_called_while_it_fails_is_left_alone(tx: Connection) -> None:
    later = NOW + timedelta(hours=1)
    sources.begin(tx, "crm", NOW)
    sources.advance(tx, "crm", failures=1, next_at=later)
    sources.ring(tx, "crm", NOW)
    assert sources.lease(tx, "crm", by="one", at=NOW, until=later) is None

    assert sources.wake(tx, "crm", NOW)
    assert sources.lease(tx, "crm", by="one", at=NOW, until=later) is not None
    assert sources.lease(tx, "crm", by="two", at=NOW, until=later) is None
