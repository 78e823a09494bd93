import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.content.matrix import Matrix, load_matrices
from engine.content.matrix_check import inlined
from engine.stages.coverage import Coverage, cover
from engine.stages.matrix_examples import map_example, record_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema() -> Mapping[str, Any]:
    plain = json.loads((ROOT / "mappings/canonical/invoice.schema.json").read_text())
    whole: Mapping[str, Any] = inlined(plain, root=plain)
    return whole


@pytest.fixture(scope="module")
def matrices() -> Mapping[str, Matrix]:
    return load_matrices(ROOT)


def by_matrix(matrix: Matrix, schema: Mapping[str, Any]) -> Coverage:
    return cover(matrix, schema, flows=("ap_invoice@1",), keys=("invoice_number",))


def test_a_field_that_no_row_looks_at_goes_nowhere(matrices: Mapping[str, Matrix], schema: Mapping[str, Any]) -> None:
    nowhere = {field.path for field in by_matrix(matrices["files.ap_invoice_csv@1"], schema).nowhere}

    assert {"vendor_iban", "taxes[].rate", "lines[].discount", "amount_due"} <= nowhere
    assert not {"total", "subtotal", "lines[].amount", "payment_terms", "po_number"} & nowhere


def test_a_field_names_the_rows_that_look_at_it(matrices: Mapping[str, Matrix], schema: Mapping[str, Any]) -> None:
    fields = {field.path: field.rows for field in by_matrix(matrices["files.ap_invoice_csv@1"], schema).fields}

    assert fields["issue_date"] == ("header.invoice_date",)
    assert fields["invoice_number"] == ("header.invoice_no", "lines[].description", "#key")
    assert fields["po_number"] == ("header.po_number", "lines[].po_number")
    assert fields["lines[].quantity"] == ("lines", "lines[].quantity")


def test_what_a_template_looks_at_goes_somewhere(matrices: Mapping[str, Matrix], schema: Mapping[str, Any]) -> None:
    fields = {field.path: field.rows for field in by_matrix(matrices["files.ap_invoice_xml@1"], schema).fields}

    assert fields["taxes[].rate"] == ("#template",)


def test_a_target_field_without_a_row_is_never_filled(
    matrices: Mapping[str, Matrix], schema: Mapping[str, Any]
) -> None:
    matrix = matrices["files.ap_invoice_csv@1"]
    header, *others = matrix.rows
    fewer = header.model_copy(update={"rows": tuple(row for row in header.rows if row.to != "vendor_id")})

    found = by_matrix(matrix.model_copy(update={"rows": (fewer, *others)}), schema)

    assert [(one.path, one.is_required) for one in found.never_filled] == [("header.vendor_id", True)]


def test_documents_are_counted(matrices: Mapping[str, Matrix], schema: Mapping[str, Any]) -> None:
    matrix = matrices["files.ap_invoice_csv@1"]
    seen = [(record_of(one.record), [map_example(matrix, one)[0]]) for one in matrix.examples]

    found = cover(matrix, schema, flows=(), keys=(), seen=seen)

    fields = {field.path: (field.documents, field.used) for field in found.fields}
    targets = {target.path: target.documents for target in found.targets}
    assert found.documents == 4
    assert (fields["total"], fields["due_date"], fields["lines[].amount"]) == ((4, 4), (1, 1), (2, 2))
    assert (targets["header.gross_amount"], targets["header.due_date"], targets["header.tax_code"]) == (4, 1, 0)
    assert "header.tax_code" in {one.path for one in found.never_filled}
