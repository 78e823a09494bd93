"""Printed dates with every reading that their digits allow."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from engine.stages.extract.lexicon import fold

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./\-\s年])\s?(\d{1,2})\s?[./\-\s月]\s?(\d{1,4})(?:日|\.)?(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_NAMED = re.compile(
    r"(?<!\d)(?P<d1>\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?[\s.\-/]*(?:de\s+|of\s+|di\s+)?(?P<m1>[^\W\d_]{3,14})\.?[\s,.\-/]*(?:de\s+|del\s+)?['\u2019]?(?P<y1>\d{4}|\d{2})(?!\d)"
    r"|(?P<m2>[^\W\d_]{3,14})\.?[\s\-]*(?P<d2>\d{1,2})(?:st|nd|rd|th)?\s*[,.\-\s]\s*'?(?P<y2>\d{4}|\d{2})(?!\d)"
    r"|(?P<y4>\d{4})\.?\s*(?:gada|g\.)?\s*(?P<d4>\d{1,2})\.\s*(?P<m4>[^\W\d_]{3,14})"
    r"|(?P<y3>\d{4})[\s.,\-]*(?P<m3>[^\W\d_]{3,14})\.?[\s\-]*(?P<d3>\d{1,2})(?!\d)"
)
_CENTURY, _FIRST_YEAR, _LAST_YEAR = 2000, 1970, 2079
_SHORT, _LONG = 2, 4
_POSITIONS: Mapping[Order, tuple[int, int, int]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
"""Where year, month and day stand in each order."""


class DateReading(NamedTuple):
    """One way to read a date, and the order of its parts; `any` where the print tells nothing of an order.

    That is so where the month is a word, the year stands first with four digits, or day and month are the same.
    """

    value: date
    order: Literal["dmy", "mdy", "ymd", "any"]


def date_readings(text: str, months: Mapping[str, int] | None = None) -> tuple[DateReading, ...]:
    """Return every date that a text may show: two for `03/04/2026`, three for `03/04/05`, none where there is no date.

    `months` are folded month names and their numbers. Orders that give the same day count once, day first before
    month first before year first. A point between the parts never stands for the month-first order.
    """
    plain = _ascii_digits(text)
    if months and (named := _by_name(plain, months)):
        return (named,)
    match = _NUMERIC.search(plain)
    if match is not None:
        return _numeric(match[1], match[3], match[4], match[2])
    compact = _COMPACT.search(plain)
    whole = compact and _make(int(compact[1]), int(compact[2]), int(compact[3]))
    return (DateReading(whole, "any"),) if whole else ()


def swapped(value: date) -> date | None:
    """Return the date with day and month exchanged, or None where there is no other such date."""
    other = _make(value.year, value.day, value.month)
    return None if other == value else other


@lru_cache(maxsize=8192)
def _numeric(first: str, second: str, third: str, separator: str) -> tuple[DateReading, ...]:
    parts = (first, second, third)
    found: dict[date, list[Order]] = {}
    for order in _orders(first, third, separator):
        year, month, day = (parts[place] for place in _POSITIONS[order])
        value = _make(_year(year), int(month), int(day)) if len(day) <= _SHORT and len(month) <= _SHORT else None
        if value is not None:
            found.setdefault(value, []).append(order)
    is_plain = len(first) == _LONG
    return tuple(DateReading(day, "any" if is_plain or len(ways) > 1 else ways[0]) for day, ways in found.items())


def _orders(first: str, third: str, separator: str) -> Iterable[Order]:
    if len(first) == _LONG:
        return ("ymd",)
    if len(third) == _LONG:
        return ("dmy",) if separator == "." else ("dmy", "mdy")
    if len(first) > _SHORT or len(third) != _SHORT:
        return ()
    return ("dmy", "ymd") if separator == "." else ORDERS


def _by_name(text: str, months: Mapping[str, int]) -> DateReading | None:
    for match in _NAMED.finditer(text):
        for way in "1234":
            day, month, year = match[f"d{way}"], match[f"m{way}"], match[f"y{way}"]
            number = _month(month, months) if month else None
            value = _make(_year(year), number, int(day)) if number else None
            if value is not None:
                return DateReading(value, "any")
    return None


def _month(word: str, months: Mapping[str, int]) -> int | None:
    folded = fold(word)
    return months.get(folded) or months.get(folded[:3] if len(folded) == _LONG else folded)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > _SHORT:
        return year
    return year + (_CENTURY if year + _CENTURY <= _LAST_YEAR else _CENTURY - 100)


def _make(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
