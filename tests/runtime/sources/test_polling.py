"""A source is asked by one worker at a time, and whatever dies in between, nothing is lost and nothing comes twice."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.model.errors import ContentError, Rejected, Transient, Unauthorised
from engine.runtime import alarms
from engine.runtime.house import House
from engine.runtime.sources import polling, standing
from engine.runtime.sources.polling import LEASE, Polled
from engine.store import documents, sources
from engine.store.database import reading, transaction
from engine.store.sources import SourceState, Told
from tests.runtime.sources.teller import BEGIN, Listing, TellingPlug, following, later


def ask(house: House, **options: Any) -> Polled:
    return polling.poll(house, "crm", **{"by": "one", "at_once": True, **options})


def state(house: House) -> SourceState:
    with reading(house.engine) as tx:
        found = sources.state(tx, "crm")
    assert found is not None
    return found


def told(house: House) -> Mapping[Told, int]:
    with reading(house.engine) as tx:
        return sources.counts(tx, "crm")


def count(house: House) -> int:
    with reading(house.engine) as tx:
        return sum(documents.counts(tx).values())


def test_what_a_source_tells_becomes_documents_and_its_cursor_moves(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1")
    plug.change("2")
    found = ask(house)

    assert (found.what, len(found.documents), count(house), state(house).cursor) == ("answered", 2, 2, "2")
    assert ask(house).documents == ()


def test_what_is_told_again_leads_to_nothing(empty_house: House) -> None:
    plug = TellingPlug(overlap=5)
    house = following(empty_house, plug)
    for n in range(3):
        plug.change("1", n + 1)
        ask(house)

    assert (told(house), count(house)) == ({"document": 3}, 3)


def test_a_long_list_is_asked_for_page_by_page_and_kept_as_it_comes(empty_house: House) -> None:
    plug = TellingPlug(page=2)
    house = following(empty_house, plug)
    for n in range(5):
        plug.change(str(n))

    assert len(ask(house).documents) == 5
    assert plug.asked == ["", "2", "4"]


def test_what_came_before_a_page_that_fails_is_kept(empty_house: House) -> None:
    plug = TellingPlug(page=1)
    house = following(empty_house, plug)
    plug.change("1")
    plug.change("2")
    poll = plug.poll

    def failing(cursor: str) -> Any:
        if cursor:
            raise Transient("away")
        return poll(cursor)

    plug.poll = failing  # type: ignore[method-assign]  # the second page
    first = ask(house)
    assert (first.what, first.why, len(first.documents), state(house).cursor) == ("failed", "away", 1, "1")

    plug.poll = poll  # type: ignore[method-assign]  # it is back
    assert (len(ask(house).documents), state(house).cursor) == (1, "2")


def test_a_worker_that_dies_before_it_commits_loses_nothing(
    empty_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sources, "note", die)
        with pytest.raises(KeyboardInterrupt):
            ask(house)
    assert (state(house).cursor, count(house), told(house)) == ("", 0, {})

    assert ask(house, by="two").what == "busy"
    with transaction(house.engine) as tx:
        assert sources.free(tx, "one") == 1
    assert len(ask(house, by="two").documents) == 1


def test_of_two_workers_one_asks(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    asked: list[Polled] = []
    poll = plug.poll

    def meanwhile(cursor: str) -> Any:
        asked.append(ask(house, by="two"))
        return poll(cursor)

    plug.poll = meanwhile  # type: ignore[method-assign]  # what happens while the system answers
    ask(house)

    assert [one.what for one in asked] == ["busy"]


def test_who_comes_back_after_its_lease_writes_nothing_down(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1")
    poll = plug.poll

    def slowly(cursor: str) -> Any:
        plug.poll = poll  # type: ignore[method-assign]  # only the first is slow
        answer = poll(cursor)
        plug.change("2")
        assert len(ask(later(house, seconds=LEASE.total_seconds() + 1), by="two").documents) == 2
        return answer

    plug.poll = slowly  # type: ignore[method-assign]  # the system takes longer than the lease
    assert ask(house).documents == ()
    assert (count(house), told(house), state(house).cursor) == (2, {"document": 2}, "2")


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Transient("away"), id="away"), pytest.param(Unauthorised("no"), id="locked out"),
        pytest.param(Rejected("no such filter"), id="refused"), pytest.param(ContentError("no token", file="e"), id="unbound"),
    ],
)  # fmt: skip
def test_a_source_that_fails_is_left_alone_longer_each_time(empty_house: House, error: Exception) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug, period_seconds=60)
    pauses = []
    for _ in range(9):
        plug.errors = [error]
        ask(house)
        pauses.append((state(house).next_at - BEGIN).total_seconds())
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]

    ask(house)
    assert (state(house).failures, state(house).why, state(house).next_at) == (0, "", BEGIN + timedelta(seconds=60))


def test_a_source_that_names_a_time_is_left_alone_that_long(empty_house: House) -> None:
    plug = TellingPlug(errors=[Transient("full", retry_after=500)])
    house = following(empty_house, plug)
    ask(house)

    assert state(house).next_at == BEGIN + timedelta(seconds=500)
    assert not polling.is_due(house, "crm", later(house, seconds=499).clock.now())
    assert polling.is_due(house, "crm", later(house, seconds=500).clock.now())


def test_a_source_is_asked_when_it_is_due(empty_house: House) -> None:
    house = following(empty_house, TellingPlug(), period_seconds=60)
    ask(house)

    assert ask(later(house, seconds=59), at_once=False).what == "busy"
    assert ask(later(house, seconds=60), at_once=False).what == "answered"


def test_a_person_has_a_source_asked_that_is_left_alone(empty_house: House) -> None:
    plug = TellingPlug(errors=[Transient("away")])
    house = following(empty_house, plug)
    ask(house)
    standing.ask_now(house, "crm", by="anna")

    assert polling.is_due(house, "crm", house.clock.now())


def test_what_stood_there_before_we_began_leads_to_nothing(empty_house: House) -> None:
    plug = TellingPlug(page=1)
    house = following(empty_house, plug, begin="now")
    plug.change("1", -100)
    plug.change("2", -50)
    assert ask(house).documents == ()
    plug.change("1", 5)

    assert len(ask(house).documents) == 1
    assert told(house) == {"before": 2, "document": 1}


def test_what_changes_while_the_beginning_is_listed_is_an_event(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug, begin="now")
    plug.change("1", 0)

    assert len(ask(house).documents) == 1


def test_a_source_that_begins_anew_tells_nothing_twice(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1")
    ask(house)
    standing.reset(house, "crm", begin="everything", by="anna", why="restored")
    plug.change("2")

    assert (len(ask(house).documents), count(house)) == (1, 2)


def test_master_data_is_asked_for_before_the_cursor_moves(empty_house: House) -> None:
    plug = Listing(refuses_lists=True)
    house = following(empty_house, plug, objects={"deals": {"refreshes": ["vendors"]}})
    plug.change("1")
    assert (ask(house).what, state(house).cursor) == ("failed", "")

    plug.refuses_lists = False
    found = ask(house)
    assert (found.refreshed, found.documents, state(house).cursor, told(house)) == (
        ("vendors",),
        (),
        "1",
        {"refreshed": 1},
    )


def test_nothing_is_asked_for_when_nothing_changed(empty_house: House) -> None:
    plug = Listing()
    house = following(empty_house, plug, objects={"deals": {"refreshes": ["vendors"]}})
    ask(house)

    assert plug.listed == []


def test_a_source_that_is_silent_too_long_is_an_alarm_until_it_answers(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug, silent_hours=4)
    ask(house)
    plug.errors = [Transient("away")]
    house = later(house, hours=4)
    ask(house)
    (alarm,) = alarms.look(house)

    assert (alarm.kind, alarm.subject, "away" in alarm.message) == ("source_silent", "crm", True)
    assert [one.state for one in standing.standings(house)] == ["silent"]
    ask(house)
    assert alarms.look(house) == []


def test_an_unknown_source_is_said_so(empty_house: House) -> None:
    with pytest.raises(LookupError, match="there are: none"):
        ask(empty_house)
