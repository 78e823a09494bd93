"""Score reading on generated samples: what would be posted without a look, and is it right?

A document goes straight through when no rule about type, completeness, sureness, form, sums or checksums of the
invoice ruleset fires. Rules about master data and orders are left out: they say nothing about reading.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from engine.content.library import Library
from engine.model.page import Reading
from engine.model.record import Match, Record
from engine.stages.decide import RuleBook
from engine.stages.facts.case import Case
from engine.stages.judge import facts
from engine.stages.validate import validate

RULESET = "ap_invoice@1"
RULES = frozenset(
    {
        "type_unsure", "type_unfit", "buyer_is_other", "mandatory_missing", "reading_unsure", "form_wrong", "other_error",
        "amounts_wrong", "invoice_not_positive", "credit_note_sign", "due_before_issue", "iban_invalid", "vat_id_invalid",
    }
)  # fmt: skip
AMOUNTS = frozenset({"subtotal", "discount_total", "charge_total", "tax_total", "total", "amount_due"})
POSTED = ("invoice_number", "issue_date", "currency", "total", "subtotal", "tax_total", "due_date", "po_number", "vendor_tax_id", "vendor_iban")  # fmt: skip
"""What must be right in a document that nobody looks at."""
NAMES = {"purchase_order": {"invoice_number": ""}, "receipt": {"receipt_number": "invoice_number"}}
FREE = frozenset({"vendor_name", "vendor_address", "payment_terms"})
"""Texts that are compared by letters and digits only."""
SKIPPED = frozenset({"customer_number", "preceding_invoice_number", "delivery_note_number"})
NO_VENDOR = Match(kind="vendor", outcome="not_asked")
NO_ORDER = Match(kind="purchase_order", outcome="not_asked")


def documents(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the files that a page reader can read, with their rows of truth.jsonl."""
    for line in (folder / "truth.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["kind"] in {"digital", "scan", "photo", "png", "tiff", "hybrid"}:
            yield folder / row["file"], row


def same(name: str, truth: str, value: str | None) -> bool:
    """Tell whether a value is exactly right: amounts by value, free texts by letters and digits."""
    if value is None:
        return False
    if name in AMOUNTS:
        try:
            return Decimal(truth) == Decimal(value)
        except InvalidOperation:
            return False
    if name in FREE:
        return _letters(truth) == _letters(value)
    if name == "vendor_registration_id":
        return truth.replace(" ", "") == value.replace(" ", "")
    return truth == value


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


class Tally:
    """What happened to each field, confidence bin and document."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.ruleset = library.rulesets[RULESET]
        self.book = RuleBook(self.ruleset, library.facts)
        self.fields: dict[str, Counter[str]] = defaultdict(Counter)
        self.sure: dict[tuple[str, bool], list[float]] = defaultdict(list)
        self.bins: dict[int, list[bool]] = defaultdict(list)
        self.stops: Counter[str] = Counter()
        self.documents: Counter[str] = Counter()
        self.lines: list[int] = [0, 0, 0]

    def add(self, row: Mapping[str, Any], record: Record, wrong: Callable[[str, str], None]) -> None:
        """Count one document; `wrong` is called with (field, sentence) for each mistake."""
        self.documents["all"] += 1
        self.documents["type right"] += record.type == row["type"]
        if record.type != row["type"]:
            wrong("type", f"is {row['type']}, read {record.type} {record.classification.type_confidence}")
        mistakes = self._fields(row, record, wrong) | ({"type"} if record.type != row["type"] else set())
        self._lines(row, record, wrong)
        if row["type"] not in {"invoice", "credit_note"} and record.type not in {"invoice", "credit_note"}:
            return
        fired = self._fired(record)
        self.documents["straight"] += not fired
        if not fired and (mistakes & {*POSTED, "type"}):
            self.documents["straight but wrong"] += 1
            wrong("straight", f"wrong: {sorted(mistakes & {*POSTED, 'type'})}")
        if row["type"] in {"invoice", "credit_note"} and row["expect"].get("reason") != "amounts_wrong":
            self.documents["should"] += 1
            self.documents["should and does"] += not fired
            self.stops.update(fired)
            if fired:
                wrong("stopped", ", ".join(sorted(fired)))

    def _fields(self, row: Mapping[str, Any], record: Record, wrong: Callable[[str, str], None]) -> set[str]:
        renamed = NAMES.get(row["type"], {})
        truth = {renamed.get(name, name): value for name, value in row["fields"].items() if name not in SKIPPED}
        mistakes = set()
        for name, value in truth.items():
            found = record.get(name)
            ok = same(name, value, found.value if found else None)
            self.fields[name]["right" if ok else "wrong" if found else "missing"] += 1
            if found:
                self.sure[name, ok].append(found.confidence)
                self.bins[min(9, int(found.confidence * 10))].append(ok)
            if not ok:
                mistakes.add(name)
                wrong(name, f"is {value!r}, read {(found.value, found.confidence) if found else None}")
        for name in {
            *POSTED,
            "discount_total",
            "charge_total",
            "buyer_tax_id",
            "vendor_registration_id",
        } - truth.keys():
            found = record.get(name)
            if found is not None and (found.provenance.how == "read"):
                self.fields[name]["invented"] += 1
                self.sure[name, False].append(found.confidence)
                self.bins[min(9, int(found.confidence * 10))].append(False)
                mistakes.add(name)
                wrong(name, f"is not printed, read {(found.value, found.confidence)}")
        return mistakes

    def _lines(self, row: Mapping[str, Any], record: Record, wrong: Callable[[str, str], None]) -> None:
        names = ("item_code", "quantity", "unit_price", "amount")
        truth = Counter(tuple(_number(line.get(name)) for name in names) for line in row.get("lines", ()))
        shown = {name for line in row.get("lines", ()) for name in line}
        read: Counter[tuple[str, ...]] = Counter()
        for line in record.lines:
            plain = {f.name: f.value for f in line if f.name in shown}
            read[tuple(_number(plain.get(name)) for name in names)] += 1
        both = sum((truth & read).values())
        self.lines = [self.lines[0] + both, self.lines[1] + truth.total(), self.lines[2] + read.total()]
        if both < truth.total():
            wrong(
                "lines",
                f"{both} of {truth.total()}, read {read.total()}: {list(truth - read)[:1]} {list(read - truth)[:1]}",
            )

    def _fired(self, record: Record) -> set[str]:
        found = validate(
            record,
            schema=self.library.schemas["invoice"],
            tolerance_minor=self.ruleset.tolerances.sum_minor,
        )
        entities = self.library.environment.company.entities
        case = Case(
            record=record, ruleset=self.ruleset, vendor=NO_VENDOR, order=NO_ORDER, found=found, entities=entities
        )
        known = facts(case, self.library.facts, self.library.tables_of(self.ruleset))
        return {outcome.id for outcome in self.book.decide(known) if outcome.fired and outcome.id in RULES}

    def show(self) -> None:
        """Print the tables."""
        print(f"{'field':24}{'right':>7}{'wrong':>7}{'missing':>8}{'invented':>9}{'sure of right':>15}{'of wrong':>10}")
        for name, count in sorted(self.fields.items()):
            sure = "".join(f"{_mean(self.sure[name, ok]):>{width}}" for ok, width in ((True, 15), (False, 10)))
            print(f"{name:24}{count['right']:7}{count['wrong']:7}{count['missing']:8}{count['invented']:9}{sure}")
        print("lines right/truth/read:", *self.lines)
        print(
            "confidence (floor of tenth): "
            + "  ".join(f"{k / 10:.1f}: {sum(v)}/{len(v)}" for k, v in sorted(self.bins.items()))
        )
        print("documents:", ", ".join(f"{name} {count}" for name, count in self.documents.items()))
        print("stopped by:", ", ".join(f"{name} {count}" for name, count in self.stops.most_common()) or "nothing")


def _number(text: str | None) -> str:
    try:
        return "" if text is None else f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return text or ""


def _mean(values: list[float]) -> str:
    return f"{sum(values) / len(values):.2f}" if values else "-"


def score(
    folder: Path, *, root: Path, read: Callable[[Path], Reading], understand: Callable[[Path, Reading], Record],
    wrong: frozenset[str], limit: int | None,
) -> None:  # fmt: skip
    """Read every document of a sample folder and print the tables; mistakes of the fields in `wrong` one by one."""
    tally = Tally(Library.load(root, "dev"))
    for path, row in list(documents(folder))[:limit]:
        record = understand(path, read(path))

        def tell(field: str, sentence: str, name: str = f"{path.name} {row['layout']} {row['language']}") -> None:
            if field in wrong or "all" in wrong:
                print(f"  {name}: {field} {sentence}")

        tally.add(row, record, tell)
    tally.show()
