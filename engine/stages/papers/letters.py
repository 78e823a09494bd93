"""Letters: prose between a greeting and a closing, that no title and no label names."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from engine.content.paper_type import Part, Side
from engine.model.field import Box, Provenance
from engine.stages.extract.lines_of_text import Line, Sheet, union
from engine.stages.papers.words import PaperWords, Phrases
from engine.stages.values.company import split_name

_LEAST_WORDS = 6
"""Words between greeting and closing from which on something is written there."""
_APART, _NEAR, _SIGNED = 0.9, 4.0, 9.0
"""Line heights: from a subject to what stands above it at least, to the greeting at most, and from the closing to the name."""
_ALIGNED = 2.0
"""Line heights by which a subject may begin beside the greeting."""
_MOST_NAMES = 4
_MOST_SIGNED, _MOST_ADDRESS = 6, 2
"""Lines below a closing among which the company stands, and those of its address."""
_MOST_BEGINNING = 8
"""Words that name a letter which has no subject."""
_MOST_BESIDE_DAY = 6
"""Words of a line with place and day."""
_DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}(?!\d).*\b(19|20)\d\d\b")
_DAY, _SUBJECT, _BODY, _WRITER, _BEGINNING = 0.88, 0.85, 0.93, 0.85, 0.6
"""Confidence of the parts on clear print, and of first words in the place of a subject."""
_DOUBTED, _CLEAR = 0.4, 0.85
"""Mean confidence of recognised words from which on a text is clear, and the share that counts below."""


class Letter(NamedTuple):
    """Where a letter begins and ends."""

    lines: tuple[Line, ...]
    """All lines of its pages in reading order."""
    greeting: int
    closing: int
    subject: Line | None
    """The line under the label of the subject; else the one above the greeting when it stands alone, no address and no day."""
    after_label: int
    """Words of the subject's line that are its label."""
    after_closing: int
    """Words of the closing's line that are the closing itself."""

    def holds(self, where: Provenance) -> bool:
        """Tell whether a print stands in it: from the subject to the closing."""
        begin, end = self.subject or self.lines[self.greeting], self.lines[self.closing]
        if where.page is None or where.box is None or not begin.page <= where.page <= end.page:
            return False
        middle = (where.box.top + where.box.bottom) / 2
        return (where.page > begin.page or middle >= begin.box.top) and (
            where.page < end.page or middle <= end.box.bottom
        )


class Told(NamedTuple):
    """One part of a letter as it is printed, or who wrote it, as it stands below the closing."""

    part: Part | Side
    raw: str
    page: int
    box: Box
    confidence: float


def letter_on(sheets: Sequence[Sheet], words: PaperWords) -> Letter | None:
    """Return where the letter stands on these pages; None without greeting, closing and some words between them."""
    lines = tuple(line for sheet in sheets for line in sheet.lines)
    ocr = frozenset(sheet.page.number for sheet in sheets if sheet.page.how == "ocr")
    begin = next((at for at, line in enumerate(lines) if _leads(line, words, words.greetings, ocr)), None)
    if begin is None:
        return None
    for at in range(begin, len(lines)):
        end = _leads(lines[at], words, words.closings, ocr) if at > begin else 0
        if end and sum(len(line.words) for line in lines[begin + 1 : at]) >= _LEAST_WORDS:
            return Letter(lines, begin, at, *_subject(lines, begin, words, ocr), end)
    return None


def parts_of(letter: Letter, words: PaperWords, *, is_ocr: bool) -> Iterator[Told]:
    """Yield the parts that are there."""
    above = [line for line in letter.lines[: letter.greeting] if not _is_labelled(line, words, is_ocr=is_ocr)]
    yield from (_told("date", [line], _DAY) for line in reversed(above) if _DATE.search(line.text))
    body = letter.lines[letter.greeting + 1 : letter.closing]
    yield _named(letter) or _first_words(body)
    yield _told("body", body, _BODY)
    yield from _writer(letter)
    yield from _signature(letter, words, is_ocr=is_ocr)


def _leads(line: Line, words: PaperWords, phrases: Phrases, ocr: frozenset[int]) -> int:
    """Return how many words of a line are a phrase that it begins with; none: 0."""
    found = next(words.named_on(line, phrases, is_ocr=line.page in ocr), None)
    return found.end if found is not None and not any(line.folded[: found.start]) else 0


def _is_labelled(line: Line, words: PaperWords, *, is_ocr: bool) -> bool:
    """Tell whether a line says something under a label: set apart by a colon, or alone in its cell."""
    return any(
        one.has_colon or (line.cells[line.cell_of[one.start]] == (one.start, one.end))
        for one in words.labels_on(line, is_ocr=is_ocr)
    )  # fmt: skip


def _subject(lines: Sequence[Line], at: int, words: PaperWords, ocr: frozenset[int]) -> tuple[Line | None, int]:
    """Return the subject of a letter whose greeting is the line of this index, and the words of it that are its label."""
    greeting = lines[at]
    above = [line for line in lines[:at] if line.page == greeting.page]
    name = next((name for name, field in words.paper.fields.items() if field.part == "subject"), None)
    for line in reversed(above):
        first = next(iter(words.labels_on(line, is_ocr=line.page in ocr)), None)
        if (
            first is not None
            and first.name == name
            and first.start == 0
            and first.has_colon
            and first.end < len(line.words)
        ):
            return line, first.end
    if not above:
        return None, 0
    line = above[-1]
    is_near = greeting.box.top - line.box.bottom <= _NEAR * greeting.height
    is_aligned = abs(line.box.x0 - greeting.box.x0) <= _ALIGNED * greeting.height
    is_alone = len(above) == 1 or line.box.top - above[-2].box.bottom >= _APART * min(line.height, greeting.height)
    is_other = "@" in line.text or _dated(line) or _is_labelled(line, words, is_ocr=line.page in ocr)
    return (line if is_near and is_aligned and is_alone and not is_other else None), 0


def _named(letter: Letter) -> Told | None:
    """Return the subject as it is printed, without its label."""
    line, start = letter.subject, letter.after_label
    if line is None:
        return None
    told = _told("subject", [line], _SUBJECT)
    return told._replace(raw=line.part(start, len(line.words)), box=line.box_of(start, len(line.words)))


def _dated(line: Line) -> bool:
    """Tell whether a line is little more than a day."""
    found = _DATE.search(line.text)
    return found is not None and len(line.words) <= _MOST_BESIDE_DAY


def _first_words(body: Sequence[Line]) -> Told:
    """Return what names a letter without a subject: how it begins."""
    told = _told("subject", body[:1], _BEGINNING)
    begins = " ".join([text for line in body for text in line.texts][:_MOST_BEGINNING])
    return told._replace(raw=begins.rstrip(",;:."))


def _writer(letter: Letter) -> Iterator[Told]:
    """Yield who signs: words that begin with capitals behind the closing, or on the next line below it."""
    line, end = letter.lines[letter.closing], letter.after_closing
    if end < len(line.words):
        if _is_name(line.texts[end:]):
            yield Told("writer", line.part(end, len(line.words)), line.page, line.box_of(end, len(line.words)), _WRITER)
        return
    below = next(iter(letter.lines[letter.closing + 1 : letter.closing + 2]), None)
    is_near = below is not None and below.page == line.page and below.box.top - line.box.bottom <= _SIGNED * line.height
    if below is not None and is_near and _is_name(below.texts):
        yield _told("writer", [below], _WRITER)


def _signature(letter: Letter, words: PaperWords, *, is_ocr: bool) -> Iterator[Told]:
    """Yield the company below the closing, by its legal form, and the lines of its address that follow."""
    below = [
        line
        for line in letter.lines[letter.closing + 1 :][:_MOST_SIGNED]
        if line.page == letter.lines[letter.closing].page
    ]
    at = next((at for at, line in enumerate(below) if split_name(line.text).form), None)
    if at is None:
        return
    yield _told("sender", [below[at]], _WRITER)
    rest = takewhile(lambda line: "@" not in line.text and not words.labels_on(line, is_ocr=is_ocr), below[at + 1 :])
    address = list(rest)[:_MOST_ADDRESS]
    if any(c.isdigit() for line in address for c in line.text):
        told = _told("sender_address", address, _WRITER)
        yield told._replace(raw=", ".join(line.text for line in address))


def _is_name(texts: Sequence[str]) -> bool:
    small = {"de", "del", "della", "di", "van", "von", "der", "den", "da", "la", "le"}
    named = [text for text in texts if text not in small]
    is_short = 1 < len(texts) <= _MOST_NAMES + 1 and 0 < len(named) <= _MOST_NAMES
    return is_short and all(text[:1].isupper() and not any(c.isdigit() or c in "@:/" for c in text) for text in named)


def _told(part: Part | Side, lines: Sequence[Line], sure: float) -> Told:
    words = [word for line in lines for word in line.words]
    mean = sum(word.confidence for word in words) / len(words)
    page = lines[0].page
    box = union([word for line in lines if line.page == page for word in line.words])
    confidence = sure if mean >= _CLEAR else sure * (_DOUBTED + (1 - _DOUBTED) * mean / _CLEAR)
    return Told(part, " ".join(line.text for line in lines), page, box, round(confidence, 3))
