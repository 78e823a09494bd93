"""Cursors of changes."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from adapters.shared.paging import Cursor, poll
from engine.ports import Change

START = datetime(2026, 11, 22, tzinfo=UTC)
OVERLAP = timedelta(seconds=60)


def change(number: int, *, second: int | None = None, version: str = "1") -> Change:
    at = START + timedelta(seconds=number if second is None else second)
    return Change(object="order", id=str(number), version=version, at=at)


class System:
    """Shows what was committed so far, in pages of three, the oldest first."""

    def __init__(self, *changes: Change) -> None:
        self.visible = list(changes)

    def pages(self, since: datetime | None) -> Iterator[Sequence[Change]]:
        rows = sorted(
            (c for c in self.visible if c.at and (since is None or c.at >= since)), key=lambda c: (c.at, c.id)
        )
        yield from (rows[at : at + 3] for at in range(0, len(rows), 3))


def ids(system: System, cursor: str, most: int = 1000) -> tuple[list[str], str]:
    changes = poll(cursor, system.pages, overlap=OVERLAP, most=most)
    return [row.id for row in changes.rows], changes.cursor


def test_the_first_poll_shows_everything_and_the_next_nothing() -> None:
    system = System(*map(change, range(10)))
    first, cursor = ids(system, "")

    assert (first, ids(system, cursor)[0]) == ([str(n) for n in range(10)], [])


def test_a_change_that_was_committed_late_is_not_missed() -> None:
    system = System(change(1, second=100))
    _, cursor = ids(system, "")
    system.visible.append(change(2, second=50))

    assert ids(system, cursor)[0] == ["2"]


def test_the_same_id_in_another_version_is_new() -> None:
    system = System(change(1))
    _, cursor = ids(system, "")
    system.visible = [change(1, version="2")]

    assert ids(system, cursor)[0] == ["1"]


def test_more_changes_of_one_second_than_are_taken_at_once_all_come() -> None:
    system = System(*(change(n, second=5) for n in range(20)))
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        found, cursor = ids(system, cursor, most=3)
        seen += found

    assert sorted(seen, key=int) == [str(n) for n in range(20)]


def test_a_poll_that_stopped_early_says_that_more_waits() -> None:
    system = System(*map(change, range(10)))

    assert not poll("", system.pages, overlap=OVERLAP, most=3).is_all
    assert poll("", system.pages, overlap=OVERLAP, most=10).is_all


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_order_of_commits_everything_comes_once(seed: int) -> None:
    """Commits are late by less than the overlap; polls come at any moment."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    coming = sorted(((n + chance.uniform(0, 59), change(n)) for n in range(200)), key=lambda pair: pair[0])
    system, seen, cursor = System(), [], ""
    for _, late in coming:
        system.visible.append(late)
        if chance.random() < 0.1:
            found, cursor = ids(system, cursor, most=chance.choice([1, 7, 1000]))
            seen += found
    for _ in range(250):
        found, cursor = ids(system, cursor)
        seen += found

    assert sorted(seen, key=int) == [str(n) for n in range(200)]


def test_what_left_the_window_is_forgotten() -> None:
    system = System(*(change(n, second=n * 10) for n in range(100)))
    _, cursor = ids(system, "")

    assert len(Cursor.parse(cursor).seen) == 7


def test_a_poll_of_nothing_keeps_the_cursor() -> None:
    _, cursor = ids(System(change(1)), "")

    assert ids(System(), cursor) == ([], cursor)


@pytest.mark.parametrize("text", ["x", "{}", "[]", '{"at":"yesterday","seen":[]}', '{"at":"","seen":[1]}'])
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no cursor"):
        poll(text, System().pages, overlap=OVERLAP)
