"""Measure the search for duplicates: labelled pairs, a million stored invoices, and a thousand copies at once.

    python bench/duplicates.py pairs [--each N]                 recall and false alarms on the held-out half
    python bench/duplicates.py scale [--stored N] [--postgres|--both]  milliseconds of a look among N stored invoices
    python bench/duplicates.py race [--copies N] [--postgres|--both]   copies judged at once by several processes

The baseline is what most systems do: same vendor, number, amount and date.
"""

import argparse
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine, text  # noqa: E402

from engine.content.duplicate_policy import DuplicatePolicy  # noqa: E402
from engine.model.duplicate import Signature  # noqa: E402
from engine.runtime.duplicates import keys_of, look  # noqa: E402
from engine.runtime.witness import Live  # noqa: E402
from engine.stages.claim import fingerprint  # noqa: E402
from engine.stages.duplicates.numbers import bare  # noqa: E402
from engine.stages.duplicates.signature import signature  # noqa: E402
from engine.stages.duplicates.weigh import check  # noqa: E402
from engine.store import database, documents, posted, signatures  # noqa: E402
from engine.store.database import transaction  # noqa: E402
from tests import postgres  # noqa: E402
from tests.stages.duplicates.copies import COPIES  # noqa: E402
from tests.stages.duplicates.invoices import UNSEEN_NUMBERINGS, Paper, Vendor, draw_paper, draw_vendor  # noqa: E402
from tests.stages.duplicates.others import OTHERS, corrected, undecidable  # noqa: E402
from tests.store.factories import document, document_id  # noqa: E402

POLICY = DuplicatePolicy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pairs", "scale", "race"])
    parser.add_argument("--each", type=int, default=2000)
    parser.add_argument("--seed", default="held out")
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--looks", type=int, default=1000)
    parser.add_argument("--copies", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--both", action="store_true", help="SQLite and PostgreSQL")
    given = parser.parse_args()
    if given.what == "pairs":
        pairs(given.each, given.seed)
        return
    kinds = [given.postgres] if not given.both else [False, True]
    with ExitStack() as stack:
        urls = [stack.enter_context(served(is_postgres=is_postgres)) for is_postgres in kinds]
        if given.what == "scale":
            scale(urls, given.stored, given.looks)
        else:
            for url in urls:
                race(url, given.copies, given.processes)


@contextmanager
def served(*, is_postgres: bool) -> Iterator[str]:
    """A migrated, empty database."""
    with ExitStack() as stack:
        if is_postgres:
            binaries = postgres.find_binaries()
            if binaries is None:
                raise SystemExit(postgres.MISSING)
            server = postgres.start(binaries)
            stack.callback(server.stop)
            url = server.url(server.create_database())
        else:
            url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/postroom.sqlite"
        engine = database.connect(url)
        database.migrate(engine)
        engine.dispose()
        yield url


def pairs(each: int, seed: str) -> None:
    """Print for each kind of pair how often it was held back."""
    rng_of = {kind: random.Random(f"{seed} {kind}") for kind in (*COPIES, *OTHERS, "corrected", "undecidable")}
    copies: Counter[str] = Counter()
    others: Counter[str] = Counter()
    print(f"{'kind':28}{'duplicate':>10}{'maybe':>10}{'no':>10}{'baseline':>10}  of {each}")
    for kind, rng in rng_of.items():
        found: Counter[str] = Counter()
        for index in range(each):
            paper = draw_paper(rng, draw_vendor(rng, index, UNSEEN_NUMBERINGS))
            pair = (paper, COPIES[kind](rng, paper)) if kind in COPIES else other(kind, rng, paper)
            found.update(judged(*pair))
        told = "copy of" if kind in COPIES else "other:"
        print(f"{told} {kind:20}{found['duplicate']:10}{found['maybe']:10}{found['no']:10}{found['baseline']:10}")
        if kind in COPIES:
            copies += found
        elif kind in OTHERS:
            others += found
    for name, sums in (("recall", copies), ("false alarms", others)):
        count = sums["duplicate"] + sums["maybe"] + sums["no"]
        held = sums["duplicate"] + sums["maybe"]
        print(
            f"{name}: {held / count:.4%} of {count} pairs ({sums['duplicate'] / count:.4%} without a person); baseline {sums['baseline'] / count:.4%}"
        )


def other(kind: str, rng: random.Random, paper: Paper) -> tuple[Paper, Paper]:
    return {**OTHERS, "corrected": corrected, "undecidable": undecidable}[kind](rng, paper)


def judged(first: Paper, second: Paper) -> list[str]:
    """Return the outcome for the second, and `baseline` where the four fields of old are equal."""
    earlier = signature(first.read("first"), vendor=first.matched())
    mine = signature(second.read("second"), vendor=second.matched())
    is_near = abs((first.issued - second.issued).days) <= POLICY.window_days
    shared = {key for key in keys_of(earlier) if is_near or not key.is_dated} & set(keys_of(mine))
    outcome: list[str] = [check(mine, [earlier] if shared else [], policy=POLICY).outcome]
    same = fingerprint(first.read()) == fingerprint(second.read()) and bare(first.number) == bare(second.number)
    return [*outcome, "baseline"] if same and first.vendor.id == second.vendor.id else outcome


def scale(urls: list[str], stored: int, looks: int) -> None:
    """Fill databases with the same history; print how long it takes to look and claim, and how large the index is."""
    rng = random.Random(1)
    vendors = [draw_vendor(rng, index, UNSEEN_NUMBERINGS) for index in range(max(stored // 200, 10))]
    kept = [draw_paper(rng, vendor) for vendor in vendors]
    engines = [(database.connect(url), url) for url in urls]
    began = time.perf_counter()
    fill(engines, stored)
    print(f"{stored} drawn and stored in {time.perf_counter() - began:.0f} s", flush=True)
    for engine, url in engines:
        with transaction(engine) as tx:
            drawn = (named(index, signature(paper.read(), vendor=paper.matched())) for index, paper in enumerate(kept))
            posted.remember(tx, ((one, keys_of(one)) for one in drawn))
        print(f"{engine.dialect.name}: {size_of(engine, url)}", flush=True)
        measure(engine, vendors, kept, looks)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def measure(engine: Engine, vendors: list[Vendor], kept: list[Paper], looks: int) -> None:
    """Print how long looking and claiming takes for copies and for new invoices."""
    rng = random.Random(3)
    for name, papers in (
        ("copies", [rng.choice(list(COPIES.values()))(rng, rng.choice(kept)) for _ in range(looks)]),
        ("new invoices", [draw_paper(rng, rng.choice(vendors)) for _ in range(looks)]),
    ):
        times, outcomes, cpu = [], Counter[str](), time.process_time()
        for index, paper in enumerate(papers):
            one = document(f"{name} {index}")
            record, start = paper.read(), time.perf_counter()
            with transaction(engine) as tx:
                found = look(tx, one, record, vendor=paper.matched(), policy=POLICY, witness=Live(engine))
            outcomes[found.outcome] += 1
            times.append((time.perf_counter() - start) * 1000)
        spent = (time.process_time() - cpu) / len(papers) * 1000
        print(
            f"{name}: median {median(times):.2f} ms, p99 {quantiles(times, n=100)[98]:.2f} ms, most {max(times):.1f} ms, CPU {spent:.2f} ms; {dict(outcomes)}",
            flush=True,
        )


def fill(engines: list[tuple[Engine, str]], stored: int) -> None:
    """Write history past the store: drawn by two processes, loaded in the order of its keys."""
    each = 20_000
    jobs = [(stored, start, min(start + each, stored)) for start in range(0, stored, each)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        parts = []
        for rows, keys in pool.imap(_drawn, jobs):
            for engine, url in engines:
                load(engine, url, "signatures", "document_id, issued_on, digest, data, seq", rows)
            parts.append(keys)
    everything = np.concatenate(parts)
    everything = everything[np.argsort(everything[:, 0], kind="stable")]
    for start in range(0, len(everything), 500_000):
        rows = everything[start : start + 500_000].tolist()
        for engine, url in engines:
            load(engine, url, "signature_keys", "key, issued_on, seq", rows)
    for engine, url in engines:
        if not url.startswith("sqlite"):
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("vacuum analyze signature_keys, signatures"))


def load(engine: Engine, url: str, table: str, columns: str, rows: list[Any]) -> None:
    """Write rows the fastest way there is."""
    with engine.begin() as tx:
        raw: Any = tx.connection.driver_connection
        if url.startswith("sqlite"):
            marks = ", ".join("?" * len(rows[0]))
            raw.executemany(f"insert into {table} ({columns}) values ({marks})", rows)
            return
        with raw.cursor() as cursor, cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def size_of(engine: Engine, url: str) -> str:
    """Return how large file and keys are."""
    with engine.connect() as connection:
        if url.startswith("sqlite"):
            count = connection.execute(text("select count(*) from signature_keys")).scalar_one()
            pages = connection.execute(text("pragma page_count")).scalar_one()
            page = connection.execute(text("pragma page_size")).scalar_one()
            return f"file {pages * page / 1e6:.0f} MB, {count} keys"
        count = connection.execute(text("select count(*) from signature_keys")).scalar_one()
        sizes = [
            connection.execute(text(f"select pg_total_relation_size('{name}')")).scalar_one() / 1e6
            for name in ("signatures", "signature_keys")
        ]
        return f"signatures {sizes[0]:.0f} MB, keys {sizes[1]:.0f} MB ({count})"


def _drawn(job: tuple[int, int, int]) -> tuple[list[Any], Any]:
    """Return rows and keys of some invoices of history, in a process of its own."""
    stored, start, end = job
    rng, draw = random.Random(f"history {start}"), random.Random(2)
    if not _HISTORY:
        vendors = [draw_vendor(draw, index, UNSEEN_NUMBERINGS) for index in range(max(stored // 200, 10))]
        _HISTORY.extend(
            (paper, signature(paper.read(), vendor=paper.matched())) for paper in (draw_paper(draw, v) for v in vendors)
        )
    rows, keys = [], []
    for index in range(start, end):
        one = another(rng, *rng.choice(_HISTORY), index)
        row = signatures.row_of(one)
        rows.append((row["document_id"], row["issued_on"], row["digest"], row["data"], -1 - index))
        keys += [
            (key["key"], key["issued_on"], key["seq"]) for key in signatures.key_rows(-1 - index, one, keys_of(one))
        ]
    return rows, np.array(keys, dtype=np.int64)


_HISTORY: list[tuple[Paper, Signature]] = []


def another(rng: random.Random, paper: Paper, one: Signature, index: int) -> Signature:
    """Return another invoice of the same vendor, of another day; every tenth has the same amount, as recurring ones have."""
    issued = paper.issued + timedelta(days=rng.randint(-300, 300))
    more = rng.randint(1, 90_000) if index % 10 else 0
    return one.model_copy(
        update={
            "document_id": f"erp:{index}", "number": paper.vendor.numbering(rng, rng.randint(1, 99_999), issued), "issued": issued,
            "total": paper.total + more, "subtotal": paper.subtotal + more, "orders": (), "references": (),
        }
    )  # fmt: skip


def named(index: int, one: Signature) -> Signature:
    return one.model_copy(update={"document_id": f"known:{index}"})


def race(url: str, copies: int, processes: int) -> None:
    """Let processes judge readings of one invoice at once and print how many were told to be the first."""
    rng = random.Random(7)
    paper = draw_paper(rng, draw_vendor(rng, 0, UNSEEN_NUMBERINGS))
    engine = database.connect(url)
    with transaction(engine) as tx:
        for index in range(copies):
            documents.add(tx, document(f"{index}", source=("folder", "api", "mail", "edi")[index % 4]))
    engine.dispose()
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        answers = Counter(pool.starmap(_attempt, [(url, paper_of(paper, i), i) for i in range(copies)], chunksize=5))
    print(f"{copies} copies, {processes} processes: {dict(answers)} in {time.perf_counter() - began:.1f} s")
    if answers["no"] != 1:
        raise SystemExit("more or less than one was told to be the first")


def paper_of(paper: Paper, index: int) -> Signature:
    """Return what one reading of the invoice claims: another scanner, channel or company each time."""
    rng = random.Random(index)
    kinds = ("rescan", "separators", "prefix", "leading zeros", "edi", "mail body", "sister entity")
    copy = COPIES[kinds[index % len(kinds)]](rng, paper)
    return signature(copy.read(document_id(f"{index}")), vendor=copy.matched())


def _attempt(url: str, mine: Signature, index: int) -> str:
    """Look for earlier copies as judging does, in a process of its own."""
    engine = _ENGINES.setdefault(url, database.connect(url))
    with transaction(engine) as tx:
        documents.lock(tx, document_id(f"{index}"))
        earlier = signatures.claim(tx, mine, keys_of(mine), window_days=POLICY.window_days, nearest=POLICY.nearest)
        return check(mine, earlier.signatures, policy=POLICY).outcome


_ENGINES: dict[str, Engine] = {}


if __name__ == "__main__":
    main()
