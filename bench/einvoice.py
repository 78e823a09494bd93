"""How exactly e-invoices are read and checked: `python -m bench.einvoice [--corpora DIR] [--wrong FIELD]`.

Prints for each corpus the share of exact values by header and line field with the milliseconds of a file, and for the
unit cases of EN 16931 how many give the rules that they must.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from adapters.einvoice.reader import EInvoiceReader
from engine.model.page import Embedded, Reading
from engine.ports import Limits

SETS = ("einvoice-xml-dev", "zugferd-corpus", "orderx-dev")
NAMES = {
    "customer_name": "buyer_name", "customer_tax_id": "buyer_tax_id", "invoice_date": "issue_date",
    "order_date": "issue_date", "document_date": "issue_date", "tax": "tax_total", "iban": "vendor_iban",
    "line_id": "line_number", "customer_id": "customer_number", "prepaid": "prepaid_amount",
    "delivery_note": "delivery_note_number", "sku": "item_code", "gtin": "standard_item_code", "buyer_sku": "buyer_item_code",
}  # fmt: skip
NUMBERS = frozenset({
    "subtotal", "tax_total", "total", "amount_due", "quantity", "amount", "tax_rate", "rate", "base", "line_total",
    "prepaid_amount", "unit_price", "price_base_quantity",
})  # fmt: skip
COMPACT = frozenset({"vendor_iban", "vendor_tax_id", "buyer_tax_id"})


class Score:
    """Right and wrong values by field."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.wrong: dict[str, list[tuple[str, str, str | None]]] = defaultdict(list)

    def add(self, where: str, name: str, truth: str, ours: str | None) -> None:
        if _same(name, truth, ours):
            self.right[name] += 1
        else:
            self.wrong[name].append((where, truth, ours))

    def lines(self) -> Iterator[str]:
        for name in sorted({*self.right, *self.wrong}):
            right, wrong = self.right[name], len(self.wrong[name])
            yield f"  {name:24} {right:5} of {right + wrong:5}  {right / (right + wrong):.4f}"


def _same(name: str, truth: str, ours: str | None) -> bool:
    if ours is None:
        return False
    name = name.rpartition(".")[2]
    if name in NUMBERS:
        try:
            return Decimal(truth) == Decimal(ours)
        except InvalidOperation:
            return False
    if name in COMPACT:
        return "".join(truth.split()).upper() == "".join(ours.split()).upper()
    expected = " ".join(truth.split())
    return ours == expected or (name == "description" and ours.startswith(f"{expected} - "))


def _compare(score: Score, where: str, truth: Mapping[str, Any], found: Embedded) -> None:
    ours = {field.name: field.value for field in found.fields}
    for name, value in truth["fields"].items():
        score.add(where, NAMES.get(name, name), value, ours.get(NAMES.get(name, name)))
    for group in ("lines", "taxes"):
        if group not in truth:
            continue
        rows = truth[group]
        read: tuple[Any, ...] = getattr(found, group)
        score.add(where, f"{group}.count", str(len(rows)), str(len(read)))
        for index, row in enumerate(rows):
            mine = {field.name: field.value for field in read[index]} if index < len(read) else {}
            for name, value in row.items():
                wanted = _per_unit(name, value, row)
                if wanted is not None:
                    score.add(
                        f"{where} {group}[{index}]", f"{group}.{NAMES.get(name, name)}", wanted, _line_value(mine, name)
                    )


def _line_value(row: Mapping[str, str], name: str) -> str | None:
    if name == "sku":
        return row.get("item_code")
    return row.get(NAMES.get(name, name))


def _per_unit(name: str, value: str, row: Mapping[str, str]) -> str | None:
    """Return the price of one unit; the truth keeps price and base quantity apart, which we do not."""
    if name == "price_base_quantity":
        return None
    base = Decimal(row.get("price_base_quantity", "1"))
    if name == "unit_price" and base not in {Decimal(0), Decimal(1)}:
        return str(round(Decimal(value) / base, 10))
    return value


def bench_fields(corpora: Path, name: str, *, wrong: str | None) -> None:
    """Print the exact rates of one corpus."""
    score, files = Score(), []
    reader = EInvoiceReader()
    for line in (corpora / name / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        file = corpora / name / truth["file"]
        files.append(file)
        found = _read(reader, file).embedded
        if found is None:
            score.add(truth["file"], "found", "yes", "no")
        else:
            _compare(score, truth["file"], truth, found)
    # a second round, when schemas and rules of every kind are compiled
    start = time.perf_counter()
    for file in files:
        _read(reader, file)
    milliseconds = (time.perf_counter() - start) * 1000
    print(f"\n{name}: {len(files)} files, {milliseconds / max(len(files), 1):.1f} ms a file")
    print("\n".join(score.lines()))
    for where, expected, ours in score.wrong.get(wrong or "", []):
        print(f"    {where}: {expected!r} read {ours!r}")


def _read(reader: EInvoiceReader, file: Path) -> Reading:
    kind = "application/pdf" if file.suffix == ".pdf" else "application/xml"
    return reader.read(file, kind, pages=None, limits=Limits())


def bench_rules(corpora: Path) -> None:
    """Print how many unit cases give the rules that they must."""
    home = corpora / "validation-dev"
    reader, milliseconds = EInvoiceReader(), 0.0
    results: Counter[bool] = Counter()
    wrong: list[str] = []
    tests: dict[str, list[Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for line in (home / "truth.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if case["file"] not in tests:
                tests[case["file"]] = etree.parse(home / case["file"]).getroot().findall("{*}test")
            message = next(
                e for e in tests[case["file"]][case["test"]].iterchildren("*") if not e.tag.endswith("}assert")
            )
            file = Path(folder) / "case.xml"
            file.write_bytes(etree.tostring(message, encoding="utf-8", xml_declaration=True))
            start = time.perf_counter()
            reading = reader.read(file, "application/xml", pages=None, limits=Limits())
            milliseconds += (time.perf_counter() - start) * 1000
            is_right = _gives(case, reading)
            results[is_right] += 1
            if not is_right:
                wrong.append(f"    {case}")
    total = max(results.total(), 1)
    print(f"\nEN 16931 unit cases: {results[True]} of {total} right, {milliseconds / total:.1f} ms a case")
    print("\n".join(wrong))


def _gives(case: Mapping[str, Any], reading: Reading) -> bool:
    found = {dict(one.evidence)["rule"]: one.severity for one in reading.findings if "rule" in dict(one.evidence)}
    return (
        not any(rule in found for rule in case["success"])
        and all(found.get(rule) == "error" for rule in case["error"])
        and all(rule in found for rule in case["warning"])
    )


def main(arguments: list[str]) -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=Path(__file__).parents[2] / "shared" / "corpora")
    parser.add_argument("--wrong", metavar="FIELD", help="print the wrong values of a field")
    given = parser.parse_args(arguments)
    for name in SETS:
        if (given.corpora / name / "truth.jsonl").is_file():
            bench_fields(given.corpora, name, wrong=given.wrong)
    if (given.corpora / "validation-dev" / "truth.jsonl").is_file():
        bench_rules(given.corpora)


if __name__ == "__main__":
    main(sys.argv[1:])
