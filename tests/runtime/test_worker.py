"""The worker's own care: heartbeat, takeover, sweep. What happens when processes die is shown in tests/durable."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.model.document import Blob, Document
from engine.model.errors import Transient
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.runtime import intake, story, worker, workflow
from engine.runtime.house import House
from engine.runtime.worker import RETIRED, Worker
from engine.store import documents, ledger, workers
from engine.store.database import transaction
from tests.durable.invoices import ubl_invoice
from tests.durable.site import wait_until
from tests.house import Hub, StoppedClock, furnished_house, running_hub

ME = "here:1:me"


@dataclass
class FakeDbos:
    """Stands in for the workflow database: says what it is told and notes what it is asked to do."""

    walks: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Workflow id to (status, executor)."""
    resumed: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def list_workflows(
        self, *, workflow_ids: Sequence[str] | None = None, status: str | None = None, **_: object
    ) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(workflow_id=name, status=state, executor_id=executor)
            for name, (state, executor) in self.walks.items()
            if (workflow_ids is None or name in workflow_ids) and status in {None, state}
        ]

    def resume_workflows(self, ids: list[str], **_: object) -> None:
        self.resumed += ids

    def cancel_workflow(self, name: str) -> None:
        self.cancelled.append(name)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def house(empty_house: House, clock: StoppedClock) -> House:
    return replace(empty_house, clock=clock)


@pytest.fixture
def dbos(monkeypatch: pytest.MonkeyPatch) -> FakeDbos:
    fake = FakeDbos()
    monkeypatch.setattr(worker, "DBOS", fake)
    monkeypatch.setattr(
        workflow, "enqueue", lambda document, revision: fake.walks.update({f"{document}:{revision}": ("ENQUEUED", "")})
    )
    return fake


def beat(house: House, name: str, *, seconds_ago: float = 0) -> None:
    at = house.clock.now() - timedelta(seconds=seconds_ago)
    with transaction(house.engine) as tx:
        workers.beat(tx, executor_id=name, host="here", pid=1, at=at)


def documents_in(house: House, *digits: str) -> list[str]:
    ids = [digit * 64 for digit in digits]
    with transaction(house.engine) as tx:
        for name in ids:
            blob = Blob(sha256=name, size=1, media_type="application/xml")
            documents.add(tx, Document(id=name, name="a", blob=blob, source="test", received_at=house.clock.now()))
    return ids


def states(house: House) -> dict[str, str]:
    with transaction(house.engine) as tx:
        return {document.id[0]: document.state for document in documents.recent(tx, 100)}


def names(house: House) -> set[str]:
    with transaction(house.engine) as tx:
        return {one.executor_id for one in workers.alive(tx, RETIRED)}


def test_the_work_of_a_silent_worker_is_resumed_and_the_worker_forgotten(house: House, dbos: FakeDbos) -> None:
    (held,) = documents_in(house, "a")
    beat(house, ME)
    beat(house, "dead", seconds_ago=31)
    dbos.walks = {f"{held}:1": ("PENDING", "dead")}

    assert worker.take_over(house, ME) == 1
    assert (dbos.resumed, names(house)) == ([f"{held}:1"], {ME})


def test_the_work_of_a_living_worker_is_left_alone(house: House, dbos: FakeDbos) -> None:
    (held,) = documents_in(house, "a")
    beat(house, ME)
    beat(house, "alive", seconds_ago=29)
    dbos.walks = {f"{held}:1": ("PENDING", "alive")}

    assert worker.take_over(house, ME) == 0
    assert names(house) == {ME, "alive"}


def test_what_a_worker_left_that_ended_by_itself_is_free_at_once_and_counts_no_death(
    house: House, dbos: FakeDbos
) -> None:
    (held,) = documents_in(house, "a")
    beat(house, ME)
    with transaction(house.engine) as tx:
        workers.beat(tx, executor_id="ended", host="here", pid=1, at=RETIRED)
    dbos.walks = {f"{held}:1": ("PENDING", "ended")}

    assert worker.take_over(house, ME) == 1
    with transaction(house.engine) as tx:
        assert not [event for event in ledger.story(tx, held) if event.kind == "processing_died"]


def test_the_work_of_a_worker_in_no_list_is_found_after_a_while(
    house: House, dbos: FakeDbos, clock: StoppedClock
) -> None:
    (held,) = documents_in(house, "a")
    beat(house, ME)
    dbos.walks = {f"{held}:1": ("PENDING", "forgotten")}

    first = worker.take_over(house, ME)
    clock.moment += timedelta(seconds=31)
    beat(house, ME)

    assert (first, worker.take_over(house, ME)) == (0, 1)
    assert dbos.resumed == [f"{held}:1"]


def test_a_document_on_which_five_workers_died_is_not_resumed(house: House, dbos: FakeDbos) -> None:
    (held,) = documents_in(house, "a")
    for number in range(worker.MOST_DEATHS):
        dbos.walks = {f"{held}:1": ("PENDING", f"dead{number}")}
        beat(house, ME)
        beat(house, f"dead{number}", seconds_ago=31)
        worker.take_over(house, ME)

    assert dbos.resumed == [f"{held}:1"] * (worker.MOST_DEATHS - 1)
    assert dbos.cancelled == [f"{held}:1"]
    assert states(house) == {"a": "in_review"}


def test_the_sweep_queues_every_document_that_has_no_walk(
    house: House, dbos: FakeDbos, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = documents_in(house, "1", "2", "3", "4", "5")
    monkeypatch.setattr(worker, "_PAGE", 2)

    at = ""
    for _ in range(3):
        at = worker.sweep(house, after=at)

    assert (set(dbos.walks), at) == ({f"{name}:1" for name in ids}, "")


@pytest.mark.parametrize("end", ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "SUCCESS"])
def test_a_document_whose_walk_is_over_without_its_end_goes_to_a_person(house: House, dbos: FakeDbos, end: str) -> None:
    (lost,) = documents_in(house, "a")
    dbos.walks = {f"{lost}:1": (end, ME)}

    worker.sweep(house)

    assert states(house) == {"a": "in_review"}


@pytest.mark.parametrize("status", ["ENQUEUED", "PENDING", "DELAYED"])
def test_a_document_on_its_walk_is_left_alone(house: House, dbos: FakeDbos, status: str) -> None:
    (name,) = documents_in(house, "a")
    dbos.walks = {f"{name}:1": (status, ME)}

    worker.sweep(house)

    assert states(house) == {"a": "received"}


class Slow:
    """A target that is down until told otherwise, and answers as it is told."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_down = True
        self.answering = threading.Event()
        self.fails_with: Exception | None = None
        self.held: list[str] = []

    def find(self, _operation: Operation) -> Receipt | None:
        return None

    def send(self, operation: Operation) -> Receipt:
        if self.is_down:
            raise Transient("503")
        self.held.append(operation.key)
        return Receipt(key=operation.key, external_id="1", outcome="created")

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        self.asked += 1
        if self.fails_with:
            raise self.fails_with
        self.answering.wait()
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        del acknowledgement


def last_beat(house: House) -> object:
    with transaction(house.engine) as tx:
        return [one.beat_at for one in workers.alive(tx, RETIRED)]


def test_the_heart_beats_while_a_target_does_not_answer(tmp_path: Path) -> None:
    with running_hub(tmp_path, heartbeat_seconds=0.02) as hub:
        slow = Slow()
        hub.house._targets["erp"] = slow
        wait_until(lambda: slow.asked == 1, "the caretaker asks")
        before = last_beat(hub.house)
        wait_until(lambda: last_beat(hub.house) != before, "the heart beats")
        asked = slow.asked
        slow.answering.set()

    assert asked == 1


def test_a_round_that_fails_is_followed_by_the_next(tmp_path: Path) -> None:
    with running_hub(tmp_path, heartbeat_seconds=0.02) as hub:
        slow = Slow()
        slow.fails_with = KeyError("a bug")
        hub.house._targets["erp"] = slow
        wait_until(lambda: slow.asked > 2, "the caretaker asks again")
        slow.fails_with = None
        slow.answering.set()


def test_a_worker_that_stops_does_not_wait_for_a_target_that_is_down(tmp_path: Path) -> None:
    """The document is handed to the next worker, which keeps to the same end of the wait."""
    slow = Slow()
    slow.answering.set()
    first = furnished_house(tmp_path, retry_pauses_seconds=(3600,))
    first._targets["erp"] = slow
    one = Worker(first)
    one.start()
    with ubl_invoice(tmp_path, "RE-1").open("rb") as stream:
        document = intake.accept(first, stream, name="a.xml", source="test").document
    workflow.enqueue(document.id, 1)
    wait_until(lambda: _has_event(first, document.id, "operation_deferred"), "the target was tried")
    one.stop(wait_seconds=20)
    held_then = story.states(first, [document.id])
    first.close()

    later = StoppedClock(first.clock.now() + timedelta(seconds=3601))
    second = replace(furnished_house(tmp_path, heartbeat_seconds=0.05), clock=later)
    slow.is_down = False
    second._targets["erp"] = slow
    two = Worker(second)
    two.start()
    line = Hub(second).settled(document.id)
    two.stop(wait_seconds=0)
    second.close()

    assert (held_then, line.state, len(slow.held)) == ({document.id: "posting"}, "posted", 1)


def _has_event(house: House, document_id: str, kind: str) -> bool:
    with transaction(house.engine) as tx:
        return any(event.kind == kind for event in ledger.story(tx, document_id))
