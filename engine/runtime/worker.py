"""A worker: heartbeat, takeover of what dead workers left, late answers, and documents that nobody put in the queue."""

import os
import socket
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from dbos import DBOS

from engine.model.document import Document
from engine.runtime import alarms, deaths, erasing, kpi, leaving, rounds, searching, steps, summaries, waiting, workflow
from engine.runtime.alerts.messenger import Messenger
from engine.runtime.house import House
from engine.runtime.posting import answers, poster
from engine.runtime.posting.poster import Poster
from engine.runtime.sources.following import Follower
from engine.runtime.webhooks.courier import Courier
from engine.store import documents, ledger, outbox, sources, workers
from engine.store.database import reading, transaction

log = structlog.get_logger()

MOST_DEATHS = deaths.MOST
RETIRED = datetime(1970, 1, 1, tzinfo=UTC)
"""The last sign of life of a worker that ended by itself: whatever it left is free at once."""
_PAGE = 500
_LINES = 50
"""Lines about old documents that are written in one round."""
_PENDING = "PENDING"
_ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


def executor_name() -> str:
    """Return a name for this process that no other process ever has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


_RETENTION_PAUSE = timedelta(hours=1)
"""Between two looks whether the daily run of retention is due."""


class Worker:
    """One process's share of the work. `start` launches, `stop` lets the running documents end first.

    The heart beats in a thread of its own: a target that answers slowly never makes a living worker look dead.
    """

    def __init__(self, house: House, *, consume: bool = True) -> None:
        self.house = house
        self.executor_id = executor_name()
        self._consume = consume
        self._swept_to = ""
        self._lines_lack = True
        self._words_lack = True
        self._keeps_until = self.house.clock.now()
        self._watch = alarms.Watch()
        self._poster = Poster(workflow.current, self.executor_id, threads=house.settings.posting_concurrency)
        self._follower = Follower(workflow.current, self.executor_id, lambda one: workflow.enqueue(one, 1))
        self._courier = Courier(workflow.current, self.executor_id)
        self._messenger = Messenger(workflow.current, self.executor_id)
        self._resting = threading.Event()
        self._stopped = threading.Event()
        self._heart = threading.Thread(
            target=self._repeat, args=(self._stopped, self.beat), name="heartbeat", daemon=True
        )
        self._care = threading.Thread(
            target=self._repeat, args=(self._resting, self.look_after), name="caretaker", daemon=True
        )

    def start(self) -> None:
        """Say that we live, launch the workflow engine and begin to look after the others."""
        self.beat()
        workflow.launch(self.house, executor_id=self.executor_id, consume=self._consume)
        self._heart.start()
        self._care.start()
        if self._consume:
            self._poster.start()
            self._follower.start()
            self._courier.start()
            self._messenger.start()
        log.info("worker_started", executor=self.executor_id)

    def stop(self, *, wait_seconds: int = 30) -> None:
        """Take no new work, wait for what runs, and leave; what did not end in time is free for the others at once."""
        self._resting.set()
        self._care.join(timeout=5)
        if self._consume:
            self._follower.stop(wait_seconds=5)
            self._courier.stop(wait_seconds=5)
            self._messenger.stop(wait_seconds=5)
            self._poster.stop(wait_seconds=wait_seconds)
        workflow.shut_down(wait_seconds=wait_seconds)
        self._stopped.set()
        self._heart.join(timeout=5)
        self.beat(at=RETIRED)
        log.info("worker_stopped", executor=self.executor_id)

    def beat(self, *, at: datetime | None = None) -> None:
        """Renew the heartbeat."""
        with transaction(self.house.engine) as tx:
            workers.beat(
                tx, executor_id=self.executor_id, host=socket.gethostname(), pid=os.getpid(),
                at=at or self.house.clock.now(),
            )  # fmt: skip

    def look_after(self) -> None:
        """Do once what has to be done again and again: take over, sweep, collect answers."""
        house = workflow.current()
        free_calls(house)
        take_over(house, self.executor_id)
        if self._consume:
            self._swept_to = sweep(house, after=self._swept_to)
            settle_late_answers(house)
            leaving.look(house)
            self._follower.look()
            self._watch.look(house)
            self._lines_lack = self._lines_lack and summaries.catch_up(house, most=_LINES) > 0
            self._words_lack = self._words_lack and searching.catch_up(house, most=_LINES) > 0
            kpi.count_on(house, rounds=1)
            if (now := house.clock.now()) >= self._keeps_until:
                self._keeps_until = now + _RETENTION_PAUSE
                erasing.nightly(house)
            for document in waiting.look(house):
                workflow.enqueue(document.id, document.revision)

    def _repeat(self, end: threading.Event, task: Callable[[], None]) -> None:
        seconds = self.house.settings.heartbeat_seconds
        rounds.repeat(task, wait=lambda: end.wait(seconds), end=end, executor=self.executor_id)


def take_over(house: House, executor_id: str) -> int:
    """Resume the workflows of workers whose heartbeat stopped. Returns how many were resumed.

    The claim on a dead worker is one atomic update, so two rescuers never resume the same work; a rescuer that dies on
    the way is itself found dead and its claim passes on. Work of a worker that is in no list (it was forgotten in the
    moment in which it woke up and took something) is noticed too: that worker is written down and soon found dead.
    """
    now = house.clock.now()
    stale_before = now - timedelta(seconds=house.settings.dead_after_seconds)
    with reading(house.engine) as tx:
        gone = [one for one in workers.dead(tx, before=stale_before) if one.executor_id != executor_id]
        known = {one.executor_id for one in (*gone, *workers.alive(tx, stale_before))} | {executor_id}
    left: dict[str, list[str]] = {}
    for status in DBOS.list_workflows(status=_PENDING, name="process", load_input=False, load_output=False):
        left.setdefault(status.executor_id or "", []).append(status.workflow_id)
    with transaction(house.engine) as tx:
        for name in left.keys() - known:
            workers.note(tx, name, now)
    return sum(_inherit(house, executor_id, one, left.get(one.executor_id, []), stale_before) for one in gone)


def _inherit(house: House, executor_id: str, gone: workers.Worker, ids: Sequence[str], stale_before: datetime) -> int:
    """Claim one dead worker, resume what it left pending, and forget it. Returns how many workflows were resumed."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        mine = workers.take_over(tx, gone.executor_id, by=executor_id, at=now, stale_before=stale_before)
        if mine and ids:
            ledger.append(
                tx, at=now, document_id=None, kind="worker_taken_over", actor=executor_id,
                data={"dead": gone.executor_id, "workflows": list(ids)},
            )  # fmt: skip
    if not mine:
        return 0
    if gone.beat_at > RETIRED:
        ids = [one for one in ids if not _is_deadly(house, one, gone.executor_id)]
    if ids:
        DBOS.resume_workflows(list(ids), queue_name=workflow.QUEUE)
        log.warning("worker_taken_over", dead=gone.executor_id, workflows=len(ids))
    with transaction(house.engine) as tx:
        sources.free(tx, gone.executor_id)
        workers.forget(tx, gone.executor_id, stale_before=stale_before)
    return len(ids)


def _is_deadly(house: House, workflow_id: str, dead: str) -> bool:
    """Note that a worker died on a document; when too many did, hand it to a person and cancel its workflow."""
    document_id, _, revision = workflow_id.rpartition(":")
    with transaction(house.engine) as tx:
        if not deaths.note(tx, document_id, int(revision), worker=dead, at=house.clock.now()):
            return False
    error = f"{MOST_DEATHS} workers died while they processed it"
    steps.fail(house, document_id, int(revision), error, reason="processing_dies")
    DBOS.cancel_workflow(workflow_id)
    return True


def free_calls(house: House) -> int:
    """Free the operations that dead workers were sending. Returns how many."""
    with reading(house.engine) as tx:
        retired = {one.executor_id for one in workers.dead(tx, before=RETIRED + timedelta(seconds=1))}
    return poster.take_over(house, retired=retired)


def sweep(house: House, *, after: str = "") -> str:
    """Look through one page of unsettled documents, from the id `after` on. Returns where the next page begins.

    A document that was never queued (a process died in between) is queued now. One that is on its way is left to the
    outbox; one of which nothing is on its way any more is settled. One whose walk is over without having
    brought it to an end (its database was away for too long) goes to a person. Nothing stays behind unseen.
    """
    with reading(house.engine) as tx:
        page = documents.unsettled(tx, after=after, limit=_PAGE)
    walks = {workflow_id(document): document for document in page}
    states = {
        status.workflow_id: status.status
        for status in DBOS.list_workflows(workflow_ids=list(walks), load_input=False, load_output=False)
    } if walks else {}  # fmt: skip
    with reading(house.engine) as tx:
        on_the_way = outbox.of_documents(tx, [document.id for document in page])
    for walk, document in walks.items():
        if document.id in on_the_way:
            continue
        if walk not in states:
            workflow.enqueue(document.id, document.revision)
        elif states[walk] == "SUCCESS" and document.state == "posting":
            steps.settle(house, document.id, document.revision)
        elif states[walk] in _ENDED:
            steps.fail(house, document.id, document.revision, f"the walk ended as {states[walk]}, the document did not")
    return page[-1].id if len(page) == _PAGE else ""


def workflow_id(document: Document) -> str:
    """Return the id of the workflow that walks a document's present revision."""
    return f"{document.id}:{document.revision}"


def settle_late_answers(house: House) -> int:
    """Move documents on whose operations got an answer. Returns how many answers there were."""
    answered = answers.collect(
        house, settle=lambda operation: steps.settle(house, operation.document_id, operation.revision)
    )
    return len(answered)
