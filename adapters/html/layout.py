"""HTML as rows of text: blocks below each other, table cells beside each other."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from lxml import html

_HIDDEN_TAGS = frozenset(
    {"head", "script", "style", "title", "noscript", "template", "svg", "object", "iframe", "select", "textarea", "button",
     "map", "audio", "video", "canvas", "math"}
)  # fmt: skip
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "ul", "ol", "li", "dl", "dt", "dd",
     "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "address", "form", "fieldset", "center", "hr", "figure",
     "figcaption", "body", "html", "table", "pre"}
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2"})
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:px|pt|em|%)?\s*(?:;|$)|mso-hide\s*:\s*all"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)",
    re.IGNORECASE,
)
"""How mails hide the text that only the list of a mail program shows."""
_DEEPEST = 80
_GAP = "   "
_LONGEST = 110
"""Characters after which running text is wrapped."""
_MOST_SPAN = 50
NORMAL: Literal["normal"] = "normal"
LARGE: Literal["large"] = "large"


class Row(NamedTuple):
    """One line of text; `large` for headings."""

    text: str
    size: Literal["normal", "large"] = NORMAL


def rows_of(root: html.HtmlElement) -> list[Row]:
    """Return the visible text of a document as rows, without empty rows at both ends."""
    rows = _Flow().block(root, 0)
    while rows and not rows[0].text.strip():
        rows.pop(0)
    while rows and not rows[-1].text.strip():
        rows.pop()
    return rows


class _Flow:
    """Sets blocks; keeps the row that is being filled."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._open: list[str] = []

    def block(self, element: html.HtmlElement, depth: int) -> list[Row]:
        """Return the rows of an element and everything in it."""
        self._inside(element, depth, size=NORMAL, is_pre=False)
        self._end(NORMAL)
        return self.rows

    def _inside(self, element: html.HtmlElement, depth: int, *, size: Literal["normal", "large"], is_pre: bool) -> None:
        if depth > _DEEPEST:
            # deeper nesting is nobody's letter: its text is set without its structure
            self._text("".join(element.itertext()), size=size, is_pre=False)
            return
        self._text(element.text, size=size, is_pre=is_pre)
        for child in element:
            if isinstance(child.tag, str) and not _is_hidden(child):
                self._child(child, depth + 1, size=size, is_pre=is_pre)
            self._text(child.tail, size=size, is_pre=is_pre)

    def _child(self, child: html.HtmlElement, depth: int, *, size: Literal["normal", "large"], is_pre: bool) -> None:
        if child.tag == "br":
            self._end(size, keep_empty=True)
        elif child.tag == "table":
            self._end(size)
            self.rows.extend(_table(child, depth))
        elif child.tag in _BLOCKS:
            own = LARGE if child.tag in _HEADINGS else size
            self._end(size)
            self._inside(child, depth, size=own, is_pre=is_pre or child.tag == "pre")
            self._end(own)
        else:
            self._inside(child, depth, size=size, is_pre=is_pre)

    def _text(self, text: str | None, *, size: Literal["normal", "large"], is_pre: bool) -> None:
        if not text:
            return
        if not is_pre:
            self._open.append(
                re.sub(r"\s+", " ", text.replace("\u200c", "").replace("\u200b", "").replace("\u034f", ""))
            )
            return
        first, *rest = text.expandtabs().split("\n")
        self._open.append(first.rstrip("\r"))
        for line in rest:
            self.rows.append(Row("".join(self._open).rstrip(), size))
            self._open = [line.rstrip("\r")]

    def _end(self, size: Literal["normal", "large"], *, keep_empty: bool = False) -> None:
        """Close the row that is being filled; running text longer than a line is wrapped."""
        text = "".join(self._open)
        self._open = []
        collapsed = text.rstrip() if "  " in text.strip() else text.strip()
        if collapsed or keep_empty:
            self.rows.extend(Row(part, size) for part in _wrapped(collapsed))


def _wrapped(text: str) -> Iterator[str]:
    while len(text) > _LONGEST:
        at = text.rfind(" ", 0, _LONGEST)
        at = at if at > 0 else _LONGEST
        yield text[:at]
        text = text[at:].lstrip()
    yield text


def _is_hidden(element: html.HtmlElement) -> bool:
    return (
        element.tag in _HIDDEN_TAGS
        or "hidden" in element.attrib
        or bool(_HIDES.search(element.get("style", "")))
        or (element.tag == "input" and element.get("type") == "hidden")
    )


def _table(table: html.HtmlElement, depth: int) -> list[Row]:
    """Return the rows of a table: its cells stand beside each other, each column as wide as its widest cell."""
    grid = [
        [
            (_Flow().block(cell, depth + 1), _span(cell))
            for cell in row
            if cell.tag in {"td", "th"} and not _is_hidden(cell)
        ]
        for row in _table_rows(table)
    ]
    widths: dict[int, int] = {}
    for cells in grid:
        column = 0
        for rows, span in cells:
            if span == 1:
                widths[column] = max(widths.get(column, 0), *(len(row.text) for row in rows), 0)
            column += span
    return [row for cells in grid for row in _beside(cells, widths)]


def _table_rows(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield the rows of this table, not those of tables within its cells."""
    for child in table:
        if child.tag == "tr" and not _is_hidden(child):
            yield child
        elif child.tag in {"tbody", "thead", "tfoot"} and not _is_hidden(child):
            yield from (row for row in child if row.tag == "tr" and not _is_hidden(row))


def _span(cell: html.HtmlElement) -> int:
    text = cell.get("colspan", "1").strip()
    return min(max(int(text), 1), _MOST_SPAN) if text.isascii() and text.isdigit() else 1


def _beside(cells: list[tuple[list[Row], int]], widths: dict[int, int]) -> list[Row]:
    """Return one table row: as many lines as its tallest cell has."""
    height = max((len(rows) for rows, _ in cells), default=0)
    out: list[Row] = []
    for line in range(height):
        text, column, is_large, at = "", 0, False, 0
        for rows, span in cells:
            own = rows[line] if line < len(rows) else Row("")
            text = text.ljust(at) + own.text
            is_large = is_large or own.size == LARGE
            at = max(at + sum(widths.get(index, 0) + len(_GAP) for index in range(column, column + span)), 0)
            at = max(at, len(text) + len(_GAP)) if own.text.strip() else at
            column += span
        out.append(Row(text.rstrip(), LARGE if is_large else NORMAL))
    return out
