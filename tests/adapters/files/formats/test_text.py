"""XML and JSON from templates, read back by lxml and json."""

import json
from typing import Any

import pytest
from lxml import etree

from adapters.files.formats.options import parse_options
from adapters.files.formats.render import render
from engine.model.errors import Rejected
from tests.adapters.files.factories import operation

ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "iso-8859-15", "cp1252", "cp850", "ascii"]


def write(payload: dict[str, Any], **options: Any) -> bytes:
    op = operation(payload, **options)
    (content,) = render(op, parse_options(op.options))
    return content


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0"?>\n'], ids=["bare", "declared"])
def test_xml_says_its_encoding_and_keeps_every_character(encoding: str, declaration: str) -> None:
    content = write({"text": f"{declaration}<a b='Ä'>Müller 5 € Дом</a>"}, format="xml", encoding=encoding)

    root = etree.fromstring(content)
    assert (root.text, root.get("b")) == ("Müller 5 € Дом", "Ä")


def test_a_declared_encoding_must_be_the_one_that_is_written() -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?><a/>'

    assert etree.fromstring(write({"text": text}, format="xml")).tag == "a"
    with pytest.raises(Rejected, match="the template declares UTF-8, the mapping asks for latin-1"):
        write({"text": text}, format="xml", encoding="latin-1")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<a><b></a>", "did not give XML"),
        ("<a>&undefined;</a>", "did not give XML"),
        ("", "no template text"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "document type declaration"),
        ("<!DOCTYPE a SYSTEM 'http://example.org/a.dtd'><a/>", "document type declaration"),
        ("<a>\x0b</a>", "did not give XML"),
    ],
    ids=["not closed", "unknown entity", "empty", "external entity", "external DTD", "control character"],
)
def test_a_template_that_gives_no_safe_xml_is_refused(text: str, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        write({"text": text}, format="xml")


def test_xml_without_a_template_is_refused() -> None:
    with pytest.raises(Rejected, match="no template text for xml"):
        write({"header": {}}, format="xml")


def test_json_text_is_passed_on_as_it_is() -> None:
    assert write({"text": '{"a": "Ä", "n": 1.10}'}, format="json") == '{"a": "Ä", "n": 1.10}'.encode()


def test_json_without_a_template_is_the_payload() -> None:
    payload = {"header": {"vendor": "Müller"}, "lines": [{"amount": "1.10"}]}

    assert json.loads(write(payload, format="json")) == payload


@pytest.mark.parametrize("text", ['{"a": }', '{"a": NaN}', '{"a": 1, "a": 2}', "{'a': 1}"])
def test_a_template_that_gives_no_json_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="did not give JSON"):
        write({"text": text}, format="json")
