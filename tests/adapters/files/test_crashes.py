"""Exactly once: the process dies at every call, twice, or runs double; the receiver takes files away at once."""

import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.files.folder import Folder
from adapters.files.folder_local import LocalFolder
from adapters.files.folder_sftp import SftpFolder
from adapters.files.settings import FilesSettings, parse_settings
from adapters.files.target import FilesTarget
from engine.model.errors import TargetError
from engine.model.operation import Operation, Receipt
from tests.adapters.files.doubles import Killed, MemoryFolder, Receiver, Watched
from tests.adapters.files.factories import local, operation
from tests.sftp_server import SftpServer

ONCE = [
    "AP_RE-2026-0815_{key}_p01of02.csv", "AP_RE-2026-0815_{key}_p01of02.csv.done",
    "AP_RE-2026-0815_{key}_p01of02.csv.sha256", "AP_RE-2026-0815_{key}_p02of02.csv",
    "AP_RE-2026-0815_{key}_p02of02.csv.done", "AP_RE-2026-0815_{key}_p02of02.csv.sha256",
]  # fmt: skip
IN_MEMORY = parse_settings(local("/drop"))


def two_parts() -> Operation:
    return operation(max_lines=2)


def expected(op: Operation) -> list[str]:
    return [name.format(key=op.short_key) for name in ONCE]


def deliver(folder: Folder, binding: FilesSettings, op: Operation) -> Receipt:
    target = FilesTarget(folder, binding)
    return target.find(op) or target.send(op)


def crash_then_recover(folder: MemoryFolder, crashes: list[tuple[int, bool]]) -> Receiver:
    """Deliver with one death for each of `crashes` (call number, before or after it), then once undisturbed."""
    receiver, op = Receiver(), two_parts()
    for at, is_before in [*crashes, (10**9, True)]:

        def before(number: int, _: str, *, at: int = at, is_before: bool = is_before) -> None:
            if number == at and is_before:
                raise Killed

        def after(number: int, _: str, *, at: int = at, is_before: bool = is_before) -> None:
            receiver.take_memory(folder, "/drop")
            if number == at and not is_before:
                raise Killed

        try:
            deliver(Watched(folder, before=before, after=after), IN_MEMORY, op)
        except Killed:
            receiver.take_memory(folder, "/drop")
    receiver.take_memory(folder, "/drop")
    return receiver


def calls_of_a_delivery() -> int:
    watched = Watched(MemoryFolder(), before=lambda *_: None, after=lambda *_: None)
    deliver(watched, IN_MEMORY, two_parts())
    return watched.calls


CALLS_OF_A_DELIVERY = calls_of_a_delivery()


@pytest.mark.parametrize("is_before", [True, False], ids=["before the call", "after the call"])
@pytest.mark.parametrize("at", range(1, CALLS_OF_A_DELIVERY + 1))
def test_a_death_at_any_call_delivers_every_file_once(at: int, is_before: bool) -> None:
    receiver = crash_then_recover(MemoryFolder(), [(at, is_before)])

    assert receiver.names() == expected(two_parts())


@given(crashes=st.lists(st.tuples(st.integers(1, 70), st.booleans()), max_size=6))
@settings(max_examples=300, deadline=None)
def test_any_number_of_deaths_delivers_every_file_once(crashes: list[tuple[int, bool]]) -> None:
    receiver = crash_then_recover(MemoryFolder(), crashes)

    assert receiver.names() == expected(two_parts())


class Turns:
    """Lets one of two threads go on at each call, by a schedule; past its end both run freely."""

    def __init__(self, schedule: list[bool]) -> None:
        self._schedule = schedule
        self._at = 0
        self._gone: set[bool] = set()
        self._changed = threading.Condition()

    def wait(self, who: bool) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_turn(who), timeout=10)
            self._at += 1
            self._changed.notify_all()

    def leave(self, who: bool) -> None:
        with self._changed:
            self._gone.add(who)
            self._changed.notify_all()

    def _is_turn(self, who: bool) -> bool:
        return self._at >= len(self._schedule) or self._schedule[self._at] == who or (not who) in self._gone


@given(schedule=st.lists(st.booleans(), max_size=120))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_two_senders_at_once_deliver_every_file_once(schedule: list[bool]) -> None:
    folder, receiver, op, turns, lock = MemoryFolder(), Receiver(), two_parts(), Turns(schedule), threading.Lock()

    def sender(who: bool) -> None:
        def after(*_: object) -> None:
            with lock:
                receiver.take_memory(folder, "/drop")

        watched = Watched(folder, before=lambda *_: turns.wait(who), after=after)
        try:
            deliver(watched, IN_MEMORY, op)
        except TargetError:
            pass
        finally:
            turns.leave(who)

    threads = [threading.Thread(target=sender, args=(who,)) for who in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver(folder, IN_MEMORY, op)
    receiver.take_memory(folder, "/drop")

    assert receiver.names() == expected(op)


def die_at(step: int, folder: Folder, binding: FilesSettings, op: Operation) -> None:
    """Deliver in a child process that is killed with SIGKILL before its call number `step`."""
    child = os.fork()
    if child == 0:

        def before(number: int, _: str) -> None:
            if number == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            deliver(Watched(folder, before=before, after=lambda *_: None), binding, op)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


@pytest.mark.slow
@pytest.mark.parametrize("step", range(1, CALLS_OF_A_DELIVERY + 2))
def test_a_killed_process_leaves_each_local_file_once(step: int, tmp_path: Path) -> None:
    drop, receiver, op = tmp_path / "erp", Receiver(), two_parts()
    binding = parse_settings(local(drop))

    die_at(step, LocalFolder(), binding, op)
    receiver.take(drop)
    deliver(LocalFolder(), binding, op)
    receiver.take(drop)

    assert receiver.names() == expected(op)


@pytest.mark.slow
@pytest.mark.parametrize("step", range(1, CALLS_OF_A_DELIVERY + 2, 3))
def test_a_killed_process_leaves_each_remote_file_once(step: int, tmp_path: Path, sftp_server: SftpServer) -> None:
    drop, receiver, op = tmp_path / "erp", Receiver(), two_parts()
    binding = parse_settings(sftp_server.settings(drop))

    die_at(step, SftpFolder(binding), binding, op)
    receiver.take(drop)
    folder = SftpFolder(binding)
    deliver(folder, binding, op)
    folder.close()
    receiver.take(drop)

    assert receiver.names() == expected(op)


def test_a_finished_delivery_leaves_no_temporary_file(tmp_path: Path) -> None:
    binding = parse_settings(local(tmp_path / "erp"))
    for step in range(1, CALLS_OF_A_DELIVERY, 5):
        die_at(step, LocalFolder(), binding, two_parts())

    deliver(LocalFolder(), binding, two_parts())

    left = [path.name for path in (tmp_path / "erp" / ".postroom").rglob("*") if path.is_file()]
    assert left == [f"{two_parts().short_key}.json"]
