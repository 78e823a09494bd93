"""Measure the search for a vendor among many: how long it takes, and whether the one meant is found.

    python bench/parties.py [--count 1000000] [--database sqlite|postgresql] [--keep FILE] [--queries 1000]

Fills a fresh database with generated vendors, then asks for names as a reader gives them: misread, shortened, swapped. Times
are of the wall and of this process alone (`cpu`); on a busy machine the second tells more. Next to it, in the same run:
rapidfuzz over all names, one after the other.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rapidfuzz import fuzz, process
from sqlalchemy import Engine
from vendors import misread, vendors

from engine.store import database, masterdata
from engine.store.keys import name_tokens

ROOT = Path(__file__).resolve().parent.parent
BRUTE = 20
"""Queries that are also answered by looking at every name."""


def main() -> None:
    asked = argparse.ArgumentParser(description="Measure the search for a vendor.")
    asked.add_argument("--count", type=int, default=1_000_000)
    asked.add_argument("--queries", type=int, default=1000)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = asked.parse_args()
    with opened(options.database) as url:
        engine = database.connect(url)
        database.migrate(engine)
        began = time.perf_counter()
        with database.transaction(engine) as tx:
            masterdata.upsert_vendors(tx, vendors(options.count))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{options.database}: {options.count} vendors in {time.perf_counter() - began:.0f} s, {most:.0f} MiB at most",
            flush=True,
        )
        ask(engine, list(vendors(options.count)), options.queries)


@contextmanager
def opened(kind: str) -> Iterator[str]:
    """Give the URL of an empty database."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="postroom-bench-") as folder:
            yield f"sqlite:///{folder}/parties.sqlite"
        return
    sys.path.insert(0, str(ROOT))
    from tests import postgres

    binaries = postgres.find_binaries()
    if binaries is None:
        sys.exit(postgres.MISSING)
    server = postgres.start(binaries)
    try:
        yield server.url(server.create_database())
    finally:
        server.stop()


def ask(engine: Engine, rows: Sequence[dict[str, str]], count: int) -> None:
    print("| known | median ms | p99 ms | median cpu ms | p99 cpu ms | recall@20 | first |")
    print("|---|---|---|---|---|---|---|")
    for label in ("name", "name and address", "name, address, tax id, account"):
        dice = random.Random(99)
        spent, worked, found, first = [], [], 0, 0
        with database.reading(engine) as tx:
            for _ in range(count):
                row = dice.choice(rows)
                known = {"name": misread(dice, row["name"])[0]}
                if "address" in label:
                    known["address"] = f"{row['street']}, {row['postcode']} {row['city']}"
                if "tax id" in label:
                    known |= {"tax_id": row["tax_id"], "iban": row["iban"]}
                wall, cpu = time.perf_counter(), time.process_time()
                answer = [one.id for one in masterdata.vendor_candidates(tx, **known)]
                spent.append(time.perf_counter() - wall)
                worked.append(time.process_time() - cpu)
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
