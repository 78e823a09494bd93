"""XML from strangers: no DTD, no entities, no network, bounded."""

import re
from typing import TypeAlias

from lxml import etree

from engine.model.errors import ReadError

Element: TypeAlias = etree._Element  # noqa: SLF001 - the only name that lxml has for it

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SILENT_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_PROLOG = re.compile(r"(?:\s|<\?(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->)*")


def parse(data: bytes, *, max_bytes: int) -> Element:
    """Return the root element.

    Raises ReadError `too_large` past `max_bytes`, `unsafe_xml` for a DOCTYPE (entity bombs, external entities) and
    `unreadable_xml` for anything that is not well-formed.
    """
    if len(data) > max_bytes:
        raise ReadError(
            "The XML file is larger than allowed.", code="too_large", detail=f"{len(data)} of {max_bytes} bytes"
        )
    if _declares_a_doctype(data):
        raise _unsafe()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, recover=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        # white space before the declaration is common in practice and harmless
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise ReadError("The XML file is damaged and cannot be read.", code="unreadable_xml", detail=str(e)) from e
    document = root.getroottree().docinfo
    if document is not None and document.internalDTD is not None:
        raise _unsafe()
    return root


def _unsafe() -> ReadError:
    return ReadError(
        "The XML file declares a document type, which business documents never need and attacks do. It was not opened.",
        code="unsafe_xml", detail="DOCTYPE",
    )  # fmt: skip


def _declares_a_doctype(data: bytes) -> bool:
    """Look past comments and processing instructions, before the parser sees anything."""
    encoding = next((name for mark, name in (*_BOMS, *_SILENT_UTF16) if data.startswith(mark)), "latin-1")
    text = data.decode(encoding, errors="replace").lstrip("\ufeff\u00ef\u00bb\u00bf")
    prolog = _PROLOG.match(text)
    return text.startswith("<!DOCTYPE", prolog.end() if prolog else 0)
