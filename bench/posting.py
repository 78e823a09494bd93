"""Measure posting: small UBL invoices, from the queue to the drop folder, documents a second.

    python bench/posting.py [--count N] [--profile]

Compared: a bare loop that parses the same files and writes the same CSV rows (no ledger, no intent, no fsync), and hubs
with 1 and 2 workers on SQLite and on a PostgreSQL of its own. Timed from the first document begun to the last one
posted, as the ledger tells it; the start of the processes is not counted. --profile prints what one worker's time goes
into instead (SQLite, everything in this process).
"""

import argparse
import cProfile
import csv
import os
import pstats
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.model.document import SETTLED  # noqa: E402 - the tests' helpers are no installed package
from engine.runtime import (  # noqa: E402
    dispatcher,
    intake,
    judging,
    steps,
    workflow,
)
from engine.runtime.house import House, open_house  # noqa: E402
from engine.runtime.settings import Settings  # noqa: E402
from engine.runtime.worker import Worker  # noqa: E402
from engine.store import documents, ledger, masterdata  # noqa: E402
from engine.store.database import reading, transaction  # noqa: E402
from tests import postgres  # noqa: E402
from tests.durable.invoices import VENDOR, ubl_invoice  # noqa: E402

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
PATIENCE_SECONDS = 60


@dataclass
class Result:
    name: str
    count: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


def bare(files: list[Path], folder: Path) -> Result:
    """Parse each invoice and write its row; nothing is kept about it."""
    began = time.perf_counter()
    for file in files:
        root = etree.parse(str(file), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        values = {name: root.findtext(f".//{CBC}{name}") for name in ("ID", "IssueDate", "DueDate", "PayableAmount")}
        lines = [line.text for line in root.iter(f"{CBC}LineExtensionAmount")]
        with (folder / f"{values['ID']}.csv").open("w", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerow([*values, "LINES"])
            writer.writerow([*values.values(), " ".join(text or "" for text in lines)])
    return Result("bare loop, nothing durable", len(files), time.perf_counter() - began)


def queued_house(home: Path, database_url: str | None, files: list[Path]) -> House:
    """Open a hub and put every file in its queue; nothing is processed yet."""
    house = open_house(Settings(home=home, database_url=database_url, log_level="error"), out=home / "out")
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    worker = Worker(house, consume=False)
    worker.start()
    for file in files:
        with file.open("rb") as stream:
            document = intake.accept(house, stream, name=file.name, source="bench").document
        workflow.enqueue(document.id, 1)
    worker.stop(wait_seconds=0)
    return house


def hub(name: str, house: House, *, workers: int, count: int) -> Result:
    """Let worker processes empty the queue."""
    settings = house.settings
    environment = {**os.environ, "POSTROOM_HOME": str(settings.home), "POSTROOM_LOG_LEVEL": "error"}
    if settings.database_url is not None:
        environment["POSTROOM_DATABASE_URL"] = settings.database_url
    command = [sys.executable, "-c", "from admin.cli.main import main; main()", "worker"]
    started = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, cwd=ROOT) for _ in range(workers)]
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_settled(house, count):
            if time.monotonic() > deadline:
                raise SystemExit(f"{name}: not ended after {PATIENCE_SECONDS} s")
            time.sleep(0.2)
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait()
    begun, ended = times(house)
    return Result(name, count, (ended - begun).total_seconds())


def is_settled(house: House, count: int) -> bool:
    with reading(house.engine) as tx:
        counts = documents.counts(tx)
    return sum(number for state, number in counts.items() if state in SETTLED) == count


def times(house: House) -> tuple[datetime, datetime]:
    """Return when the first document was begun and the last one posted. Ends when one was not posted."""
    with reading(house.engine) as tx:
        events = ledger.recent(tx, 1_000_000)
        counts = documents.counts(tx)
    if counts["posted"] != sum(counts.values()):
        raise SystemExit(f"not everything was posted: {dict(counts)}")
    begun = min(event.at for event in events if event.kind == "processing_started")
    return begun, max(event.at for event in events if event.kind == "document_posted")


def compare(count: int) -> list[Result]:
    results = []
    with ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [ubl_invoice(folder, f"B-{number}") for number in range(count)]
        results.append(bare(files, folder))
        server = None
        binaries = postgres.find_binaries()
        if binaries is not None:
            server = postgres.start(binaries)
            stack.callback(server.stop)
        for kind in ("SQLite", "PostgreSQL") if server else ("SQLite",):
            for workers in (1, 2):
                url = server.url(server.create_database()) if server and kind == "PostgreSQL" else None
                house = queued_house(folder / f"{kind}-{workers}", url, files)
                plural = "s" if workers > 1 else ""
                results.append(hub(f"{kind}, {workers} worker{plural}", house, workers=workers, count=count))
                house.close()
    return results


def profile(count: int) -> None:
    """Walk documents in this thread, without the workflow engine, and print where the time goes."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        house = open_house(Settings(home=home, log_level="error"), out=home / "out")
        with transaction(house.engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        files = [ubl_invoice(home, f"P-{number}") for number in range(count)]
        walk(house, files[0])
        profiler = cProfile.Profile()
        began = time.perf_counter()
        profiler.enable()
        for file in files[1:]:
            walk(house, file)
        profiler.disable()
        print(f"{(time.perf_counter() - began) / (count - 1) * 1000:.1f} ms a document, profiled")
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)
        house.close()


def walk(house: House, file: Path) -> None:
    """Take the steps of the workflow, without its own bookkeeping."""
    with file.open("rb") as stream:
        document = intake.accept(house, stream, name=file.name, source="bench").document
    steps.read(house, document.id, 1)
    steps.understand(house, document.id, 1)
    judging.judge(house, document.id, 1)
    for key in judging.plan(house, document.id, 1)["keys"]:
        dispatcher.post(house, key, attempt=0)
    steps.settle(house, document.id, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=120, help="Invoices of each measurement.")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    if arguments.profile:
        profile(arguments.count)
        return
    load = os.getloadavg()[0]
    results = compare(arguments.count)
    print(
        f"{arguments.count} small UBL invoices, {os.cpu_count()} cores, load before {load:.1f}, after {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':30}{'documents/s':>12}{'ms each':>10}{'x bare':>9}")
    for result in results:
        slower = result.seconds / results[0].seconds
        print(f"{result.name:30}{result.per_second:>12.1f}{1000 / result.per_second:>10.1f}{slower:>9.0f}")


if __name__ == "__main__":
    main()
