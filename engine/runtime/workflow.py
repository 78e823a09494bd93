"""The durable walk of one document. Tiny on purpose: it never changes when the business does.

Rules, flows and mappings are data pinned by digest in the decision, so the workflow's version stays what it is and any
worker can take over what a dead one left.
"""

from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandle

from engine.runtime import dispatcher, judging, steps
from engine.runtime.house import House
from engine.runtime.metrics import STEP_SECONDS
from engine.runtime.serializer import JsonSerializer

VERSION = "1"
"""Only the same version is recovered; it changes only when `process` does."""
QUEUE = "documents"

_open: dict[str, House] = {}


@DBOS.step(name="read")
def read(document_id: str, revision: int) -> dict[str, Any]:
    """Make pages, or take the parts out of a mail."""
    with STEP_SECONDS.labels("read").time():
        return steps.read(_open["house"], document_id, revision)


@DBOS.step(name="understand")
def understand(document_id: str, revision: int) -> dict[str, Any]:
    """Make the record."""
    with STEP_SECONDS.labels("understand").time():
        return steps.understand(_open["house"], document_id, revision)


@DBOS.step(name="judge")
def judge(document_id: str, revision: int) -> dict[str, Any]:
    """Make the decision."""
    with STEP_SECONDS.labels("judge").time():
        return judging.judge(_open["house"], document_id, revision)


@DBOS.step(name="plan")
def plan(document_id: str, revision: int) -> dict[str, Any]:
    """Make the operations."""
    with STEP_SECONDS.labels("plan").time():
        return judging.plan(_open["house"], document_id, revision)


@DBOS.step(name="post")
def post(key: str, attempt: int) -> dict[str, Any]:
    """Try one operation once."""
    with STEP_SECONDS.labels("post").time():
        return dispatcher.post(_open["house"], key, attempt=attempt).model_dump()


@DBOS.step(name="settle")
def settle(document_id: str, revision: int) -> dict[str, Any]:
    """Move the document to its final state."""
    return steps.settle(_open["house"], document_id, revision)


@DBOS.step(name="fail")
def fail(document_id: str, revision: int, error: str) -> dict[str, Any]:
    """Hand the document to a person."""
    return steps.fail(_open["house"], document_id, revision, error)


@DBOS.workflow(name="process")
def process(document_id: str, revision: int) -> str:
    """Walk one revision of a document to a settled state. Returns where the walk ended."""
    try:
        return walk(document_id, revision)
    except Exception as e:  # noqa: BLE001 - the worker's outermost loop: one bad document never stops the rest
        return str(fail(document_id, revision, f"{type(e).__name__}: {e}")["state"])


def walk(document_id: str, revision: int) -> str:
    """Take the steps in order until one of them ends the walk."""
    found = read(document_id, revision)
    for child in found["children"]:
        enqueue(child, 1)
    if found["next"] == "over":
        return "read"
    understand(document_id, revision)
    if judge(document_id, revision)["next"] == "over":
        return "judge"
    planned = plan(document_id, revision)
    if planned["next"] == "over":
        return "plan"
    for key in planned["keys"]:
        if not bring(key):
            break
    return str(settle(document_id, revision)["state"])


def bring(key: str) -> bool:
    """Try one operation until it is over; the waits between tries survive a restart. True when it stands."""
    attempt = 0
    while (outcome := post(key, attempt))["verdict"] == "later":
        DBOS.sleep(outcome["pause_seconds"])
        attempt += 1
    return outcome["state"] in {"committed", "delivered"}


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
    _open["house"] = house
    DBOS(config=config)
    DBOS.listen_queues([QUEUE] if consume else [])
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=house.settings.concurrency, polling_interval_sec=0.1)


def shut_down(*, wait_seconds: int = 0) -> None:
    """Stop taking work and let go of the workflow database."""
    DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
    _open.clear()
