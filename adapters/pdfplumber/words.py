"""Words of a page as pdfium sees its characters, with what a person would not see left out."""

import ctypes
import math
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as c

from adapters.pdfplumber.geometry import Bounds

_MAX_CHARACTERS = 400_000
_GAP = 0.3
"""Of the character's height: a wider gap between two characters parts words even without a space."""
_INVISIBLE_MODES = (3, 7)
_FILLED_MODES = (0, 4)
_CLEAR = 8
"""Of 255: text not more opaque than this leaves no trace."""
_MIN_HEIGHT = 2.0
"""Points: smaller print cannot be read by a person."""
_HYPHEN = 2
_LATIN_END = 0x7E
_END_OF_UNICODE = 0x110000
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


Colour = tuple[int, int, int, int]
"""Red, green, blue, opacity; 0..255."""
Character = tuple[str, float, float, float, float, int, int]
"""Text, left, bottom, right, top in user space, direction (degrees counterclockwise), address of its text object."""


class Style(NamedTuple):
    """What all characters of one text object share."""

    handle: Any
    hidden: str
    """Why nobody can see them: `invisible`, `covered`, or empty."""
    is_unmapped: bool
    angle: int
    colour: Colour | None
    """None when the letters are not simply filled with one colour."""


class Ink(NamedTuple):
    """The text of a page: characters in reading order (None parts words), and how many were hidden or unmapped."""

    characters: list[Character | None]
    unseen: list[Character | None]
    """Characters that are surely not to be seen: invisible, clear, too small, under a scan."""
    styles: dict[int, Style]
    digits: list[tuple[int, int, str]]
    """(place in the text, text object, digit) of visible digits."""
    visible: int
    hidden: int
    unmapped: int


class RawWord(NamedTuple):
    """A word in user space, and the text object (address) its first letter belongs to."""

    text: str
    bounds: Bounds
    angle: int
    key: int


def ink(textpage: Any, order: dict[int, int], covered_below: int) -> Ink:
    """Return the characters of a page. Text painted before `covered_below` in `order` lies under an image."""
    raw = textpage.raw
    place = ctypes.cast(raw, ctypes.c_void_p).value
    box = c.FS_RECTF()
    box_place = ctypes.addressof(box)
    styles: dict[int, Style] = {}
    characters: list[Character | None] = []
    unseen: list[Character | None] = []
    digits: list[tuple[int, int, str]] = []
    visible = hidden = unmapped = 0
    for i in range(min(textpage.count_chars(), _MAX_CHARACTERS)):
        code = _unicode(place, i)
        text = "-" if code == _HYPHEN else chr(code) if code < _END_OF_UNICODE else "\ufffd"
        if text.isspace() or code == 0:
            characters.append(None)
            unseen.append(None)
            continue
        key = _text_object(place, i) or 0
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(raw, i, is_covered=order.get(key, covered_below) < covered_below)
        if style.hidden:
            hidden += 1
        else:
            visible += 1
            if "0" <= text <= "9":
                digits.append((i, key, text))
            if style.is_unmapped or (code > _LATIN_END and _is_unmapped(code)):
                unmapped += 1
        if text not in _DROPPED and _loose_box(place, i, box_place):
            left, bottom, right, top = box.left, box.bottom, box.right, box.top
            is_large = top - bottom >= _MIN_HEIGHT or right - left >= _MIN_HEIGHT
            into = characters if is_large and not style.hidden else unseen
            into.append((_LIGATURES.get(text, text), left, bottom, right, top, style.angle, key))
    return Ink(characters, unseen, styles, digits, visible, hidden, unmapped)


def raw_words(characters: Sequence[Character | None], *, apart: Collection[int] = ()) -> list[RawWord]:
    """Group characters into words: at white space, wide gaps, jumps and changes of direction.

    Letters of the text objects `apart` never share a word with those of another one.
    """
    words: list[RawWord] = []
    run: list[Character] = []
    for character in characters:
        if character is None:
            if run:
                words.append(_word(run))
                run = []
        elif run and (not _continues(run[-1], character) or _is_parted(run[-1][6], character[6], apart)):
            words.append(_word(run))
            run = [character]
        else:
            run.append(character)
    if run:
        words.append(_word(run))
    return words


def _is_parted(one: int, other: int, apart: Collection[int]) -> bool:
    return one != other and bool(apart) and (one in apart or other in apart)


def main_angle(found: Ink) -> int | None:
    """Return the direction in which at least four fifths of a page's text runs, or None."""
    counts = Counter(character[5] for character in found.characters if character is not None)
    total = counts.total()
    best, count = counts.most_common(1)[0] if counts else (0, 0)
    return best if count >= 0.8 * total and total >= 20 else None  # noqa: PLR2004 - shares and letters


def _style(raw: Any, index: int, *, is_covered: bool) -> Style:
    handle = c.FPDFText_GetTextObject(raw, index)
    # pdfium measures clockwise
    angle = round(-math.degrees(c.FPDFText_GetCharAngle(raw, index)) / 90) * 90 % 360
    is_unmapped = c.FPDFText_HasUnicodeMapError(raw, index) == 1
    if not handle:
        return Style(None, "covered" if is_covered else "", is_unmapped, angle, None)
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    has_colour = c.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha)
    mode = c.FPDFTextObj_GetTextRenderMode(handle)
    is_clear = bool(has_colour and mode in _FILLED_MODES and alpha.value <= _CLEAR)
    hidden = "invisible" if mode in _INVISIBLE_MODES or is_clear else "covered" if is_covered else ""
    is_plain = has_colour and mode == 0
    return Style(
        handle, hidden, is_unmapped, angle, (red.value, green.value, blue.value, alpha.value) if is_plain else None
    )


def _is_unmapped(code: int) -> bool:
    return code == 0xFFFD or 0xE000 <= code <= 0xF8FF or 0x7F <= code < 0xA0  # noqa: PLR2004 - Unicode blocks


def _continues(last: Character, character: Character) -> bool:
    """Whether `character` goes on where `last` ends, seen in the direction of writing."""
    angle = last[5]
    if angle != character[5]:
        return False
    if angle == 0:
        _, _, low, end, high, _, _ = last
        _, start, other_low, _, other_high, _, _ = character
    else:
        _, end, low, high = _along(last)
        start, _, other_low, other_high = _along(character)
    height = max(high - low, other_high - other_low, _MIN_HEIGHT)
    return -0.6 * height <= start - end <= _GAP * height and abs(low - other_low) <= 0.5 * height


def _along(character: Character) -> Bounds:
    """Return (start, end, low, high) along and across the direction of writing."""
    _, left, bottom, right, top, angle, _ = character
    if angle == 90:  # noqa: PLR2004 - quarter turns are what they are
        return bottom, top, -right, -left
    if angle == 180:  # noqa: PLR2004
        return -right, -left, -top, -bottom
    return -top, -bottom, left, right


def _word(run: list[Character]) -> RawWord:
    texts, lefts, bottoms, rights, tops, angles, keys = zip(*run, strict=True)
    text = "".join(texts)
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return RawWord(text, (min(lefts), min(bottoms), max(rights), max(tops)), angles[0], keys[0])


def native(function: Any, *arguments: Any, returns: Any = ctypes.c_int) -> Any:
    """Return a pdfium function that takes and gives plain addresses; handles cost four times as much to make."""
    return ctypes.CFUNCTYPE(returns, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_unicode = native(c.FPDFText_GetUnicode, ctypes.c_void_p, ctypes.c_int, returns=ctypes.c_uint)
_text_object = native(c.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_int, returns=ctypes.c_void_p)
_loose_box = native(c.FPDFText_GetLooseCharBox, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
