"""Words of a page as pdfium sees its characters, with what a person would not see left out."""

import ctypes
import math
from typing import Any, NamedTuple

import pypdfium2.raw as c

from adapters.pdfplumber.drawing import address
from adapters.pdfplumber.geometry import Bounds

_MAX_CHARACTERS = 400_000
_GAP = 0.3
"""Of the character's height: a wider gap between two characters parts words even without a space."""
_INVISIBLE_MODES = (3, 7)
_MIN_HEIGHT = 1.0
"""Points: smaller print cannot be read by a person."""
_HYPHEN = 2
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}


class Character(NamedTuple):
    """One visible character: text, bounds in user space, direction of writing (degrees counterclockwise)."""

    text: str
    bounds: Bounds
    angle: int


class Ink(NamedTuple):
    """The text of a page: visible characters (None parts words), and how many were hidden or unmapped."""

    characters: list[Character | None]
    visible: int
    hidden: int
    unmapped: int


class RawWord(NamedTuple):
    """A word in user space."""

    text: str
    bounds: Bounds
    angle: int


def ink(textpage: Any, order: dict[int, int], covered_below: int) -> Ink:
    """Return the characters of a page. Text painted before `covered_below` in `order` lies under an image."""
    raw = textpage.raw
    styles: dict[int, tuple[bool, int]] = {}
    characters: list[Character | None] = []
    visible = hidden = unmapped = 0
    box = c.FS_RECTF()
    for i in range(min(textpage.count_chars(), _MAX_CHARACTERS)):
        code = c.FPDFText_GetUnicode(raw, i)
        text = "-" if code == _HYPHEN else chr(code) if code < 0x110000 else "\ufffd"  # noqa: PLR2004 - end of Unicode
        if text.isspace() or code == 0:
            characters.append(None)
            continue
        if text in _DROPPED:
            continue
        handle = c.FPDFText_GetTextObject(raw, i)
        key = address(handle)
        if key not in styles:
            styles[key] = _style(raw, i, handle, order.get(key, covered_below) < covered_below)
        is_hidden, angle = styles[key]
        if is_hidden:
            hidden += 1
            continue
        visible += 1
        if c.FPDFText_HasUnicodeMapError(raw, i) == 1 or _is_unmapped(text):
            unmapped += 1
        if c.FPDFText_GetLooseCharBox(raw, i, box):
            bounds = (box.left, box.bottom, box.right, box.top)
            if max(bounds[3] - bounds[1], bounds[2] - bounds[0]) >= _MIN_HEIGHT:
                characters.append(Character(_LIGATURES.get(text, text), bounds, angle))
    return Ink(characters, visible, hidden, unmapped)


def raw_words(found: Ink) -> list[RawWord]:
    """Group characters into words: at white space, wide gaps, jumps and changes of direction."""
    words: list[RawWord] = []
    run: list[Character] = []
    for character in found.characters:
        if run and (character is None or not _continues(run[-1], character)):
            words.append(_word(run))
            run = []
        if character is not None:
            run.append(character)
    if run:
        words.append(_word(run))
    return words


def main_angle(found: Ink) -> int | None:
    """Return the direction in which at least four fifths of a page's text runs, or None."""
    counts: dict[int, int] = {}
    for character in found.characters:
        if character is not None:
            counts[character.angle] = counts.get(character.angle, 0) + 1
    total = sum(counts.values())
    best = max(counts, key=lambda angle: counts[angle], default=None)
    return best if best is not None and counts[best] >= 0.8 * total and total >= 20 else None  # noqa: PLR2004


def _style(raw: Any, index: int, handle: Any, is_covered: bool) -> tuple[bool, int]:  # noqa: FBT001 - private
    """Return (is hidden, direction) that all characters of one text object share."""
    if not handle:
        return is_covered, 0
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    has_colour = c.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha)
    is_hidden = (
        is_covered
        or c.FPDFTextObj_GetTextRenderMode(handle) in _INVISIBLE_MODES
        or bool(has_colour and alpha.value == 0)
    )
    # pdfium measures clockwise
    angle = round(-math.degrees(c.FPDFText_GetCharAngle(raw, index)) / 90) * 90 % 360
    return is_hidden, angle


def _is_unmapped(text: str) -> bool:
    code = ord(text)
    return text == "\ufffd" or 0xE000 <= code <= 0xF8FF or code < 0x20 or 0x7F <= code < 0xA0  # noqa: PLR2004


def _continues(last: Character, character: Character) -> bool:
    """Whether `character` goes on where `last` ends, seen in the direction of writing."""
    if last.angle != character.angle:
        return False
    a, b = _along(last), _along(character)
    height = max(a[3] - a[2], b[3] - b[2], _MIN_HEIGHT)
    gap = b[0] - a[1]
    return -0.6 * height <= gap <= _GAP * height and abs(a[2] - b[2]) <= 0.5 * height


def _along(character: Character) -> tuple[float, float, float, float]:
    """Return (start, end, low, high) along and across the direction of writing."""
    left, bottom, right, top = character.bounds
    if character.angle == 0:
        return left, right, bottom, top
    if character.angle == 90:  # noqa: PLR2004
        return bottom, top, -right, -left
    if character.angle == 180:  # noqa: PLR2004
        return -right, -left, -top, -bottom
    return -top, -bottom, left, right


def _word(run: list[Character]) -> RawWord:
    text = "".join(character.text for character in run)
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return RawWord(
        text,
        (
            min(character.bounds[0] for character in run),
            min(character.bounds[1] for character in run),
            max(character.bounds[2] for character in run),
            max(character.bounds[3] for character in run),
        ),
        run[0].angle,
    )
