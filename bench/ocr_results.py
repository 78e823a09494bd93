"""Measure recognition results against the pictures they were made of: key fields right, format by format.

    python bench/ocr_results.py [--corpus NAME]... [--limit N] [--answers FOLDER] [--corpora FOLDER] [--cache FOLDER]

First table: our own reading of each document (cached by bench/reading.py) is written down as every format would hold it
and read back; a format that lost nothing scores as the picture does. Second table: real answers of services. A file
below --answers that is recognised by content belongs to the labelled document of the same path without its last ending
(`aws/receipt.jpg.json` or `aws/receipt.json` to `aws/receipt.jpg`); scored are our reading of the pixels, our reading of
the service's words alone, the service's fields alone, and both together.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import reading as bench

from adapters.ocr_results.plug import PLUG
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.model.record import Record
from engine.ports import Limits
from engine.runtime.media_type import sniff
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.normalize import normalize
from engine.stages.second_opinion import second_opinion, with_opinion
from tests.adapters.ocr_results.written import WRITERS, stored

Row = Mapping[str, Any]
SHOWN = (*bench.KEYS, "subtotal", "tax_total", "due_date", "currency", "vendor_name", "buyer_name")


class Score:
    """Right and printed values by field, line items, and documents with all three keys right."""

    def __init__(self) -> None:
        self.right: dict[str, int] = defaultdict(int)
        self.printed: dict[str, int] = defaultdict(int)
        self.lines = [0, 0, 0]
        self.all_three = self.count = 0
        self.seconds = 0.0

    def add(self, row: Row, record: Record) -> None:
        keys_right = True
        for truth_name, value in row["fields"].items():
            name = bench.NAMES.get(truth_name, truth_name)
            if name not in SHOWN or not row.get("visible", {}).get(truth_name, True):
                continue
            is_right = bench.same(name, value, record.value(name))
            self.printed[name] += 1
            self.right[name] += is_right
            keys_right &= is_right or name not in bench.KEYS
        self.all_three += keys_right
        self.count += 1
        if row.get("lines"):
            got = bench.line_scores(row["lines"], record)
            self.lines = [a + b for a, b in zip(self.lines, got, strict=True)]

    def show(self, title: str) -> str:
        cells = "".join(f"{f'{self.right[n]}/{self.printed[n]}' if self.printed[n] else '-':>9}" for n in SHOWN)
        lines = f"{self.lines[0]}/{self.lines[1]} of {self.lines[2]}"
        return f"{title:24}{cells}{f'{self.all_three}/{self.count}':>9}{lines:>14}{1000 * self.seconds / max(self.count, 1):9.0f}"


def understand(
    reading: Reading, vocabularies: Mapping[str, Vocabulary], *, words: bool = True, said: bool = True
) -> Record:
    """Return the record of a reading with or without the service's fields, with or without its words."""
    heard = reading if said else reading.model_copy(update={"opinions": ()})
    kind = with_opinion(classify(heard, vocabularies), heard)
    printed = extract(heard, document_id="bench", classification=kind, vocabularies=vocabularies)
    if not words:
        printed = printed.model_copy(update={"fields": (), "lines": (), "taxes": ()})
    return normalize(second_opinion(printed, heard, vocabularies), revision=1, vocabularies=vocabularies)


def round_trip(
    documents: list[tuple[Path, Row]], cache: Path, vocabularies: Mapping[str, Vocabulary]
) -> Iterator[tuple[str, Score]]:
    """Yield the score of the pictures themselves, and of the same pages in each format."""
    readings = [(bench.read(path, cache)[0], row) for path, row in documents]
    scored = Score()
    for reading, row in readings:
        scored.add(row, understand(reading, vocabularies))
    yield "our own reading", scored
    for name, (media_type, write) in WRITERS.items():
        scored = Score()
        for reading, row in readings:
            if name == "page xml" and len(reading.pages) > 1:
                continue
            content = write(stored(reading))
            start = time.perf_counter()
            back = _read(content, media_type)
            scored.seconds += time.perf_counter() - start
            scored.add(row, understand(back, vocabularies))
        yield name, scored


def _read(content: bytes, media_type: str) -> Reading:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return PLUG.reader().read(Path(file.name), media_type, pages=None, limits=Limits())


def answers(folder: Path, documents: list[tuple[Path, Row]]) -> Iterator[tuple[Path, Path, Row]]:
    """Yield the answers that belong to a labelled document: file, document, truth."""
    by_name = {
        name: (path, row) for path, row in documents for name in (row["file"], str(Path(row["file"]).with_suffix("")))
    }
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = str(file.relative_to(folder).with_suffix(""))
        if name in by_name and sniff(file) in PLUG.manifest.media_types:
            yield file, *by_name[name]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", choices=sorted(bench.CORPORA))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--answers", type=Path, help="folder of real answers; the corpus folder when it is not given")
    parser.add_argument("--corpora", type=Path, default=bench.ROOT.parent / "shared" / "corpora")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "postroom-readings")
    arguments = parser.parse_args()
    vocabularies = load_vocabularies(bench.ROOT)
    for name in arguments.corpus or ["cloud-samples"]:
        if not (arguments.corpora / name.removesuffix("-natural").removesuffix("-stylesheet")).parent.is_dir():
            print(f"no corpora at {arguments.corpora}")
            return 1
        documents = list(bench.documents(arguments.corpora, name))[: arguments.limit]
        head = "".join(f"{n.replace('invoice_', 'inv_').replace('_name', '')[:8]:>9}" for n in SHOWN)
        print(f"{name:24}{head}{'all 3':>9}{'lines':>14}{'ms read':>9}")
        for title, scored in round_trip(documents, arguments.cache, vocabularies):
            print(scored.show(title))
        _real(arguments.answers or arguments.corpora / name, documents, arguments.cache, vocabularies)
    return 0


def _real(folder: Path, documents: list[tuple[Path, Row]], cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    ways: dict[str, Callable[[Reading], Record]] = {
        "service, words only": lambda reading: understand(reading, vocabularies, said=False),
        "service, fields only": lambda reading: understand(reading, vocabularies, words=False),
        "service, both": lambda reading: understand(reading, vocabularies),
    }
    scores = {"our pixels": Score()} | {way: Score() for way in ways}
    for file, document, row in answers(folder, documents):
        try:
            reading = PLUG.reader().read(file, sniff(file), pages=None, limits=Limits())
        except ReadError as e:
            print(f"  {file.name}: {e.message}")
            continue
        scores["our pixels"].add(row, understand(bench.read(document, cache)[0], vocabularies))
        for way, record_of in ways.items():
            scores[way].add(row, record_of(reading))
    if not scores["our pixels"].count:
        print(f"no real answers beside the documents of {folder.name}")
        return
    for title, scored in scores.items():
        print(scored.show(title))


if __name__ == "__main__":
    sys.exit(main())
