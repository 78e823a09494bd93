"""Finds where on a page bank data and numbers of identity stand, so that pictures can be blacked out. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from engine.model.field import Box
from engine.model.page import Page, Word
from engine.model.record import Record
from engine.model.rights import FieldGroup
from engine.model.sensitive import group_of
from engine.stages.cover import spans

_AMOUNT = re.compile(r"[-+(]?\d{1,3}(?:[.,' ]?\d{3})*[.,]\d{2}[-)]?")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[,;]?")
_LEAST_DIGITS = 6
"""From so many digits on, words beside each other may be an account or a number of identity."""


def covers(page: Page, record: Record, known: frozenset[str], hidden: frozenset[FieldGroup]) -> tuple[Box, ...]:
    """Return the boxes to be blacked out: where such a value was read, wherever else it stands, and payment codes."""
    if not hidden:
        return ()
    read = [
        field.provenance.box
        for path, field in record.walk()
        if group_of(path) in hidden and field.provenance.page == page.number and field.provenance.box
    ]
    codes = [Box(code.x0, code.top, code.x1, code.bottom) for code in page.codes if "bank" in hidden]
    return (*read, *codes, *(word.box for word in _told(page.words, known, hidden)))


def careful_covers(page: Page, hidden: frozenset[FieldGroup]) -> tuple[Box, ...]:
    """Return the boxes to be blacked out while nobody knows what stands where: payment codes, and whatever may be a number.

    These are words, one or beside each other, that hold digits enough and are no amount and no date. A page without words
    is covered whole.
    """
    if not hidden:
        return ()
    if not page.words:
        return (Box(0, 0, page.width, page.height),)
    codes = [Box(code.x0, code.top, code.x1, code.bottom) for code in page.codes]
    runs = (list(run) for is_one, run in groupby(page.words, key=_may_be_number) if is_one)
    long = (run for run in runs if sum(sum(map(str.isdigit, word.text)) for word in run) >= _LEAST_DIGITS)
    return (*codes, *(word.box for run in long for word in run))


def _may_be_number(word: Word) -> bool:
    text = word.text
    return any(map(str.isdigit, text)) and not (_AMOUNT.fullmatch(text) or _DATE.fullmatch(text))


def uncovered(words: Iterable[Word], boxes: Sequence[Box]) -> list[Word]:
    """Return the words whose middle lies in none of the boxes."""
    return [word for word in words if not any(_holds(box, word) for box in boxes)]


def _told(words: Sequence[Word], known: frozenset[str], hidden: frozenset[FieldGroup]) -> Iterator[Word]:
    """Yield the words in which such a value stands, or a part of it."""
    text = " ".join(word.text for word in words)
    found = spans(text, known, hidden)
    at = 0
    for word in words:
        end = at + len(word.text)
        if any(start < end and at < stop for start, stop in found):
            yield word
        at = end + 1


def _holds(box: Box, word: Word) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return box.x0 <= x <= box.x1 and box.top <= y <= box.bottom
