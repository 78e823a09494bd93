"""Measure reading on the development corpora: right values per corpus and field, and all three key fields together.

    python bench/reading.py [--corpus NAME]... [--limit N] [--corpora FOLDER] [--cache FOLDER] [--wrong FIELD]
    python bench/reading.py --samples FOLDER [--wrong FIELD]...    a folder made by `postroom samples`, see straight.py

Printed pages only: data that a file carries is not looked at. Readings are cached by content and reader version.
Score: right / printed, of fields that the truth has and says are visible.
"""

import argparse
import hashlib
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import straight

from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.errors import ReadError
from engine.model.page import Page, Reading, Word
from engine.model.record import Classification, Record
from engine.ports import Limits
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.normalize import normalize

ROOT = Path(__file__).resolve().parent.parent
CORPORA = {
    "invoice2data-tests": ("truth.jsonl", None),
    "zugferd-natural": ("truth.jsonl", "natural"),
    "zugferd-stylesheet": ("truth.jsonl", "xml-stylesheet"),
    "orderx-dev": ("truth.jsonl", None),
    "sap-dc": ("truth_fields.jsonl", None),
    "cloud-samples": ("truth_fields.jsonl", None),
    "receipts-eu": ("truth.jsonl", None),
    "sroie-train": ("truth.jsonl", None),
}
NAMES = {
    "invoice_date": "issue_date",
    "order_date": "issue_date",
    "tax": "tax_total",
    "customer_name": "buyer_name",
    "iban": "vendor_iban",
    "customer_tax_id": "buyer_tax_id",
}
KEYS = ("invoice_number", "issue_date", "total")
FIELDS = (
    *KEYS,
    "subtotal",
    "tax_total",
    "amount_due",
    "due_date",
    "po_number",
    "currency",
    "vendor_name",
    "vendor_tax_id",
    "vendor_iban",
    "buyer_name",
)
TYPES = {
    "payment_advice": "remittance",
    "order_change": "purchase_order",
    "order_response": "purchase_order",
    "other": "unknown",
    "letter": "unknown",
}


def documents(corpora: Path, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    folder = corpora / name.split("-natural", maxsplit=1)[0].split("-stylesheet", maxsplit=1)[0].replace(
        "zugferd", "zugferd-corpus"
    ).replace("corpus-corpus", "corpus")
    truth, layout = CORPORA[name]
    for line in (folder / truth).read_text().splitlines():
        row = json.loads(line)
        if layout is None or row.get("layout") == layout:
            yield folder / row["file"], row


def read(path: Path, cache: Path) -> tuple[Reading, float]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    store = cache / f"{digest}.json"
    if store.exists():
        return Reading.model_validate_json(store.read_text()), 0.0
    start = time.perf_counter()
    reading = _read(path)
    seconds = time.perf_counter() - start
    cache.mkdir(parents=True, exist_ok=True)
    store.write_text(reading.model_dump_json())
    return reading, seconds


def _read(path: Path) -> Reading:
    from adapters.pdfplumber.plug import PLUG as TEXT
    from adapters.tesseract.plug import PLUG as OCR

    limits = Limits()
    if path.suffix == ".txt":
        return monospaced(path.read_text())
    image = path.suffix[1:].lower().replace("jpg", "jpeg")
    media = "application/pdf" if image == "pdf" else f"image/{'tiff' if image == 'tif' else image}"
    if media != "application/pdf":
        return OCR.reader().read(path, media, pages=None, limits=limits)
    reading = TEXT.reader().read(path, media, pages=None, limits=limits)
    blank = [page.number for page in reading.pages if page.how == "none"]
    if not blank:
        return reading
    seen = {page.number: page for page in OCR.reader().read(path, media, pages=blank, limits=limits).pages}
    return reading.model_copy(update={"pages": tuple(seen.get(p.number, p) for p in reading.pages)})


def understand(path: Path, reading: Reading, vocabularies: Mapping[str, Vocabulary]) -> tuple[Classification, Record]:
    """Return what the stages make of a reading."""
    kind = classify(reading, vocabularies)
    extraction = extract(reading, document_id=path.name, classification=kind, vocabularies=vocabularies)
    return kind, normalize(extraction, revision=1, vocabularies=vocabularies)


def monospaced(text: str) -> Reading:
    words = tuple(
        Word(match[0], 20 + 5 * match.start(), 20 + 12 * row, 20 + 5 * match.end(), 30 + 12 * row)
        for row, line in enumerate(text.splitlines())
        for match in re.finditer(r"\S+", line)
    )
    page = Page(number=1, width=842, height=842, words=words, how="text_layer", by="text")
    return Reading(pages=(page,), page_count=1)


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def same(name: str, truth: str, value: str | None) -> bool:
    if value is None:
        return False
    try:
        if name in {"total", "subtotal", "tax_total", "amount_due"}:
            return abs(Decimal(truth)) == abs(Decimal(value))
    except InvalidOperation:
        return False
    if name in {"vendor_name", "buyer_name"}:
        short, long = sorted((plain(truth), plain(value)), key=len)
        return len(short) > 2 and (short in long)
    return plain(truth) == plain(value)


def line_scores(truth: list[dict[str, str]], record: Record) -> tuple[int, int, int]:
    """Return (matched, in truth, read) line items by amount (quantity and price where the truth has no amount)."""
    wanted = [_money(row.get("amount") or row.get("unit_price")) for row in truth]
    keys = ["amount" if row.get("amount") else "unit_price" for row in truth]
    have = [{f.name: f.value for f in row} for row in record.lines]
    matched = 0
    pool = list(have)
    for key, value in zip(keys, wanted, strict=True):
        hit = next((row for row in pool if value is not None and _money(row.get(key)) == value), None)
        if hit is not None:
            matched += 1
            pool.remove(hit)
    return matched, len(wanted), len(have)


def _money(text: str | None) -> Decimal | None:
    try:
        return None if text is None else abs(Decimal(text))
    except InvalidOperation:
        return None


def main_on(samples: Path, arguments: argparse.Namespace, vocabularies: Mapping[str, Vocabulary]) -> int:
    straight.score(
        samples, root=ROOT, read=lambda path: read(path, arguments.cache)[0], limit=arguments.limit,
        understand=lambda path, reading: understand(path, reading, vocabularies)[1], wrong=frozenset(arguments.wrong),
    )  # fmt: skip
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", choices=sorted(CORPORA))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "corpora")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "postroom-readings")
    parser.add_argument("--wrong", action="append", default=[], help="print each wrong value of this field, or `all`")
    parser.add_argument("--samples", type=Path, help="score a folder of generated samples instead of the corpora")
    arguments = parser.parse_args()
    vocabularies = load_vocabularies(ROOT)
    if arguments.samples:
        return main_on(arguments.samples, arguments, vocabularies)
    if not arguments.corpora.is_dir():
        print(f"no corpora at {arguments.corpora}; scoring the shipped samples instead\n")
        return main_on(ROOT / "samples", arguments, vocabularies)
    print(
        f"{'corpus':20}"
        + "".join(f"{n.replace('vendor_', 'v_').replace('invoice_', 'inv_')[:10]:>11}" for n in FIELDS)
        + "   all three       type    lines P/R  ms/page"
    )
    calibration: dict[int, list[bool]] = defaultdict(list)
    for name in arguments.corpus or CORPORA:
        _corpus(name, arguments, vocabularies, calibration)
    print(
        "confidence (floor of tenth): "
        + "  ".join(f"{k / 10:.1f}: {sum(v)}/{len(v)}" for k, v in sorted(calibration.items()))
    )
    return 0


def _corpus(  # noqa: C901 - one row of the table, top to bottom
    name: str, arguments: argparse.Namespace, vocabularies: Any, calibration: dict[int, list[bool]]
) -> None:
    right: dict[str, int] = defaultdict(int)
    printed: dict[str, int] = defaultdict(int)
    all_three = count = types = pages = 0
    lines = [0, 0, 0]
    busy = 0.0
    for path, row in list(documents(arguments.corpora, name))[: arguments.limit]:
        try:
            reading, _ = read(path, arguments.cache)
        except ReadError as e:
            print(f"  {path.name}: {e.message}")
            continue
        start = time.perf_counter()
        kind, record = understand(path, reading, vocabularies)
        busy += time.perf_counter() - start
        pages += len(reading.pages)
        count += 1
        truth_type = TYPES.get(row["type"], row["type"])
        types += kind.type == truth_type
        if kind.type != truth_type and ("type" in arguments.wrong or "all" in arguments.wrong):
            print(f"  {path.name}: type is {truth_type}, read {kind.type} {kind.type_confidence} {kind.evidence}")
        keys_right = True
        for truth_name, value in row["fields"].items():
            field = NAMES.get(truth_name, truth_name)
            if (
                field not in FIELDS
                or not row.get("visible", {}).get(truth_name, True)
                or (truth_name == "order_date" and "invoice_date" in row["fields"])
            ):
                continue
            printed[field] += 1
            found = record.get(field)
            ok = same(field, value, found.value if found else None)
            right[field] += ok
            if found:
                calibration[min(9, int(found.confidence * 10))].append(ok)
            if field in KEYS and not ok:
                keys_right = False
            if not ok and (field in arguments.wrong or "all" in arguments.wrong):
                print(
                    f"  {path.name}: {field} is {value!r}, read {(found.value, found.confidence, found.provenance.box) if found else None}"
                )
        all_three += keys_right
        if row.get("lines"):
            got = line_scores(row["lines"], record)
            lines = [a + b for a, b in zip(lines, got, strict=True)]
            if got[0] < got[1] and ("lines" in arguments.wrong or "all" in arguments.wrong):
                print(f"  {path.name}: lines {got[0]} of {got[1]}, read {got[2]}")
    cells = "".join(f"{f'{right[f]}/{printed[f]}' if printed[f] else '-':>11}" for f in FIELDS)
    items = f"{100 * lines[0] // max(lines[2], 1)}/{100 * lines[0] // max(lines[1], 1)} %" if lines[1] else "-"
    print(
        f"{name:20}{cells}   {f'{all_three}/{count}':>9}  {f'{types}/{count}':>9}  {items:>11}  {1000 * busy / max(pages, 1):7.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
