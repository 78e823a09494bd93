"""Dates and times on a slip, glued or torn apart, with misread digits put right."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from engine.stages.extract.lexicon import fold
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.receipts.wording import Wording, find

Order = Literal["dmy", "mdy", "ymd"]

_D = r"[\dOoIl|]"
_SEP = r"\s?([./\-–,])\s?"  # noqa: RUF001
_ISO = re.compile(rf"(?<![\w.,/-])((?:19|20|2[Oo]){_D}{{2}}){_SEP}({_D}{{1,2}})\s?\2\s?({_D}{{2}}(?=\d{{2}}:)|{_D}{{1,2}})(?![A-Za-z]{{3}})")  # fmt: skip
_NUMERIC = re.compile(
    rf"(?<![\d.,/-])({_D}{{1,2}}){_SEP}({_D}{{1,2}})\s?\2\s?((?:19|20|2[Oo]){_D}{{2}}(?!:\d{{2}})|{_D}{{2}}(?=\s?{_D}{{2}}:{_D}{{2}})|{_D}{{2}}(?!{_D}|[.,/]{_D}))"
)
_SPLIT_YEAR = re.compile(rf"(?<![\d.,/-])({_D}{{1,2}})[./-]({_D}{{1,2}})[./-](20\s\d{{2}})(?![\d:]|\s?:)")
_LOOSE = re.compile(
    rf"(?<![\d.,/-])({_D}{{1,2}})\s?[./\-,]\s?({_D}{{1,2}})\s?[./\-, ]\s?((?:19|20)\s?{_D}{{2}})(?![\d:])"
)
_SPACED = re.compile(r"(?<![\d.,/+-])(\d{2})\s(\d{2})\s(\d{2}|20\d{2})(?=\s(?:[01]\d|2[0-3])(?P<mark>[\s:.])[0-5]\d(?!\d)(?:[\s:.]\d{2})?\s?(?P<hour>Uhr|hrs?\b)?)")  # fmt: skip
_PACKED = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?[-\s]?\d{4,6})?(?!\d)")
_CJK = re.compile(r"(20\d{2})\s?[年]\s?(\d{1,2})\s?[月]\s?(\d{1,2})")
_DAY_MONTH = re.compile(
    r"(?<![\d.,/])([\dOoIl]{1,2})(?:st|nd|rd|th|er|º|°)?[\s.\-/,]{0,3}(?:de\s|of\s)?([^\W\d_]{3,12})[\s.,\-/]{0,3}(?:de\s|del\s)?['’`]?((?:19|20)\d{2}|\d{2})(?!\d|[.,]\d)"  # noqa: RUF001
)
_GLUED = re.compile(r"(?<!\d)(\d{1,2})([^\W\d_]{3,4})['’`]?((?:20)\d{2}|\d{2})(?=\d{1,2}:\d{2})")  # noqa: RUF001
_MISREAD = re.compile(r"(?<![\w.,/])(\d{1,2})([\s.\-/]?)([\w]{3,4})[\s.\-/]?['’`]?((?:20)\d{2}|\d{2})(?!\d|[.,]\d)")  # noqa: RUF001
_MONTH_DAY = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,12})[\s.\-]{0,2}(\d{1,2})(?:st|nd|rd|th)?\s?[,.\-\s]\s?['’]?((?:19|20)\d{2}|\d{2})(?![\d:]|[.,]\d)")  # fmt: skip # noqa: RUF001
_TIME = re.compile(r"(?<![\d.,])([01]?\d|2[0-3])\s?[:hH]\s?([0-5]\d)(?:\s?[:.]\s?([0-5]\d))?(?!\d)|\b(\d{1,2})[:.](\d{2})\s?[AP]\.?M\b", re.IGNORECASE)  # fmt: skip
_DIGITS = str.maketrans("OoIl|", "00111")
_CENTURY, _FIRST_YEAR, _LAST_YEAR = 2000, 1995, 2039


class Moment(NamedTuple):
    """A date on a line: text[start:end] of it. `other` is the reading with day and month (or year) swapped."""

    value: date
    other: date | None
    raw: str
    start: int
    end: int
    has_time: bool
    form: str
    guess: float = 1.0


def moments_on(line: Line, wording: Wording, *, order: Order) -> list[Moment]:
    """Return the dates of a line, left to right."""
    text = line.text
    if sum(c.isdigit() for c in text) < 3:  # noqa: PLR2004
        return []
    times = [m.span() for m in _TIME.finditer(text)]
    found: list[Moment] = []
    readers = (
        (_CJK, _iso_cjk), (_ISO, _iso), (_SPLIT_YEAR, _loose), (_NUMERIC, _numeric), (_GLUED, _named_day), (_DAY_MONTH, _named_day),
        (_MISREAD, _misread), (_MONTH_DAY, _named_month), (_LOOSE, _loose), (_SPACED, _spaced),
        (_PACKED, _packed),
    )  # fmt: skip
    for pattern, reader in readers:
        for match in pattern.finditer(text):
            if any(match.start() < m.end and m.start < match.end() for m in found):
                continue
            read = reader(match, order, wording)
            if read is None:
                continue
            value, other, guess = read
            is_timed = any(start >= match.start() - 12 and start <= match.end() + 14 for start, _ in times)
            found.append(
                Moment(value, other, match[0], match.start(), match.end(), is_timed or pattern in (_PACKED, _SPACED), pattern.pattern[:6], guess)
            )  # fmt: skip
    return sorted(found, key=lambda moment: moment.start)


def times_on(line: Line) -> list[tuple[int, int]]:
    """Return the spans of clock times in the text of a line."""
    return [match.span() for match in _TIME.finditer(line.text)]


def order_of(lines: Sequence[Line], habit: Order) -> tuple[Order, bool]:
    """Return whether day, month or year comes first on the slip, and whether a date on it proves so."""
    day_first = month_first = 0
    for line in lines:
        for match in _NUMERIC.finditer(line.text):
            if not (match[1] + match[3] + match[4]).isdigit() or match[2] == ",":
                continue
            first, second = int(match[1]), int(match[3])
            is_year_first = habit == "ymd" and len(match[4]) == 2 and first > 12  # noqa: PLR2004
            if max(first, second) > 31 or is_year_first:  # noqa: PLR2004
                continue
            day_first += first > 12 >= second  # noqa: PLR2004
            month_first += second > 12 >= first  # noqa: PLR2004
    if day_first != month_first:
        return ("dmy" if day_first > month_first else "mdy"), True
    return habit, False


Read = tuple[date, date | None, float] | None


def _guess(*parts: str) -> float:
    return 1.0 if all(p.isdigit() for p in parts) else 0.75


def _make(year: int, month: int, day: int) -> date | None:
    year = year + _CENTURY if year < 100 else year  # noqa: PLR2004
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(match: re.Match[str], order: Order, wording: Wording) -> Read:
    del order, wording
    year, month, day = (match[i].translate(_DIGITS) for i in (1, 3, 4))
    found = _make(int(year), int(month), int(day))
    return None if found is None else (found, None, _guess(match[1], match[3], match[4]))


def _iso_cjk(match: re.Match[str], order: Order, wording: Wording) -> Read:
    del order, wording
    found = _make(int(match[1]), int(match[2]), int(match[3]))
    return None if found is None else (found, None, 1.0)


def _numeric(match: re.Match[str], order: Order, wording: Wording) -> Read:
    del wording
    return _ordered(match[1], match[3], match[4], match[2], order)


def _loose(match: re.Match[str], order: Order, wording: Wording) -> Read:
    del wording
    read = _ordered(match[1], match[2], match[3].replace(" ", ""), "/", order)
    return None if read is None else (read[0], read[1], 0.7 * read[2])


def _spaced(match: re.Match[str], order: Order, wording: Wording) -> Read:
    """Read a date whose signs were lost, as on worn slips of terminals: `Datum 01 03 18 19 58 Uhr`.

    Telephone numbers look like it, so the time has its colon or its word, or a label says that it is a date.
    """
    is_labelled = any(hit.kind == "date" for hit in find(match.string[: match.start()], wording.numbers))
    if not (is_labelled or match["mark"] == ":" or match["hour"]):
        return None
    read = _ordered(match[1], match[2], match[3], "/", order)
    return None if read is None else (read[0], read[1], 0.8 * read[2])


def _ordered(one: str, two: str, three: str, sign: str, order: Order) -> Read:
    first, second, year = (int(part.translate(_DIGITS)) for part in (one, two, three))
    readings = [_make(year, second, first), _make(year, first, second)]
    if order == "mdy" and sign != ".":
        readings.reverse()
    if len(three) == 2 and (order == "ymd" or (not any(readings) and first > 12)):  # noqa: PLR2004
        readings = [_make(first, second, year), *readings]
    valid = [reading for reading in readings if reading]
    if not valid:
        return None
    return valid[0], next((other for other in valid[1:] if other != valid[0]), None), _guess(one, two, three)


def _packed(match: re.Match[str], order: Order, wording: Wording) -> Read:
    del order, wording
    found = _make(int(match[1]), int(match[2]), int(match[3]))
    return None if found is None else (found, None, 0.6)


def _named_day(match: re.Match[str], order: Order, wording: Wording) -> Read:
    del order
    return _named(match[3], match[2], match[1], wording)


def _misread(match: re.Match[str], order: Order, wording: Wording) -> Read:
    """Read a month whose first letter became a digit: `225ep'18`."""
    del order
    if match[3].isdigit() or match[3].isalpha():
        return None
    read = _named(match[4], match[3], match[1], wording)
    return None if read is None else (read[0], None, 0.7)


def _named_month(match: re.Match[str], order: Order, wording: Wording) -> Read:
    del order
    return _named(match[3], match[1], match[2], wording)


def _named(year: str, month: str, day: str, wording: Wording) -> Read:
    name = fold(month)
    number = wording.months.get(name)
    guess = _guess(day)
    if number is None:
        repaired = name.translate(str.maketrans("0158", "oisb"))
        number, guess = wording.months.get(repaired), 0.7
    if number is None:
        return None
    found = _make(int(year), number, int(day.translate(_DIGITS)))
    return None if found is None else (found, None, guess)
