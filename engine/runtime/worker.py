"""A worker: heartbeat, takeover of what dead workers left, late answers, and documents that nobody put in the queue."""

import os
import socket
import threading
import uuid
from datetime import timedelta

import structlog
from dbos import DBOS
from sqlalchemy.exc import OperationalError

from engine.runtime import dispatcher, steps, workflow
from engine.runtime.house import House
from engine.store import documents, ledger, workers
from engine.store.database import transaction

log = structlog.get_logger()


def executor_name() -> str:
    """Return a name for this process that no other process ever has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class Worker:
    """One process's share of the work. `start` launches, `stop` lets the running documents end first."""

    def __init__(self, house: House, *, consume: bool = True) -> None:
        self.house = house
        self.executor_id = executor_name()
        self._consume = consume
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat_until_stopped, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Say that we live, launch the workflow engine and begin to look after the others."""
        self.beat()
        workflow.launch(self.house, executor_id=self.executor_id, consume=self._consume)
        self._thread.start()
        log.info("worker_started", executor=self.executor_id)

    def stop(self, *, wait_seconds: int = 30) -> None:
        """Take no new work, wait for what runs, and leave the list of workers."""
        self._stopping.set()
        self._thread.join(timeout=5)
        workflow.shut_down(wait_seconds=wait_seconds)
        with transaction(self.house.engine) as tx:
            workers.forget(tx, self.executor_id)
        log.info("worker_stopped", executor=self.executor_id)

    def beat(self) -> None:
        """Renew the heartbeat."""
        with transaction(self.house.engine) as tx:
            workers.beat(
                tx, executor_id=self.executor_id, host=socket.gethostname(), pid=os.getpid(), at=self.house.clock.now()
            )

    def look_after(self) -> None:
        """Do once what has to be done again and again: take over, sweep, collect answers."""
        take_over(self.house, self.executor_id)
        if self._consume:
            sweep(self.house)
            settle_late_answers(self.house)

    def _beat_until_stopped(self) -> None:
        while not self._stopping.wait(self.house.settings.heartbeat_seconds):
            try:
                self.beat()
                self.look_after()
            except OperationalError as e:  # the database is busy or away: the next beat tries again
                log.warning("heartbeat_missed", executor=self.executor_id, why=str(e.orig))


def take_over(house: House, executor_id: str) -> int:
    """Resume the workflows of workers whose heartbeat stopped. Returns how many were resumed.

    The claim on a dead worker is one atomic update, so two rescuers never resume the same work; a rescuer that dies on
    the way is itself found dead and its claim passes on.
    """
    stale_before = house.clock.now() - timedelta(seconds=house.settings.dead_after_seconds)
    with transaction(house.engine) as tx:
        gone = [one.executor_id for one in workers.dead(tx, before=stale_before) if one.executor_id != executor_id]
    resumed = 0
    for name in gone:
        with transaction(house.engine) as tx:
            mine = workers.take_over(tx, name, by=executor_id, at=house.clock.now(), stale_before=stale_before)
        if not mine:
            continue
        left = DBOS.list_workflows(status="PENDING", executor_id=name, load_input=False, load_output=False)
        ids = [status.workflow_id for status in left]
        if ids:
            DBOS.resume_workflows(ids, queue_name=workflow.QUEUE)
        now = house.clock.now()
        with transaction(house.engine) as tx:
            workers.forget(tx, name)
            ledger.append(
                tx, at=now, document_id=None, kind="worker_taken_over", actor=executor_id,
                data={"dead": name, "workflows": ids},
            )  # fmt: skip
        log.warning("worker_taken_over", dead=name, workflows=len(ids))
        resumed += len(ids)
    return resumed


def sweep(house: House) -> int:
    """Put documents in the queue that arrived but were never queued (a process died in between). Returns how many."""
    with transaction(house.engine) as tx:
        waiting = documents.recent(tx, 500, state="received")
    for document in waiting:
        workflow.enqueue(document.id, document.revision)
    return len(waiting)


def settle_late_answers(house: House) -> int:
    """Move documents on whose operations got an answer. Returns how many answers there were."""
    answered = dispatcher.collect_acknowledgements(house)
    for operation in answered:
        steps.settle(house, operation.document_id, operation.revision)
    return len(answered)
