"""How soon automation steps down when readings become worse, and how far it comes back.

    python bench/p2p/drift.py [--documents 2000] [--onset 1000] [--error 0.2] [--rate 0.1] [--target 0.01] [--seed 1]
                              [--mended N] [--home DIR] [--runs 500]

Invoices for orders are judged one by one by the real judge. How sure the machine is of each total is drawn; so is whether
it was read right: doubtful ones are wrong more often, and from document `--onset` on a share of `--error` is wrong however
sure the machine was (a new layout that is misread). People look at what is held, and at audits, as soon as they come. From
document `--mended` on readings are as good as before. Prints each step, the delay in documents and in audits, and what was
posted wrong meanwhile. `--home` keeps the house, so that thresholds can be fitted to it. `--runs` repeats the stream so
often without the judge, for the spread of the delay.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from case import Case
from play import Stage, record_of
from shapes import SHAPES
from world import World

from engine.content.confidence import Audit
from engine.model.decision import Decision
from engine.model.document import Blob, Document
from engine.model.errors import PostroomError
from engine.runtime import judging, thresholds
from engine.runtime.house import House
from engine.runtime.overview import overview
from engine.stages.thresholds.audit import is_drawn
from engine.stages.thresholds.drift import STEPS, broken_at, stepped
from engine.store import documents, outcomes
from engine.store.database import reading, transaction

REF = "ap_invoice@1"
WRITTEN = 800
"""How sure the machine has to be of a total, in thousandths."""


@dataclass(frozen=True)
class Reading:
    """How sure the machine was of a total, and whether it was right."""

    sure: float
    is_wrong: bool


def readings(asked: argparse.Namespace, seed: int) -> Iterator[Reading]:
    """Yield a stream: calibrated, worse from the onset on, and as before from when it was mended."""
    random = Random(f"drift/{seed}")
    for number in range(asked.documents):
        sure = random.betavariate(12, 0.6)
        is_worse = asked.onset <= number < asked.mended
        is_wrong = random.random() < (asked.error if is_worse else 0.03 * (1 - sure))
        yield Reading(sure, is_wrong)


class Clock:
    """A clock that goes a minute further each time somebody looks."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 20, 9, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the next minute."""
        self.moment += timedelta(minutes=1)
        return self.moment


def opened(home: Path, asked: argparse.Namespace, cases: Sequence[Case]) -> House:
    """Return a house that knows the orders, audits at the rate that is asked for, and lives by its own clock."""
    house = Stage(home, cases).house
    audit = Audit(rate=Decimal(str(asked.rate)), target=Decimal(str(asked.target)))
    rules = {ref: one.model_copy(update={"audit": audit}) for ref, one in house.library.rulesets.items()}
    return replace(house, library=replace(house.library, rulesets=rules), clock=Clock())


def judged(house: House, case: Case, read: Reading, number: int, seed: int) -> tuple[Document, Decision]:
    """Judge one invoice that was read with this confidence."""
    sha256 = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()
    blob = Blob(sha256=sha256, size=1, media_type="application/pdf")
    now = house.clock.now()
    document = Document(id=sha256, name=f"{number}.pdf", blob=blob, source="bench", received_at=now)
    record = record_of(case.paper, sha256)
    fields = tuple(
        one.model_copy(update={"confidence": read.sure}) if one.name == "total" else one for one in record.fields
    )
    with transaction(house.engine) as tx:
        documents.add(tx, document)
        documents.move(tx, sha256, "processing", at=now)
        documents.save(tx, sha256, 1, "record", record.model_copy(update={"fields": fields}).model_dump(mode="json"))
    judging.judge(house, sha256, 1)
    with reading(house.engine) as tx:
        return document, Decision.model_validate(documents.load(tx, sha256, 1, "decision"))


def play(asked: argparse.Namespace, home: Path) -> None:
    """Judge the stream in a real house and print what happened."""
    cases = [SHAPES["two_way"](World(asked.seed, "drift", index)) for index in range(asked.documents)]
    house = opened(home, asked, cases)
    down, posted, wrong, audits, mended_at = 0, 0, 0, 0, None
    for number, (case, read) in enumerate(zip(cases, readings(asked, asked.seed), strict=True)):
        mended_at = house.clock.now() if number == asked.mended else mended_at
        document, decision = judged(house, case, read, number, asked.seed)
        is_worse = number >= asked.onset
        is_posted = decision.route == "post"
        posted, wrong = posted + (is_posted and is_worse), wrong + (is_posted and is_worse and read.is_wrong)
        with transaction(house.engine) as tx:
            kept = outcomes.of_document(tx, document.id)
            if kept is not None and kept.share_permille:
                audits += kept.is_straight and is_worse
                thresholds.review(tx, house, document.id, ["total"] if read.is_wrong else [], by="anna")
        now = sum(one.steps for one in overview(house).standing_down)
        if now != down:
            print(
                f"document {number}: {now} of {STEPS} steps down, {number - asked.onset} documents and {audits} audits after "
                f"the onset; posted since: {posted}, wrong among them: {wrong}"
            )
            down = now
    print(
        f"{down} of {STEPS} steps down after {asked.documents} documents; posted since the onset: {posted}, wrong: {wrong}"
    )
    try:
        back = thresholds.restore(house, REF, by="anna", mended_at=mended_at)
        print(f"fit: {back.steps} steps down now ({back.reviewed} held documents, {back.wrong} wrong)")
    except PostroomError as e:
        print(f"fit: {e.message}")
    house.close()


def delay(asked: argparse.Namespace, seed: int) -> tuple[int | None, int]:
    """Return (documents from the onset to the first step down, steps down before the onset) of a stream, not judged."""
    least, found, early = stepped(WRITTEN, 0), list[bool](), 0
    for number, read in enumerate(readings(asked, seed)):
        sha256 = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()
        if int(read.sure * 1000) < least or not is_drawn(sha256, REF, round(asked.rate * 1000)):
            continue
        found.append(read.is_wrong)
        if broken_at(found, target=asked.target) is not None:
            if number >= asked.onset:
                return number - asked.onset, early
            found, early = [], early + 1
    return None, early


def spread(asked: argparse.Namespace) -> None:
    """Print how the delay spreads over many streams."""
    told = [delay(asked, seed) for seed in range(asked.runs)]
    delays = sorted(one for one, _ in told if one is not None)
    early = sum(1 for _, count in told if count)
    if delays:
        middle, late = delays[len(delays) // 2], delays[int(len(delays) * 0.95)]
        print(f"{asked.runs} streams: seen in {len(delays)}, after {middle} documents (median), {late} (95 of 100)")
    else:
        print(f"{asked.runs} streams: seen in none")
    print(f"stepped down before the onset: {early} of {asked.runs}")


def main() -> int:
    """Play one stream in a house, or many without one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--onset", type=int, default=1000)
    parser.add_argument("--mended", type=int, default=10**9)
    parser.add_argument("--error", type=float, default=0.2)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--target", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--runs", type=int, default=0)
    asked = parser.parse_args()
    if asked.runs:
        spread(asked)
    elif asked.home is not None:
        play(asked, asked.home)
    else:
        with tempfile.TemporaryDirectory(prefix="postroom-drift-") as home:
            play(asked, Path(home))
    return 0


if __name__ == "__main__":
    sys.exit(main())
