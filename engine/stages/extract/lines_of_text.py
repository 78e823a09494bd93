"""Words to text lines and cells: the geometry that everything else reads."""

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, lru_cache
from statistics import median
from typing import Any, TypeVar

from engine.model.field import Box
from engine.model.page import Page, Reading, Word
from engine.stages.extract.lexicon import fold

Found = TypeVar("Found")

_GLUED_COLON = re.compile(r"^([^\W\d][^:/@]*:)([^/\s].*)$")
_GLUED_NUMBER = re.compile(r"^(n[°ºo]\.?|nr\.?:?|no\.:?|#|№)([A-Z]{0,4}[-/]?\d.*)$", re.IGNORECASE)
_BEFORE_NUMBER = frozenset("nN#№")
"""How words begin that may name a number and hold it, too."""
_SEMICOLON = re.compile(r"(?<=\d);(?=\d)")
_SHORT, _TALL = 2, 1.8
"""A word of more letters that is this many times higher than wide runs up or down the page."""
_CELL_GAP = 1.0
"""A gap wider than this many line heights starts a new cell."""


class Line:
    """Words that share a baseline on one page, left to right."""

    def __init__(self, page: int, words: Sequence[Word], index: int = 0) -> None:
        self.page = page
        self.words = tuple(sorted(words, key=lambda w: w.x0))
        self.index = index
        self._known: dict[Hashable, Any] = {}
        self._boxes: dict[tuple[int, int], Box] = {}
        self.read_as: dict[Hashable, tuple[str, ...]] = {}
        """Folded words as a vocabulary reads them, by the vocabulary and whether they were recognised."""

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The words as labels are compared."""
        return tuple([fold(text) for text in self.texts])

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The words as they are printed."""
        return tuple([word.text for word in self.words])

    @cached_property
    def numbered(self) -> bytes:
        """For each word 1 when it holds a digit, else 0."""
        return bytes(map(has_digit, self.texts))

    @cached_property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(self.texts)

    @cached_property
    def celled(self) -> str:
        """The words as in `text`, with a NUL instead of the space between two cells."""
        parts = [self.words[0].text]
        for index in range(1, len(self.words)):
            parts.append(" " if self.cell_of[index] == self.cell_of[index - 1] else "\0")
            parts.append(self.words[index].text)
        return "".join(parts)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each word starts in `text`."""
        starts, at = [], 0
        for text in self.texts:
            starts.append(at)
            at += len(text) + 1
        return tuple(starts)

    @cached_property
    def box(self) -> Box:
        """The union of the boxes."""
        return union(self.words)

    @cached_property
    def height(self) -> float:
        """The usual height of its words, in points."""
        return float(median([word.bottom - word.top for word in self.words]))

    @cached_property
    def cell_of(self) -> tuple[int, ...]:
        """For each word the number of its cell: runs of words with ordinary spaces between them."""
        cells, cell = [0], 0
        widest, words = _CELL_GAP * self.height, self.words
        for index in range(1, len(words)):
            if words[index].x0 - words[index - 1].x1 > widest:
                cell += 1
            cells.append(cell)
        return tuple(cells)

    @cached_property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """(start, end) word ranges of the cells."""
        ranges: list[tuple[int, int]] = []
        for index, cell in enumerate(self.cell_of):
            if cell == len(ranges):
                ranges.append((index, index + 1))
            else:
                ranges[-1] = (ranges[-1][0], index + 1)
        return tuple(ranges)

    def remembered(self, key: Hashable, work: Callable[[], list[Found]]) -> list[Found]:
        """Return what `work` finds on this line, worked out once for each key."""
        known: list[Found] | None = self._known.get(key)
        if known is None:
            known = self._known[key] = work()
        return known

    def word_at(self, offset: int) -> int:
        """Return the index of the word that covers a character of `text`."""
        return max(bisect_right(self.offsets, offset) - 1, 0)

    def part(self, start: int, end: int) -> str:
        """Return the text of a word range."""
        return " ".join(self.texts[start:end])

    def box_of(self, start: int, end: int) -> Box:
        """Return the box of a word range; asked for the same ranges over and over."""
        known = self._boxes.get((start, end))
        if known is None:
            known = self._boxes[start, end] = union(self.words[start:end])
        return known


class Sheet:
    """One page as lines."""

    def __init__(self, page: Page) -> None:
        self.page = page
        printed = [_mended(w) for w in page.words] if page.how == "ocr" else page.words
        words = [part for word in upright([_solid(w) for w in printed]) for part in unglue(word)]
        self.lines = lines_of(words, page.number)

    @cached_property
    def height(self) -> float:
        """The usual text height of the page, in points."""
        return float(median([line.height for line in self.lines])) if self.lines else 10.0


def _mended(word: Word) -> Word:
    """Return a recognised word with the comma between digits that was taken for a semicolon."""
    return word._replace(text=_SEMICOLON.sub(",", word.text)) if ";" in word.text else word


def _solid(word: Word) -> Word:
    """Give a word without extent at least a point of it; some writers place empty boxes."""
    if word.bottom - word.top >= 1.0 and word.x1 - word.x0 >= 1.0:
        return word
    return word._replace(bottom=max(word.bottom, word.top + 1.0), x1=max(word.x1, word.x0 + 1.0))


def sheets_of(reading: Reading) -> tuple[Sheet, ...]:
    """Return the pages that have words, as lines."""
    return tuple(sheet_of(page) for page in reading.pages if page.words)


@lru_cache(maxsize=64)
def sheet_of(page: Page) -> Sheet:
    """Return a page as lines. The last ones are kept: classification and extraction look at the same pages."""
    return Sheet(page)


@lru_cache(maxsize=32768)
def has_digit(text: str) -> bool:
    """Tell whether a word holds a digit."""
    return not text.isalpha() and any(map(str.isdigit, text))


def union(words: Sequence[Word]) -> Box:
    """Return the smallest box around the words."""
    if len(words) == 1:
        word = words[0]
        return Box(word.x0, word.top, word.x1, word.bottom)
    _, lefts, tops, rights, bottoms, _ = zip(*words, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def upright(words: Sequence[Word]) -> list[Word]:
    """Return the words without vertical print (margin notes that run up or down the page)."""
    if not words:
        return []
    usual = median(w.bottom - w.top for w in words)
    return [
        w
        for w in words
        if len(w.text) < _SHORT
        or (w.bottom - w.top) < _TALL * (w.x1 - w.x0)
        or (len(w.text) == _SHORT and (w.bottom - w.top) < 1.2 * usual)
    ]


def unglue(word: Word) -> list[Word]:
    """Split `Date:28/11/2022` and `no562044387` into label and value; boxes by share of characters."""
    text = word.text
    if text.isalpha() or (":" not in text and text[:1] not in _BEFORE_NUMBER):
        return [word]
    for pattern in (_GLUED_COLON, _GLUED_NUMBER):
        match = pattern.match(text)
        if match:
            at = word.x0 + (word.x1 - word.x0) * len(match[1]) / len(word.text)
            left = word._replace(text=match[1], x1=at)
            return [left, *unglue(word._replace(text=match[2], x0=at))]
    return [word]


def lines_of(words: Sequence[Word], page: int) -> tuple[Line, ...]:
    """Group words into lines from top to bottom: a word joins the line it overlaps by more than half its height."""
    open_lines: list[list[Word]] = []
    bands: list[tuple[float, float]] = []
    done: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.top + w.bottom):
        home = _home(word, bands)
        if home is None:
            open_lines.append([word])
            bands.append((word.top, word.bottom))
        else:
            members = open_lines[home]
            count = len(members)
            members.append(word)
            top, bottom = bands[home]
            bands[home] = ((top * count + word.top) / (count + 1), (bottom * count + word.bottom) / (count + 1))
        if len(bands) > 6:  # noqa: PLR2004 - words come sorted, older lines cannot grow any more
            done.append(open_lines.pop(0))
            bands.pop(0)
    done.extend(open_lines)
    ordered = sorted(done, key=lambda ws: sum(w.top + w.bottom for w in ws) / len(ws))
    return tuple(Line(page, members, index) for index, members in enumerate(ordered))


def _home(word: Word, bands: Sequence[tuple[float, float]]) -> int | None:
    best, best_share = None, 0.5
    low, high = word.top, word.bottom
    own = high - low
    for index in range(len(bands) - 1, -1, -1):
        top, bottom = bands[index]
        # the innermost loop: twice as fast as with min and max
        shared = (bottom if bottom < high else high) - (top if top > low else low)  # noqa: FURB136
        if shared <= 0:
            continue
        smaller = min(bottom - top, own)
        if smaller > 0 and shared / smaller > best_share:
            best, best_share = index, shared / smaller
    return best
