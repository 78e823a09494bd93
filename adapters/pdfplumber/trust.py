"""Whether the text layer of a page says what a person sees on it."""

import re
from collections.abc import Sequence
from functools import lru_cache

_VOWELS = frozenset("aeiouyäöüàáâãåæèéêëìíîïòóôõøùúûýąęėīįōūůŭăőűœ\u0131")
# UTF-8 read as Windows-1252, and glyphs that pdfminer could not map
_MOJIBAKE = re.compile(
    "\u00c3[\u0080-\u00bf\u0178\u201e\u2013\u0153]|\u00e2\u201a\u00ac|\u00e2\u20ac|\u00c2[\u00a3\u00a7\u00a9\u00b0\u00b2\u00b3]|\\(cid:"
)
_LATIN_WORD = re.compile(r"[^\W\d_]{4,}")
_SPLIT_CASE = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ].*[a-zß-ÿ][A-ZÀ-Þ]")
_LATIN_END = "\u0250"

_FULL_PAGE = 0.75
_MUCH_IMAGE = 0.3
_FEW_WORDS = 15
_WORDS_OVER_IMAGE = 50
_MIN_TOKENS = 12


def distrust(words: Sequence[str], *, visible: int, hidden: int, unmapped: int, coverage: float, paths: int) -> str:
    """Return why the visible text of a page is not to be relied on, or "" when it is.

    `visible`, `hidden` and `unmapped` count characters; `coverage` is the part (0..1) of the page under images; `paths`
    counts vector drawings. A full-page image with little text on it, or with text hidden in or under it, is a scan.
    """
    if not words:
        return "hidden" if hidden else "absent"
    reasons = {
        "unmapped characters": unmapped > 0.1 * visible,
        "garbled characters": is_garbled(words),
        "a full-page image": coverage >= _FULL_PAGE and (hidden > visible or len(words) < _WORDS_OVER_IMAGE),
        "an image with little text": coverage >= _MUCH_IMAGE and len(words) < _FEW_WORDS,
        "text drawn as outlines": len(words) < _FEW_WORDS and paths > 50 * len(words),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def is_garbled(words: Sequence[str]) -> bool:
    """Whether the words look like a wrong encoding: mojibake, or letters that make no syllables."""
    broken = sum(1 for word in words if _MOJIBAKE.search(word))
    if broken > max(2, 0.05 * len(words)):
        return True
    tokens = [token for word in words for token in _LATIN_WORD.findall(word) if token[0] < _LATIN_END]
    if len(tokens) < _MIN_TOKENS:
        return False
    return sum(1 for token in tokens if _is_sayable(token)) < 0.6 * len(tokens)


@lru_cache(maxsize=8192)
def _is_sayable(token: str) -> bool:
    lower = token.lower()
    vowels = sum(1 for sign in lower if sign in _VOWELS)
    return 0.15 <= vowels / len(lower) <= 0.85 and not _SPLIT_CASE.search(token)  # noqa: PLR2004 - shares of vowels
