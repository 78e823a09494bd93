"""Characters of a page as pdfium sees them, in columns, parted into what a person sees and what nobody does."""

import ctypes
import math
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as c

from adapters.pdfplumber.native import (
    Address,
    Numbers,
    address,
    char_angle,
    fill_colour,
    has_map_error,
    loose_box,
    render_mode,
    text_object,
    text_of,
    unicode_of,
)

_MAX_CHARACTERS = 400_000
_INVISIBLE_MODES = (3, 7)
_FILLED_MODES = (0, 4)
_CLEAR = 8
"""Of 255: text not more opaque than this leaves no trace."""
MIN_HEIGHT = 2.0
"""Points: smaller print cannot be read by a person."""
_HYPHEN = 2
_HYPHEN_IN_TEXT = "\ufffe"
"""What pdfium writes into the text of a page for a hyphen at the end of a line."""
_LATIN_END = 0x7E
_END_OF_UNICODE = 0x110000
_END_OF_FIRST_PLANE = "\uffff"
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")

Colour = tuple[int, int, int, int]
"""Red, green, blue, opacity; 0..255."""


class Style(NamedTuple):
    """What all characters of one text object share."""

    handle: Address
    hidden: str
    """Why nobody can see them: `invisible`, `covered`, or empty."""
    is_unmapped: bool
    angle: int
    """Direction of writing: 0, 90, 180 or 270 degrees counterclockwise."""
    colour: Colour | None
    """None when the letters are not simply filled with one colour."""


class Letters(NamedTuple):
    """Characters in reading order; one row of each array belongs to one sign of `text`."""

    text: str
    bounds: Any
    """numpy float64, n x 4: left, bottom, right, top in user space."""
    angles: Any
    keys: Any
    """Addresses of the text objects."""
    gaps: Any
    """How many white spaces of the page stand before the character."""


class Ink(NamedTuple):
    """The text of a page, and how many characters were seen, hidden or unmapped."""

    letters: Letters
    unseen: Letters
    """Characters that are surely not to be seen: invisible, clear, too small, under a scan."""
    styles: dict[Address, Style]
    digits: list[tuple[int, Address, str]]
    """(place in the text, text object, digit) of visible digits."""
    visible: int
    hidden: int
    unmapped: int


def ink(textpage: Any, order: dict[Address, int], covered_below: int) -> Ink:
    """Return the characters of a page. Text painted before `covered_below` in `order` lies under an image."""
    page = address(textpage.raw)
    text = _text(page, min(textpage.count_chars(), _MAX_CHARACTERS))
    codes = _codes(text)
    is_space = _is_any_of(codes, [sign for sign in set(text) if sign.isspace() or sign == "\0"])
    places = np.flatnonzero(~is_space)
    codes, gaps = codes[places], np.cumsum(is_space)[places]
    keys = np.fromiter(map(text_object, repeat(page), places.tolist()), dtype=np.int64, count=len(places))
    styles, which = _styles(page, places, keys, order, covered_below)
    is_hidden = np.array([bool(style.hidden) for style in styles.values()], dtype=bool)[which]
    is_unmapped = np.array([style.is_unmapped for style in styles.values()], dtype=bool)[which]
    angles = np.array([style.angle for style in styles.values()], dtype=np.int64)[which]
    has_box, bounds = _boxes(page, places)
    has_box &= ~_is_any_of(codes, [sign for sign in _DROPPED if sign in text])
    is_large = np.maximum(bounds[:, 3] - bounds[:, 1], bounds[:, 2] - bounds[:, 0]) >= MIN_HEIGHT

    def chosen(mask: Any) -> Letters:
        return Letters(_signs(codes[mask]), bounds[mask], angles[mask], keys[mask], gaps[mask])

    is_shown = is_large & ~is_hidden
    is_digit = ~is_hidden & (codes >= ord("0")) & (codes <= ord("9"))
    digits = zip(places[is_digit].tolist(), keys[is_digit].tolist(), _signs(codes[is_digit]), strict=True)
    hidden = int(is_hidden.sum())
    return Ink(
        chosen(has_box & is_shown), chosen(has_box & ~is_shown), styles, list(digits),
        len(places) - hidden, hidden, int((~is_hidden & (is_unmapped | _is_unmapped(codes))).sum()),
    )  # fmt: skip


def _text(page: Address, count: int) -> str:
    """Return the signs of a page, one for each character that pdfium counts.

    It gives them in one go, but leaves out characters that mean nothing, and cannot give all that a map may claim;
    such pages are asked sign by sign.
    """
    # two units for a sign beyond the first plane: pdfium does not look how much room there is
    buffer = ctypes.create_string_buffer(4 * count + 4)
    written = max(0, text_of(page, 0, count, ctypes.addressof(buffer)) - 1)
    text = buffer.raw[: 2 * written].decode("utf-16-le", "surrogatepass")
    if len(text) != count or (text and max(text) > _END_OF_FIRST_PLANE):
        return "".join(map(_sign, map(unicode_of, repeat(page, count), range(count))))
    if _HYPHEN_IN_TEXT in text:
        signs = enumerate(text)
        return "".join(_sign(unicode_of(page, i)) if sign == _HYPHEN_IN_TEXT else sign for i, sign in signs)
    return text.replace(chr(_HYPHEN), "-")


def _sign(code: int) -> str:
    return "-" if code == _HYPHEN else chr(code) if code < _END_OF_UNICODE else "\ufffd"


def _codes(text: str) -> Any:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _signs(codes: Any) -> str:
    return str(codes.tobytes().decode("utf-32-le", "surrogatepass"))


def _is_any_of(codes: Any, signs: list[str]) -> Any:
    found = np.zeros(len(codes), dtype=bool)
    for sign in signs:
        found |= codes == ord(sign)
    return found


def _boxes(page: Address, places: Any) -> tuple[Any, Any]:
    """Return whether each character has a box, and the boxes (n x 4: left, bottom, right, top)."""
    count = len(places)
    stored = np.zeros((count, 4), dtype=np.float32)
    start = stored.ctypes.data
    targets = range(start, start + 16 * count, 16)
    is_there = np.fromiter(map(loose_box, repeat(page), places.tolist(), targets), dtype=bool, count=count)
    # FS_RECTF is left, top, right, bottom
    bounds = stored[:, (0, 3, 2, 1)].astype(np.float64)
    return is_there & np.isfinite(bounds).all(axis=1), bounds


def _styles(
    page: Address, places: Any, keys: Any, order: dict[Address, int], covered_below: int
) -> tuple[dict[Address, Style], Any]:
    """Return the style of every text object, and for every character the place of its style among them."""
    known, first, which = np.unique(keys, return_index=True, return_inverse=True)
    colour = Numbers(ctypes.c_uint, 4)
    return {
        key: _style(page, index, key, colour, is_covered=order.get(key, covered_below) < covered_below)
        for key, index in zip(known.tolist(), places[first].tolist(), strict=True)
    }, which


def _style(page: Address, index: int, handle: Address, colour: Numbers, *, is_covered: bool) -> Style:
    # pdfium measures clockwise
    angle = round(-math.degrees(char_angle(page, index)) / 90) * 90 % 360
    is_unmapped = has_map_error(page, index) == 1
    if not handle:
        return Style(0, "covered" if is_covered else "", is_unmapped, angle, None)
    rgba = tuple(colour.memory) if fill_colour(handle, *colour.places) else None
    mode = render_mode(handle)
    is_clear = rgba is not None and mode in _FILLED_MODES and rgba[3] <= _CLEAR
    hidden = "invisible" if mode in _INVISIBLE_MODES or is_clear else "covered" if is_covered else ""
    return Style(handle, hidden, is_unmapped, angle, rgba if mode == c.FPDF_TEXTRENDERMODE_FILL else None)


def _is_unmapped(codes: Any) -> Any:
    """Say of each character whether it is a replacement, for private use, or a control."""
    if not len(codes) or codes.max() <= _LATIN_END:
        return np.zeros(len(codes), dtype=bool)
    return (codes == 0xFFFD) | ((codes >= 0xE000) & (codes <= 0xF8FF)) | ((codes >= 0x7F) & (codes < 0xA0))  # noqa: PLR2004 - Unicode blocks
