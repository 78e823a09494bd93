"""Turn the answer of the recognition network into words: connectionist temporal classification, greedy, with places."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

BLANK = 0
_SPACE = " "
_BARS = "|¦│"
"""They part columns and labels; the network seldom sees the spaces around them."""
_FIRST_FOREIGN = 0x2E80
"""From here on (CJK radicals) letters stand that a line of Latin, Greek or Cyrillic text does not hold."""
_WIDE = range(0xFF01, 0xFF5F)
_WIDE_TO_NARROW = 0xFEE0
_FOREIGN_SHARE = 0.5

Scores = np.ndarray[Any, np.dtype[np.float32]]
"""time steps x alphabet, each row sums to 1"""
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Piece(NamedTuple):
    """A word of a line: from where to where in parts (0..1) of the line's width; mean confidence of its letters."""

    text: str
    start: float
    end: float
    confidence: float


def latin(alphabet: Sequence[str]) -> Mask:
    """Return which signs of the alphabet may stand in a line that is not Chinese or Japanese; the blank may."""
    allowed = np.array([not sign or ord(sign[0]) < _FIRST_FOREIGN for sign in alphabet])
    allowed[BLANK] = True
    return allowed


def pieces(scores: Scores, alphabet: Sequence[str], *, allowed: Mask | None, filled: float = 1.0) -> list[Piece]:
    """Return the words of one line from left to right.

    `allowed` restricts the signs, unless most of the line is foreign to it (then a Chinese line stays Chinese).
    `filled` is the part of the network's width that the line took; the rest was padding.
    """
    best = scores.argmax(axis=1)
    if allowed is not None:
        signs = best[best != BLANK]
        if signs.size and (~allowed[signs]).mean() < _FOREIGN_SHARE:
            best = np.where(allowed, scores, 0.0).argmax(axis=1)
    starts = np.flatnonzero((best != BLANK) & np.r_[True, best[1:] != best[:-1]])
    steps = len(best) * filled
    words: list[list[tuple[str, int, float]]] = [[]]
    for at in starts.tolist():
        sign = narrow(alphabet[best[at]])
        if sign.isspace():
            words.append([])
            continue
        letter = (sign, at, float(scores[at, best[at]]))
        if sign in _BARS:
            words += [[letter], []]
        else:
            words[-1].append(letter)
    return _placed([word for word in words if word], steps)


def _placed(words: list[list[tuple[str, int, float]]], steps: float) -> list[Piece]:
    """Give words their places: a letter peaks near its middle, so a word reaches half a letter further on both sides."""
    gaps = [b[1] - a[1] for word in words for a, b in pairwise(word)]
    half = (float(np.median(gaps)) if gaps else steps / max(1, sum(map(len, words)))) / 2
    placed = []
    for index, word in enumerate(words):
        left = word[0][1] + 0.5 - half if index else 0.0
        right = word[-1][1] + 0.5 + half if index + 1 < len(words) else steps
        confidence = sum(c for _, _, c in word) / len(word)
        placed.append(
            Piece("".join(s for s, _, _ in word), max(0.0, left / steps), min(1.0, right / steps), confidence)
        )
    return placed


def narrow(sign: str) -> str:
    """Return the plain form of a full-width sign."""
    if sign == "\u3000":
        return _SPACE
    return chr(ord(sign) - _WIDE_TO_NARROW) if len(sign) == 1 and ord(sign) in _WIDE else sign
