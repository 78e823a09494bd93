"""What can never fit the target is refused when a matrix is loaded."""

from typing import Any

import pytest

from engine.content.matrix_row import MatrixRow
from engine.content.matrix_types import clashes

CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("a constant of another type", {"value": "KR"}, {"type": "integer"}, "value"),
    ("a constant too long", {"value": "KRX"}, {"type": "string", "maxLength": 2}, "value"),
    ("a constant not listed", {"value": "KX"}, {"enum": ["KR", "KG"]}, "value"),
    ("a default not listed", {"from": "x", "need": "must", "fallback": "default", "default": "KX"}, {"enum": ["KR"]}, "default"),
    ("a picklist with one too many", {"from": "x", "type": {"picklist": ["KR", "KX"]}}, {"enum": ["KR", "KG"]}, "type"),
    ("a branch not listed", {"via": "'KX' if record.x is present else 'KR'"}, {"enum": ["KR"]}, "via"),
    ("a branch that the row's type refuses", {"via": "'KX' if record.x is present else value", "from": "x", "type": {"picklist": ["KR"]}}, {"type": "string"}, "via"),
    ("text for a number", {"from": "x", "type": {"text": {"max": 5}}}, {"type": "integer"}, "type"),
    ("text for a flag, without a type", {"from": "x"}, {"type": "boolean"}, "type"),
    ("a number for text", {"from": "x", "type": "integer"}, {"type": "string"}, "type"),
    ("a flag for text", {"from": "x", "type": "boolean"}, {"type": "string"}, "type"),
    ("decimals as text for a number", {"from": "x", "type": {"decimal": {"places": 2}}}, {"type": "number"}, "type"),
    ("a date in another form", {"from": "x", "type": {"date": {"format": "%d.%m.%Y"}}}, {"type": "string", "pattern": "^[0-9]{8}$"}, "type"),
    ("decimals that the pattern refuses", {"from": "x", "type": {"decimal": {"places": 3}}}, {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"}, "type"),
    ("longer than fits", {"from": "x", "type": {"text": {"min": 6}}}, {"type": "string", "maxLength": 5}, "type"),
    ("shorter than needed", {"from": "x", "type": {"text": {"max": 3}}}, {"type": "string", "minLength": 4}, "type"),
    ("whole numbers above the most", {"from": "x", "type": {"integer": {"min": 10}}}, {"type": "integer", "maximum": 9}, "type"),
    ("whole numbers of which few fit", {"from": "x", "type": {"integer": {"min": 1}}}, {"type": "integer", "multipleOf": 100000}, ""),
    ("decimals of which few fit", {"from": "x", "type": {"decimal": {"places": 2}}}, {"type": "string", "pattern": "^[0-9]{10}\\.[0-9]{2}$"}, ""),
    ("fits", {"from": "x", "type": {"text": {"max": 3}}}, {"type": "string", "maxLength": 3}, ""),
    ("wider, which lint tells", {"from": "x", "type": {"text": {"max": 30}}}, {"type": "string", "maxLength": 3}, ""),
    ("nothing known of the target", {"value": "x"}, {}, ""),
    ("a branch that fits", {"via": "'KG' if record.x is present else 'KR'"}, {"enum": ["KR", "KG"]}, ""),
    ("negative amounts may not come", {"from": "x", "type": {"decimal": {"places": 2}}}, {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"}, ""),
    ("text or null", {"from": "x"}, {"type": ["string", "null"]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("row", "schema", "key"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_only_what_can_never_fit_is_a_clash(row: dict[str, Any], schema: dict[str, Any], key: str) -> None:
    found = list(clashes(MatrixRow.model_validate({"to": "x", **row}), schema))

    assert [where for where, _ in found][:1] == ([key] if key else [])
