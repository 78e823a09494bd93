import os
import threading
from collections.abc import Iterator

import pytest

from adapters.shared.guard import ChildDied, Guard
from engine.model.errors import ReadError


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard("tests.adapters.shared.handlers:handle", memory_mib=512)
    yield guard
    guard.close()


def ask(guard: Guard, do: str, *, seconds: float = 20, at_most: int = 2, **more: int) -> list[dict]:
    return list(guard.ask({"do": do, **more}, seconds=seconds, at_most=at_most))


def test_answers_come_in_order_from_another_process(guard: Guard) -> None:
    answers = ask(guard, "count", to=3)

    assert [answer["number"] for answer in answers] == [0, 1, 2]
    assert answers[0]["pid"] != os.getpid()


def test_a_child_is_used_again(guard: Guard) -> None:
    assert ask(guard, "count", to=1) == ask(guard, "count", to=1)


def test_a_child_of_a_large_parent_is_used_again() -> None:
    ballast = bytearray(os.urandom(1)) * (300 * 1024 * 1024)
    guard = Guard("tests.adapters.shared.handlers:handle", memory_mib=512, keep_mib=200)
    try:
        assert ask(guard, "count", to=1) == ask(guard, "count", to=1)
    finally:
        guard.close()
        del ballast


def test_a_refusal_comes_through_and_the_child_lives_on(guard: Guard) -> None:
    before = ask(guard, "count", to=1)

    with pytest.raises(ReadError, match="no") as e:
        ask(guard, "refuse")

    assert (e.value.code, e.value.detail) == ("encrypted", "why")
    assert ask(guard, "count", to=1) == before


@pytest.mark.parametrize(
    ("do", "seconds"), [("crash", 20), ("hang", 0.5), ("eat", 20)], ids=["crash", "hang", "memory"]
)
def test_a_child_that_dies_is_noticed_and_replaced(guard: Guard, do: str, seconds: float) -> None:
    ask(guard, "count", to=1)

    with pytest.raises(ChildDied):
        ask(guard, do, seconds=seconds)

    assert ask(guard, "count", to=1)[0]["number"] == 0


def test_what_a_library_prints_does_not_disturb_the_answers(guard: Guard) -> None:
    assert ask(guard, "print") == [{"number": 1}]


def test_many_threads_share_few_children(guard: Guard) -> None:
    pids: set[int] = set()
    threads = [
        threading.Thread(target=lambda: pids.update(a["pid"] for a in ask(guard, "count", to=5))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 <= len(pids) <= 2


def test_a_child_gives_memory_back_unless_the_operator_says_otherwise(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1")

    (told,) = (answer for answer in ask(guard, "surroundings") if "done" not in answer)

    assert (told["MALLOC_ARENA_MAX"], told["MALLOC_TRIM_THRESHOLD_"]) == ("1", "1")
