"""Checks and encodes what a template has rendered: XML and JSON."""

import codecs
import json
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from adapters.files.formats.options import Encoding, XmlOptions
from adapters.files.formats.values import refuse
from engine.model.errors import Rejected

_XML_NAMES: Mapping[Encoding, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "latin-1": "ISO-8859-1",
    "iso-8859-15": "ISO-8859-15",
    "cp1252": "windows-1252",
    "cp850": "IBM850",
    "ascii": "US-ASCII",
}
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*\?>\s*")
_ENCODING = re.compile(r"\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def render_xml(payload: Mapping[str, Any], options: XmlOptions) -> bytes:
    """Return the template's text as well-formed XML in the encoding asked for, with a declaration that says so.

    Characters that the encoding lacks become character references. Raises Rejected with line and reason when the text
    is no XML, or declares a document type.
    """
    text = _text(payload, "xml")
    declaration = _DECLARATION.match(text)
    body = text[declaration.end() :] if declaration else text
    declared = _ENCODING.search(declaration.group(0)) if declaration else None
    if declared and not _same_encoding(declared.group(1), options.encoding):
        raise refuse("encoding", f"the template declares {declared.group(1)}, the mapping asks for {options.encoding}")
    encoded = encode_xml(body, options.encoding)
    _check_xml(encoded.removeprefix(codecs.BOM_UTF8))
    return encoded


def encode_xml(body: str, encoding: Encoding) -> bytes:
    """Return XML without declaration as bytes with one. Characters the encoding lacks become character references."""
    text = f'<?xml version="1.0" encoding="{_XML_NAMES[encoding]}"?>\n{body}'
    try:
        return text.encode(encoding, "xmlcharrefreplace")
    except UnicodeEncodeError as e:
        raise refuse("text", f"a broken character at position {e.start}") from e


def render_json(payload: Mapping[str, Any]) -> bytes:
    """Return the template's text, or the payload itself, as UTF-8 JSON. Raises Rejected when the text is no JSON."""
    if "text" not in payload:
        return (json.dumps(payload, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
    text = _text(payload, "json")
    try:
        json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
        return text.encode()
    except ValueError as e:
        raise refuse("text", f"the template did not give JSON: {e}") from e


def _text(payload: Mapping[str, Any], kind: str) -> str:
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Rejected(f"The mapping has no template text for {kind}.", fields={"text": "text expected"})
    return text


def _check_xml(data: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        raise refuse("text", f"the template did not give XML: {e.msg}") from e
    if etree.ElementTree(root).docinfo.internalDTD is not None:
        raise refuse("text", "a document type declaration is not allowed")


def _same_encoding(one: str, other: str) -> bool:
    try:
        names = {codecs.lookup(name).name.removesuffix("-sig") for name in (one, other)}
    except LookupError:
        return False
    return len(names) == 1


def _no_constant(name: str) -> None:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        message = f"a key stands twice: {next(key for key in keys if keys.count(key) > 1)}"
        raise ValueError(message)
    return dict(pairs)
