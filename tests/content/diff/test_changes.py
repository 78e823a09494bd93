"""Differences in words."""

from pathlib import Path

import pytest

from engine.content.diff.changes import Change, changes
from engine.content.diff.meaning import meaning, refs_of, settings
from engine.content.shelf import Shelf, everything
from tests.content.content_folder import changed, copied

RULES, CSV = "rules/sets/ap_invoice.v1.yaml", "mappings/outbound/files.ap_invoice_csv.v1.yaml"
FLOW, TABLE = "rules/flows/ap_invoice.v1.yaml", "rules/tables/approval_level.v1.csv"
SAP, GERMAN = "rules/tolerances/sap_like.v1.yaml", "mappings/inbound/vocabulary.de.v1.yaml"
SCHEMA, DEV = "mappings/canonical/invoice.schema.json", "environments/dev.yaml"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return everything(copied(tmp_path_factory.mktemp("shipped")))


def told(shipped: Shelf, content: Path) -> list[Change]:
    """Return what is different from the shipped content."""
    now = everything(content)
    was, is_now = settings(shipped.root), settings(content)
    found = [one for ref in was for one in changes(ref, was[ref], is_now[ref])]
    refs = [ref for ref in refs_of(shipped) if shipped.digests[ref] != now.digests[ref]]
    return found + [one for ref in refs for one in changes(ref, meaning(shipped, ref), meaning(now, ref))]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (RULES, "type_confidence < 500", "type_confidence < 450", "rule type_unsure: type_confidence below 500 -> below 450"),
        (RULES, "type_confidence < 500", "type_confidence <= 500", "rule type_unsure: type_confidence below 500 -> at most 500"),
        (RULES, "when: missing_count > 0", "when: missing_count > 0 or unsure_count > 9",
         "rule mandatory_missing when: missing_count > 0 -> missing_count > 0 or unsure_count > 9"),
        (RULES, "then: {route: review, queue: intake}", "then: {route: review, queue: ap_data}", "rule type_unsure then.queue: intake -> ap_data"),
        (RULES, 'total: "0.80"', 'total: "0.95"', "threshold total: 0.8 -> 0.95"),
        (RULES, "order_minor: 2}", "order_minor: 5}", "tolerance order_minor: 2 -> 5"),
        (RULES, 'large_without_order: {EUR: "5000.00"', 'large_without_order: {EUR: "4000"', "limit large_without_order EUR: 5000 -> 4000"),
        (RULES, "mandatory: [invoice_number, issue_date,", "mandatory: [issue_date,", "mandatory: removed invoice_number"),
        (CSV, 'via: "value | trim | cut(35)", type: {text: {max: 35}}', 'via: "value | trim | cut(16)", type: {text: {max: 35}}',
         "row header.vendor_name via: value | trim | cut(35) -> value | trim | cut(16)"),
        (CSV, "type: {text: {max: 35}}, need: must", "type: {text: {max: 16}}, need: must", "row header.invoice_no: text up to 35 -> text up to 16"),
        (CSV, "type: {text: {max: 35}}, need: may, owner: procurement", "type: {text: {max: 35}}, need: may, owner: finance",
         "row header.po_number owner: procurement -> finance"),
        (CSV, 'delimiter: ";"', 'delimiter: ","', "options.delimiter: ; -> ,"),
        (TABLE, "[..100000),nobody", "[..200000),nobody", "row small: total_minor below 100000 -> below 200000"),
        (SAP, 'CZK: "1.25"', 'CZK: "2.5"', "check BD"),
        (GERMAN, "strong: [", "strong: [Rechnungsnr-neu, ", "strong: added Rechnungsnr-neu"),
        (FLOW, 'procurement: "Procurement"', 'procurement: "Buying"', "queue procurement: Procurement -> Buying"),
        (SCHEMA, '"title": "Invoice or credit note"', '"minProperties": 1, "title": "Invoice or credit note"', "minProperties: added (1)"),
        (DEV, 'folder: "{out}/erp"', 'folder: "{out}/new"', "binding erp folder: {out}/erp -> {out}/new"),
        (DEV, "erp: {adapter: files, sensitive: [bank, identity]", "erp: {adapter: files, sensitive: [bank]", "binding erp sensitive: removed identity"),
        (DEV, '  erp_json: {adapter: files, sensitive: [bank, identity], settings: {delivery: local, folder: "{out}/erp_json"}}\n', "", "binding erp_json: removed"),
    ],
    ids=lambda one: "" if len(str(one)) > 60 else str(one),
)  # fmt: skip
def test_one_edit_is_one_difference_in_words(
    shipped: Shelf, tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    content = copied(tmp_path)
    if words.endswith("removed"):
        changed(content, FLOW.replace("ap_invoice", "ap_invoice_json"), "target: erp_json", "target: erp")
    changed(content, file, old, new)

    found = [one for one in told(shipped, content) if one.ref.partition("@")[0] != "flow/ap_invoice_json"]

    mine = [one.words for one in found if not one.ref.startswith("matrix/") or "csv" in one.ref]
    assert len(mine) == 1
    assert words in mine[0]


def test_a_rule_that_is_new_and_one_that_is_gone_are_told(shipped: Shelf, tmp_path: Path) -> None:
    content = copied(tmp_path)
    changed(content, RULES, "  - id: type_unfit\n", "  - id: type_odd\n")

    assert [(one.kind, one.words.partition(" (")[0]) for one in told(shipped, content)] == [
        ("removed", "rule type_unfit: removed"), ("added", "rule type_odd: added"),
    ]  # fmt: skip


def test_what_only_explains_decides_nothing(shipped: Shelf, tmp_path: Path) -> None:
    content = copied(tmp_path)
    changed(content, RULES, "why: An offer, a reminder", "why: A reminder")
    changed(content, RULES, "name: The document type must be sure", "name: Be sure")

    assert [(one.path[-1], one.decides) for one in told(shipped, content)] == [("name", False), ("why", False)]


def test_rules_in_another_order_are_one_difference(shipped: Shelf, tmp_path: Path) -> None:
    content = copied(tmp_path)
    text = (content / RULES).read_text(encoding="utf-8")
    start, middle, end = (text.index(f"  - id: {name}\n") for name in ("type_unsure", "type_unfit", "not_payable"))
    (content / RULES).write_text(text[:start] + text[middle:end] + text[start:middle] + text[end:], encoding="utf-8")

    (only,) = told(shipped, content)

    assert only.words.startswith("rule: in another order: type_unfit, type_unsure, not_payable")
    assert only.decides


def test_a_row_that_is_called_like_an_explanation_decides_all_the_same() -> None:
    def rows(via: str) -> dict[str, object]:
        return {"rows": {"lines": {"rows": {"description": {"via": via, "why": via}}}}}

    found = changes("matrix/files.x@2", rows("value | cut(70)"), rows("value | cut(40)"))

    assert [(one.path[-1], one.decides) for one in found] == [("via", True), ("why", False)]
