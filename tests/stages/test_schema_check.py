"""The quick validator says the same as the library on any value."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from engine.stages.schema_check import validator_of

CANONICAL = Path(__file__).parents[2] / "mappings" / "canonical"
SCHEMAS = {file.name: json.loads(file.read_text()) for file in sorted(CANONICAL.glob("*.json"))}
VALUES = st.one_of(
    st.sampled_from(["12.50", "-3", "1e5", "2026-02-29", "2026-02-28", "20260228", "EUR", "eur", "DE", "", " ", "x" * 500]),
    st.text(max_size=12), st.integers(), st.none(), st.booleans(), st.just([]), st.just({}),
)  # fmt: skip


def complaints(validator: Any, instance: object) -> list[tuple[list[Any], str, str]]:
    found = [(list(one.absolute_path), str(one.validator), one.message) for one in validator.iter_errors(instance)]
    return sorted(found, key=repr)


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_says_what_the_library_says(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    fields = st.sampled_from([*schema["properties"], "unheard_of"])
    rows = st.lists(
        st.dictionaries(st.sampled_from(["quantity", "amount", "unit", "tax_rate", "other"]), VALUES), max_size=3
    )
    record = data.draw(st.dictionaries(fields, VALUES, max_size=8))
    if "lines" in schema["properties"]:
        record["lines"] = data.draw(st.one_of(rows, VALUES))
    library = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))

    assert complaints(validator_of(schema), record) == complaints(library, record)


def test_what_stands_beside_a_reference_counts_too() -> None:
    schema = {
        "$defs": {"text": {"type": "string", "maxLength": 9}},
        "properties": {"a": {"$ref": "#/$defs/text", "minLength": 3, "description": "d"}},
    }
    validator = validator_of(schema)

    assert [validator.is_valid({"a": text}) for text in ("ab", "abc", "a" * 10)] == [False, True, False]
    assert validator_of(schema) is validator
