import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.store.turnstile import TooLong, Turnstile


def test_one_at_a_time_is_the_next_in_line(tmp_path: Path) -> None:
    first, second = Turnstile(tmp_path / "queue"), Turnstile(tmp_path / "queue")

    with first.turn(time.monotonic() + 5), pytest.raises(TooLong), second.turn(time.monotonic()):
        pytest.fail("two were the next in line")
    with Turnstile(tmp_path / "queue").turn(time.monotonic()):
        pass


def test_a_queue_that_did_not_move_is_left_alone_for_a_while(tmp_path: Path) -> None:
    asleep, writer = Turnstile(tmp_path / "queue"), Turnstile(tmp_path / "queue")
    with asleep.turn(time.monotonic() + 5), pytest.raises(TooLong), writer.turn(time.monotonic()):
        pytest.fail("two were the next in line")

    with pytest.raises(TooLong), writer.turn(time.monotonic() + 60):
        pytest.fail("it was asked again at once")


def test_threads_queue_too(tmp_path: Path) -> None:
    turnstile, inside = Turnstile(tmp_path / "queue"), []

    def pass_through(number: int) -> int:
        with turnstile.turn(time.monotonic() + 30):
            inside.append(number)
            return len([one for one in inside if one == number])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(pass_through, range(40))) == [1] * 40


def test_an_error_at_the_head_of_the_queue_lets_the_next_one_in(tmp_path: Path) -> None:
    turnstile = Turnstile(tmp_path / "queue")

    with pytest.raises(ValueError, match="broken"), turnstile.turn(time.monotonic() + 5):
        raise ValueError("broken")

    with turnstile.turn(time.monotonic()):
        pass
