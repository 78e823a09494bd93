"""What judging asked is written down with the answers; a replay is answered from that, or as of the day."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter
from sqlalchemy import Connection

from engine.model.value import canonical_json
from engine.runtime import witness
from engine.runtime.house import House
from engine.runtime.witness import Live, Question, Recorded

DAY = datetime(2026, 3, 1, tzinfo=UTC)
_NUMBERS: TypeAdapter[tuple[int, ...]] = TypeAdapter(tuple[int, ...])


def question(key: object, *, now: tuple[int, ...] = (1,), then: tuple[int, ...] = (2,)) -> Question[tuple[int, ...]]:
    def ask(_tx: Connection) -> tuple[int, ...]:
        return now

    def ask_then(_tx: Connection, at: datetime) -> tuple[int, ...]:
        assert at == DAY
        return then

    return Question("numbers", key, _NUMBERS, ask, ask_then)


def told(house: House, *asked: Question[tuple[int, ...]]) -> Recorded:
    """Return a witness of what was asked live."""
    live = Live(house.engine)
    with live.at_once():
        for one in asked:
            live.ask(one)
    return Recorded(house.engine, live.statement(DAY), at=DAY)


def test_what_was_asked_is_answered_as_it_was(empty_house: House) -> None:
    recorded = told(empty_house, question("a"), question({"long": "x" * 500}, now=(7,)))

    assert recorded.ask(question("a", now=(9,))) == (1,)
    assert recorded.ask(question({"long": "x" * 500}, now=(9,))) == (7,)
    assert recorded.asked_anew == ()


def test_what_was_never_asked_is_asked_as_of_the_day_and_marked(empty_house: House) -> None:
    recorded = told(empty_house, question("a"))

    assert recorded.ask(question("b")) == (2,)
    assert recorded.asked_anew == ("numbers",)


def test_an_answer_that_is_too_long_is_kept_as_a_digest(empty_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "_MOST_BYTES", 100)
    long = tuple(range(100))
    same, other = told(empty_house, question("a", now=long)), told(empty_house, question("a", now=long))

    assert same.ask(question("a", then=long)) == long
    assert other.ask(question("a", then=(3,))) == (3,)
    assert (same.asked_anew, other.asked_anew) == ((), ("numbers",))


def test_a_statement_is_small_and_spelled_in_one_way(empty_house: House) -> None:
    live = Live(empty_house.engine)
    live.ask(question({"b": 1, "a": 2}))
    again = Live(empty_house.engine)
    again.ask(question({"a": 2, "b": 1}))

    text = canonical_json(live.statement(DAY))
    assert text == canonical_json(again.statement(DAY))
    assert len(text) < 120


def test_a_replay_does_not_look_at_what_only_matters_for_good(empty_house: House) -> None:
    assert Live(empty_house.engine).look(lambda _: "mark", instead="") == "mark"
    assert told(empty_house).look(lambda _: "mark", instead="") == ""
