"""Finds where on a page bank data and numbers of identity stand, so that pictures can be blacked out. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from engine.model.field import Box
from engine.model.page import Page, Word
from engine.model.record import Record
from engine.model.rights import FieldGroup
from engine.stages.cover import group_of, spans


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
