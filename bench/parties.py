"""Measure the search for a vendor among many: how long it takes, and whether the one meant is found.

    python bench/parties.py [--count 1000000] [--database sqlite|postgresql] [--keep FOLDER] [--queries 1000]

Fills a fresh database with generated vendors, or fills up the one that is kept in the folder; then asks for names as a
reader gives them: misread, shortened, swapped. Times are of the clock and of the processor: this process, and with it the
server's process that answers; on a busy machine the processor tells more. Next to it, in the same run: rapidfuzz over all
names, one after the other.
"""

import argparse
import os
import random
import resource
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from kept import opened
from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine, func, select, text
from vendors import misread, vendors

from engine.store import database, masterdata, tables
from engine.store.keys import name_tokens

BRUTE = 20
"""Queries that are also answered by looking at every name."""
MEBI = 1024 * 1024


def main() -> None:
    asked = argparse.ArgumentParser(description="Measure the search for a vendor.")
    asked.add_argument("--count", type=int, default=1_000_000)
    asked.add_argument("--queries", type=int, default=1000)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    with opened(options.database, options.keep) as url:
        engine = database.connect(url)
        database.migrate(engine)
        with database.reading(engine) as tx:
            known = tx.execute(select(func.count()).select_from(tables.vendors)).scalar_one()
        if known > options.count:
            asked.error(f"{known} vendors are kept there, more than {options.count}")
        if known < options.count:
            build(engine, known, options.count)
        print(f"{megabytes(engine, url)} MiB on disk; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
        ask(engine, list(vendors(options.count)), options.queries)
        engine.dispose()


def build(engine: Engine, known: int, count: int) -> None:
    """Import the vendors that are not there yet, in one transaction."""
    began, worked = time.perf_counter(), time.process_time()
    with database.transaction(engine) as tx:
        server = server_clock(tx)
        masterdata.upsert_vendors(tx, islice(vendors(count), known, None))
        served = server()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{engine.dialect.name}: {count - known} vendors beside {known} in {time.perf_counter() - began:.0f} s "
        f"({time.process_time() - worked:.0f} s of cpu, {served:.0f} s of the server's), {most:.0f} MiB at most"
    )


def server_clock(tx: Connection) -> Callable[[], float]:
    """Return a clock of the processor time, in seconds, that the server's process of this connection has used."""
    if tx.dialect.name == "sqlite":
        return lambda: 0.0
    file = Path(f"/proc/{tx.execute(text('SELECT pg_backend_pid()')).scalar_one()}/schedstat")
    return lambda: int(file.read_text().split()[0]) / 1e9


def megabytes(engine: Engine, url: str) -> int:
    if engine.dialect.name == "sqlite":
        return sum(file.stat().st_size for file in Path(url.removeprefix("sqlite:///")).parent.iterdir()) // MEBI
    with database.reading(engine) as tx:
        return int(tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one()) // MEBI


def ask(engine: Engine, rows: Sequence[dict[str, str]], count: int) -> None:
    print("| known | median ms | p99 ms | median cpu ms | p99 cpu ms | found in 20 | first |")
    print("|---|---|---|---|---|---|---|")
    for label in ("name", "name and address", "name, address, tax id, account"):
        dice = random.Random(99)
        spent, worked, found, first = [], [], 0, 0
        with database.reading(engine) as tx:
            server = server_clock(tx)
            for _ in range(count):
                row = dice.choice(rows)
                known = {"name": misread(dice, row["name"])[0]}
                if "address" in label:
                    known["address"] = f"{row['street']}, {row['postcode']} {row['city']}"
                if "tax id" in label:
                    known |= {"tax_id": row["tax_id"], "iban": row["iban"]}
                wall, cpu = time.perf_counter(), time.process_time() + server()
                answer = [one.id for one in masterdata.vendor_candidates(tx, **known)]
                spent.append(time.perf_counter() - wall)
                worked.append(time.process_time() + server() - cpu)
                found, first = found + (row["id"] in answer), first + (answer[:1] == [row["id"]])
        figures = " | ".join(f"{of(times, share) * 1000:.1f}" for times in (spent, worked) for share in (0.5, 0.99))
        print(f"| {label} | {figures} | {found / count:.3f} | {first / count:.3f} |", flush=True)
    brute(rows)


def brute(rows: Sequence[dict[str, str]]) -> None:
    """Answer some of the same questions with rapidfuzz over all names."""
    names = [" ".join(name_tokens(row["name"])) for row in rows]
    dice = random.Random(99)
    worked, found, first = [], 0, 0
    for _ in range(BRUTE):
        row = dice.choice(rows)
        query = " ".join(name_tokens(misread(dice, row["name"])[0]))
        cpu = time.process_time()
        answer = [
            rows[place]["id"] for _, _, place in process.extract(query, names, scorer=fuzz.token_sort_ratio, limit=20)
        ]
        worked.append(time.process_time() - cpu)
        found, first = found + (row["id"] in answer), first + (answer[:1] == [row["id"]])
    print(
        f"| name, rapidfuzz over all | | | {of(worked, 0.5) * 1000:.0f} | {of(worked, 0.99) * 1000:.0f} | {found / BRUTE:.3f} | {first / BRUTE:.3f} |"
    )


def of(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


if __name__ == "__main__":
    main()
