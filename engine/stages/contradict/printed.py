"""Everything that stands visibly on the pages, to ask whether a value is printed anywhere in any notation."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from engine.model.page import Page

_NUMBER = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+(?:[.,]\d{1,4})?|\d+(?:[.,]\d{1,4})?")  # noqa: RUF001 - as printers write
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,4})\s?[./\-]\s?(\d{1,2})\s?[./\-]\s?(\d{1,4})(?!\d)")
_SOLID_DATE = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_WORDED = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er|º)?[\s\-./]*(?:de\s+|of\s+|d['’])?[^\W\d_]{3,12}\.?[\s,\-./]*(?:de\s+)?(\d{4}|\d{2})(?!\d)"  # noqa: RUF001
)
_WORDED_AMERICAN = re.compile(r"[^\W\d_]{3,12}\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(\d{4})")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_MOST_SIGNS = 400_000
_MOST_PIECES = 9
"""Groups of four that an account number is printed in."""
_CENTURY = 100


def compact(text: str) -> str:
    """Return letters and digits only, in small letters."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


class PrintedText:
    """The visible text of pages, searched generously: a value counts as printed in every notation that may mean it."""

    def __init__(self, pages: Sequence[Page]) -> None:
        text = " ".join(word.text for page in pages for word in page.words)
        self.text = text[:_MOST_SIGNS]
        is_whole = len(text) <= _MOST_SIGNS
        self.is_legible = bool(pages) and is_whole and all(page.how == "text_layer" for page in pages)
        """Whether what is not found is surely not there: recognised text may be misread, and long files are cut."""

    @cached_property
    def amounts(self) -> frozenset[Decimal]:
        """Every number that may be meant, without its sign."""
        return frozenset(value for match in _NUMBER.finditer(self.text) for value in readings_of(match[0]))

    @cached_property
    def signs(self) -> str:
        """All letters and digits in one run, in small letters."""
        return compact(self.text)

    @cached_property
    def ibans(self) -> frozenset[str]:
        """Account numbers with a right checksum."""
        return frozenset(ibans_in(self.text))

    def has_amount(self, value: str) -> bool:
        """Whether a number stands there, in any notation."""
        return abs(Decimal(value)) in self.amounts

    def has_date(self, value: str) -> bool:
        """Whether a day stands there, in any notation; a month in letters is taken for the right one."""
        wanted = date.fromisoformat(value)
        return wanted in self._days or (wanted.day, wanted.year % _CENTURY) in self._worded

    def has_text(self, value: str) -> bool:
        """Whether letters and digits of a value stand there in one run."""
        return compact(value) in self.signs

    @cached_property
    def _days(self) -> frozenset[date]:
        return frozenset(days_in(self.text))

    @cached_property
    def _worded(self) -> frozenset[tuple[int, int]]:
        found = (*_WORDED.finditer(self.text), *_WORDED_AMERICAN.finditer(self.text))
        return frozenset((int(match[1]), int(match[2]) % _CENTURY) for match in found)


def readings_of(text: str) -> Iterator[Decimal]:
    """Yield the numbers that a printed one may mean: its last separator as decimal mark, and as one of thousands."""
    plain = re.sub(r"['’\s]", "", text)  # noqa: RUF001
    digits = re.sub(r"[.,]", "", plain)
    yield Decimal(digits)
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0:
        whole = re.sub(r"[.,]", "", plain[:last]) or "0"
        yield Decimal(f"{whole}.{plain[last + 1 :]}")


def days_in(text: str) -> Iterator[date]:
    """Yield the days that numeric dates in a text may mean, in every order of day, month and year."""
    for match in _NUMERIC_DATE.finditer(text):
        first, middle, last = (int(part) for part in match.groups())
        if len(match[1]) == 4:  # noqa: PLR2004 - digits of a year
            orders = [(first, middle, last), (first, last, middle)]
        else:
            year = last + 2000 if last < _CENTURY else last
            orders = [(year, middle, first), (year, first, middle), (first + 2000, middle, last)]
        yield from _valid(orders)
    for match in _SOLID_DATE.finditer(text):
        yield from _valid([(int(match[1]), int(match[2]), int(match[3]))])


def ibans_in(text: str) -> Iterator[str]:
    """Yield the account numbers with a right checksum in a text, printed in groups or solid."""
    from engine.stages.extract.identifiers import is_iban

    pieces = text.upper().split()
    for start, piece in enumerate(pieces):
        opening = re.sub(r"^.*[:(]", "", piece)
        if not re.match(r"[A-Z]{2}\d{2}", opening):
            continue
        joined = opening
        for nxt in ("", *pieces[start + 1 : start + _MOST_PIECES]):
            joined += re.sub(r"[^A-Z0-9]", "", nxt)
            if _IBAN.fullmatch(joined := re.sub(r"[^A-Z0-9]", "", joined)) and is_iban(joined):
                yield joined


def _valid(orders: Sequence[tuple[int, int, int]]) -> Iterator[date]:
    for year, month, day in orders:
        try:
            yield date(year, month, day)
        except ValueError:
            continue
