"""A draft is a matrix that can be loaded once a person has decided what is open."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.content.matrix import load_matrices
from engine.model.errors import ContentError
from engine.runtime import sheets
from engine.stages.matrix_examples import map_example

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Bill", "type": "object",
    "required": ["billNo", "vendorId", "kind", "Lines"],
    "properties": {
        "billNo": {"type": "string", "maxLength": 20}, "vendorId": {"type": "string"}, "kind": {"const": "BILL"},
        "billDate": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "zzqx": {"type": "string"},
        "Lines": {"type": "array", "items": {
            "type": "object", "required": ["Amount"],
            "properties": {"Amount": {"$ref": "#/$defs/money"}, "Description": {"type": "string", "maxLength": 40}},
        }},
    },
    "$defs": {"money": {"type": "string", "pattern": "^-?[0-9]{1,13}\\.[0-9]{2,4}$"}},
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content folder with a target's schema and no matrix."""
    shutil.copytree(ROOT / "mappings/canonical", tmp_path / "mappings/canonical")
    shutil.copy(ROOT / "mappings/ownership.yaml", tmp_path / "mappings/ownership.yaml")
    (tmp_path / "mappings/outbound").mkdir()
    (tmp_path / "mappings/outbound/ledger.bill.schema.json").write_text(json.dumps(SCHEMA))
    return tmp_path


def drafted(root: Path, record: str = "invoice") -> str:
    return sheets.drafted(root, root / "mappings/outbound/ledger.bill.schema.json", record)


def test_a_draft_of_which_nothing_is_open_loads_and_maps_its_example(root: Path) -> None:
    (root / "mappings/outbound/ledger.bill.v1.yaml").write_text(drafted(root))

    matrix = load_matrices(root)["ledger.bill@1"]

    mapped, _ = map_example(matrix, matrix.examples[0])
    assert mapped.findings == ()
    assert mapped.payload["kind"] == "BILL"
    assert mapped.payload["Lines"] == [{"Amount": "100.00", "Description": "Text"}]


def test_a_draft_says_how_sure_each_row_is_and_what_is_left(root: Path) -> None:
    text = drafted(root)

    assert "# A draft: 5 of 7 fields proposed" in text
    assert "- {to: billNo, from: invoice_number, type: {text: {max: 20}}, need: must}  # 1.00" in text
    assert "- {to: Amount, from: amount, type: {decimal: {places: 4, min_places: 2}}, need: must}" in text
    assert "# zzqx (optional): nothing like it was found" in text


def test_a_required_field_without_a_proposal_is_listed_first(root: Path) -> None:
    schema = {**SCHEMA, "required": [*SCHEMA["required"], "zzqx"]}
    (root / "mappings/outbound/ledger.bill.schema.json").write_text(json.dumps(schema))

    assert "# Required and open: zzqx\n" in drafted(root)


@pytest.mark.parametrize(
    ("record", "text", "message"),
    [("bill", json.dumps(SCHEMA), "no record 'bill'; there are: .*invoice"), ("invoice", "[]", "is no JSON Schema"), ("invoice", "{", "cannot be read")],
    ids=["no such record", "a list", "no JSON"],
)  # fmt: skip
def test_what_cannot_be_drafted_from_is_told(root: Path, record: str, text: str, message: str) -> None:
    (root / "mappings/outbound/ledger.bill.schema.json").write_text(text)

    with pytest.raises(ContentError, match=message):
        drafted(root, record)
