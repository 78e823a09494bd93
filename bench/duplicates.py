"""Measure the search for duplicates: labelled pairs, a million stored invoices, and a thousand copies at once.

    python bench/duplicates.py pairs [--each N]                 recall and false alarms on the held-out half
    python bench/duplicates.py scale [--stored N] [--postgres]  milliseconds of a look among N stored invoices
    python bench/duplicates.py race [--copies N] [--postgres]   copies judged at once by several processes

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

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine  # noqa: E402

from engine.content.duplicate_policy import DuplicatePolicy  # noqa: E402
from engine.model.duplicate import Signature  # noqa: E402
from engine.runtime.duplicates import keys_of, look  # noqa: E402
from engine.runtime.witness import Live  # noqa: E402
from engine.stages.claim import fingerprint  # noqa: E402
from engine.stages.duplicates.numbers import bare  # noqa: E402
from engine.stages.duplicates.signature import signature  # noqa: E402
from engine.stages.duplicates.weigh import check  # noqa: E402
from engine.store import database, documents, signatures  # noqa: E402
from engine.store.database import transaction  # noqa: E402
from tests import postgres  # noqa: E402
from tests.stages.duplicates.copies import COPIES  # noqa: E402
from tests.stages.duplicates.invoices import UNSEEN_NUMBERINGS, Paper, draw_paper, draw_vendor  # noqa: E402
from tests.stages.duplicates.others import OTHERS, corrected, undecidable  # noqa: E402
from tests.store.factories import document, document_id  # noqa: E402

POLICY = DuplicatePolicy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pairs", "scale", "race"])
    parser.add_argument("--each", type=int, default=2000)
    parser.add_argument("--seed", default="held out")
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--copies", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    if given.what == "pairs":
        pairs(given.each, given.seed)
        return
    with ExitStack() as stack:
        url = stack.enter_context(served(is_postgres=given.postgres))
        scale(url, given.stored) if given.what == "scale" else race(url, given.copies, given.processes)


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


def scale(url: str, stored: int) -> None:
    """Fill a database and print how long it takes to look and claim."""
    engine, rng = database.connect(url), random.Random(1)
    vendors = [draw_vendor(rng, index, UNSEEN_NUMBERINGS) for index in range(max(stored // 200, 10))]
    began, kept = time.perf_counter(), [draw_paper(rng, vendor) for vendor in vendors]
    drawn = [(paper, signature(paper.read(), vendor=paper.matched())) for paper in kept]
    for start in range(0, stored, 20_000):
        history = (another(rng, *rng.choice(drawn), index) for index in range(start, min(start + 20_000, stored)))
        with transaction(engine) as tx:
            signatures.remember(tx, ((one, keys_of(one)) for one in history))
    with transaction(engine) as tx:
        signatures.remember(tx, ((one, keys_of(one)) for one in (named(i, one) for i, (_, one) in enumerate(drawn))))
    print(
        f"stored {stored} in {time.perf_counter() - began:.0f} s; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )
    if url.startswith("sqlite"):
        print(f"file: {Path(url.removeprefix('sqlite:///')).stat().st_size / 1e6:.0f} MB")
    for name, papers in (
        ("copies", [rng.choice(list(COPIES.values()))(rng, rng.choice(kept)) for _ in range(1000)]),
        ("new invoices", [draw_paper(rng, rng.choice(vendors)) for _ in range(1000)]),
    ):
        times, outcomes, cpu = [], Counter[str](), time.process_time()
        for index, paper in enumerate(papers):
            one = document(f"{name} {index}")
            record, began = paper.read(), time.perf_counter()
            with transaction(engine) as tx:
                outcomes[
                    look(tx, one, record, vendor=paper.matched(), policy=POLICY, witness=Live(engine)).outcome
                ] += 1
            times.append((time.perf_counter() - began) * 1000)
        cuts = quantiles(times, n=100)
        print(
            f"{name}: median {median(times):.2f} ms, p99 {cuts[98]:.2f} ms, most {max(times):.1f} ms, CPU {(time.process_time() - cpu) / len(papers) * 1000:.2f} ms; {dict(outcomes)}"
        )


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
