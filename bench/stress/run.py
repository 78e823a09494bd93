"""Measure header fields on invented documents whose wording and layouts are independent of the vocabularies.

    python -m stress.run [--count N] [--seed N] [--scan] [--wrong FIELD]... [--language L]... [--kind TYPE]...

Run from bench/. The type of the document is given, so that only extraction is measured; `--classify` classifies too.
"""

import argparse
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import yaml

from engine.content.vocabulary import load_vocabularies
from engine.model.page import Reading
from engine.model.record import Record
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.extract.lines_of_text import sheets_of
from engine.stages.normalize import normalize
from stress.canvas import scanned
from stress.draw import draw
from stress.facts import invent

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("invoice", "invoice", "invoice", "credit_note", "purchase_order", "goods_receipt")
AMOUNTS = frozenset({"subtotal", "tax_total", "total", "amount_due"})
ALIASES = {"delivery_note_number": "invoice_number"}


def same(name: str, truth: str, value: str | None) -> bool:
    if value is None:
        return False
    if name in AMOUNTS:
        return abs(Decimal(truth)) == abs(Decimal(value))
    left, right = (re.sub(r"[^\w]", "", text).lower() for text in (truth, value))
    if name == "vendor_registration_id":
        return right.endswith(left)
    if name in {"vendor_tax_id", "buyer_tax_id"}:
        return right[-len(left) :] == left or left[2:] == right
    return left == right


def value_of(record: Record, name: str) -> str | None:
    return record.value(name) or (record.value(ALIASES[name]) if name in ALIASES else None)


class Tally:
    """Counts right and asked values by language and field, and the key fields by layout."""

    def __init__(self, wrong: list[str]) -> None:
        self.right: dict[tuple[str, str], int] = defaultdict(int)
        self.asked: dict[tuple[str, str], int] = defaultdict(int)
        self.layouts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.whole = [0, 0]
        self.wrong = wrong

    def add(self, key: str, name: str, type_: str, layout: str, truth: dict[str, str], record: Record) -> None:
        all_right = True
        own = {"invoice_number", "issue_date", "total"} | ({"po_number"} if type_ == "purchase_order" else set())
        for field, value in truth.items():
            found = value_of(record, field)
            ok = same(field, value, found)
            self.asked[key, field] += 1
            self.right[key, field] += ok
            if field in own:
                all_right &= ok
                self.layouts[layout.split("/")[1]][0] += ok
                self.layouts[layout.split("/")[1]][1] += 1
            if not ok and (field in self.wrong or "all" in self.wrong):
                print(f"  {name} {type_} {layout}: {field} is {value!r}, read {found!r}")
        self.whole[0] += all_right
        self.whole[1] += 1

    def show(self, keys: list[str]) -> None:
        print(f"{'field':26}" + "".join(f"{k:>9}" for k in keys) + "      all")
        fields = {field for _, field in self.asked}
        for field in sorted(fields, key=lambda n: -sum(self.asked[k, n] for k in keys)):
            cells = [f"{self.right[k, field]}/{self.asked[k, field]}" if self.asked[k, field] else "-" for k in keys]
            hits, total = sum(self.right[k, field] for k in keys), sum(self.asked[k, field] for k in keys)
            print(f"{field:26}" + "".join(f"{cell:>9}" for cell in cells) + f"  {hits / total:7.3f}")
        print("keys by layout: " + "  ".join(f"{k} {a}/{b}" for k, (a, b) in sorted(self.layouts.items())))
        print(f"all keys right: {self.whole[0]}/{self.whole[1]} = {self.whole[0] / self.whole[1]:.3f}")


def show_page(reading: Reading, truth: dict[str, str], record: Record) -> None:
    for sheet in sheets_of(reading):
        for line in sheet.lines:
            cells = "  ||  ".join(line.part(*cell) for cell in line.cells)
            print(f"{line.box.top:6.1f} {line.box.x0:6.1f}  {cells}")
    print(truth)
    print({field.name: (field.value, field.confidence) for field in record.fields})


def documents(arguments: argparse.Namespace) -> Iterator[tuple[str, str, str, Reading, dict[str, str], str]]:
    """Yield language, name, type, reading, truth and layout of each invented document."""
    books = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text())
    for key in arguments.language or books:
        words = dict(books[key], terms_label=books[key]["terms"]["label"])
        for n in range(arguments.count):
            rng = random.Random(f"{key}{arguments.seed}{n}")
            type_ = rng.choice(KINDS)
            canvas, truth, layout = draw(invent(key, words, type_, rng))
            if arguments.kind and type_ not in arguments.kind:
                continue
            reading = canvas.reading()
            if arguments.scan:
                reading = scanned(reading, share=0.06, rng=rng)
            yield key, f"{key}{n}", type_, reading, truth, layout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="documents a language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scan", action="store_true", help="as recognition would read it, with wrong letters")
    parser.add_argument("--classify", action="store_true", help="classify too instead of giving the type")
    parser.add_argument("--wrong", action="append", default=[])
    parser.add_argument("--language", action="append")
    parser.add_argument("--kind", action="append")
    parser.add_argument("--show", help="print the page with this name")
    arguments = parser.parse_args()
    vocabularies = load_vocabularies(ROOT)
    tally = Tally(arguments.wrong)
    keys: list[str] = []
    busy, pages = 0.0, 0
    for key, name, type_, reading, truth, layout in documents(arguments):
        start = time.process_time()
        kind = classify(reading, vocabularies)
        if kind.type != type_ and "type" in arguments.wrong:
            print(f"  {name} {layout}: {type_}, read {kind.type}")
        if not arguments.classify:
            kind = kind.model_copy(update={"type": type_})
        extraction = extract(reading, document_id=name, classification=kind, vocabularies=vocabularies)
        record = normalize(extraction, revision=1, vocabularies=vocabularies)
        busy += time.process_time() - start
        pages += len(reading.pages)
        if arguments.show == name:
            show_page(reading, truth, record)
        tally.add(key, name, type_, layout, truth, record)
        keys = [*keys, key] if key not in keys else keys
    tally.show(keys)
    print(f"{1000 * busy / pages:.1f} ms of processor a page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
