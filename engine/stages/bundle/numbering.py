"""Page numbers as they are printed: `Page 2 of 3`, `Seite 1 von 4`, `2/3`, `- 2 -`."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from engine.stages.extract.lines_of_text import Line, Sheet

_PAGE = r"(?:page|pages|seite|blatt|sheet|p[aá]gina|p[aá]g|strona|str|lapa|lappuse|lpp|side|sida|bl|pg)"
_OF = r"(?:of|von|aus|de|di|van|sur|su|z|no|av|/|\||-)"
_NAMED = re.compile(rf"(?<!\w){_PAGE}\b[.:]* *:? *(\d{{1,4}}) *{_OF} *(\d{{1,4}})(?!\d)", re.IGNORECASE)
_BEHIND = re.compile(rf"(?<!\d)(\d{{1,4}})\.? *{_PAGE}\b\.? *{_OF} *(\d{{1,4}})(?!\d)", re.IGNORECASE)
_ALONE = re.compile(rf"(?<!\w){_PAGE}\b[.:]* *:? *(\d{{1,4}})(?![\d.,/]*\d)", re.IGNORECASE)
_FRACTION = re.compile(r"^\(?(\d{1,3}) ?/ ?(\d{1,3})\)?$")
_DASHED = re.compile(r"^[-\u2013] ?(\d{1,3}) ?[-\u2013]$")
_HEAD, _FOOT = 0.2, 0.85
"""Shares of the page's height above and below which a bare number may be its own."""
_MOST = 2000


class Position(NamedTuple):
    """Which page of how many; `total` is 0 where it is not said."""

    number: int
    total: int


def position_of(sheet: Sheet) -> Position | None:
    """Return the page number printed on a page, None when there is none or it makes no sense."""
    margins = [line for line in sheet.lines if _is_margin(line, sheet)]
    for pattern, lines in ((_NAMED, margins), (_BEHIND, margins), (_NAMED, sheet.lines)):
        for line in lines:
            match = pattern.search(line.text)
            if match and 1 <= int(match[1]) <= int(match[2]) <= _MOST:
                return Position(int(match[1]), int(match[2]))
    return _bare(margins)


def _bare(margins: Sequence[Line]) -> Position | None:
    for line in margins:
        for start, end in line.cells:
            match = _FRACTION.match(line.part(start, end))
            if match and 1 <= int(match[1]) <= int(match[2]):
                return Position(int(match[1]), int(match[2]))
    for line in margins:
        match = _ALONE.search(line.text) or _DASHED.match(line.text)
        if match and 1 <= int(match[1]) <= _MOST:
            return Position(int(match[1]), 0)
    return None


def _is_margin(line: Line, sheet: Sheet) -> bool:
    place = line.box.top / max(sheet.page.height, 1.0)
    return place < _HEAD or place > _FOOT or line in sheet.lines[-3:] or line in sheet.lines[:3]
