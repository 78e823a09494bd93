"""Letters that the shipped typeface lacks (Latvian, Polish): its plain letter, with the mark drawn on it.

Vera has no ogonek, macron or cedilla. The plain letter is stored as the marked one, so a reader of text sees `ą`, and the
mark is a stroke, so a reader of pictures sees it too.
"""

import unicodedata
from typing import NamedTuple

from reportlab.pdfbase.ttfonts import TTFont

_ACUTE, _DOT, _MACRON, _CEDILLA, _OGONEK = "\u0301", "\u0307", "\u0304", "\u0327", "\u0328"
_LETTERS = "ąęńśźżĄĘŃŚŹŻāēīūģķļņĀĒĪŪĢĶĻŅ"
_SMALL, _TALL = 0.547, 0.729
"""Heights of Vera's small letters and capitals, in sizes."""
_HIGH = "lk"
"""Small letters as tall as capitals."""


class Stroke(NamedTuple):
    """A line between points in sizes of the type, from the middle of the letter on the base line; y points up."""

    points: tuple[tuple[float, float], ...]


def teach(font: TTFont) -> None:
    """Let a Vera font write the letters that it lacks, by their plain letters."""
    face = font.face
    for letter in _LETTERS:
        stem = ord(plain(letter))
        face.charToGlyph.setdefault(ord(letter), face.charToGlyph[stem])
        face.charWidths.setdefault(ord(letter), face.charWidths[stem])


def is_marked(sign: str) -> bool:
    """Tell whether a letter needs a stroke beside its glyph."""
    return sign in _LETTERS


def stroke(letter: str) -> Stroke:
    """Return the mark of a letter for which `is_marked` holds."""
    base, mark = tuple(unicodedata.normalize("NFD", letter))
    top = _TALL if base.isupper() or base in _HIGH else _SMALL
    if letter == "ģ":
        return Stroke(((0.05, top + 0.2), (-0.02, top + 0.06)))
    marks = {
        _ACUTE: ((-0.02, top + 0.06), (0.1, top + 0.2)), _DOT: ((0, top + 0.1), (0, top + 0.18)),
        _MACRON: ((-0.15, top + 0.12), (0.15, top + 0.12)), _CEDILLA: ((0.03, -0.07), (-0.04, -0.21)),
        _OGONEK: ((0.12, 0.0), (0.06, -0.1), (0.1, -0.18), (0.18, -0.18)),
    }  # fmt: skip
    return Stroke(marks[mark])


def plain(letter: str) -> str:
    """Return the letter whose glyph a marked one is drawn with."""
    base = unicodedata.normalize("NFD", letter)[0]
    # the macron takes the place of the dot
    return "\u0131" if base == "i" else base
