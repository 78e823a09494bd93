"""Looks a second time, with another model, at dates that were read with one sign missing or wrong."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from adapters.rapidocr.decode import Piece
from adapters.rapidocr.recognition import LineReader
from adapters.shared.imaging.token import Grey

_PARTED = re.compile(r"(\w{1,4})([./-])(\w{1,3})\2(\w{1,5})".replace(r"\w", r"[\w:;|!]"))
_RUN_TOGETHER = re.compile(r"\d{2}(?:[./-]\d{2}[17]|[17]\d{2}[./-])\d{4}")
"""A slash that was taken for a digit."""
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})")
_SHAPES = (*((day, month, year) for day in (1, 2) for month in (1, 2) for year in (2, 4)), (4, 1, 1), (4, 2, 2))
"""Digits of the three parts of a date."""
_LEAST_DIGITS = 5
_LIKELY = 0.5
"""Below, half a sign was guessed: of 14 dates that were damaged on purpose 3 became wrong ones, all of them below."""
_CENTURY = 2000
_YEARS = range(1990, 2080)
_AROUND = "()[],:;"


class SecondLook:
    """Reads lines with the other model, which is loaded with the first broken date; does nothing without a model."""

    def __init__(self, model: Path | None, *, threads: int) -> None:
        self._model = model
        self._threads = threads
        self._reader: LineReader | None = None

    def mended(self, crops: Sequence[Grey], lines: Sequence[list[Piece]], *, until: float) -> list[list[Piece]]:
        """Return the lines, broken dates replaced by what the other model sees there. Raises TimedOut."""
        found = list(lines)
        broken = [index for index, line in enumerate(found) if any(is_broken(piece.text) for piece in line)]
        if self._model is None or not broken:
            return found
        if self._reader is None:
            self._reader = LineReader(self._model, threads=self._threads)
        others = self._reader.read([crops[index] for index in broken], until=until)
        for index, other in zip(broken, others, strict=True):
            found[index] = [settled(piece, other) for piece in found[index]]
        return found


def is_date(text: str) -> bool:
    """Tell whether a word is a whole date in digits: `31.12.2024`, `12/31/24`, `2024-12-31`."""
    if match := _YEAR_FIRST.fullmatch(text):
        return _exists(match[1], match[3], match[4])
    match = _DAY_FIRST.fullmatch(text)
    return match is not None and (_exists(match[4], match[3], match[1]) or _exists(match[4], match[1], match[3]))


def is_broken(text: str) -> bool:
    """Tell whether a word is no date, but would be one if one sign were another, or one more."""
    word = text.strip(_AROUND)
    if is_date(word):
        return False
    if _RUN_TOGETHER.fullmatch(word):
        return True
    match = _PARTED.fullmatch(word)
    digits = sum(map(str.isdigit, word))
    if match is None or digits < _LEAST_DIGITS:
        return False
    parts = (len(match[1]), len(match[3]), len(match[4]))
    missing = min(sum(abs(a - b) for a, b in zip(parts, shape, strict=True)) for shape in _SHAPES)
    return missing + sum(parts) - digits <= 1


def settled(piece: Piece, other: Sequence[Piece]) -> Piece:
    """Return a broken date as the other reading of the line has it, when that is likely, a date, and one sign away.

    A sign is never left out: what stands there was printed. Its confidence is the one of its worst sign, should all the doubt be about that.
    """
    if not is_broken(piece.text):
        return piece
    word = piece.text.strip(_AROUND)
    for seen in other:
        text = seen.text.strip(_AROUND)
        sure = 1 - (1 - seen.confidence) * len(seen.text)
        is_near = len(text) >= len(word) and Levenshtein.distance(text, word) == 1
        if sure >= _LIKELY and is_near and is_date(text):
            return piece._replace(text=text, confidence=sure)
    return piece


def _exists(year: str, month: str, day: str) -> bool:
    number = int(year) + (_CENTURY if len(year) == 2 else 0)  # noqa: PLR2004
    try:
        return date(number, int(month), int(day)).year in _YEARS
    except ValueError:
        return False
