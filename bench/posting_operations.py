"""Measure the dispatcher alone: operations a second, the time from release to receipt, and recovery after a death.

    python bench/posting_operations.py [--count N] [--only sqlite|postgresql]

The target is a stand-in over real HTTP on this machine that answers at once. Compared with a bare loop of httpx that
posts the same bodies and keeps nothing. Operations are planted: no document is read.
"""

import argparse
import multiprocessing
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.model.call_limits import CallLimits  # noqa: E402 - the tests' helpers are no installed package
from engine.runtime import logs  # noqa: E402
from engine.runtime.house import House, open_house  # noqa: E402
from engine.runtime.posting import poster  # noqa: E402
from engine.runtime.posting.poster import BELL, Poster  # noqa: E402
from engine.runtime.settings import Settings  # noqa: E402
from engine.store import database, ledger, outbox, workers  # noqa: E402
from engine.store.database import reading, transaction  # noqa: E402
from tests import postgres  # noqa: E402
from tests.durable import load  # noqa: E402
from tests.durable.desk import Desk, DeskPlug  # noqa: E402

HEARTBEAT, DEAD_AFTER = 1.0, 5.0
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Rate:
    name: str
    count: int
    seconds: float
    cpu_seconds: float
    """Processor time of the workers, their start not counted."""

    def line(self, bare: float) -> str:
        each, cpu = self.seconds / self.count, self.cpu_seconds / self.count
        over = 1000 * (cpu - bare)
        return f"{self.name:34}{self.count / self.seconds:>8.0f}{1000 * each:>10.1f}{1000 * cpu:>12.1f}{over:>+14.1f}"


@contextmanager
def served() -> Iterator[str]:
    """Serve a desk in a process of its own."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def serve() -> None:
        desk = Desk()
        there.send(desk.url)
        desk.serve()

    process = context.Process(target=serve, daemon=True)
    process.start()
    try:
        yield str(here.recv())
    finally:
        process.kill()
        process.join()


def bare(url: str, count: int) -> Rate:
    with httpx.Client(base_url=url) as client:
        client.get("/ping")
        began, cpu = time.perf_counter(), time.process_time()
        for number in range(count):
            client.post("/objects", json={"key": f"bare/{number}"}).raise_for_status()
        seconds = time.perf_counter() - began
        return Rate("bare httpx loop, nothing kept", count, seconds, time.process_time() - cpu)


def opened(home: Path, database_url: str | None, url: str) -> House:
    settings = Settings.model_validate(
        {"home": home, "database_url": database_url, "env": "dev", "log_level": "error", "heartbeat_seconds": HEARTBEAT,
         "dead_after_seconds": DEAD_AFTER}
    )  # fmt: skip
    house = open_house(settings, out=home / "out")
    urls = {"erp": url, "erp_xml": url}
    plug = DeskPlug(house.plugs["files"], urls, limits=CallLimits(concurrency=64), batching=["erp_xml"])
    return replace(house, plugs={**house.plugs, "files": plug})


def work(house: House, name: str, *, threads: int) -> Poster:
    """Start the posting of a worker in this process."""
    beat(house, name)
    one = Poster(lambda: house, name, threads=threads)
    one.start()
    return one


def beat(house: House, name: str) -> None:
    with transaction(house.engine) as tx:
        workers.beat(tx, executor_id=name, host="bench", pid=os.getpid(), at=house.clock.now())


def fork(house: House, name: str, *, threads: int, dies_while_sending: bool = False) -> int:
    """Start the posting of a worker in a process of its own. Returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        own = replace(house, engine=database.connect(house.settings.sql_url()), _targets={}, _lock=Lock())
        if dies_while_sending:
            poster.bring = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment,return-value]
        work(own, name, threads=threads)
        while True:
            beat(own, name)
            poster.take_over(own, retired=())
            time.sleep(HEARTBEAT)
    finally:
        os._exit(4)


def rate(
    house: House, name: str, count: int, *, target: str, processes: int, threads: int, first: int = 0
) -> Rate:  # fmt: skip
    """Time a full outbox from the first intent to the last receipt."""
    keys = set(load.plant(house, count, targets=[target], first=first).keys)
    house.engine.dispose()
    children = [fork(house, f"{name}-{number}", threads=threads) for number in range(processes)]
    try:
        until_empty(house)
    finally:
        cpu = end(children)
    with reading(house.engine) as tx:
        events = ledger.recent(tx, 10 * count)
    mine = [event for event in events if event.data.get("key") in keys]
    begun = min(event.at for event in mine if event.kind == "operation_sending")
    ended = max(event.at for event in mine if event.kind == "operation_committed")
    return Rate(name, count, (ended - begun).total_seconds(), cpu)


def until_empty(house: House) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while load.open_count(house):
        if time.monotonic() > deadline:
            raise SystemExit(f"not ended after {PATIENCE_SECONDS} s")
        time.sleep(0.02)


def end(children: Sequence[int]) -> float:
    """End workers. Returns the processor time that they took."""
    taken = 0.0
    for child in children:
        os.kill(child, signal.SIGKILL)
        _, _, used = os.wait4(child, 0)
        taken += used.ru_utime + used.ru_stime
    return taken


def latencies(house: House, count: int) -> list[float]:
    """Return seconds from the release of one operation to its receipt, one after the other, in one process."""
    one = work(house, "latency", threads=2)
    taken = []
    for number in range(count):
        (key,) = load.plant(house, 1, targets=["erp"], now=False, first=10_000_000 + number).keys
        began = time.perf_counter()
        with transaction(house.engine) as tx:
            outbox.release(tx, list(load.found(house, [key])), house.clock.now())
        BELL.set()
        while load.open_count(house):
            time.sleep(0.001)
        taken.append(time.perf_counter() - began)
    one.stop(wait_seconds=5)
    return taken


def recovery(house: House) -> tuple[float, float]:
    """Return seconds from a worker's death in mid-call to (its operation taken over, its receipt)."""
    (key,) = load.plant(house, 1, targets=["erp"], first=20_000_000).keys
    house.engine.dispose()
    victim = fork(house, "victim", threads=1, dies_while_sending=True)
    os.waitpid(victim, 0)
    died = house.clock.now()
    other = fork(house, "other", threads=1)
    try:
        until_empty(house)
    finally:
        end([other])
    with reading(house.engine) as tx:
        told: dict[str, Any] = {
            event.kind: event.at for event in ledger.recent(tx, 100) if event.data.get("key") == key
        }
    return (told["processing_died"] - died).total_seconds(), (told["operation_committed"] - died).total_seconds()


def measure(home: Path, kind: str, database_url: str | None, url: str, *, count: int) -> tuple[list[Rate], str]:
    house = opened(home, database_url, url)
    try:
        rates = [
            rate(house, f"{kind}, 1 worker, 1 at once", count, target="erp", processes=1, threads=1),
            rate(house, f"{kind}, 1 worker, 8 at once", count, target="erp", processes=1, threads=8, first=count),
            rate(house, f"{kind}, 2 workers, 8 each", count, target="erp", processes=2, threads=8, first=2 * count),
            rate(house, f"{kind}, 1 worker, batches of 20", count, target="erp_xml", processes=1, threads=8),
        ]
        taken = sorted(latencies(house, 40))
        over, receipt = recovery(house)
    finally:
        house.close()
    words = (
        f"{kind}: release to receipt median {1000 * statistics.median(taken):.0f} ms, "
        f"worst of {len(taken)} {1000 * taken[-1]:.0f} ms; "
        f"death to takeover {over:.1f} s, to receipt {receipt:.1f} s (dead after {DEAD_AFTER:.0f} s, heartbeat {HEARTBEAT:.0f} s)"
    )
    return rates, words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="Operations of each measurement.")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    logs.configure(form="console", level="error")
    before = os.getloadavg()[0]
    rates, words = [], []
    with ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        url = stack.enter_context(served())
        urls: dict[str, str | None] = {} if asked.only == "postgresql" else {"SQLite": None}
        binaries = None if asked.only == "sqlite" else postgres.find_binaries()
        if binaries is not None:
            server = postgres.start(binaries)
            stack.callback(server.stop)
            urls["PostgreSQL"] = server.url(server.create_database())
        rates.append(bare(url, asked.count))
        for kind, place in urls.items():
            found, said = measure(Path(name) / kind, kind, place, url, count=asked.count)
            rates += found
            words.append(said)
    print(f"{asked.count} operations, {os.cpu_count()} cores, load before {before:.1f}, after {os.getloadavg()[0]:.1f}")
    print(f"{'':34}{'ops/s':>8}{'ms each':>10}{'cpu ms each':>12}{'over bare':>14}")
    for one in rates:
        print(one.line(rates[0].cpu_seconds / rates[0].count))
    print(*words, sep="\n")


if __name__ == "__main__":
    main()
