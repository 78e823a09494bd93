"""Words with boxes from HTML and plain text: set in lines of equal characters, tables in columns. Nothing is fetched or run."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from lxml import etree, html

from adapters.html.layout import LARGE, Row, rows_of
from engine.model.errors import ReadError
from engine.model.finding import Finding
from engine.model.page import Page, Reading, Word
from engine.ports import Limits

_CHARACTER, _ROW, _HEIGHT = 5.0, 12.0, 10.0
"""Points: width of a character, distance of lines, height of letters."""
_MARGIN, _WIDTH = 40.0, 595.0
_ROWS_A_PAGE = 63
_PAGE_HEIGHT = 842.0
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096
TEXT = "text/plain"


class HtmlReader:
    """Sets HTML and plain text as pages of words."""

    @property
    def version(self) -> str:
        """Engine and version: `lxml@6.0.2`."""
        return f"lxml@{version('lxml')}"

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Return the pages of an HTML or text file. Raises ReadError `too_large` and `unreadable_html`."""
        if path.stat().st_size > limits.max_xml_bytes:
            raise ReadError("The text is larger than allowed.", code="too_large")
        text = _decoded(path.read_bytes())
        parts = text_pages(text) if media_type == TEXT else [rows_of(_parsed(text))]
        blocks = [rows[at : at + _ROWS_A_PAGE] for rows in parts for at in range(0, len(rows), _ROWS_A_PAGE)] or [[]]
        made = [
            _page(block, number, by=self.version)
            for number, block in enumerate(islice(blocks, limits.max_pages), start=1)
            if pages is None or number in pages
        ]
        return Reading(pages=tuple(made), page_count=min(len(blocks), limits.max_pages), findings=_cut(blocks, limits))


def text_pages(text: str) -> list[list[Row]]:
    """Return plain text as rows by page: a form feed ends a page, tabs stand every eight characters."""
    pages = [[Row(line.expandtabs(8).rstrip()) for line in page.splitlines()] for page in text.split("\f")]
    return [rows for rows in pages if any(row.text for row in rows)]


def _cut(blocks: Sequence[Sequence[Row]], limits: Limits) -> tuple[Finding, ...]:
    if len(blocks) <= limits.max_pages:
        return ()
    cut = Finding(
        code="too_many_pages", severity="error", message="The text is longer than allowed. Its end was not read.",
        evidence=(("pages", str(len(blocks))), ("limit", str(limits.max_pages))),
    )  # fmt: skip
    return (cut,)


def _decoded(content: bytes) -> str:
    """Return the text: as UTF-8 where it is, else as it declares itself, else as western European."""
    declared = _CHARSET.search(content[:_HEAD])
    for charset in ("utf-8-sig", declared[1].decode("ascii") if declared else "", "windows-1252"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("latin-1")


def _parsed(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8")
    try:
        found = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:
        raise ReadError("The text holds nothing that can be read.", code="unreadable_html", detail=str(e)) from e
    return found


def _page(rows: Sequence[Row], number: int, *, by: str) -> Page:
    words = tuple(word for index, row in enumerate(rows) for word in _words(row, _MARGIN + index * _ROW))
    width = max([_WIDTH, *(word.x1 + _MARGIN for word in words)])
    return Page(
        number=number, width=width, height=_PAGE_HEIGHT, words=words, how="text_layer" if words else "none", by=by
    )


def _words(row: Row, top: float) -> list[Word]:
    height = _HEIGHT * (1.3 if row.size == LARGE else 1.0)
    return [
        Word(match[0], x0, top, x0 + _CHARACTER * len(match[0]), top + height)
        for match in re.finditer(r"\S+", row.text)
        for x0 in [_MARGIN + _CHARACTER * match.start()]
    ]
