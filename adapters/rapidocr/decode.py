"""Turn the answer of the recognition network into words: connectionist temporal classification, greedy, with places."""

import unicodedata
from collections.abc import Mapping, Sequence
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
_GAP = 0.1
"""Probability of a space from which on nothing is one: the network leaves narrow spaces out far more than it invents any."""
_SURE_MARK = 0.9
_PLAIN = 0.05
"""A letter with a mark that is less than sure is the plain one when that is so probable: true marks are above 0.95."""

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


def without_marks(alphabet: Sequence[str]) -> dict[int, int]:
    """Return the number of the plain letter for the number of each letter with a mark (`a` for `ä`)."""
    numbers = {sign: number for number, sign in enumerate(alphabet)}
    plain = {number: unicodedata.normalize("NFD", sign)[:1] for sign, number in numbers.items() if sign.isalpha()}
    return {number: numbers[sign] for number, sign in plain.items() if sign in numbers and numbers[sign] != number}


def pieces(
    scores: Scores,
    alphabet: Sequence[str],
    *,
    allowed: Mask | None,
    plain: Mapping[int, int] | None = None,
    filled: float = 1.0,
) -> list[Piece]:
    """Return the words of one line from left to right. The last sign of the alphabet is the space.

    `allowed` restricts the signs, unless most of the line is foreign to it (then a Chinese line stays Chinese). `plain`
    names the letter that stands where a mark is unsure. `filled` is the part of the network's width that the line took;
    the rest was padding.
    """
    best = scores.argmax(axis=1)
    if allowed is not None:
        signs = best[best != BLANK]
        if signs.size and (~allowed[signs]).mean() < _FOREIGN_SHARE:
            best = np.where(allowed, scores, 0.0).argmax(axis=1)
    best = np.where((best == BLANK) & (scores[:, -1] >= _GAP), len(alphabet) - 1, best)
    starts = np.flatnonzero((best != BLANK) & np.r_[True, best[1:] != best[:-1]])
    steps = len(best) * filled
    words: list[list[tuple[str, int, float]]] = [[]]
    for at in starts.tolist():
        number, probability = _unmarked(scores[at], int(best[at]), plain or {})
        sign = narrow(alphabet[number])
        if sign.isspace():
            words.append([])
            continue
        letter = (sign, at, probability)
        if sign in _BARS:
            words += [[letter], []]
        else:
            words[-1].append(letter)
    return _placed([word for word in words if word], steps)


def _unmarked(step: Scores, number: int, plain: Mapping[int, int]) -> tuple[int, float]:
    """Return the sign of a step and its probability; without its mark when only that is unsure."""
    probability, letter = float(step[number]), plain.get(number)
    if letter is None or probability >= _SURE_MARK or step[letter] < _PLAIN:
        return number, probability
    return letter, probability + float(step[letter])


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
