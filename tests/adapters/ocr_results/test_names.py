"""The tables of names and the schema speak the language of our records."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import adapters.ocr_results.opinion as module
from adapters.ocr_results.language import language_code
from adapters.ocr_results.postroom_ocr import SCHEMA
from engine.model.document import BUILT_IN
from engine.runtime.media_type import POSTROOM_OCR
from tests.adapters.ocr_results import services
from tests.adapters.ocr_results.conftest import Read

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "how-to" / "send-ocr-results.md"
TABLES = yaml.safe_load((Path(module.__file__).parent / "field_names.yaml").read_text(encoding="utf-8"))
RECORD = json.loads((ROOT / "mappings" / "canonical" / "invoice.schema.json").read_text(encoding="utf-8"))
OWN = json.loads(SCHEMA.read_text(encoding="utf-8"))


def _ours(group: str) -> set[str]:
    found = RECORD["properties"] if group == "fields" else RECORD["properties"][group]["items"]["properties"]
    return set(found) - {"lines", "taxes"}


@pytest.mark.parametrize("group", ["fields", "lines", "taxes"])
@pytest.mark.parametrize("service", TABLES)
def test_every_name_of_a_service_becomes_one_of_the_record(service: str, group: str) -> None:
    assert set(TABLES[service][group].values()) <= _ours(group)


@pytest.mark.parametrize("service", TABLES)
def test_every_kind_of_a_service_is_a_type_of_ours(service: str) -> None:
    assert set(TABLES[service]["types"].values()) <= set(BUILT_IN)


@pytest.mark.parametrize(
    ("document", "is_right"),
    [
        ({"type": "lead", "fields": {"company_name": {"raw": "Ash Ltd"}}}, True),
        ({"type": "Lead"}, False),
        ({"fields": {"Company name": {"raw": "Ash Ltd"}}}, False),
        ({"lines": [{"amount": {"raw": "5"}, "Price €": {"raw": "5"}}]}, False),
    ],
    ids=["a type of content", "no such name of a type", "no such name of a field", "no such name of a cell"],
)
def test_types_and_fields_are_those_that_content_has_not_those_of_a_list(
    document: dict[str, Any], *, is_right: bool
) -> None:
    whole = {"format": "postroom-ocr", "version": 1, "pages": [{"width": 1, "height": 1, "words": []}]}

    assert Draft202012Validator(OWN).is_valid({**whole, "documents": [document]}) is is_right


def test_the_schema_is_one_and_holds_our_example() -> None:
    Draft202012Validator.check_schema(OWN)
    Draft202012Validator(OWN).validate(services.own())


def test_the_documented_example_is_read_as_documented(read: Read) -> None:
    found = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None

    Draft202012Validator(OWN).validate(json.loads(found[1]))
    reading = read(found[1].encode(), POSTROOM_OCR)

    assert len(reading.pages[0].words) == 19
    assert {field.name: field.value for field in reading.opinions[0].fields}["total"] == "120.00"


@pytest.mark.parametrize(
    ("name", "code"),
    [("de", "de"), ("de-DE", "de"), ("deu", "de"), ("ger", "de"), ("German", "de"), ("lav", "lv"), ("und", None), ("", None), ("Klingon?", None)],
)  # fmt: skip
def test_languages_are_known_by_any_of_their_names(name: str, code: str | None) -> None:
    assert language_code(name) == code
