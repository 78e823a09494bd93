"""Small edits of written knowledge, each as somebody might make it: by intent or by mistake."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

RULES, FLOW = "rules/sets/ap_invoice.v1.yaml", "rules/flows/ap_invoice.v1.yaml"
ROWS = "mappings/outbound/files.ap_invoice_csv.v1.yaml"
TABLE, POLICY = "rules/tables/approval_level.v1.csv", "rules/tolerances/sap_like.v1.yaml"

Change = Callable[[str], str]


class Mutant(NamedTuple):
    """One edit of one file."""

    name: str
    file: str
    change: Change

    def write(self, root: Path) -> None:
        """Make the edit in a content folder. Raises ValueError when the file is not as expected."""
        file = root / self.file
        text = file.read_text(encoding="utf-8")
        edited = self.change(text)
        if edited == text:
            raise ValueError(f"{self.name}: nothing was edited")
        file.write_text(edited, encoding="utf-8")


def mutants(root: Path) -> list[Mutant]:
    """Return all edits, the same ones each time."""
    rules = (root / RULES).read_text(encoding="utf-8")
    return [*_rules(rules), *_settings(), *_rows(), *_table(), *_policy(), *_idle()]


def swap(old: str, new: str) -> Change:
    """Put `new` in the place of the first `old`."""
    return lambda text: text.replace(old, new, 1)


def _block(text: str, rule: str) -> tuple[int, int]:
    start = text.index(f"  - id: {rule}\n")
    after = re.compile(r"^  (- id: |# )|\Z", re.MULTILINE).search(text, start + 5)
    return start, after.start() if after else len(text)


def _without(rule: str) -> Change:
    def change(text: str) -> str:
        start, end = _block(text, rule)
        return text[:start] + text[end:]

    return change


def _in_rule(rule: str, old: str, new: str) -> Change:
    def change(text: str) -> str:
        start, end = _block(text, rule)
        return text[:start] + text[start:end].replace(old, new, 1) + text[end:]

    return change


def _rules(text: str) -> Iterator[Mutant]:
    """Every second rule is taken out, of the others the message is changed or the queue."""
    ids = re.findall(r"^  - id: (\w+)$", text, re.MULTILINE)
    for index, rule in enumerate(ids):
        start, end = _block(text, rule)
        block = text[start:end]
        if index % 2 == 0 and "assert" not in block:
            yield Mutant(f"rule {rule} taken out", RULES, _without(rule))
        elif queue := re.search(r"queue: (\w+)", block):
            other = "intake" if queue.group(1) != "intake" else "procurement"
            yield Mutant(f"rule {rule} to another queue", RULES, _in_rule(rule, queue.group(0), f"queue: {other}"))


def _settings() -> Iterator[Mutant]:
    for old, new in (
        ('default: "0.50"', 'default: "1.00"'), ('total: "0.80"', 'total: "1.00"'), ('total: "0.80"', 'total: "0.98"'),
        ("mandatory: [invoice_number,", "mandatory: [due_date, invoice_number,"), ("name_score: 90", "name_score: 99"),
        ("margin: 25", "margin: 400"), ("sum_minor: 0", "sum_minor: 5"), ("order_minor: 2", "order_minor: 0"),
        ('large_without_order: {EUR: "5000.00"', 'large_without_order: {EUR: "50.00"'),
        ("tables: [approval_level@1]", "tables: []"), ("matching: sap_like@1", "matching: oracle_like@1"),
        ("matching: sap_like@1", "matching: dynamics_like@1"), ("tries: 42", "tries: 1"),
        ("[tax_id, registration_id, iban, email_domain, name_and_address]", "[name_and_address, tax_id]"),
        ('limits: {EUR: "50.00"', 'limits: {EUR: "1.00"'),
    ):  # fmt: skip
        yield Mutant(f"setting {old[:40]} -> {new[:40]}", RULES, swap(old, new))
    yield Mutant(
        "business key by vendor and date", FLOW, swap('"{vendor_id}/{invoice_number}"', '"{vendor_id}/{issue_date}"')
    )


def _rows() -> Iterator[Mutant]:
    for old, new in (
        ("value | trim | cut(35)", "value | trim | upper | cut(35)"), ("cut(70)", "cut(12)"),
        ("{to: tax_code, from: vendor.tax_code, type: {text: {max: 4}}, need: may}", '{to: tax_code, value: "V9"}'),
        ("{to: gl_account, from: vendor.gl_account, type: {text: {max: 10}}, need: may}", '{to: gl_account, value: "999999"}'),
        ("to: due_date, from: due_date, type: date, need: may", "to: due_date, from: due_date, type: date, need: must"),
        ("to: gross_amount, from: total", "to: gross_amount, from: subtotal"),
        ("to: net_amount, from: subtotal, via: \"value | negate if record.total | sign == '-' else value\"", 'to: net_amount, from: subtotal, via: "value | negate"'),
        ('to: invoice_no, from: invoice_number, via: "value | trim", type: {text: {max: 35}}', 'to: invoice_no, from: invoice_number, via: "value | trim", type: {text: {max: 6}}'),
        ("else 'KR'", "else 'KG'"), ("to: item_code, from: item_code", "to: item_code, from: description"),
        ("where: line.amount is present or", "where: line.item_code is present or"),
        ('delimiter: ";"', 'delimiter: ","'), ("to: unit, from: unit, type: {text: {max: 3}}", "to: unit, from: unit, type: {text: {max: 2}}"),
    ):  # fmt: skip
        yield Mutant(f"row {old[:50]} -> {new[:30]}", ROWS, swap(old, new))


def _table() -> Iterator[Mutant]:
    for old, new in (
        ("[100000..1000000),team_lead", "[100000..1000000),board"), ("small,-,EUR,[..100000),nobody", "small,-,EUR,[..100000),team_lead"),
        ("rest,-,-,-,head_of_department", "rest,-,-,-,nobody"),
    ):  # fmt: skip
        yield Mutant(f"table {old[:40]} -> {new[-12:]}", TABLE, swap(old, new))


def _policy() -> Iterator[Mutant]:
    for old, new in (
        ('upper: {percent: "5"', 'upper: {percent: "0"'), ("name: DQ order\n", "name: DQ order \n"),
        ('both: {amount: {EUR: "0.05"', 'both: {amount: {EUR: "0.00"'), ("unchecked: fails", "unchecked: passes"),
        ('upper: {percent: not_set, amount: {EUR: "5000.00"', 'upper: {percent: not_set, amount: {EUR: "5.00"'),
        ('      - both: {percent: "1"}', '      - both: {percent: "50"}'),
    ):  # fmt: skip
        if new.strip() != old.strip():
            yield Mutant(f"tolerance {old.strip()[:40]} -> {new.strip()[:40]}", POLICY, swap(old, new))
    yield Mutant("tolerance of prices widened", POLICY, _wider_prices)


def _wider_prices(text: str) -> str:
    start = text.index("  - name: PP")
    return text[:start] + re.sub(r'percent: "[\d.]+"', 'percent: "40"', text[start:], count=2)


def _idle() -> Iterator[Mutant]:
    """Edits that change nothing that anybody would notice."""
    yield Mutant("idle: a reason in words", RULES, swap("why: An offer, a reminder", "why: Offers, a reminder"))
    yield Mutant("idle: a rule's name", RULES, swap("name: The document type must be sure", "name: Sure types only"))
    yield Mutant("idle: a comment", ROWS, swap("# One CSV row", "# A CSV row"))
    yield Mutant("idle: a title of a queue", FLOW, swap('procurement: "Procurement"', 'procurement: "Buying"'))
    yield Mutant(
        "idle: a queue's due time",
        FLOW,
        swap("procurement: {team: procurement, due_hours: 48}", "procurement: {team: procurement, due_hours: 72}"),
    )


def words(root: Path) -> list[Mutant]:
    """Return edits of what documents are read with: labels that are lost, days and months the other way round."""
    made = []
    for language in ("de", "en", "es", "fr", "it", "nl"):
        file = f"mappings/inbound/vocabulary.{language}.v1.yaml"
        text = (root / file).read_text(encoding="utf-8")
        known = [name for name in ("invoice_number", "total", "issue_date", "due_date") if _labels(name).search(text)]
        made += [Mutant(f"words {language}: no labels of {name}", file, _without_labels(name)) for name in known]
        made.append(Mutant(f"words {language}: month before day", file, swap("order: dmy", "order: mdy")))
    idle = lambda text: f"# Reviewed.\n{text}"  # noqa: E731 - as short as the others
    made.append(Mutant("words de: idle comment", "mappings/inbound/vocabulary.de.v1.yaml", idle))
    return [one for one in made if one.change(text := (root / one.file).read_text(encoding="utf-8")) != text]


def _labels(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?m)^(  {name}:\n    strong: )\[.*\]$(?:\n    weak: \[.*\]$)?")


def _without_labels(name: str) -> Change:
    return lambda text: _labels(name).sub(r"\1[zzz]", text)


def places(text: str, file: str) -> list[Mutant]:
    """Return edits of a file of layouts: another shape, another page, other words before it, a place taken out, another vendor."""
    made = []
    for vendor in re.findall(r"^  - id: (\S+)$", text, re.MULTILINE):
        for name, old, new in (
            ("another shape", r'shape: "?[^\n]+', 'shape: "9~9"'), ("another page", r"page: -?\d+", "page: 7"),
            ("values further right", r"right: (-?)(\d)", r"right: \g<1>4\2"), ("other words", r'text: "?[a-z .]+"?', "text: zzzz"),
            ("of another vendor", r"known_by: \[.*\]", f'known_by: ["vendor_tax_id:{vendor.strip(chr(34))}x"]'),
            ("idle: its name", r"name: .*", 'name: "Somebody"'),
        ):  # fmt: skip
            change = _in_vendor(vendor, old, new)
            if change(text) != text:
                made.append(Mutant(f"layout {vendor}: {name}", file, change))
    return made


def _in_vendor(vendor: str, old: str, new: str) -> Change:
    def change(text: str) -> str:
        start = text.index(f"  - id: {vendor}\n")
        after = text.find("\n  - id: ", start + 5)
        end = len(text) if after < 0 else after
        return text[:start] + re.sub(old, new, text[start:end]) + text[end:]

    return change
