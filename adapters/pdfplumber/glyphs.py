"""Whether the digits of a text layer are drawn as the digits they claim to be.

A ToUnicode map (ISO 32000-1, 9.10.3) may call the glyph of a 1 a 9: people see one, programs read nine. Outlines and
boxes of the glyphs give such maps away without drawing anything.
"""

import ctypes
from collections import defaultdict
from typing import Any, NamedTuple

import pypdfium2.raw as c

from adapters.pdfplumber.outline import outline
from adapters.pdfplumber.shapes import looks_like_another
from adapters.pdfplumber.words import Ink, native

_MOST_DIGITS = 1500
_DIFFERENT = 0.06
"""Of the font size: boxes of one glyph differ less than this, whatever rounding does to them."""


class _Print(NamedTuple):
    """What the digits of one text object share: font (address), and width and height of the font's square."""

    font: int
    across: float
    along: float


def are_digits_disguised(textpage: Any, found: Ink) -> bool:
    """Whether a font of the page draws digits as other digits than its text says, or one digit in two ways.

    Only digits that stand on the page are looked at; fonts without outlines (Type 3) are judged by boxes alone.
    """
    fonts: dict[int, Any] = {}
    prints: dict[int, _Print | None] = {}
    sizes: dict[tuple[int, str], list[tuple[float, float]]] = defaultdict(list)
    box = (ctypes.c_double * 4)()
    places = [ctypes.addressof(box) + 8 * i for i in range(4)]
    page = ctypes.cast(textpage.raw, ctypes.c_void_p).value
    for index, key, digit in found.digits[:_MOST_DIGITS]:
        if key not in prints:
            prints[key] = _print(textpage, index, found.styles[key].handle, fonts)
        one = prints[key]
        if one is not None and _char_box(page, index, *places):
            left, right, bottom, top = box
            sizes[one.font, digit].append(((right - left) / one.across, (top - bottom) / one.along))
    return any(map(_is_double_faced, sizes.values())) or _are_drawn_as_others(fonts, sizes)


def _is_double_faced(drawn: list[tuple[float, float]]) -> bool:
    """Whether one digit has boxes of two sizes, relative to the size of its letters."""
    return any(max(axis) - min(axis) > _DIFFERENT for axis in zip(*drawn, strict=True))


def _are_drawn_as_others(fonts: dict[int, Any], used: dict[tuple[int, str], Any]) -> bool:
    """Whether two digits of a font have one outline, or a digit has the outline of another one."""
    for address, font in fonts.items():
        drawn = {digit: outline(font, digit) for known, digit in used if known == address}
        outlines = [one for one in drawn.values() if one]
        if len(set(outlines)) < len(outlines):
            return True
        if any(one and looks_like_another(one, digit) for digit, one in drawn.items()):
            return True
    return False


def _print(textpage: Any, index: int, handle: Any, fonts: dict[int, Any]) -> _Print | None:
    """Return how a text object is set; None for turned text. Notes its font."""
    matrix = c.FS_MATRIX()
    size = c.FPDFText_GetFontSize(textpage.raw, index)
    has_matrix = handle and c.FPDFText_GetMatrix(textpage.raw, index, matrix)
    across, along = abs(matrix.a) * size, abs(matrix.d) * size
    if not has_matrix or min(across, along) <= 0 or abs(matrix.b) + abs(matrix.c) > abs(matrix.a) / 100:
        return None
    font = c.FPDFTextObj_GetFont(handle)
    address = ctypes.cast(font, ctypes.c_void_p).value or 0
    fonts[address] = font
    return _Print(address, across, along)


_char_box = native(
    c.FPDFText_GetCharBox, ctypes.c_void_p, ctypes.c_int, *(ctypes.c_void_p for _ in range(4))
)  # fmt: skip
