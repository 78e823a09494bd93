"""The durable walk of one document. Tiny on purpose: it never changes when the business does.

Rules, flows and mappings are data pinned by digest in the decision, so the workflow's version stays what it is and any
worker can take over what a dead one left.
"""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandle
from sqlalchemy import make_url
from sqlalchemy.exc import InterfaceError, OperationalError

from engine.runtime import judging, steps
from engine.runtime.house import House
from engine.runtime.knowledge import Knowledge
from engine.runtime.metrics import STEP_SECONDS
from engine.runtime.posting.poster import BELL
from engine.runtime.promotion import trial
from engine.runtime.serializer import JsonSerializer

log = structlog.get_logger()

VERSION = "2"
"""Only the same version is recovered; it changes only when `process` does."""
QUEUE = "documents"

_open: dict[str, Knowledge] = {}
_stopping = threading.Event()
"""Set when this process was asked to stop and what ran had time to end."""


class Stopped(BaseException):
    """This process lets go of the document; another worker goes on with it. Nothing may note it as a failure."""


def step(name: str) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """Make a durable step. A database that is away is waited for, about two minutes; any other error ends the walk."""
    return DBOS.step(
        name=name, retries_allowed=True, max_attempts=8, interval_seconds=1, backoff_rate=2, should_retry=_is_away
    )


def _is_away(error: BaseException) -> bool:
    return isinstance(error, OperationalError | InterfaceError) and not _stopping.is_set()


def _house() -> House:
    if _stopping.is_set():
        raise Stopped
    return current()


def current() -> House:
    """Return the house of this process with what is live now. Raises KeyError before `launch`."""
    return _open["house"].house()


def content_problem() -> str:
    """Return why the newest live set is not in force in this process; empty when it is."""
    return _open["house"].problem if _open else ""


@step("read")
def read(document_id: str, revision: int) -> dict[str, Any]:
    """Make pages, or take the parts out of a mail."""
    with STEP_SECONDS.labels("read").time():
        return steps.read(_house(), document_id, revision)


@step("understand")
def understand(document_id: str, revision: int) -> dict[str, Any]:
    """Make the record."""
    with STEP_SECONDS.labels("understand").time():
        return steps.understand(_house(), document_id, revision)


@step("judge")
def judge(document_id: str, revision: int) -> dict[str, Any]:
    """Make the decision."""
    house = _house()
    with STEP_SECONDS.labels("judge").time():
        verdict = judging.judge(house, document_id, revision)
    trial.shadow(house, document_id)
    return verdict


@step("plan")
def plan(document_id: str, revision: int) -> dict[str, Any]:
    """Make the operations."""
    with STEP_SECONDS.labels("plan").time():
        return judging.plan(_house(), document_id, revision)


@step("release")
def release(document_id: str, revision: int) -> dict[str, Any]:
    """Put what may leave in the outbox; whoever has a hand free brings it to its target (posting/poster.py)."""
    settled = steps.settle(_house(), document_id, revision)
    BELL.set()
    return settled


@step("fail")
def fail(document_id: str, revision: int, error: str) -> dict[str, Any]:
    """Hand the document to a person."""
    return steps.fail(_house(), document_id, revision, error)


@DBOS.workflow(name="process")
def process(document_id: str, revision: int) -> str:
    """Walk one revision of a document until it is settled, or on its way to its targets. Returns where the walk ended."""
    try:
        return walk(document_id, revision)
    except Exception as e:
        if _stopping.is_set():
            raise Stopped from e
        return str(fail(document_id, revision, f"{type(e).__name__}: {e}")["state"])


def walk(document_id: str, revision: int) -> str:
    """Take the steps in order until one of them ends the walk."""
    found = read(document_id, revision)
    for child in found["children"]:
        enqueue(child, 1)
    if found["next"] == "over":
        return "read"
    understand(document_id, revision)
    judged = judge(document_id, revision)
    for opened in judged.get("children", ()):
        enqueue(opened, 1)
    if judged["next"] == "over":
        return "judge"
    planned = plan(document_id, revision)
    if planned["next"] == "over":
        return "plan"
    return str(release(document_id, revision)["state"])


def enqueue(document_id: str, revision: int) -> WorkflowHandle[str]:
    """Put one revision of a document in the queue. The same revision twice is one workflow."""
    with SetWorkflowID(f"{document_id}:{revision}"):
        return DBOS.enqueue_workflow(QUEUE, process, document_id, revision)


def launch(house: House, *, executor_id: str, consume: bool) -> None:
    """Start DBOS in this process; `consume=False` only puts work in the queue and leaves it to workers."""
    config: DBOSConfig = {
        "name": "postroom",
        "system_database_url": house.settings.workflow_url(),
        "executor_id": executor_id,
        "application_version": VERSION,
        "serializer": JsonSerializer(),
        "log_level": "WARNING",
        "notification_listener_polling_interval_sec": 0.2,
    }
    if house.settings.workflow_url().startswith("sqlite"):
        config["db_engine_kwargs"] = {"connect_args": {"factory": _Connection}}
    _prepare(house.settings.workflow_url())
    _stopping.clear()
    _open["house"] = Knowledge(house)
    DBOS(config=config)
    DBOS.listen_queues([QUEUE] if consume else [])
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=house.settings.concurrency, polling_interval_sec=0.05)


class _Connection(sqlite3.Connection):
    """A connection to the workflow database that does not wait for the disk at every commit.

    A power cut may take its last commits away, never its order. Our own database, which waits, knows what took effect:
    steps run again and find it, and documents that are in no queue any more are swept up.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.execute("PRAGMA synchronous=NORMAL")


def _prepare(url: str) -> None:
    """Give the workflow database of SQLite a write-ahead log: readers and a writer do not wait for each other."""
    file = make_url(url).database
    if not url.startswith("sqlite") or not file:
        return
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=60)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError:
        log.debug("write_ahead_log_later", why="another process starts at this moment")
    finally:
        connection.close()


def shut_down(*, wait_seconds: int = 0) -> None:
    """Take no new work, wait for the documents that run, and let go of the workflow database.

    What still runs after the wait stops at its next step and stays pending: another worker takes it over.
    """
    last_call = threading.Timer(max(wait_seconds - 1, 0), _stopping.set)
    last_call.start()
    DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
    last_call.cancel()
    _stopping.set()
    _open.clear()
