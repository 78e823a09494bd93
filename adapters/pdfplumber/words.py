"""Words of a page, made of its characters: parted at white space, wide gaps, jumps and changes of direction."""

from collections.abc import Collection
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from adapters.pdfplumber.geometry import Bounds
from adapters.pdfplumber.letters import MIN_HEIGHT, Letters
from adapters.pdfplumber.native import Address

_GAP = 0.3
"""Of the character's height: a wider gap between two characters parts words even without a space."""
_BACK = 0.6
"""Of the character's height: so far a character may stand back into the one before it."""
_OFF_LINE = 0.5
"""Of the character's height: so far a character may stand above or below the one before it."""
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_SPELLING = str.maketrans(_LIGATURES)
_HALVES = frozenset(map(chr, range(0xD800, 0xE000)))
_UNUSUAL = _HALVES | _LIGATURES.keys()
_LEAST_LETTERS = 20
_MAIN_SHARE = 0.8


class RawWord(NamedTuple):
    """A word in user space, and the text object (address) its first letter belongs to."""

    text: str
    bounds: Bounds
    angle: int
    key: Address


def raw_words(letters: Letters, *, apart: Collection[Address] = ()) -> list[RawWord]:
    """Group characters into words: at white space, wide gaps, jumps and changes of direction.

    Letters of the text objects `apart` never share a word with those of another one.
    """
    if not letters.text:
        return []
    starts = np.flatnonzero(_are_first(letters, apart))
    texts = [letters.text[start:end] for start, end in pairwise([*starts.tolist(), len(letters.text)])]
    if not (letters.text.isascii() or _UNUSUAL.isdisjoint(letters.text)):
        texts = list(map(_spelled, texts))
    low, high = np.minimum.reduceat(letters.bounds, starts), np.maximum.reduceat(letters.bounds, starts)
    bounds = map(tuple, np.concatenate((low[:, :2], high[:, 2:]), axis=1).tolist())
    return list(map(RawWord, texts, bounds, letters.angles[starts].tolist(), letters.keys[starts].tolist()))


def main_angle(letters: Letters) -> int | None:
    """Return the direction in which at least four fifths of a page's text runs, or None."""
    if len(letters.text) < _LEAST_LETTERS:
        return None
    counts = np.bincount(letters.angles)
    best = int(counts.argmax())
    return best if counts[best] >= _MAIN_SHARE * len(letters.text) else None


def _are_first(letters: Letters, apart: Collection[Address]) -> Any:
    """Say of each character whether a word begins with it."""
    is_first = np.ones(len(letters.text), dtype=bool)
    start, end, low, high = _along(letters)
    angles, keys, gaps = letters.angles, letters.keys, letters.gaps
    height = high - low
    height = np.maximum(np.maximum(height[:-1], height[1:]), MIN_HEIGHT)
    ahead = start[1:] - end[:-1]
    goes_on = (
        (gaps[1:] == gaps[:-1]) & (angles[1:] == angles[:-1])
        & (-_BACK * height <= ahead) & (ahead <= _GAP * height) & (np.abs(low[:-1] - low[1:]) <= _OFF_LINE * height)
    )  # fmt: skip
    if apart:
        is_apart = np.isin(keys, list(apart))
        goes_on &= (keys[1:] == keys[:-1]) | ~(is_apart[1:] | is_apart[:-1])
    is_first[1:] = ~goes_on
    return is_first


def _along(letters: Letters) -> tuple[Any, Any, Any, Any]:
    """Return (start, end, low, high) of each character along and across the direction of writing."""
    left, bottom, right, top = letters.bounds.T
    if not letters.angles.any():
        return left, right, bottom, top
    turn = letters.angles // 90
    return (
        np.choose(turn, (left, bottom, -right, -top)), np.choose(turn, (right, top, -left, -bottom)),
        np.choose(turn, (bottom, -right, -top, left)), np.choose(turn, (top, -left, -bottom, right)),
    )  # fmt: skip


def _spelled(text: str) -> str:
    """Return a word with its ligatures spelled out and halves of signs put together."""
    text = text.translate(_SPELLING)
    if not _HALVES.isdisjoint(text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
