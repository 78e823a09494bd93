"""XML and HTML from strangers: no entities, no network, bounded."""

import re
from pathlib import Path
from typing import TypeAlias, cast

from lxml import etree

from adapters.ocr_results.tree import misshapen
from engine.model.errors import ReadError

Element: TypeAlias = etree._Element  # noqa: SLF001 - the only name that lxml has for it

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SILENT_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_PROLOG = re.compile(r"(?:\s|<\?(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->)*")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?(?:[eE]-?\d{1,2})?", re.ASCII)


def parse_xml(path: Path, *, max_bytes: int) -> Element:
    """Return the root of an XML file.

    Raises ReadError `too_large` past `max_bytes`, `unsafe_xml` for a DOCTYPE (entity bombs, external entities) and
    `unreadable_ocr_result` for what is not well-formed.
    """
    data = _bytes(path, max_bytes)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, recover=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    if _declares_a_doctype(data):
        raise _unsafe()
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise _damaged(str(e)) from e
    document = root.getroottree().docinfo
    if document is not None and document.internalDTD is not None:
        raise _unsafe()
    return root


def parse_html(path: Path, *, max_bytes: int) -> Element:
    """Return the root of an HTML or XHTML file; a DOCTYPE is usual there and never loaded.

    Raises ReadError `too_large` past `max_bytes` and `unreadable_ocr_result` for what holds no element.
    """
    data = _bytes(path, max_bytes)
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8")
    encoding = next((name for mark, name in (*_BOMS, *_SILENT_UTF16) if data.startswith(mark)), _guessed(data))
    text = data.decode(encoding, errors="replace").replace("\0", "")
    try:
        root = cast("Element | None", etree.fromstring(text.encode(errors="replace"), parser))
    except (etree.XMLSyntaxError, ValueError) as e:
        raise _damaged(str(e)) from e
    if root is None:
        raise _damaged("no element")
    return root


def local(element: Element) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    tag = cast("object", element.tag)
    return etree.QName(element).localname if isinstance(tag, str) else ""


def text_of(element: Element) -> str:
    """Return all text below an element."""
    return "".join(str(part) for part in element.itertext())


def number(text: str | None) -> float | None:
    """Return a plain decimal, or None for a missing one. Raises ReadError for what is no number."""
    if text is None or not text.strip():
        return None
    if not _NUMBER.fullmatch(text.strip()):
        raise misshapen(f"{text.strip()[:40]!r} is no number")
    return float(text)


def share(text: str | None, *, of: float = 1.0, default: float) -> float:
    """Return a confidence as a number from 0 to 1; `of` is the engine's own highest value."""
    value = number(text)
    return default if value is None else round(min(1.0, max(0.0, value / of)), 4)


def _bytes(path: Path, max_bytes: int) -> bytes:
    size = path.stat().st_size
    if size > max_bytes:
        raise ReadError(
            "The recognition result is larger than allowed. Send it in parts of fewer pages.",
            code="too_large", detail=f"{size} of {max_bytes} bytes",
        )  # fmt: skip
    return path.read_bytes()


def _guessed(data: bytes) -> str:
    """Return UTF-8 where the bytes are that, else Latin-1, which fits any byte."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "iso-8859-1"
    return "utf-8"


def _declares_a_doctype(data: bytes) -> bool:
    """Look past comments and processing instructions, before the parser sees anything."""
    encoding = next((name for mark, name in (*_BOMS, *_SILENT_UTF16) if data.startswith(mark)), "latin-1")
    text = data.decode(encoding, errors="replace").lstrip("\ufeff\u00ef\u00bb\u00bf")
    prolog = _PROLOG.match(text)
    return text.startswith("<!DOCTYPE", prolog.end() if prolog else 0)


def _unsafe() -> ReadError:
    return ReadError(
        "The recognition result declares a document type, which ALTO and PAGE never need and attacks do. It was not opened.",
        code="unsafe_xml", detail="DOCTYPE",
    )  # fmt: skip


def _damaged(detail: str) -> ReadError:
    return ReadError(
        "The recognition result is damaged and cannot be read. Send the file whole and unchanged.",
        code="unreadable_ocr_result", detail=detail[:300],
    )  # fmt: skip
