"""Whether the digits of a text layer are drawn as the digits they claim to be.

A ToUnicode map (ISO 32000-1, 9.10.3) may call the glyph of a 1 a 9: people see one, programs read nine. Outlines and
boxes of the glyphs give such maps away without drawing anything.
"""

import ctypes
from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from adapters.pdfplumber.letters import Ink
from adapters.pdfplumber.native import Address, Numbers, address, char_box, char_matrix, font_of, font_size
from adapters.pdfplumber.outline import outline
from adapters.pdfplumber.shapes import looks_like_another

_MOST_DIGITS = 1500
_DIFFERENT = 0.06
"""Of the font size: boxes of one glyph differ less than this, whatever rounding does to them."""


class _Print(NamedTuple):
    """What the digits of one text object share: font (address), and width and height of the font's square."""

    font: Address
    across: float
    along: float


_UNKNOWN = _Print(0, 1.0, 1.0)
"""Turned text, and text of no object."""


def are_digits_disguised(textpage: Any, found: Ink) -> bool:
    """Whether a font of the page draws digits as other digits than its text says, or one digit in two ways.

    Only digits that stand on the page are looked at; fonts without outlines (Type 3) are judged by boxes alone.
    """
    if not found.digits:
        return False
    page = address(textpage.raw)
    places, keys, signs = zip(*found.digits[:_MOST_DIGITS], strict=True)
    prints = _prints(page, dict(zip(reversed(keys), reversed(places), strict=True)))
    is_there, sizes = _sizes(page, places)
    sizes /= np.array([prints[key][1:] for key in keys]).T
    used = [
        (prints[key].font if has_box else 0, sign) for key, has_box, sign in zip(keys, is_there, signs, strict=True)
    ]
    known = {one: i for i, one in enumerate(sorted(set(used)))}
    has_two = _are_double_faced(sizes, np.array([known[one] for one in used]))
    fonted = [one for one in known if one[0]]
    return any(has_two[known[one]] for one in fonted) or _are_drawn_as_others(fonted)


def _sizes(page: Address, places: Sequence[int]) -> tuple[list[int], Any]:
    """Return whether each character has a tight box, and the widths and heights of the boxes (2 x n)."""
    count = len(places)
    left, right, bottom, top = (Numbers(ctypes.c_double, count) for _ in range(4))
    is_there = list(map(char_box, repeat(page), places, left.places, right.places, bottom.places, top.places))
    across = np.array(right.memory) - np.array(left.memory)
    return is_there, np.stack((across, np.array(top.memory) - np.array(bottom.memory)))


def _are_double_faced(sizes: Any, groups: Any) -> Any:
    """Say of each group whether its boxes (2 x n, relative to the size of the letters) are of two sizes.

    `groups` has the group of each box, from 0 without gaps.
    """
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 1))
    ordered = sizes[:, order]
    spread = np.maximum.reduceat(ordered, starts, axis=1) - np.minimum.reduceat(ordered, starts, axis=1)
    return (spread > _DIFFERENT).any(axis=0)


def _are_drawn_as_others(used: Collection[tuple[Address, str]]) -> bool:
    """Whether two digits of a font have one outline, or a digit has the outline of another one."""
    for font in {font for font, _ in used}:
        drawn = {digit: outline(font, digit) for known, digit in used if known == font}
        outlines = [one for one in drawn.values() if one]
        if len(set(outlines)) < len(outlines):
            return True
        if any(one and looks_like_another(one, digit) for digit, one in drawn.items()):
            return True
    return False


def _prints(page: Address, texts: Mapping[Address, int]) -> dict[Address, _Print]:
    """Return how text objects are set, by the place of a character of each."""
    matrix = Numbers(ctypes.c_float, 6)
    return {handle: _print(page, index, handle, matrix) for handle, index in texts.items()}


def _print(page: Address, index: int, handle: Address, matrix: Numbers) -> _Print:
    if not (handle and char_matrix(page, index, matrix.places[0])):
        return _UNKNOWN
    a, b, c, d, _, _ = matrix.memory
    size = font_size(page, index)
    across, along = abs(a) * size, abs(d) * size
    if min(across, along) <= 0 or abs(b) + abs(c) > abs(a) / 100:
        return _UNKNOWN
    return _Print(font_of(handle), across, along)
