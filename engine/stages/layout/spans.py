"""Stretches of a page that may be a value: dates, amounts and runs of words, each with its canonical text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.content.vocabulary import Vocabulary
from engine.model.field import Box
from engine.model.layout import Kind
from engine.model.page import Reading
from engine.stages.extract.candidates import Marked, plain
from engine.stages.extract.lexicon import lexicon_of
from engine.stages.extract.lines_of_text import Line, sheets_of, union
from engine.stages.extract.marks import mark

_DATES = frozenset({"issue_date", "due_date", "delivery_date", "tax_point_date"})
_AMOUNTS = frozenset({"subtotal", "discount_total", "charge_total", "tax_total", "total", "amount_due"})
_LONGEST = 8
"""Words of a text value."""
_RUN = re.compile(r"[^\W\d_]+|\d+")

Pages = Sequence[Sequence[Marked]]


class Span(NamedTuple):
    """words[start:end] of a line as one value."""

    value: str
    raw: str
    line: Line
    start: int
    end: int

    @property
    def box(self) -> Box:
        """The box of its words."""
        return union(self.line.words[self.start : self.end])


def kind_of(field: str) -> Kind:
    """Return how a field is written."""
    return "date" if field in _DATES else "amount" if field in _AMOUNTS else "text"


def marked_pages(reading: Reading, vocabularies: Mapping[str, Vocabulary], language: str | None) -> Pages:
    """Return the lines of a reading with dates and amounts recognised."""
    pages, _ = mark(sheets_of(reading), lexicon_of(vocabularies), language)
    return pages


def spans(page: Sequence[Marked], kind: Kind, words: int | None = None) -> Iterator[Span]:
    """Yield what may be a value of a kind on a page; texts of just `words` words, or of any number."""
    for marked in page:
        if kind == "date":
            for day in marked.dates:
                yield Span(day.value.isoformat(), day.raw, day.line, day.start, day.end)
                if day.other is not None:
                    yield Span(day.other.isoformat(), day.raw, day.line, day.start, day.end)
        elif kind == "amount":
            for amount in marked.amounts:
                if not amount.is_percent:
                    yield Span(plain(amount.value), amount.raw, amount.line, amount.start, amount.end)
        else:
            yield from _texts(marked.line, words)


def _texts(line: Line, words: int | None) -> Iterator[Span]:
    for start in range(len(line.words)):
        for count in range(1, _LONGEST + 1) if words is None else (words,):
            end = start + count
            if end > len(line.words) or line.cell_of[end - 1] != line.cell_of[start]:
                break
            text = line.part(start, end)
            yield Span(text, text, line, start, end)


def shape_of(text: str) -> str:
    """Return the shape of a value: `RE-2024/113` is `a-9/9`."""
    return _RUN.sub(lambda run: "9" if run[0].isdigit() else "a", "".join(text.split()))


def compact(text: str) -> str:
    """Return letters and digits only, without case."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
