"""Hubs in processes of their own that can be told where to die. Run as `python -m tests.durable.hub CONFIG.json`.

The configuration is a list of lives, led one after the other on one database. Each is a process of its own (forked, so
that they need not import everything again) and says what to accept and at which point the process kills itself with
SIGKILL or stops itself with SIGSTOP: before or after a step, or a call into the drop folder. {"wake": n} lets the n-th
life go on that stopped. Nothing of this is known to the code under test. How each entry ended is printed as a JSON list
of exit codes.
"""

import functools
import itertools
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock
from typing import Any

from adapters.files.folder_local import LocalFolder
from engine.model.document import SETTLED
from engine.runtime import dispatcher, intake, judging, steps, waiting, workflow
from engine.runtime.house import House, open_house
from engine.runtime.posting import poster
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker
from engine.store import database, documents, masterdata, outbox
from engine.store.database import reading, transaction
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.durable.locks import nobody_holds_a_lock

ROOMS: dict[str, Any] = {
    "read": steps, "understand": steps, "judge": judging, "plan": judging, "settle": steps, "post": dispatcher,
    "bring": poster,
}  # fmt: skip
FOLDER_CALLS = ("write", "claim", "rename")
PATIENCE_SECONDS = 40
NAP_SECONDS = 0.02
GRACE_NAPS = 150
"""How long a life whose work is over waits for its trap: another thread of an earlier life may have done that part."""


def hit(death: dict[str, Any]) -> None:
    """Die, or fall asleep until our parent lets us go on: it may wake us to let go of a lock first."""
    if death.get("signal") != "SIGSTOP":
        os.kill(os.getpid(), signal.SIGKILL)
    while signal.SIGUSR1 not in signal.sigpending():
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(0.02)


def die_around(function: Callable[..., Any], death: dict[str, Any], sprung: Event) -> Callable[..., Any]:
    """Hit the process before or after the first call of a function. `sprung` is set when that is behind it."""
    calls = itertools.count(1)

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        is_first = next(calls) == 1
        if is_first and death["when"] == "before":
            hit(death)
        if death["when"] != "after":
            sprung.set()
        if is_first and death["when"] == "raises":
            raise ValueError("a bug of ours")
        result = function(*args, **kwargs)
        if is_first and death["when"] == "after":
            hit(death)
        sprung.set()
        return result

    return wrapped


def arm(death: dict[str, Any]) -> Event:
    """Set the trap: {"when": "before|after|raises", "step" | "folder" | "workflow" | "wait": name, "signal": name}.

    Returns what is set when the trap is behind the process, at once where there is none: other threads may settle
    everything before the one that is to fall asleep comes to it.
    """
    sprung = Event()
    if not death:
        sprung.set()
    rooms = {
        "step": ROOMS.get(death.get("step", "")), "folder": LocalFolder, "workflow": workflow, "wait": waiting
    }  # fmt: skip
    for kind, room in rooms.items():
        if kind in death:
            setattr(room, death[kind], die_around(getattr(room, death[kind]), death, sprung))
    return sprung


def watch_the_walks() -> set[str]:
    """Return the documents whose walk in this process is over, by its own end or because it belongs to another now."""
    walked: set[str] = set()
    walk = workflow.walk

    def watched(document_id: str, revision: int) -> str:
        try:
            return walk(document_id, revision)
        finally:
            walked.add(document_id)

    workflow.walk = watched
    return walked


def settled(house: House) -> bool:
    with reading(house.engine) as tx:
        counts = documents.counts(tx)
    return all(state in SETTLED or not count for state, count in counts.items())


def has_left(house: House, worker: Worker, own: set[str], walked: set[str]) -> bool:
    """Whether a life is over that lived for its own documents: their walks ended, and it sends nothing any more."""
    if not own <= walked:
        return False
    with reading(house.engine) as tx:
        return not outbox.is_anything_left(tx, worker.executor_id)


def live(life: dict[str, Any], house: House) -> int:
    """Lead one life: take documents in, and process until everything in the database is settled. Returns the exit code."""
    sprung = arm(life.get("death", {}))
    own: set[str] = set()
    walked = watch_the_walks()
    worker = Worker(house, consume=life.get("consume", True))
    worker.start()
    for name in life.get("accept", []):
        with Path(name).open("rb") as stream:
            arrival = intake.accept(house, stream, name=Path(name).name, source="test")
        own.add(arrival.document.id)
        workflow.enqueue(arrival.document.id, 1)
    ends: dict[str, Callable[[], bool]] = {
        "left": functools.partial(has_left, house, worker, own, walked), "killed": lambda: False
    }  # fmt: skip
    is_over = ends.get(life.get("until", ""), functools.partial(settled, house))
    naps = itertools.count(1)  # not the clock: the time that a life sleeps under SIGSTOP is not its own
    idle = itertools.count(1)
    while life.get("consume", True) and not (is_over() and (sprung.is_set() or next(idle) > GRACE_NAPS)):
        if next(naps) > PATIENCE_SECONDS / NAP_SECONDS:
            return 3
        time.sleep(NAP_SECONDS)
    worker.stop(wait_seconds=0)
    house.close()
    return 0


def settings_of(config: dict[str, Any], **changes: object) -> Settings:
    values = {
        "home": config["home"], "database_url": config["database_url"], "env": "dev", "heartbeat_seconds": 0.1,
        "dead_after_seconds": 1.0, "retry_pauses_seconds": (0, 0, 0), "log_level": "error", **changes,
    }  # fmt: skip
    return Settings.model_validate(values)


def house_of(config: dict[str, Any]) -> House:
    return open_house(settings_of(config), out=Path(config["home"]) / "out")


def same_house(house: House, settings: Settings) -> House:
    """Return a house with its own connections and targets that need not read all rules and mappings again."""
    return replace(house, settings=settings, engine=database.connect(settings.sql_url()), _targets={}, _lock=Lock())


def warm_up(house: House, folder: Path) -> None:
    """Read a document in a database of its own, so that the lives find everything imported."""
    file = ubl_invoice(folder, "WARM-1")
    scratch = same_house(house, settings_of({"home": str(folder), "database_url": None}))
    database.migrate(scratch.engine)
    with file.open("rb") as stream:
        document = intake.accept(scratch, stream, name=file.name, source="test").document
    steps.read(scratch, document.id, 1)
    steps.understand(scratch, document.id, 1)
    judging.judge(scratch, document.id, 1)
    scratch.close()


def fork(config: dict[str, Any], life: dict[str, Any], house: House) -> int:
    """Lead one life in a child of this process. Returns its process id."""
    child = os.fork()
    if child:
        return child
    code = 4
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        code = live(life, same_house(house, settings_of(config, **life.get("settings", {}))))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


def follow(child: int, config: dict[str, Any]) -> int:
    """Wait until a life ends, or sleeps without a lock in its hand. Returns 0, or minus the number of the signal."""
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        if nobody_holds_a_lock(Path(config["home"]), config["database_url"]):
            return -os.WSTOPSIG(status)
        os.kill(child, signal.SIGCONT)


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    house = house_of(config)
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    with tempfile.TemporaryDirectory() as folder:
        warm_up(house, Path(folder))
    house.close()
    codes: list[int] = []
    children: list[int] = []
    over: dict[int, int] = {}
    """How the lives ended that did."""
    for life in config["lives"]:
        if "wake" in life:
            child = children[life["wake"]]
            if child in over:
                codes.append(over[child])
                continue
            os.kill(child, signal.SIGUSR1)
            os.kill(child, signal.SIGCONT)
        else:
            child = fork(config, life, house)
            children.append(child)
        codes.append(follow(child, config))
        if codes[-1] != -signal.SIGSTOP:
            over[child] = codes[-1]
        if codes[-1] > 0:
            break
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    sys.stdout.write(json.dumps(codes) + "\n")


if __name__ == "__main__":
    main()
