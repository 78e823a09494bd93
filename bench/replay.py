"""Measure how fast history is judged again, beside reading and judging it anew from the pages.

    python bench/replay.py [--documents N] [--naive N] [--workers N] [--samples N] [--home DIR]

Sample documents are processed once by the real command, then copied under other ids until there are enough, so that ten
thousand need not be read first (`--home` keeps and reuses the processed ones). Timed in the same run: naively (from the
stored pages, every question asked of the store), from the stored record by the statement in this process, the same in
worker processes, and as `postroom replay` does it: what would surely come to what is stored is taken over, but for a
share that is judged all the same. Seconds are of the clock, of all processes together for the processor. Memory is the
largest resident size of this process and of any worker.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace as changed
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert, select

from engine.model.judged import Judged
from engine.runtime import history, marks, replay
from engine.runtime.house import House, open_house
from engine.runtime.marks import content_digest
from engine.runtime.otherwise import Trust
from engine.runtime.replaying import compare_many, replay_many
from engine.runtime.settings import Settings
from engine.store import tables
from engine.store.columns import dump_json, load_json, pack, unpack
from engine.store.database import reading, transaction
from engine.store.documents import Packed, StepKind

MARKS: dict[StepKind, Sequence[StepKind]] = {"judged_by": marks.JUDGED, "planned_by": marks.PLANNED}
POSTROOM = Path(sys.executable).parent / "postroom"
KINDS = ("record", "witness", "lessons", "made_with", "decision", "match", "plan", "reading", *MARKS)
_AT_ONCE = 200


class Timed(NamedTuple):
    """How long some documents took."""

    documents: int
    wall: float
    processor: float

    def told(self, what: str) -> str:
        """Return one row for people."""
        each = 1000 * self.processor / self.documents
        return f"{what:42} {self.documents:6} {self.documents / self.wall:9.1f} {each:9.2f}"


def main() -> int:
    """Print documents a second for each way. Exit code 1 when an outcome is not the stored one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--naive", type=int, default=60)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postroom-replay-") as folder:
        home = asked.home or Path(folder) / "home"
        if not (home / "postroom.sqlite").exists():
            process(home, Path(folder), asked.samples)
        house = open_house(Settings(home=home, env="dev", log_level="error"))
        multiply(house, asked.documents)
        with reading(house.engine) as tx:
            ids = history.ids(tx, last=asked.documents)
        return measure(house, ids, naive=asked.naive, workers=asked.workers)


def measure(house: House, ids: list[str], *, naive: int, workers: int) -> int:
    """Time the ways and compare every outcome with what is stored."""
    list(replay_many(house, house.library, ids[:50], workers=1))  # everything compiled
    print(f"{'':42} {'docs':>6} {'docs/s':>9} {'ms cpu':>9}")
    print(timed(lambda: naively(house, ids[:naive])).told("naive: from pages, asking the store"))
    some, blind = ids[: max(naive, len(ids) // 5)], Trust(is_blind=True)
    print(timed(lambda: replay_many(house, house.library, some, workers=1)).told("every one judged, this process"))
    if workers > 1:
        pool = timed(lambda: compare_many(house, house.library, ids, workers=workers, trust=blind))
        print(pool.told(f"every one judged and compared, {workers} processes"))
    for permille in (20, 0):
        trust = Trust(permille=permille, salt=str(time.time_ns()))
        kept = timed(lambda trust=trust: compare_many(house, house.library, ids, workers=workers, trust=trust))
        print(kept.told(f"taken over, {permille / 10:g} % judged all the same"))
    here, there = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"memory: {here} MB here, {there} MB in the largest worker")
    seen = list(compare_many(house, house.library, some, workers=1, trust=blind))
    other = sum(one.change is not None for one in seen)
    print(f"{other} of {len(some)} outcomes differ from what is stored")
    over = list(compare_many(house, house.library, ids, workers=1))
    doubtful = sum(one.is_doubtful for one in over)
    print(f"{sum(one.is_taken_over for one in over)} of {len(over)} taken over, {doubtful} doubtful")
    return 1 if other or doubtful else 0


def timed(work: Callable[[], Iterable[object]]) -> Timed:
    """Run through what `work` yields."""
    wall, processor = time.perf_counter(), spent()
    count = sum(1 for _ in work())
    return Timed(count, time.perf_counter() - wall, spent() - processor)


def spent() -> float:
    """Return the seconds of processor that this process and its ended children have used."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def naively(house: House, ids: Iterable[str]) -> Iterator[Judged]:
    """Read and judge documents anew as a script would: from the pages, asking the store each time."""
    for one in ids:
        kept = changed(replay.one(house, one), statement=None, lessons=None)
        yield replay.judged(replay.under(house, house.library), kept, from_="pages")


def process(home: Path, work: Path, count: int) -> None:
    """Make sample documents and let the real command process them."""
    made = work / "set"
    masters = [made / f"{name}.csv" for name in ("vendors", "purchase_orders", "purchase_order_lines")]
    call(home, "samples", made, "--seed", 7, "--count", count)
    call(home, "masterdata", "import", "--vendors", masters[0], "--orders", masters[1], "--order-lines", masters[2])
    call(home, "run", "--json", made / "documents")


def call(home: Path, *arguments: object) -> None:
    """Run the command. Ends the program when it fails."""
    environment = {**os.environ, "POSTROOM_HOME": str(home), "POSTROOM_ENV": "dev"}
    done = subprocess.run(
        [str(POSTROOM), *map(str, arguments)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{arguments[0]} failed: {done.stderr[-2000:]}")


def multiply(house: House, wanted: int) -> None:
    """Copy judged documents under other ids until there are so many."""
    with reading(house.engine) as tx:
        ids = history.ids(tx)
        query = select(tables.step_results).where(tables.step_results.c.kind.in_(KINDS))
        results = [dict(row) for row in tx.execute(query).mappings()]
        rows = {row["id"]: dict(row) for row in tx.execute(select(tables.documents)).mappings()}
    texts: dict[str, list[dict[str, Any]]] = {one: [] for one in ids}
    for row in results:
        if row["document_id"] in texts:
            texts[row["document_id"]].append({**row, "json": dump_json(unpack(row["json"], row["compressed"]))})
    originals = [one for one in ids if texts[one]]
    for start in range(len(ids), wanted, _AT_ONCE):
        with transaction(house.engine) as tx:
            for at in range(start, min(wanted, start + _AT_ONCE)):
                old = originals[at % len(originals)]
                new = sha256(f"{old}{at}".encode()).hexdigest()
                tx.execute(insert(tables.documents), [{**rows[old], "id": new, "name": f"copy {at}"}])
                tx.execute(insert(tables.step_results), _copies(texts[old], old, new))


def _copies(rows: Sequence[dict[str, Any]], old: str, new: str) -> list[dict[str, Any]]:
    """Return the results of a document for its copy, with marks that are about the copy."""
    data = {(row["revision"], row["kind"]): load_json(row["json"].replace(old, new)) for row in rows}
    packed = {place: Packed(*pack(one)) for place, one in data.items()}
    for (revision, kind), one in data.items():
        if kind in MARKS:
            mine = {name: content for (number, name), content in packed.items() if number == revision}
            packed[revision, kind] = Packed(*pack({**one, "content": content_digest(mine, MARKS[kind])}))
    return [
        {"document_id": new, "revision": revision, "kind": kind, "json": one.text, "compressed": one.compressed}
        for (revision, kind), one in packed.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
