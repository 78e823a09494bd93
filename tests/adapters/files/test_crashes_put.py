"""Places without a move: the process dies at every call, and nothing is delivered twice or lost in silence."""

import contextlib
import itertools
from typing import Any

import pytest
from botocore.client import BaseClient
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.files.plug import PLUG
from adapters.files.settings import FilesSettings, parse_settings
from adapters.files.target import FilesTarget
from engine.model.errors import Ambiguous
from engine.model.operation import Operation, Receipt
from tests.adapters.files.doubles import Killed, MemoryFolder, Receiver, Watched
from tests.adapters.files.factories import operation
from tests.adapters.files.servers_s3 import MotoStore

TAKEN = parse_settings({"delivery": "s3", "bucket": "erp", "folder": "/drop"})
STAYS = TAKEN.model_copy(update={"files_stay": True})


class MemoryStore(MemoryFolder):
    """A bucket in memory that keeps names."""

    def create(self, path: str, data: bytes) -> None:
        if path in self.files:
            raise FileExistsError(path)
        self.files[path] = data


def two_parts() -> Operation:
    return operation(max_lines=2, name="AP_{key}.csv")


def parts() -> list[str]:
    return [f"AP_{two_parts().short_key}_p0{n}of02.csv" for n in (1, 2)]


def deliver(folder: Any, binding: FilesSettings) -> Receipt:
    target = FilesTarget(folder, binding, shelf=folder)
    return target.find(two_parts()) or target.send(two_parts())


def die(folder: MemoryStore, binding: FilesSettings, receiver: Receiver, at: int, *, is_before: bool) -> None:
    """Deliver, and die at one call; whoever receives looks after each call."""

    def before(number: int, _: str) -> None:
        if number == at and is_before:
            raise Killed

    def after(number: int, _: str) -> None:
        if not binding.files_stay:
            receiver.take_memory(folder, "/drop")
        if number == at and not is_before:
            raise Killed

    with contextlib.suppress(Killed):
        deliver(Watched(folder, before=before, after=after), binding)


def person(folder: MemoryStore, receiver: Receiver) -> None:
    """Ask the receiver for each file that was tried, and do what the message says."""
    for mark in [path for path in folder.files if path.endswith(".sent")]:
        name = parts()[int(mark.split(".")[-3])]
        temporary = mark.removesuffix(".sent")
        if name in receiver.names():
            folder.files.pop(temporary, None)
        else:
            del folder.files[mark]


def recover(folder: MemoryStore, binding: FilesSettings, receiver: Receiver) -> bool:
    """Deliver until it is through; say whether a person was asked."""
    was_asked = False
    for _ in range(4):
        try:
            die(folder, binding, receiver, 10**9, is_before=True)
        except Ambiguous:
            was_asked = True
            person(folder, receiver)
        else:
            return was_asked
    raise AssertionError


def calls() -> int:
    watched = Watched(MemoryStore(), before=lambda *_: None, after=lambda *_: None)
    deliver(watched, STAYS)
    return watched.calls


CALLS = calls()
EVERY = [(at, is_before) for at in range(1, CALLS + 1) for is_before in (True, False)]


def test_a_death_at_any_call_delivers_every_part_once() -> None:
    asked = []
    for at, is_before in EVERY:
        folder, receiver = MemoryStore(), Receiver()
        die(folder, TAKEN, receiver, at, is_before=is_before)
        asked.append(recover(folder, TAKEN, receiver))
        assert [name for name in receiver.names() if name.endswith(".csv")] == parts(), (at, is_before)
    # only between the note of an attempt and the end of it
    assert 0 < sum(asked) <= len(EVERY) // 6


def test_where_files_stay_no_death_needs_a_person() -> None:
    for at, is_before in EVERY:
        folder, receiver = MemoryStore(), Receiver()
        die(folder, STAYS, receiver, at, is_before=is_before)
        assert not recover(folder, STAYS, receiver), (at, is_before)
        receiver.take_memory(folder, "/drop")
        assert [name for name in receiver.names() if name.endswith(".csv")] == parts()


@given(deaths=st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=5))
@settings(max_examples=150, deadline=None)
def test_any_number_of_deaths_delivers_every_part_once(deaths: list[tuple[int, bool]]) -> None:
    folder, receiver = MemoryStore(), Receiver()
    for at, is_before in deaths:
        try:
            die(folder, TAKEN, receiver, at, is_before=is_before)
        except Ambiguous:
            person(folder, receiver)
    recover(folder, TAKEN, receiver)

    assert [name for name in receiver.names() if name.endswith(".csv")] == parts()


AT = [
    ("PutObject", ".part"),
    ("PutObject", ".json"),
    ("PutObject", ".sent"),
    ("PutObject", ".csv"),
    ("DeleteObject", ".part"),
]


@pytest.mark.slow
@pytest.mark.siege
def test_a_death_at_a_call_to_a_real_store_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receiver takes what it sees after each death; what it took is never sent again, what it has not is."""
    store, taken, doubts = MotoStore(), list[str](), list[tuple[str, bool]]()
    store.start()

    def receive() -> None:
        for one in store.files():
            taken.append(one.name)
            store.take_away(f"erp/in/{one.name}")

    for n, (point, is_after) in enumerate(itertools.product(AT, (False, True))):
        work = operation(key=f"ap/erp/{n}", name="AP_{key}.csv", done_marker=None)
        with monkeypatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", dying(*point, is_after=is_after))
            with pytest.raises(Killed):
                hand_over(store, work)
        receive()
        try:
            hand_over(store, work)
        except Ambiguous:
            doubts.append((point[1], is_after))
        receive()
    store.stop()

    assert doubts == [(".sent", True), (".csv", False), (".csv", True), (".part", False)]
    # of the doubtful ones the receiver has those that were written: nobody here can tell
    assert len(taken) == len(set(taken)) == 2 * len(AT) - 2


def dying(call: str, ending: str, *, is_after: bool) -> Any:
    inner = BaseClient._make_api_call

    def counted(client: Any, name: str, params: Any) -> Any:
        is_there = name == call and params["Key"].endswith(ending)
        if is_there and not is_after:
            raise Killed
        answer = inner(client, name, params)
        if is_there:
            raise Killed
        return answer

    return counted


def hand_over(store: MotoStore, work: Operation) -> None:
    target: Any = PLUG.target(store.settings())
    try:
        _ = target.find(work) or target.send(work)
    finally:
        target.close()
