"""The table of how well documents are read: `make bench-reading`.

    python bench/report.py [--samples FOLDER]... [--corpus NAME]... [--wrong FIELD|all] [--no-baselines]

Reads the development corpora (where they stand) and generated documents the way the product does, printed pages only,
and writes bench/results/reading.md, reading.json and pictures. What OCR saw is remembered between runs.
"""

import argparse
import json
import platform
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import baselines
import figures
import train
import truths
from product import Product
from scores import Judged, above, calibration_error, coverage, noise

from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.model.record import Record
from engine.stages.extract.lexicon import Lexicon, lexicon_of

RESULTS = Path(__file__).resolve().parent / "results"


class Corpus:
    """What was read of one corpus."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.judged: dict[str, list[Judged]] = defaultdict(list)
        """Values that were read, by field."""
        self.printed: dict[str, int] = defaultdict(int)
        self.right: dict[str, int] = defaultdict(int)
        self.documents = self.all_three = self.types = self.pages = 0
        self.whole: list[Judged] = []
        self.cells = [0, 0, 0]
        self.rows = [0, 0, 0]
        self.seconds = self.reading_seconds = 0.0
        self.others: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.failures: list[tuple[int, str, str]] = []

    def add(self, truth: truths.Truth, record: Record, reading: Reading, lexicon: Lexicon) -> None:
        """Judge one document."""
        self.documents += 1
        self.pages += len(reading.pages)
        self.types += record.type == truth.type
        wrong = [] if record.type == truth.type else [f"type {truth.type} read {record.type}"]
        for name in truths.FIELDS:
            wanted, field = truth.fields.get(name), record.get(name)
            if wanted is not None:
                ok = truths.is_same(name, wanted, field.value if field else None)
                self.printed[name] += 1
                self.right[name] += ok
                if not ok:
                    wrong.append(f"{name} is {wanted!r}, read {(field.value, field.confidence) if field else None}")
            if field is not None and truths.is_judged(truth, field):
                ok = wanted is not None and truths.is_same(name, wanted, field.value)
                self.judged[name].append((field.confidence, ok))
        keys = [name for name in truths.KEYS if name in truth.fields]
        all_right = all(truths.is_same(name, truth.fields[name], record.value(name)) for name in keys)
        self.all_three += all_right
        if record.confidence is not None:
            self.whole.append((record.confidence, all_right))
        self._lines(train.printed_lines(truth, reading, lexicon), record)
        if wrong:
            self.failures.append((len(wrong) + 3 * (not all_right), truth.file.name, "; ".join(wrong)))

    def _lines(self, lines: Sequence[dict[str, str]], record: Record) -> None:
        if not lines:
            return
        pairs = list(train.paired(record, lines))
        self.rows[0] += sum(line is not None for _, line in pairs)
        self.rows[1] += len(lines)
        self.rows[2] += len(record.lines)
        for row, line in pairs:
            for field in row:
                if field.name not in train.CELLS or (line is not None and field.name not in line):
                    continue
                ok = line is not None and train.same_cell(field.name, line[field.name], field.value)
                self.cells[0] += ok
                self.cells[2] += 1
                self.judged[f"lines.{field.name}"].append((field.confidence, ok))
        self.cells[1] += sum(name in line for line in lines for name in train.CELLS)

    def compare(self, name: str, truth: truths.Truth, found: dict[str, str]) -> None:
        """Count whether another reader has number, date and total of a document right."""
        keys = [key for key in truths.KEYS if key in truth.fields]
        self.others[name][0] += all(truths.is_same(key, truth.fields[key], found.get(key)) for key in keys)
        self.others[name][1] += 1

    @property
    def values(self) -> list[Judged]:
        """All values that were read and can be judged."""
        return [one for judged in self.judged.values() for one in judged]


def f1(counts: Sequence[int]) -> float:
    """Return the harmonic mean of precision and recall of (right, true, read)."""
    right, true, read = counts
    return 2 * right / (true + read) if true + read else 1.0


def measure(product: Product, cases: Iterable[truths.Truth], *, with_baselines: bool) -> list[Corpus]:
    """Read every document and judge it."""
    corpora: dict[str, Corpus] = {}
    lexicon = lexicon_of(product.house.library.vocabularies)
    for truth in cases:
        corpus = corpora.setdefault(truth.corpus, Corpus(truth.corpus))
        try:
            reading, seconds = product.read(truth.file)
        except ReadError as e:
            corpus.failures.append((9, truth.file.name, e.message))
            continue
        began = time.perf_counter()
        record = product.record(truth.file, reading)
        corpus.seconds += time.perf_counter() - began
        corpus.reading_seconds += seconds
        corpus.add(truth, record, reading, lexicon)
        if with_baselines:
            _baselines(corpus, truth, reading)
    return list(corpora.values())


def _baselines(corpus: Corpus, truth: truths.Truth, reading: Reading) -> None:
    if any(page.how == "ocr" for page in reading.pages):
        corpus.compare("keywords over our OCR words", truth, baselines.keywords(baselines.seen_text(reading)))
    elif truth.file.suffix.lower() == ".pdf":
        for name, read in baselines.READERS.items():
            try:
                found = read(truth.file)
            except Exception as e:  # noqa: BLE001 - other people's readers may fail on a document; that counts as not read
                print(f"  {name} on {truth.file.name}: {type(e).__name__}")
                found = {}
            corpus.compare(name, truth, found)


def markdown(corpora: Sequence[Corpus]) -> str:
    """Return the tables."""
    lines = [
        "# How well documents are read", "",
        (f"Measured {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, Python {platform.python_version()}, by `make bench-reading`. "
        "Printed pages only: data inside a file is not looked at. These are development figures: the code was written while "
        "looking at these documents, the confidence model was fitted on them. Held-out figures of the model: "
        "[confidence](../../docs/confidence.md)."), "",
        "## Documents", "",
        "| corpus | documents | number | date | total | all three | type | line rows F1 | line cells F1 | ms a page (understanding) |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for c in corpora:
        keys = " | ".join(_share(c.right[name], c.printed[name]) for name in truths.KEYS)
        rows = f"{f1(c.rows):.2f} | {f1(c.cells):.2f}" if c.rows[1] else "- | -"
        lines.append(
            f"| {c.name} | {c.documents} | {keys} | {_share(c.all_three, c.documents)} | {_share(c.types, c.documents)} | {rows} | {1000 * c.seconds / max(c.pages, 1):.1f} |"
        )
    lines += [
        "",
        "## Others on the same documents (number, date and total all right)",
        "",
        "| corpus | reader | right |",
        "|---|---|---|",
    ]
    lines += [f"| {c.name} | {name} | {_share(*count)} |" for c in corpora for name, count in c.others.items()]
    lines += [
        "",
        "## Confidence",
        "",
        "| corpus | values | right | ECE | of a perfect judge | right at >= 0.975 | covered | coverage at 99 % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, values in [*((c.name, c.values) for c in corpora), ("all", [v for c in corpora for v in c.values])]:
        sure, share = above(values, 0.975)
        right = sum(ok for _, ok in values) / max(len(values), 1)
        lines.append(
            f"| {name} | {len(values)} | {right:.3f} | {calibration_error(values):.3f} | {noise(values)} | {sure:.3f} | {share:.2f} | {coverage(values):.2f} |"
        )
    lines += [
        "",
        "## Fields",
        "",
        "| corpus | field | printed | precision | recall | ECE | coverage at 99 % |",
        "|---|---|---|---|---|---|---|",
    ]
    for c in corpora:
        for name in truths.FIELDS:
            if c.printed[name]:
                judged = c.judged[name]
                right = sum(ok for _, ok in judged)
                lines.append(
                    f"| {c.name} | {name} | {c.printed[name]} | {right / max(len(judged), 1):.3f} | {c.right[name] / c.printed[name]:.3f} | {calibration_error(judged):.3f} | {coverage(judged):.2f} |"
                )
    return "\n".join(
        [
            *lines,
            "",
            "![reliability](reliability.png)",
            "",
            "![coverage](coverage.png)",
            "",
            "![fields](fields.png)",
            "",
        ]
    )


def _share(right: int, of: int) -> str:
    return f"{right}/{of}" if of else "-"


def as_json(corpora: Sequence[Corpus]) -> dict[str, Any]:
    """Return the figures for programs."""
    return {
        c.name: {
            "documents": c.documents, "all_three": c.all_three, "types": c.types,
            "fields": {name: {"printed": c.printed[name], "right": c.right[name], "read": len(c.judged[name])} for name in truths.FIELDS if c.printed[name]},
            "line_rows_f1": round(f1(c.rows), 4), "line_cells_f1": round(f1(c.cells), 4),
            "ece": round(calibration_error(c.values), 4),
        }
        for c in corpora
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, action="append", default=[], help="folder made by `postroom samples`")
    parser.add_argument("--corpus", action="append", default=[], choices=sorted(truths.SOURCES))
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="print the N worst documents")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--no-write", action="store_true", help="print only")
    arguments = parser.parse_args()
    folders = arguments.samples or ([] if truths.CORPORA_FOLDER.is_dir() else [truths.ROOT / "samples"])
    cases = [
        *truths.corpora(only=frozenset(arguments.corpus)),
        *(t for folder in folders for t in truths.samples(folder)),
    ]
    corpora = measure(Product(), cases, with_baselines=not arguments.no_baselines)
    text = markdown(corpora)
    print(text)
    worst = sorted((failure for c in corpora for failure in c.failures), reverse=True)
    for _, name, sentence in worst[: arguments.wrong]:
        print(f"- {name}: {sentence}")
    if not arguments.no_write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "reading.md").write_text(text)
        (RESULTS / "reading.json").write_text(json.dumps(as_json(corpora), indent=1) + "\n")
        figures.reliability([v for c in corpora for v in c.values], RESULTS / "reliability.png")
        figures.coverage({c.name: c.values for c in corpora}, RESULTS / "coverage.png")
        figures.fields(
            {c.name: {n: c.right[n] / c.printed[n] for n in truths.FIELDS if c.printed[n]} for c in corpora},
            RESULTS / "fields.png",
        )


if __name__ == "__main__":
    main()
