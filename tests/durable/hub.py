"""Hubs in processes of their own that can be told where to die. Run as `python -m tests.durable.hub CONFIG.json`.

The configuration is a list of lives, led one after the other on one database. Each is a process of its own (forked, so
that they need not import everything again) and says what to accept and at which point the process kills itself with
SIGKILL or stops itself with SIGSTOP: before or after a step, or a call into the drop folder, or at the first sleep.
Nothing of this is known to the code under test. How each life ended is printed as a JSON list of exit codes.
"""

import functools
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.files.folder_local import LocalFolder
from engine.model.document import SETTLED
from engine.runtime import dispatcher, intake, judging, steps, workflow
from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker
from engine.store import documents, masterdata
from engine.store.database import reading, transaction
from tests.durable.invoices import VENDOR

ROOMS: dict[str, Any] = {
    "read": steps, "understand": steps, "judge": judging, "plan": judging, "post": dispatcher, "settle": steps,
}  # fmt: skip
FOLDER_CALLS = ("write", "claim", "rename")
PATIENCE_SECONDS = 90


def hit(death: dict[str, Any]) -> None:
    """Die, or fall into a sleep from which only SIGCONT wakes."""
    os.kill(os.getpid(), getattr(signal, death.get("signal", "SIGKILL")))


def die_around(function: Callable[..., Any], death: dict[str, Any]) -> Callable[..., Any]:
    """Hit the process before or after the first call of a function, or before every one."""
    calls = 0

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1 and death["when"] == "before":
            hit(death)
        if death["when"] == "raises":
            raise ValueError("a bug of ours")
        result = function(*args, **kwargs)
        if calls == 1 and death["when"] == "after":
            hit(death)
        return result

    return wrapped


def arm(death: dict[str, Any]) -> None:
    """Set the trap: {"when": "before|after|raises", "step" | "folder" | "workflow": name, "signal": name}."""
    rooms = {"step": ROOMS.get(death.get("step", "")), "folder": LocalFolder, "workflow": workflow}
    for kind, room in rooms.items():
        if kind in death:
            setattr(room, death[kind], die_around(getattr(room, death[kind]), death))


def settled(house: House) -> bool:
    with reading(house.engine) as tx:
        counts = documents.counts(tx)
    return all(state in SETTLED or not count for state, count in counts.items())


def live(life: dict[str, Any], house: House) -> int:
    """Lead one life: take documents in, and process until everything in the database is settled. Returns the exit code."""
    arm(life.get("death", {}))
    worker = Worker(house, consume=life.get("consume", True))
    worker.start()
    for name in life.get("accept", []):
        with Path(name).open("rb") as stream:
            arrival = intake.accept(house, stream, name=Path(name).name, source="test")
        workflow.enqueue(arrival.document.id, 1)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while life.get("consume", True) and not settled(house):
        if time.monotonic() > deadline:
            return 3
        time.sleep(0.02)
    worker.stop(wait_seconds=0)
    house.close()
    return 0


def house_of(config: dict[str, Any], **changes: object) -> House:
    settings = Settings.model_validate(
        {"home": config["home"], "database_url": config["database_url"], "env": "dev", "heartbeat_seconds": 0.1,
         "dead_after_seconds": 1.0, "retry_pauses_seconds": (0, 0, 0), "log_level": "error", **changes}
    )  # fmt: skip
    return open_house(settings, out=Path(config["home"]) / "out")


def fork(config: dict[str, Any], life: dict[str, Any]) -> int:
    """Lead one life in a child of this process. Returns its process id."""
    child = os.fork()
    if child:
        return child
    code = 4
    try:
        code = live(life, house_of(config, **life.get("settings", {})))
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    house = house_of(config)
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    house.close()
    if config["is_alone"]:
        (life,) = config["lives"]
        sys.exit(live(life, house_of(config, **life.get("settings", {}))))
    codes = []
    for life in config["lives"]:
        _, status = os.waitpid(fork(config, life), 0)
        codes.append(os.waitstatus_to_exitcode(status))
    sys.stdout.write(json.dumps(codes) + "\n")


if __name__ == "__main__":
    main()
