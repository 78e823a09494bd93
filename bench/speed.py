"""Measure what a page costs, step by step, in processor time: reading, understanding, and handing results on.

    python bench/speed.py [FILE | FOLDER]... [--made PAGES]... [--no-split]

Without files: the shipped samples. `--made` adds generated files of so many pages of a table. Only text layers and
carried data are read, never pixels: `pdfplumber` and `einvoice` are the children that do it, `reading` and `mapping` what
this process makes of their answers. Processor time is told per page, of this process and of the children that read
(the machine may be busy otherwise); then wall time of all, and the most memory that each process held.
"""

import argparse
import contextlib
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from product import Product

from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.model.record import Extraction, Record
from engine.ports import Plug, Reader
from engine.runtime import reading
from engine.runtime.correspondence import letter_of
from engine.stages.arbitrate import arbitrate
from engine.stages.calibrate.calibrate import calibrate
from engine.stages.classify import classify
from engine.stages.contradict.contradict import contradict
from engine.stages.extract.extract import extract_with_evidence
from engine.stages.layout.apply import apply, identities
from engine.stages.normalize import normalize
from engine.stages.second_opinion import second_opinion, with_opinion
from engine.stages.split import split
from engine.store import database, layouts

ROOT = Path(__file__).resolve().parent.parent
TICK = 100
"""Units of processor time a second in /proc."""
STEPS = (
    "pdfplumber", "reading", "einvoice", "mapping", "split", "classify", "extract", "taught", "arbitrate", "contradict", "normalize", "calibrate",
    "to JSON", "from JSON",
)  # fmt: skip
Found = TypeVar("Found")


class Meter:
    """Adds up the processor seconds of named steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.wall = self.pages = 0.0

    def run(self, step: str, work: Callable[[], Found]) -> Found:
        """Return what `work` returns; its time is added to `step`."""
        began = time.process_time()
        try:
            return work()
        finally:
            self.seconds[step] += time.process_time() - began

    def row(self, name: str) -> str:
        """Return the milliseconds a page as one row of the table."""
        each = [1000 * self.seconds[step] / max(self.pages, 1) for step in STEPS]
        cells = "".join(f"{value:10.1f}" for value in (*each, sum(each), 1000 * self.wall / max(self.pages, 1)))
        return f"{name[:26]:26}{self.pages:7.0f}{cells}"


def children() -> list[Path]:
    """Return the folders in /proc of the processes that this one started."""
    found = [int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    return [Path(f"/proc/{pid}") for pid in found]


class Children:
    """The processes that read for this one, and what each kind of them has used."""

    def __init__(self) -> None:
        self.seconds: dict[Path, float] = {}
        self.memory: dict[Path, int] = {}
        self.work: dict[Path, str] = {}

    def look(self) -> dict[str, float]:
        """Return the processor seconds used up to now, by the adapter at work."""
        for process in children():
            with contextlib.suppress(OSError):
                values = (process / "stat").read_text().rpartition(")")[2].split()
                self.seconds[process] = (int(values[11]) + int(values[12])) / TICK
                self.memory[process] = peak(process)
                words = (process / "cmdline").read_text().split("\0")
                self.work[process] = next(
                    (w.split(".")[1] for w in words if w.startswith("adapters.") and ":" in w), ""
                )
        sums: dict[str, float] = defaultdict(float)
        for process, seconds in self.seconds.items():
            sums[self.work[process]] += seconds
        return sums


def peak(process: Path) -> int:
    """Return the most memory that a process held, in MiB."""
    lines = (process / "status").read_text().splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def measure(product: Product, file: Path, meter: Meter, helpers: Children, *, splits: bool) -> None:
    """Read one file as the product does and add what each step cost."""
    house, document, limits = product.house, product.document(file), product.house.settings.limits()
    vocabularies = house.library.vocabularies
    began, before = time.perf_counter(), helpers.look()

    def read(plug: Plug, reader: Reader) -> Reading:
        step = "mapping" if plug.manifest.reads == "data" else "reading"
        return meter.run(step, lambda: reader.read(file, document.blob.media_type, pages=None, limits=limits))

    readers = [one for one in reading.readers(house, document.blob.media_type) if one[0].manifest.reads != "pixels"]
    readings = [read(plug, reader) for plug, reader in readers]
    seen = meter.run("reading", lambda: reading.merge(readings))
    for name, seconds in helpers.look().items():
        meter.seconds[name] += seconds - before.get(name, 0.0)
    if splits:
        meter.run("split", lambda: split(seen, vocabularies))
    kind = meter.run("classify", lambda: with_opinion(classify(seen, vocabularies), seen))
    printed, evidence = meter.run(
        "extract",
        lambda: extract_with_evidence(seen, document_id=document.id, classification=kind, vocabularies=vocabularies),
    )
    opinion = meter.run("taught", lambda: second_opinion(printed, seen, vocabularies))
    with database.reading(house.engine) as tx:
        learned = meter.run("taught", lambda: layouts.of(tx, identities(opinion)))
    taught = meter.run("taught", lambda: apply(opinion, seen, learned, vocabularies=vocabularies))
    extraction = meter.run(
        "arbitrate",
        lambda: arbitrate(taught, seen.embedded, document_id=document.id, classification=kind, pages=seen.pages),
    )
    mail = letter_of(house, document)
    extraction = meter.run(
        "contradict", lambda: contradict(extraction, seen, name=document.name, mail=mail, vocabularies=vocabularies)
    )
    record = meter.run("normalize", lambda: normalize(extraction, revision=1, vocabularies=vocabularies))
    record = meter.run("calibrate", lambda: calibrate(record, seen, house.library.calibration, evidence))
    texts = meter.run("to JSON", lambda: [value.model_dump_json() for value in (seen, extraction, record)])
    models: tuple[type[Reading | Extraction | Record], ...] = (Reading, Extraction, Record)
    meter.run("from JSON", lambda: [m.model_validate_json(t) for m, t in zip(models, texts, strict=True)])
    meter.wall += time.perf_counter() - began
    meter.pages += len(seen.pages)


def make(pages: int, file: Path) -> Path:
    """Write a PDF of so many pages, each with 45 rows of five cells."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(file), pagesize=(595, 842))
    for page in range(pages):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(50, 810, "Invoice number: INV-2024-0815")
        canvas.drawString(400, 810, f"Page {page + 1} of {pages}")
        cells = ["Item", "Description", "Qty", "Unit price", "Amount"]
        for row in range(46):
            canvas.drawString(50, 796 - 16 * row, cells[0])
            canvas.drawString(100, 796 - 16 * row, cells[1])
            for x, text in zip((350, 430, 520), cells[2:], strict=True):
                canvas.drawRightString(x, 796 - 16 * row, text)
            number = 45 * page + row + 1
            cells = [str(number), f"Steel bracket type {number % 97} zinc", str(number % 9 + 1), "12.50", f"{(number % 9 + 1) * 12.5:.2f}"]  # fmt: skip
        canvas.showPage()
    canvas.save()
    return file


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--made", type=int, action="append", default=[], help="also a generated file of so many pages")
    parser.add_argument("--no-split", action="store_true", help="take every file for one document")
    asked = parser.parse_args()
    print(f"{'processor ms a page':26}{'pages':>7}" + "".join(f"{step:>10}" for step in (*STEPS, "all", "wall")))
    given = asked.files or ([] if asked.made else [ROOT / "samples"])
    with tempfile.TemporaryDirectory(prefix="postroom-speed-") as folder:
        product, helpers = Product(Path(folder) / "home"), Children()
        groups = {str(path): sorted(path.rglob("*.[pP][dD][fF]")) if path.is_dir() else [path] for path in given}
        groups |= {f"made, {pages} pages": [make(pages, Path(folder) / f"{pages}.pdf")] for pages in asked.made}
        for files in list(groups.values())[:1]:
            measure(product, files[0], Meter(), helpers, splits=True)  # what is compiled and started once
        for name, files in groups.items():
            meter = Meter()
            for file in files:
                try:
                    measure(product, file, meter, helpers, splits=not asked.no_split)
                except ReadError as e:
                    print(f"  {file.name}: {e.message}")
            print(meter.row(name[-26:]), flush=True)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        held = ", ".join(f"{helpers.work[child]} {mib}" for child, mib in helpers.memory.items())
        print(f"most memory: {own} MiB; children: {held}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
