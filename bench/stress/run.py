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
from decimal import Decimal
from pathlib import Path

import yaml

from engine.content.vocabulary import load_vocabularies
from engine.model.record import Record
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
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
    books = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text())
    right: dict[tuple[str, str], int] = defaultdict(int)
    asked: dict[tuple[str, str], int] = defaultdict(int)
    layouts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    keys = [0, 0]
    busy, pages = 0.0, 0
    for key in arguments.language or books:
        words = dict(books[key], terms_label=books[key]["terms"]["label"])
        for n in range(arguments.count):
            rng = random.Random(f"{key}{arguments.seed}{n}")
            type_ = rng.choice(KINDS)
            facts = invent(key, words, type_, rng)
            canvas, truth, layout = draw(facts)
            if arguments.kind and type_ not in arguments.kind:
                continue
            name = f"{key}{n}"
            reading = canvas.reading()
            if arguments.scan:
                reading = scanned(reading, share=0.06, rng=rng)
            start = time.perf_counter()
            kind = classify(reading, vocabularies)
            if not arguments.classify:
                kind = kind.model_copy(update={"type": type_})
            extraction = extract(reading, document_id=name, classification=kind, vocabularies=vocabularies)
            record = normalize(extraction, revision=1, vocabularies=vocabularies)
            busy += time.perf_counter() - start
            pages += len(reading.pages)
            if arguments.show == name:
                from engine.stages.extract.lines_of_text import sheets_of

                for sheet in sheets_of(reading):
                    for line in sheet.lines:
                        cells = "  ||  ".join(line.part(*cell) for cell in line.cells)
                        print(f"{line.box.top:6.1f} {line.box.x0:6.1f}  {cells}")
                print(truth)
                print({field.name: (field.value, field.confidence) for field in record.fields})
            all_right = True
            for field, value in truth.items():
                found = value_of(record, field)
                ok = same(field, value, found)
                asked[key, field] += 1
                right[key, field] += ok
                if field in {"invoice_number", "issue_date", "total", "po_number"} and not (field == "po_number" and type_ != "purchase_order"):  # fmt: skip
                    all_right &= ok
                    layouts[layout.split("/")[1]][0] += ok
                    layouts[layout.split("/")[1]][1] += 1
                if not ok and (field in arguments.wrong or "all" in arguments.wrong):
                    print(f"  {name} {type_} {layout}: {field} is {value!r}, read {found!r}")
            if kind.type != type_ and "type" in arguments.wrong:
                print(f"  {name} {layout}: {type_}, read {kind.type}")
            keys[0] += all_right
            keys[1] += 1
    names = sorted({field for _, field in asked}, key=lambda n: -sum(asked[k, n] for k in books))
    print(f"{'field':26}" + "".join(f"{k:>9}" for k in books) + "      all")
    for field in names:
        cells = "".join(
            f"{f'{right[k, field]}/{asked[k, field]}':>9}" if asked[k, field] else f"{'-':>9}" for k in books
        )
        hits, total = sum(right[k, field] for k in books), sum(asked[k, field] for k in books)
        print(f"{field:26}{cells}  {hits / total:7.3f}")
    print("keys by layout: " + "  ".join(f"{k} {a}/{b}" for k, (a, b) in sorted(layouts.items())))
    print(f"all keys right: {keys[0]}/{keys[1]} = {keys[0] / keys[1]:.3f}; {1000 * busy / pages:.1f} ms a page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
