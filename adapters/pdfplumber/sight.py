"""Which words of a text layer a person sees: cheap signs first, then the pixels with and without them."""

import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np

from adapters.pdfplumber.drawing import Drawing, Shape
from adapters.pdfplumber.geometry import Bounds, Frame
from adapters.pdfplumber.letters import Colour, Ink
from adapters.pdfplumber.native import set_active
from adapters.pdfplumber.words import RawWord, raw_words

_LIGHT = 215
"""Of 255, in every part of the colour: hard to see on paper, so it needs a dark ground."""
_ALIKE = 40
"""Of 255: text this near to the colour of the ground below it is suspicious."""
_TRACE = 12
"""Of 255: the darkest change a word must leave in the picture of the page to be seen."""
_FAINT = 90
"""Of 255 opacity: text fainter than this is looked at."""
_SCALE = 2.0
"""Pixels per point."""
_MOST_PIXELS = 12_000_000
_MOST_PAIRS = 400_000
"""Words times figures looked at in one go."""
_MOST_NUMBERS = 1500
_SMALLEST_COVER = 2.0
"""Points: thinner figures are lines, they cover nothing."""
_LAST = 10**9
_NO_COLOUR = (-1000, -1000, -1000, 0)
"""Like no other: an image has no one colour."""
_SAME_PLACE = 0.6
"""Part of the smaller of two words that lies on the other."""
_SAME_SIZE = 1.5
_DIGIT = re.compile("[0-9]")


Rgb = tuple[int, int, int]


class HiddenWord(NamedTuple):
    """A word nobody sees, and why: `invisible`, `covered`, `off_page`, `like_its_ground`, `overprinted`, `too_small`."""

    word: RawWord
    why: str


class Seen(NamedTuple):
    """The words of a page parted by whether a person sees them."""

    words: list[RawWord]
    hidden: list[HiddenWord]


def look(page: Any, found: Ink, drawing: Drawing, frame: Frame) -> Seen:
    """Part the words of a page. The page is drawn only where a sign says that a word may not be visible.

    `frame` is the page as stored (its crop box and /Rotate).
    """
    pale = {key for key, style in found.styles.items() if _is_pale(style.colour)} | drawing.layered
    words = raw_words(found.letters, apart=pale)
    unseen = raw_words(found.unseen)
    hidden = [HiddenWord(word, found.styles[word.key].hidden or "too_small") for word in unseen]
    inside = [word for word in words if _is_inside(word.bounds, frame)]
    if len(inside) < len(words):
        hidden += [HiddenWord(word, "off_page") for word in words if not _is_inside(word.bounds, frame)]
    why = _suspects(inside, found, drawing, pale)
    gone = _without_trace(page, [inside[i] for i in why], found, frame) if why else set()
    lost = {i: reason for (i, reason), is_gone in zip(why.items(), gone, strict=True) if is_gone} if why else {}
    lost |= _overprinted([(i, word) for i, word in enumerate(inside) if i not in lost], drawing)
    hidden += [HiddenWord(inside[i], reason) for i, reason in lost.items()]
    return Seen([word for i, word in enumerate(inside) if i not in lost], hidden)


def _is_pale(colour: Colour | None) -> bool:
    return colour is not None and (min(colour[:3]) >= _LIGHT or colour[3] < _FAINT)


def _is_inside(bounds: Bounds, frame: Frame) -> bool:
    left, bottom, right, top = bounds
    return frame.left <= (left + right) / 2 <= frame.right and frame.bottom <= (bottom + top) / 2 <= frame.top


def _suspects(words: Sequence[RawWord], found: Ink, drawing: Drawing, pale: Collection[int]) -> dict[int, str]:
    """Return the places in `words` of those that may be invisible, and the reason to name if they are."""
    why = {i: "like_its_ground" for i, word in enumerate(words) if word.key in pale}
    covers = [(shape.place, shape.bounds, shape.colour) for shape in drawing.shapes if _can_cover(shape)]
    covers += [(place, bounds, _NO_COLOUR) for place, bounds in drawing.images]
    if not covers:
        return why
    bounds = np.array([cover[1] for cover in covers])
    order = np.array([cover[0] for cover in covers])
    colours = np.array([cover[2][:3] for cover in covers])
    middles = _middles(words)
    step = max(1, _MOST_PAIRS // len(covers))
    for start in range(0, len(words), step):
        block = words[start : start + step]
        x, y = middles[start : start + step, 0, None], middles[start : start + step, 1, None]
        places = np.array([drawing.order.get(word.key, _LAST) for word in block])[:, None]
        on = (bounds[:, 0] <= x) & (x <= bounds[:, 2]) & (bounds[:, 1] <= y) & (y <= bounds[:, 3])
        why |= {start + int(i): "covered" for i in np.flatnonzero((on & (order > places)).any(axis=1))}
        is_alike = _are_alike([_ink(found.styles[word.key].colour) for word in block], colours)
        for i in np.flatnonzero((on & (order < places) & is_alike).any(axis=1)):
            why.setdefault(start + int(i), "like_its_ground")
    return why


def _are_alike(inks: Sequence[Rgb], colours: Any) -> Any:
    """Say of each ink and each of the colours (n x 3) whether they are near to each other; a page has few inks."""
    known = {ink: i for i, ink in enumerate(dict.fromkeys(inks))}
    near = np.abs(np.array(list(known))[:, None] - colours).max(axis=2) < _ALIKE
    return near[[known[ink] for ink in inks]]


def _can_cover(shape: Shape) -> bool:
    left, bottom, right, top = shape.bounds
    return shape.colour[3] >= _FAINT and right - left >= _SMALLEST_COVER and top - bottom >= _SMALLEST_COVER


def _ink(colour: Colour | None) -> Rgb:
    return colour[:3] if colour is not None else _NO_COLOUR[:3]


def _middles(words: Sequence[RawWord]) -> Any:
    """Return the middle (x, y) of each word, n x 2."""
    bounds = np.array([word.bounds for word in words]).reshape(-1, 4)
    return (bounds[:, :2] + bounds[:, 2:]) / 2


def _without_trace(page: Any, words: Sequence[RawWord], found: Ink, frame: Frame) -> list[bool]:
    """Say of each word whether the picture of the page stays the same when its text object is taken away."""
    boxes = [frame.box(word.bounds) for word in words]
    width, height = frame.size
    area = (
        max(0.0, min(box[0] for box in boxes) - 1), max(0.0, min(box[1] for box in boxes) - 1),
        min(width, max(box[2] for box in boxes) + 1), min(height, max(box[3] for box in boxes) + 1),
    )  # fmt: skip
    if (area[2] - area[0]) * (area[3] - area[1]) * _SCALE**2 > _MOST_PIXELS:
        return [False] * len(words)
    handles = [style.handle for key in {word.key for word in words} if (style := found.styles[key]).handle]
    before = _picture(page, area, frame)
    for handle in handles:
        set_active(handle, 0)
    change = np.abs(before - _picture(page, area, frame))
    for handle in handles:
        set_active(handle, 1)
    return [_most(change, box, area) < _TRACE for box in boxes]


def _picture(page: Any, area: Bounds, frame: Frame) -> Any:
    width, height = frame.size
    crop = (area[0], height - area[3], width - area[2], area[1])
    return page.render(scale=_SCALE, grayscale=True, crop=crop).to_numpy().squeeze().astype(np.int16)


def _most(change: Any, box: Bounds, area: Bounds) -> int:
    """Return the largest change inside a word's box."""
    rows = slice(max(0, round((box[1] - area[1]) * _SCALE)), max(1, round((box[3] - area[1]) * _SCALE)))
    columns = slice(max(0, round((box[0] - area[0]) * _SCALE)), max(1, round((box[2] - area[0]) * _SCALE)))
    inside = change[rows, columns]
    return int(inside.max()) if inside.size else 255


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None or (not text.isascii() and any(sign.isdigit() for sign in text))


def _overprinted(words: Sequence[tuple[int, RawWord]], drawing: Drawing) -> dict[int, str]:
    """Return the lower of two different words with digits, of like size, that lie on each other."""
    numbers = [(i, word) for i, word in words if _has_digit(word.text)][:_MOST_NUMBERS]
    if len(numbers) < 2:  # noqa: PLR2004 - a pair
        return {}
    boxes = np.array([word.bounds for _, word in numbers])
    heights = boxes[:, 3] - boxes[:, 1]
    areas = (boxes[:, 2] - boxes[:, 0]) * heights
    across = np.minimum(boxes[:, None, 2], boxes[:, 2]) - np.maximum(boxes[:, None, 0], boxes[:, 0])
    along = np.minimum(boxes[:, None, 3], boxes[:, 3]) - np.maximum(boxes[:, None, 1], boxes[:, 1])
    shared = across.clip(0) * along.clip(0)
    same = (shared >= _SAME_PLACE * np.minimum(areas[:, None], areas)) & (
        np.maximum(heights[:, None], heights) <= _SAME_SIZE * np.minimum(heights[:, None], heights)
    )
    lower: dict[int, str] = {}
    for a, b in np.argwhere(np.triu(same, 1)):
        (i, one), (j, other) = numbers[a], numbers[b]
        if one.text not in other.text and other.text not in one.text:
            under = i if drawing.order.get(one.key, 0) <= drawing.order.get(other.key, 0) else j
            lower[under] = "overprinted"
    return lower
