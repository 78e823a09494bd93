"""A leaf of a payload is followed back to its row, its converters, its fields and their boxes."""

from pathlib import Path

import pytest

from engine.content.matrix import Matrix, load_matrices
from engine.model.field import Box, Field, Provenance
from engine.stages.lineage import Leaf, leaves
from engine.stages.matrix_examples import environment_of, match_of, record_of
from engine.stages.transform import traced

ROOT = Path(__file__).parents[2]
PRINTED = Provenance(how="read", page=2, box=Box(10, 20, 30, 40), by="pdfplumber@1")
RECORD = {
    "invoice_number": " RE-7 ", "issue_date": "2026-03-04", "currency": "EUR", "total": "-119.00", "subtotal": "-100.00",
    "po_number": "4500", "lines": [{"description": "A remark"}, {"amount": "-100.00", "description": "Paper"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return load_matrices(ROOT)["files.ap_invoice_csv@1"]


@pytest.fixture(scope="module")
def found(matrix: Matrix) -> dict[str, Leaf]:
    plain = record_of(RECORD)
    number = Field(name="invoice_number", value=" RE-7 ", raw="RE-7", confidence=0.9, provenance=PRINTED)
    record = plain.model_copy(update={"fields": (number, *plain.fields[1:])})
    vendor = match_of("vendor", {"id": "4711", "name": "Papier Nord"})
    mapped, worked = traced(
        record, matrix=matrix, vendor=vendor, order=match_of("purchase_order", {}), environment=environment_of()
    )
    return {leaf.path: leaf for leaf in leaves(mapped, worked, matrix=matrix, record=record)}


def test_a_leaf_names_its_row_its_place_in_the_file_and_its_owner(found: dict[str, Leaf]) -> None:
    leaf = found["header.invoice_no"]

    assert (leaf.row, leaf.place, leaf.owner) == ("header.invoice_no", ("rows", 0, "rows", 6), "finance")
    assert leaf.why.startswith("The supplier's own spelling")


def test_a_leaf_leads_to_the_box_on_the_page(found: dict[str, Leaf]) -> None:
    (origin,) = found["header.invoice_no"].origins

    assert (origin.path, origin.page, origin.box, origin.by) == (
        "invoice_number", 2, Box(10, 20, 30, 40), "pdfplumber@1",
    )  # fmt: skip
    assert (origin.raw, origin.confidence) == ("RE-7", 0.9)


def test_each_converter_is_shown_with_what_it_gave(found: dict[str, Leaf]) -> None:
    assert [(step.expression, step.value) for step in found["header.invoice_no"].steps] == [("value | trim", "RE-7")]


def test_only_the_branch_that_was_taken_is_shown(found: dict[str, Leaf]) -> None:
    steps = {step.expression: step.value for step in found["header.net_amount"].steps}

    assert steps["record.total | sign == '-'"] == "true"
    assert steps["value | negate"] == "100.00"


def test_a_line_that_was_left_out_moves_no_lineage(found: dict[str, Leaf]) -> None:
    leaf = found["lines[0].amount"]

    assert (leaf.value, leaf.given, leaf.origins[0].path) == ("100.00", "-100.00", "lines[1].amount")
    assert found["lines[0].line_no"].origins[0].value == "2"


def test_what_comes_from_master_data_says_so(found: dict[str, Leaf]) -> None:
    (origin,) = found["header.vendor_id"].origins

    assert (origin.path, origin.value, origin.how) == ("vendor.id", "4711", "master data")


def test_every_leaf_of_every_shipped_example_has_a_lineage() -> None:
    for matrix in load_matrices(ROOT).values():
        for example in matrix.examples:
            record = record_of(example.record, kind=example.document.get("type", "invoice"))
            mapped, worked = traced(
                record, matrix=matrix, vendor=match_of("vendor", example.vendor),
                order=match_of("purchase_order", example.order), environment=environment_of(example.env, example.xref),
            )  # fmt: skip
            found = leaves(mapped, worked, matrix=matrix, record=record)

            assert {leaf.path for leaf in found} == {
                entry.path for entry in mapped.lineage if entry.path != "text" or matrix.template is None
            }
            assert all(leaf.place for leaf in found)


def test_the_row_of_a_cross_reference_is_named(tmp_path: Path) -> None:
    for folder in ("canonical", "outbound", "xref"):
        (tmp_path / "mappings" / folder).mkdir(parents=True)
    for file in ("canonical/invoice.schema.json", "ownership.yaml"):
        (tmp_path / "mappings" / file).write_text((ROOT / "mappings" / file).read_text())
    (tmp_path / "mappings/outbound/erp.unit.schema.json").write_text('{"type": "object"}')
    (tmp_path / "mappings/xref/units.v1.csv").write_text(
        "xref,units,1,Units\nid,unit:exact,=erp_unit,why\npiece,C62,PCE,Pieces\n"
    )
    (tmp_path / "mappings/outbound/erp.unit.v1.yaml").write_text("""
name: erp.unit
version: 1
from: invoice
target: {adapter: files, object: unit, schema: erp.unit.schema.json}
owner: finance
rows: [{to: unit, from: note, via: "value | trim | xref('units@1') | lower"}]
examples: [{name: one, record: {note: C62}}]
""")
    matrix = load_matrices(tmp_path)["erp.unit@1"]
    record = record_of({"note": " C62"})
    mapped, worked = traced(
        record, matrix=matrix, vendor=match_of("vendor", {}), order=match_of("purchase_order", {}),
        environment=environment_of(),
    )  # fmt: skip

    (leaf,) = leaves(mapped, worked, matrix=matrix, record=record)

    assert [(step.expression.rpartition(" | ")[2], step.value, step.table, step.rows) for step in leaf.steps] == [
        ("trim", "C62", "", ()), ("xref('units@1')", "PCE", "units@1", ("piece",)), ("lower", "pce", "", ()),
    ]  # fmt: skip
