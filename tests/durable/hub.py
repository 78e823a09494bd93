"""A hub in a process of its own that can be told where to die. Run as `python -m tests.durable.hub CONFIG.json`.

The configuration says what to accept, and at which point the process kills itself with SIGKILL: before or after a step,
or at the n-th call into the drop folder. Nothing of this is known to the code under test.
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


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def die_around(function: Callable[..., Any], when: str, *, call: int) -> Callable[..., Any]:
    """Kill the process before or after the `call`-th call of a function."""
    calls = 0

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and when == "before":
            die()
        result = function(*args, **kwargs)
        if calls == call and when == "after":
            die()
        return result

    return wrapped


def arm(death: dict[str, Any]) -> None:
    """Set the trap: {"when": "before|after", "step": name, "call": n} or {"when": ..., "folder": method, "call": n}."""
    if "step" in death:
        room = ROOMS[death["step"]]
        setattr(room, death["step"], die_around(getattr(room, death["step"]), death["when"], call=death["call"]))
    if "folder" in death:
        method = getattr(LocalFolder, death["folder"])
        setattr(LocalFolder, death["folder"], die_around(method, death["when"], call=death["call"]))


def settled(house: House) -> bool:
    with reading(house.engine) as tx:
        counts = documents.counts(tx)
    return sum(counts.values()) > 0 and all(state in SETTLED or not count for state, count in counts.items())


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    settings = Settings(
        home=Path(config["home"]), database_url=config["database_url"], content=None, env="dev",
        heartbeat_seconds=0.2, dead_after_seconds=1.0, retry_pauses_seconds=(0, 0, 0), log_level="error",
    )  # fmt: skip
    house = open_house(settings, out=Path(config["out"]))
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    worker = Worker(house)
    arm(config.get("death", {}))
    worker.start()
    for name in config["accept"]:
        with Path(name).open("rb") as stream:
            arrival = intake.accept(house, stream, name=Path(name).name, source="test")
        workflow.enqueue(arrival.document.id, 1)
    deadline = time.monotonic() + config["patience"]
    while not settled(house):
        if time.monotonic() > deadline:
            sys.exit("not settled in time")
        time.sleep(0.05)
    worker.stop(wait_seconds=5)
    house.close()


if __name__ == "__main__":
    main()
