"""Does the promotion gate list exactly the documents that a change of knowledge changes?

    python bench/p2p/mutations.py [--each N] [--seed N] [--only TEXT|TEXT] [--every N] [--pages N [--layouts]]

A set of generated documents is judged and planned. For each of many small edits of rules, rows, tables, thresholds and
tolerances (`mutants.py`) the truth is made the plain way: the same documents, on a copy of the database from before they
were judged, are judged and planned by a hub that never knew anything else. Documents whose decision, review or payload is
not the same are those that change. The gate has to name exactly these from history. Prints a row an edit.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from mutants import Mutant, mutants, places, words
from play import Stage
from run import cases_of
from sqlalchemy import delete

from engine.content.library import Library
from engine.model.errors import ContentError
from engine.model.page import Reading
from engine.model.record import Extraction, Record
from engine.runtime import intake, judging, steps
from engine.runtime.house import House, open_house
from engine.runtime.layouts import export
from engine.runtime.promotion.look import Versions, look
from engine.runtime.settings import Settings
from engine.stages.layout.apply import identities
from engine.stages.layout.learn import learn
from engine.store import documents, layouts, operations, reviews, tables
from engine.store.database import reading, transaction

ROOT = Path(__file__).resolve().parents[2]
BOOK = "mappings/inbound/layouts/taught.v1.yaml"


class Score(NamedTuple):
    """One edit: which documents changed, and which the gate named."""

    mutant: Mutant
    changed: set[str]
    named: set[str]
    causes: tuple[str, ...]
    seconds: float

    @property
    def is_exact(self) -> bool:
        """Whether the two are the same."""
        return self.changed == self.named


class Bench:
    """A frozen set: the database before anything was judged, and after."""

    def __init__(self, folder: Path, ids: list[str], *, has_pages: bool, base: Path = ROOT) -> None:
        self.folder, self.ids, self._has_pages, self.root = folder, ids, has_pages, base
        shutil.copytree(folder / "home", folder / "before")
        self.house = self._open(folder / "home", base)
        self.base = self._judged(self.house)

    def score(self, mutant: Mutant) -> Score | None:
        """Return how the gate does on an edit; None when it is refused before anything is judged."""
        root = self._content(mutant)
        try:
            candidate = Library.load(root, "dev")
        except ContentError as e:
            print(f"      refused at load: {mutant.name}: {e.message[:90]}")
            return None
        home = self.folder / "then"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.folder / "before", home)
        house = self._open(home, root)
        then = self._judged(house)
        house.close()
        changed = {one for one in self.ids if then[one] != self.base[one]}
        began = time.perf_counter()
        both = Versions("ap_invoice", self.house.library, candidate)
        report = look(self.house, both, by="bench", ids=self.ids)
        named = {change.document_id for change in report.changes}
        causes = tuple(dict.fromkeys(cause.ref for change in report.changes for cause in change.causes))
        return Score(mutant, changed, named, causes, time.perf_counter() - began)

    def _content(self, mutant: Mutant) -> Path:
        root = self.folder / "content"
        shutil.rmtree(root, ignore_errors=True)
        for name in ("rules", "mappings", "environments"):
            shutil.copytree(self.root / name, root / name)
        mutant.write(root)
        return root

    def _open(self, home: Path, content: Path) -> House:
        settings = Settings(home=home, env="dev", log_level="error", content=content)
        return open_house(settings, out=home / "out")

    def _judged(self, house: House) -> dict[str, str]:
        """Judge and plan all documents in order, and return what came of each as text."""
        return {one: self._one(house, one) for one in self.ids}

    def _one(self, house: House, document_id: str) -> str:
        if self._has_pages:
            steps.understand(house, document_id, 1)
        if judging.judge(house, document_id, 1)["next"] == "plan":
            judging.plan(house, document_id, 1)
        with reading(house.engine) as tx:
            decision: Mapping[str, Any] = documents.load(tx, document_id, 1, "decision") or {}
            held = [(one.queue, one.reasons, one.message) for one in reviews.of_document(tx, document_id)]
            written = [
                (one.key, one.target, dict(one.payload), dict(one.options))
                for one in operations.of_document(tx, document_id)
            ]
        # what no rule objects to is told to nobody; the sentence counts the rules
        told_of = ("route", "queue", "reasons", *(["message"] if decision.get("reasons") else []))
        said = [decision.get(name) for name in told_of]
        if self._has_pages:
            with reading(house.engine) as tx:
                said.append(Record.model_validate(documents.load(tx, document_id, 1, "record")).plain())
        return json.dumps([said, held, written], sort_keys=True, default=str)


def main() -> int:
    """Print a row an edit, and the sums; the exit code is 1 unless all are exact."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--each", type=int, default=11)
    asked.add_argument("--seed", type=int, default=11)
    asked.add_argument("--only", default="", help="only edits whose name holds this; several set apart by |")
    asked.add_argument("--every", type=int, default=1, help="only each n-th edit")
    asked.add_argument("--pages", type=int, default=0, help="so many sample documents that are read from their pages")
    asked.add_argument(
        "--layouts", action="store_true", help="with --pages: edits of layouts that these documents taught"
    )
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="postroom-mutants-") as folder:
        bench = (
            read(Path(folder), options.pages, taught=options.layouts)
            if options.pages
            else generated(Path(folder), options.each, options.seed)
        )
        parts = options.only.split("|")
        known = known_edits(bench, options.layouts, options.pages)
        wanted = [one for one in known if any(part in one.name for part in parts)][:: options.every]
        scores = [score for one in wanted if (score := bench.score(one)) is not None and told(score)]
        count = len(bench.ids)
    right = sum(score.is_exact for score in scores)
    hits = sum(len(one.changed & one.named) for one in scores)
    precision = hits / max(1, sum(len(one.named) for one in scores))
    recall = hits / max(1, sum(len(one.changed) for one in scores))
    print(
        f"{count} documents, {len(scores)} edits: {right} exact; {hits} changes; precision {precision:.4f}, recall {recall:.4f}"
    )
    return 0 if right == len(scores) else 1


def known_edits(bench: Bench, is_taught: bool, pages: int) -> list[Mutant]:  # noqa: FBT001 - two kinds of sets
    """Return the edits that fit a set."""
    if not is_taught:
        return words(ROOT) if pages else mutants(ROOT)
    return places((bench.root / BOOK).read_text(encoding="utf-8"), BOOK)


def generated(folder: Path, each: int, seed: int) -> Bench:
    """Return a bench of purchase-to-pay cases, as they were read.

    Cases with earlier papers are left out: what these change in the store would change the later one too, and the gate is
    asked about each by itself.
    """
    cases = [case for case in cases_of(each=each, seed=seed) if not case.earlier]
    stage = Stage(folder / "home", cases)
    ids = [stage._arrive(case.paper).id for case in cases]  # noqa: SLF001 - our own bench
    stage.house.close()
    return Bench(folder, ids, has_pages=False)


def read(folder: Path, count: int, *, taught: bool = False) -> Bench:
    """Return a bench of sample documents with their pages, for edits of what documents are read with.

    With `taught` each vendor's first document taught where its due date stands as issue date, and its tax id as number:
    placings that decide something, in a file of layouts.
    """
    made = folder / "set"
    called(folder, "samples", made, "--seed", 3, "--count", count, "--kind", "digital")
    orders, lines = made / "purchase_orders.csv", made / "purchase_order_lines.csv"
    called(
        folder, "masterdata", "import", "--vendors", made / "vendors.csv", "--orders", orders, "--order-lines", lines
    )
    house = open_house(Settings(home=folder / "home", env="dev", log_level="error"), out=folder / "out")
    ids = []
    for file in sorted((made / "documents").iterdir()):
        with file.open("rb") as stream:
            document = intake.accept(house, stream, name=file.name, source="bench").document
        if steps.read(house, document.id, 1)["next"] == "understand":
            ids.append(document.id)
    base = teach(folder, house, ids) if taught else ROOT
    house.close()
    return Bench(folder, ids, has_pages=True, base=base)


def teach(folder: Path, house: House, ids: list[str]) -> Path:
    """Return a content folder with a file of layouts that the first document of each vendor taught."""
    base = folder / "base"
    for name in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / name, base / name)
    known: set[str] = set()
    for document_id in ids:
        steps.understand(house, document_id, 1)
        with transaction(house.engine) as tx:
            pages = Reading.model_validate(documents.load(tx, document_id, 1, "reading"))
            extraction = Extraction.model_validate(documents.load(tx, document_id, 1, "extraction"))
            who = [one for one in identities(extraction) if one not in known]
            wrong = {"issue_date": extraction.value("due_date"), "invoice_number": extraction.value("vendor_tax_id")}
            placings = [
                learn(pages, field=field, value=value, vocabularies=house.library.vocabularies)
                for field, value in wrong.items()
                if value and who
            ]
            learned = [one for one in placings if one is not None]
            layouts.learn(tx, identities=who[:1], placings=learned, document_id=document_id, at=house.clock.now())
        known |= set(who)
    there = replace(house, settings=house.settings.model_copy(update={"content": base}))
    if export(there, "taught") is None:
        sys.exit("nothing was learned")
    with transaction(house.engine) as tx:
        tx.execute(delete(tables.layouts))
    return base


def called(folder: Path, *arguments: object) -> None:
    """Run the command. Ends the program when it fails."""
    environment = {**os.environ, "POSTROOM_HOME": str(folder / "home"), "POSTROOM_ENV": "dev"}
    command = [sys.executable, "-c", "from admin.cli.main import main; main()", *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2000:])


def told(score: Score) -> bool:
    """Print a row and return True."""
    mark = "exact" if score.is_exact else "WRONG"
    causes = ", ".join(cause.partition("#")[2] or cause for cause in score.causes[:3])
    print(
        f"{mark}  {len(score.changed):>4} change, {len(score.named):>4} named, {score.seconds:5.1f} s  {score.mutant.name}  [{causes}]",
        flush=True,
    )
    if not score.is_exact:
        print(
            f"      missed {sorted(score.changed - score.named)[:2]} too many {sorted(score.named - score.changed)[:2]}"
        )
    return True


if __name__ == "__main__":
    sys.exit(main())
