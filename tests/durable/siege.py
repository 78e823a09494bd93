"""A schedule of faults: operations over lying targets and a folder, and workers that are killed at any moment.

Used by the slow test and by `bench/posting_faults.py`. Workers are forked, so that they need not import everything again.
"""

import functools
import json
import multiprocessing
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.request import urlopen

from engine.model.call_limits import CallLimits
from engine.runtime import logs, steps, workflow
from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker
from engine.store import database, ledger, operations
from engine.store.database import reading
from tests.durable import load
from tests.durable.desk import Desk, DeskPlug

SINGLE, BATCHED, FOLDER = "erp", "erp_xml", "erp_json"
LIMITS = CallLimits(concurrency=6, failures=5, pause_seconds=1, most_pause_seconds=2)


@dataclass(frozen=True)
class Outcome:
    """What was found after a siege."""

    operations: int
    seconds: float
    kills: int
    states: Mapping[str, int]
    doubled: Mapping[str, int]
    """Keys of which more than one object stands, with how many."""
    missing: Sequence[str]
    """Keys that are said to be committed and stand nowhere."""
    disordered: Sequence[tuple[str, str]]
    standing: Mapping[str, int]
    """Objects that stand in each target."""
    told: Mapping[str, int]
    """Operations of each target that are committed, as the ledger says."""
    parked_without_reason: Sequence[str]
    most_calls: Mapping[str, int]
    """The most calls that each desk saw at once."""
    most_in_a_second: Mapping[str, int]
    faults: Mapping[str, int]
    events: Mapping[str, int]
    chain_is_whole: bool


def besiege(
    home: Path, database_url: str | None, *, count: int, workers: int = 3, permille: int = 150, kill_every: float = 1.0,
    seed: int = 1, patience: float = 600, slow_seconds: float = 0, limits: CallLimits = LIMITS,
    targets: Sequence[str] = (SINGLE, BATCHED, FOLDER),
) -> Outcome:  # fmt: skip
    """Bring operations to targets while they misbehave and workers die. Returns what came of it.

    `permille` of the calls go wrong; a worker is killed every `kill_every` seconds on average, 0: never; every answer
    takes `slow_seconds`.
    """
    context = multiprocessing.get_context("fork")
    desks = {name: _serve(context, permille, seed + at, slow_seconds) for at, name in enumerate((SINGLE, BATCHED))}
    urls = {name: url for name, (_, url) in desks.items()}
    house = open_house(hub_settings(home, database_url), out=home / "out")
    house = replace(house, plugs={**house.plugs, "files": DeskPlug(house.plugs["files"], urls, limits=limits, batching=[BATCHED])})  # fmt: skip
    try:
        planted = load.plant(house, count, targets=targets, pairs_percent=10)
        house.engine.dispose()
        began = time.monotonic()
        chance = random.Random(seed)  # noqa: S311 - chance is the point here
        kills = storm(house, workers=workers, kill_every=kill_every, chance=chance, patience=patience)
        return _count(house, planted, urls, seconds=time.monotonic() - began, kills=kills)
    finally:
        house.close()
        for process, _ in desks.values():
            process.kill()
            process.join()


def hub_settings(home: Path, database_url: str | None) -> Settings:
    """Return settings of a hub without patience."""
    return Settings.model_validate(
        {
            "home": home, "database_url": database_url, "env": "dev", "heartbeat_seconds": 0.2,
            "dead_after_seconds": 1.5, "retry_pauses_seconds": (0, 0, 0, 1, 1, 1, 2, 2, 2, 2), "log_level": "error",
        }
    )  # fmt: skip


def _serve(context: Any, permille: int, seed: int, slow_seconds: float) -> tuple[Any, str]:
    """Start a desk in a process of its own. Returns the process and the address."""
    here, there = context.Pipe()

    def serve() -> None:
        desk = Desk(permille=permille, seed=seed, slow_seconds=slow_seconds)
        there.send(desk.url)
        desk.serve()

    process = context.Process(target=serve, daemon=True)
    process.start()
    return process, str(here.recv())


def storm(house: House, *, workers: int, kill_every: float, chance: random.Random, patience: float) -> int:
    """Keep so many workers alive and kill one again and again, until nothing is on its way. Returns the kills."""
    alive = [_fork(house) for _ in range(workers)]
    kills, until = 0, time.monotonic() + patience
    watch = replace(house, engine=database.connect(house.settings.sql_url()))
    try:
        while load.open_count(watch):
            if time.monotonic() > until:
                raise TimeoutError(f"{load.open_count(watch)} operations are still on their way")
            time.sleep(kill_every * (0.5 + chance.random()) if kill_every else 0.2)
            if kill_every and load.open_count(watch):
                victim = alive.pop(chance.randrange(len(alive)))
                os.kill(victim, signal.SIGKILL)
                os.waitpid(victim, 0)
                kills += 1
                alive.append(_fork(house))
    finally:
        watch.engine.dispose()
        for child in alive:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return kills


def _fork(house: House) -> int:
    """Start a worker. Returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        own = replace(house, engine=database.connect(house.settings.sql_url()), _targets={}, _lock=Lock())
        logs.configure(form="console", level=own.settings.log_level)
        # planted documents have no walk and no bytes: what would walk one settles it
        workflow.enqueue = functools.partial(steps.settle, own)  # type: ignore[assignment]
        worker = Worker(own)
        worker.start()
        while True:
            time.sleep(60)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(4)


def _count(
    house: House, planted: load.Planted, urls: Mapping[str, str], *, seconds: float, kills: int
) -> Outcome:  # fmt: skip
    planned = list(load.found(house, planted.keys))
    standing: dict[str, int] = {}
    objects: dict[str, list[str]] = {}
    most_calls: dict[str, int] = {}
    in_a_second: dict[str, int] = {}
    faults: Counter[str] = Counter()
    for name, url in urls.items():
        told = _get(f"{url}/counts")
        objects |= told["keys"]
        standing[name] = sum(len(made) for made in told["keys"].values())
        most_calls[name], in_a_second[name] = told["most_running"], told["most_in_a_second"]
        faults.update(told["faults"])
    dropped = _dropped(house.out / FOLDER)
    if dropped:
        standing[FOLDER] = sum(dropped.values())
    short = {one.short_key: one for one in planned}
    held = {one.key: len(objects.get(one.key, [])) for one in planned if one.target != FOLDER}
    held |= {short[name].key: number for name, number in dropped.items()}
    with reading(house.engine) as tx:
        events = ledger.recent(tx, 10_000_000)
        whole = ledger.verify(tx)
    committed = Counter(event.actor for event in events if event.kind == "operation_committed")
    ended = {event.data["key"]: event.seq for event in reversed(events) if event.kind == "operation_committed"}
    begun = {event.data["key"]: event.seq for event in events if event.kind == "operation_sending"}
    return Outcome(
        operations=len(planned), seconds=seconds, kills=kills, states=Counter(one.state for one in planned),
        doubled={key: number for key, number in held.items() if number > 1},
        missing=[one.key for one in planned if one.state == "committed" and not held.get(one.key)],
        disordered=[
            (first, second) for first, second in planted.pairs
            if second in begun and first in ended and begun[second] < ended[first]
        ],
        standing=standing, told=committed,
        parked_without_reason=[one.key for one in planned if one.state == "parked" and not _why(house, one.key)],
        most_calls=most_calls, most_in_a_second=in_a_second, faults=faults, events=Counter(event.kind for event in events),
        chain_is_whole=whole.broken_at is None,
    )  # fmt: skip


def _why(house: House, key: str) -> str:
    with reading(house.engine) as tx:
        return operations.error(tx, key) or ""


def _dropped(folder: Path) -> Counter[str]:
    """Return how often each short key stands in a drop folder: files are named by it."""
    return Counter(file.stem for file in folder.glob("*.json"))


def _get(url: str) -> Any:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - our own stand-in on this machine
        return json.loads(answer.read())
