"""Dates in every usual notation, with the other reading kept when the order is not sure."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line, Sheet

Order = Literal["dmy", "mdy", "ymd"]
_Read = Callable[[re.Match[str], Order, Lexicon], tuple[date, date | None] | None]
_Reader = tuple[re.Pattern[str], _Read]

_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d]|[./-]\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?[\s.\-/]*(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?[\s,.\-/]*(?:de\s+|del\s+)?['\u2019]?(\d{4}|\d{2})(?!\d|[.,]\d)"
)  # fmt: skip
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?[\s\-]*(\d{1,2})(?:st|nd|rd|th)?\s*[,.\-]?\s*'?(\d{4}|\d{2})(?![\d:])")
_YEAR_MONTH = re.compile(
    r"(?<!\d)(\d{4})[.,]?\s*(?:gada\s*|g\.\s*)?(\d{1,2})?\.?\s*([^\W\d_]{3,12})\.?,?\s*(\d{1,2})?(?!\d)"
)
_COMPACT = re.compile(r"(?<![\w.,/-])(20\d\d)()(0[1-9]|1[0-2])([0-2]\d|3[01])(?![\w/-]|[.,]\d)")
"""Year, month and day in one, as is usual where the year comes first."""
_SEPARATED = re.compile(r"\d\s?[./-]\s?\d")
"""What every date in digits holds."""
_MAY_BE_DATE = re.compile(r"\d[./\-]\s?\d|[^\W\d_]{3}.*\d|\d.*[^\W\d_]{3}")
_CENTURY, _FIRST_YEAR, _LAST_YEAR = 2000, 1970, 2079


class DateSpan(NamedTuple):
    """A date on a line: words[start:end] of it, and the other reading when day and month may be swapped."""

    value: date
    other: date | None
    raw: str
    line: Line
    start: int
    end: int


def dates_on(line: Line, *, order: Order, lexicon: Lexicon) -> list[DateSpan]:
    """Return the dates of a line, left to right; one that runs over two cells only when there is no other."""
    text = line.text
    if not any(line.numbered):
        return []
    readers = _NUMERIC_READERS if _SEPARATED.search(text) else ()
    if order == "ymd" and _COMPACT.search(text):
        readers += _COMPACT_READERS
    if names_month(line, lexicon):
        readers += _NAMED_READERS
    if not readers or not (_MAY_BE_DATE.search(text) or readers == _COMPACT_READERS):
        return []
    return _dates_in(line, line.celled, order, lexicon, readers) or _dates_in(line, text, order, lexicon, readers)


def names_month(line: Line, lexicon: Lexicon) -> bool:
    """Tell whether the first letters of a month stand anywhere on a line."""
    letters = "".join(line.folded)
    return not lexicon.month_starts.isdisjoint([letters[i : i + 3] for i in range(len(letters) - 2)])


def _dates_in(line: Line, text: str, order: Order, lexicon: Lexicon, readers: Sequence[_Reader]) -> list[DateSpan]:
    """Return the dates of a text of the line, with the spaces between its cells or without."""
    spans: list[DateSpan] = []
    taken: list[tuple[int, int]] = []
    for pattern, reader in readers:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            found = reader(match, order, lexicon)
            if found is None:
                continue
            taken.append(match.span())
            start, end = line.word_at(match.start()), line.word_at(match.end() - 1) + 1
            spans.append(DateSpan(found[0], found[1], match[0], line, start, end))
    return sorted(spans, key=lambda span: span.start)


def date_order(sheets: Iterable[Sheet], *, habit: Order, month_first_hint: bool) -> tuple[Order, bool]:
    """Return the order of numeric dates on the document and whether its own dates prove it.

    A first part above 12 proves day first, a second part above 12 proves month first.
    """
    day_first = month_first = 0
    for sheet in sheets:
        for line in sheet.lines:
            for match in _NUMERIC.finditer(line.text) if any(line.numbered) else ():
                first, second = int(match[1]), int(match[3])
                day_first += first > 12 >= second or match[2] == "."  # noqa: PLR2004
                month_first += second > 12 >= first  # noqa: PLR2004
    if day_first != month_first:
        return ("dmy" if day_first > month_first else "mdy"), True
    return ("mdy" if month_first_hint else habit), False


def _year(text: str) -> int:
    year = int(text)
    return year + _CENTURY if year < 100 else year  # noqa: PLR2004


def _make(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(match: re.Match[str], order: Order, lexicon: Lexicon) -> tuple[date, date | None] | None:
    del order, lexicon
    found = _make(int(match[1]), int(match[3]), int(match[4]))
    return None if found is None else (found, None)


def _numeric(match: re.Match[str], order: Order, lexicon: Lexicon) -> tuple[date, date | None] | None:
    del lexicon
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    readings = [_make(year, second, first), _make(year, first, second)]
    if order == "mdy" and match[2] != ".":
        readings.reverse()
    if order == "ymd" and len(match[4]) == 2:  # noqa: PLR2004
        readings = [_make(_year(match[1]), second, int(match[4])), *readings]
    valid = [reading for reading in readings if reading]
    if not valid:
        return None
    return valid[0], next((other for other in valid[1:] if other != valid[0]), None)


def _day_month(match: re.Match[str], order: Order, lexicon: Lexicon) -> tuple[date, date | None] | None:
    del order
    return _named(match[3], match[2], match[1], lexicon)


def _month_day(match: re.Match[str], order: Order, lexicon: Lexicon) -> tuple[date, date | None] | None:
    del order
    return _named(match[3], match[1], match[2], lexicon)


def _year_month(match: re.Match[str], order: Order, lexicon: Lexicon) -> tuple[date, date | None] | None:
    del order
    day = match[2] or match[4]
    return None if day is None else _named(match[1], match[3], day, lexicon)


def _named(year: str, month: str, day: str, lexicon: Lexicon) -> tuple[date, date | None] | None:
    folded = fold(month)
    number = lexicon.months.get(folded) or lexicon.months.get(folded[:3] if len(folded) == 4 else folded)  # noqa: PLR2004
    if number is None:
        return None
    found = _make(_year(year), number, int(day))
    return None if found is None else (found, None)


_NUMERIC_READERS: tuple[_Reader, ...] = ((_ISO, _iso), (_NUMERIC, _numeric))
_COMPACT_READERS: tuple[_Reader, ...] = ((_COMPACT, _iso),)
_NAMED_READERS: tuple[_Reader, ...] = ((_DAY_MONTH, _day_month), (_YEAR_MONTH, _year_month), (_MONTH_DAY, _month_day))
