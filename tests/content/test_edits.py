"""The edits between two versions, and libraries in which only some of them are made."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.content.edits import edits, mixed
from engine.content.library import Library

ROOT = Path(__file__).parents[2]
RULES = "rules/sets/ap_invoice.v1.yaml"
ROWS = "mappings/outbound/files.ap_invoice_csv.v1.yaml"
TABLE = "rules/tables/approval_level.v1.csv"
POLICY = "rules/tolerances/sap_like.v1.yaml"
FLOW = "rules/flows/ap_invoice.v1.yaml"
WORDS = "mappings/inbound/vocabulary.de.v1.yaml"


@pytest.fixture(scope="module")
def live() -> Library:
    return Library.load(ROOT, "dev")


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Library]:
    for folder in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / folder)

    def edit(*changes: tuple[str, str, str]) -> Library:
        for name, old, new in changes:
            file = tmp_path / name
            text = file.read_text(encoding="utf-8")
            assert old in text
            file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return Library.load(tmp_path, "dev")

    return edit


THRESHOLD = (RULES, 'total: "0.80"', 'total: "0.85"')
CASES = {
    "a threshold": (THRESHOLD, "threshold", "ruleset/ap_invoice@1#confidence.fields.total"),
    "a limit of a currency": (
        (RULES, 'large_without_order: {EUR: "5000.00"', 'large_without_order: {EUR: "6000.00"'), "threshold",
        "ruleset/ap_invoice@1#limits.large_without_order",
    ),
    "what matches a vendor": ((RULES, "name_score: 90", "name_score: 91"), "match", "ruleset/ap_invoice@1#match.name_score"),
    "a row of the header": (
        (ROWS, 'to: vendor_name, from: vendor.name, via: "value | trim | cut(35)"',
         'to: vendor_name, from: vendor.name, via: "value | trim | cut(34)"'), "row",
        "matrix/files.ap_invoice_csv@1#rows.header.vendor_name",
    ),
    "a row of the lines": (
        (ROWS, "cut(70)", "cut(69)"), "row", "matrix/files.ap_invoice_csv@1#rows.lines.description"
    ),
    "how a file is written": ((ROWS, 'delimiter: ";"', 'delimiter: ","'), "row", "matrix/files.ap_invoice_csv@1#options"),
    "a queue": ((FLOW, 'procurement: "Procurement"', 'procurement: "Buyers"'), "flow", "flow/ap_invoice@1#queues"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "kind", "ref"), CASES.values(), ids=CASES)
def test_an_edit_is_found_at_its_place_and_nowhere_else(
    live: Library, edited: Callable[..., Library], change: tuple[str, str, str], kind: str, ref: str
) -> None:
    assert [(one.kind, one.ref) for one in edits(live, edited(change), "ap_invoice")] == [(kind, ref)]


def test_the_same_content_has_no_edits(live: Library, edited: Callable[..., Library]) -> None:
    assert edits(live, edited(), "ap_invoice") == ()


def test_words_that_only_explain_are_no_edit_of_what_is_done(live: Library, edited: Callable[..., Library]) -> None:
    assert edits(live, edited((ROWS, 'why: "For people who look', 'why: "For those who look')), "ap_invoice") == ()


def test_only_what_is_chosen_is_made(live: Library, edited: Callable[..., Library]) -> None:
    candidate = edited(THRESHOLD, CASES["what matches a vendor"][0], CASES["a row of the lines"][0])
    found = [one.ref for one in edits(live, candidate, "ap_invoice")]

    for ref in found:
        assert [one.ref for one in edits(live, mixed(live, candidate, "ap_invoice", {ref}), "ap_invoice")] == [ref]
    assert edits(live, mixed(live, candidate, "ap_invoice", ()), "ap_invoice") == ()
    assert edits(candidate, mixed(live, candidate, "ap_invoice", found), "ap_invoice") == ()


def test_a_new_rule_stands_after_the_one_before_it_and_a_removed_one_stays_until_chosen(
    live: Library, edited: Callable[..., Library]
) -> None:
    text = (ROOT / RULES).read_text(encoding="utf-8")
    start, end = text.index("  - id: type_unfit"), text.index("  - id: not_payable")
    block = text[start:end]
    candidate = edited((RULES, block, block.replace("id: type_unfit", "id: type_fits_not")))

    found = edits(live, candidate, "ap_invoice")

    assert {one.ref for one in found} == {
        "ruleset/ap_invoice@1#rules.type_unfit", "ruleset/ap_invoice@1#rules.type_fits_not"
    }  # fmt: skip
    both = mixed(live, candidate, "ap_invoice", {"ruleset/ap_invoice@1#rules.type_fits_not"})
    ids = [rule.id for rule in both.rulesets["ap_invoice@1"].rules]
    assert ids[:4] == ["type_unsure", "type_fits_not", "type_unfit", "not_payable"]


def test_a_next_version_bears_its_own_name_and_is_no_edit_by_itself(
    live: Library, edited: Callable[..., Library], tmp_path: Path
) -> None:
    rules = (ROOT / RULES).read_text(encoding="utf-8").replace("version: 1\n", "version: 2\n", 1)
    (tmp_path / "rules/sets/ap_invoice.v2.yaml").write_text(rules.replace('total: "0.80"', 'total: "0.81"'))
    flow = (ROOT / FLOW).read_text(encoding="utf-8").replace("version: 1\n", "version: 2\n", 1)
    (tmp_path / "rules/flows/ap_invoice.v2.yaml").write_text(flow.replace("ap_invoice@1", "ap_invoice@2"))
    candidate = edited(("environments/dev.yaml", "flows: [ap_invoice@1,", "flows: [ap_invoice@2,"))

    assert [one.ref for one in edits(live, candidate, "ap_invoice")] == ["ruleset/ap_invoice@2#confidence.fields.total"]
    none = mixed(live, candidate, "ap_invoice", ())
    assert none.environment.flows[0] == "ap_invoice@2"
    assert none.rulesets["ap_invoice@2"].confidence == live.rulesets["ap_invoice@1"].confidence
