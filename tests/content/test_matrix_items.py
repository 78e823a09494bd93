"""A matrix that makes an object of each item of a list: what the loader refuses, and what lint tells."""

import shutil
from pathlib import Path

import pytest

from engine.content.lint.mappings import lint
from engine.content.matrix import Matrix, load_matrices
from engine.content.spreadsheet.place import placed
from engine.content.strict_yaml import load
from engine.model.errors import ContentError
from engine.stages.coverage import looked_at

ROOT = Path(__file__).parents[2]
FILE = "mappings/outbound/hubspot.line_item.v1.yaml"
WHERE = "line.quantity is present and"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with the line items of deals and nothing else."""
    for file in (
        FILE, "mappings/outbound/hubspot.line_item.schema.json", "mappings/canonical/purchase_order.schema.json",
        "mappings/ownership.yaml",
    ):  # fmt: skip
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")


def only(folder: Path) -> Matrix:
    (matrix,) = load_matrices(folder).values()
    return matrix


FAULTS = [
    ("each: lines", "each: pages", "the record has no such list; it has lines, taxes", "unknown_source"),
    (WHERE, "line.sum is present and", "line.sum does not exist", "unknown_source"),
    (WHERE, "line.quantity | strip is present and", "unknown converter 'strip'", "bad_expression"),
    ("each: lines", "each: taxes", "line.quantity does not exist", "unknown_source"),
]


@pytest.mark.parametrize(
    ("old", "new", "why", "code"), FAULTS, ids=[f"{new} | {why[:30]}" for _, new, why, _ in FAULTS]
)
def test_a_fault_stops_the_start_and_is_told_by_lint(folder: Path, old: str, new: str, why: str, code: str) -> None:
    change(folder, old, new)

    with pytest.raises(ContentError) as refused:
        load_matrices(folder)

    assert why in refused.value.message
    assert code in {one.code for one in lint(folder)}


TOGETHER = [
    ("each: lines\n", "each: lines\ntemplate: x.xml.j2\n", "has rows of its own and no template"),
]


@pytest.mark.parametrize(("old", "new", "why"), TOGETHER, ids=["template"])
def test_what_does_not_go_together_is_refused(folder: Path, old: str, new: str, why: str) -> None:
    change(folder, old, new)

    with pytest.raises(ContentError, match=why):
        load_matrices(folder)


def test_what_is_shipped_is_clean_for_lint(folder: Path) -> None:
    assert [one for one in lint(folder) if one.severity != "info"] == []


def test_a_row_under_a_condition_that_the_items_rule_out_is_dead_for_lint(folder: Path) -> None:
    change(folder, "- {to: hs_sku, from: item_code,", "- {to: hs_sku, when: line.quantity is missing, from: item_code,")

    assert "properties.hs_sku" in {one.subject for one in lint(folder) if one.severity != "info"}


def test_coverage_and_sheets_know_on_which_list_rows_stand(folder: Path) -> None:
    looked = dict(looked_at(only(folder), {"properties": {"lines": {"items": {"properties": {"item_code": {}}}}}}))

    assert looked["lines[].item_code"] == "properties.hs_sku"
    assert looked["lines[].line_role"] == "#where"
    assert {one.group for one in placed(load(folder / FILE).data)} == {"lines"}
