"""The base of every stand-in: faults by switch, also from other processes."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from adapters.shared.sandbox.faults import KINDS, NOTHING_DONE, Fault, FaultBook
from adapters.shared.sandbox.server import Call, Reply, Sandbox


class Box(Sandbox):
    def __init__(self) -> None:
        super().__init__()
        self.objects["x"] = []

    def reply(self, call: Call) -> Reply:
        if self.is_write(call):
            self.objects["x"].append({"body": call.body.decode()})
        return Reply(200, {"amount": Decimal("1.10"), "n": len(self.objects["x"])})


@pytest.fixture
def box() -> Iterator[Box]:
    with Box() as served:
        yield served


def post(box: Box, **more: Any) -> httpx.Response | None:
    try:
        return httpx.post(f"{box.url}/x", timeout=10, **more)
    except httpx.HTTPError:
        return None


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_does_what_its_name_says_and_then_it_is_over(box: Box, kind: Any) -> None:
    box.faults.add(Fault(kind, seconds=0.05 if kind in {"drip", "delay"} else 0.2))
    post(box, content=b"one")

    assert box.count("x") == (0 if kind in NOTHING_DONE else 2 if kind == "answer_twice" else 1)
    assert box.faults.listed() == []
    again = post(box, content=b"two")
    assert again is not None
    assert again.status_code == 200


def test_amounts_leave_as_numbers_with_all_their_digits(box: Box) -> None:
    answer = post(box)

    assert answer is not None
    assert answer.text == '{"amount": 1.10, "n": 1}'


@pytest.mark.parametrize(
    ("on", "path", "is_write", "hit"),
    [("writes", "/x", True, True), ("writes", "/x", False, False), ("reads", "/x", False, True), ("all", "/x", False, True),
     ("/a/*", "/a/b", False, True), ("/a/*", "/b", True, False), ("*/batch", "/crm/v3/batch", True, True), ("/a.b", "/axb", True, False)],
)  # fmt: skip
def test_a_fault_meets_the_calls_that_are_meant(on: str, path: str, is_write: bool, hit: bool) -> None:
    book = FaultBook()
    book.add(Fault("hang", on=on))

    assert (book.next(path, is_write=is_write) is not None) == hit


def test_a_fault_waits_and_ends_as_it_is_told() -> None:
    book = FaultBook()
    book.add(Fault("hang", times=2, skip=1))

    assert [book.next("/x", is_write=True) is not None for _ in range(5)] == [False, True, True, False, False]


def test_an_unknown_fault_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="commit_then_cut"):
        Fault("explode")  # type: ignore[arg-type]


def test_the_switchboard_works_from_outside(box: Box) -> None:
    board = f"{box.url}/__sandbox__"
    assert httpx.post(f"{board}/faults", json={"kind": "html_500", "times": 3}).status_code == 204
    assert [row["kind"] for row in httpx.get(f"{board}/faults").json()] == ["html_500"]
    assert httpx.delete(f"{board}/faults").status_code == 204
    assert httpx.get(f"{board}/faults").json() == []
    post(box, content=b"one")
    assert httpx.get(f"{board}/objects").json() == {"x": [{"body": "one"}]}


@pytest.mark.parametrize("body", [b"{}", b'{"kind":"explode"}', b"<", b'{"kind":"hang","why":1}', b"[]"])
def test_the_switchboard_refuses_what_is_no_fault(box: Box, body: bytes) -> None:
    assert httpx.post(f"{box.url}/__sandbox__/faults", content=body).status_code == 400


def test_no_fault_meets_the_switchboard(box: Box) -> None:
    box.faults.add(Fault("cut_before", on="all"))

    assert httpx.get(f"{box.url}/__sandbox__/faults").status_code == 200


def test_calls_from_many_threads_are_all_counted(box: Box) -> None:
    threads = [threading.Thread(target=post, args=(box,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert (box.count("x"), len(box.calls)) == (20, 20)


def test_a_body_in_pieces_is_read_whole(box: Box) -> None:
    post(box, content=iter([b"one ", b"two"]))

    assert box.objects["x"] == [{"body": "one two"}]
