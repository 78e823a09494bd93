import fcntl
import os
import subprocess
import sys
import tempfile

import pytest

from adapters.shared.turns import TURNS, described, in_turn

ASK = "from adapters.shared.turns import in_turn\nwith in_turn():\n    print('in', flush=True)\n    input()"
"""Takes its turn, says so, and keeps it until its input ends."""


def test_a_turn_is_held_against_other_processes_until_its_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryFile() as file:
        turns = described(file.fileno(), at_most=2)
        with subprocess.Popen(
            [sys.executable, "-c", ASK], env=os.environ | turns, pass_fds=(file.fileno(),), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        ) as other:  # fmt: skip
            assert other.stdout
            assert other.stdout.readline() == "in\n"
            with pytest.raises(BlockingIOError):
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
            other.kill()
        monkeypatch.setenv(TURNS, turns[TURNS])
        with in_turn():
            assert other.returncode


@pytest.mark.parametrize(("at_most", "turns"), [(1, "1"), (2, "1"), (3, "1"), (4, "2"), (16, "8")])
def test_half_of_those_that_work_at_once_have_their_turn(at_most: int, turns: str) -> None:
    assert described(9, at_most=at_most)[TURNS] == f"9:{turns}"


def test_a_process_without_turns_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TURNS, raising=False)

    with in_turn():
        assert TURNS not in os.environ
