"""The outline of a glyph, as pdfium finds it through the maps of its font."""

import ctypes
from collections.abc import Collection
from itertools import repeat

import pypdfium2.raw as c

from adapters.pdfplumber.native import (
    Address,
    Numbers,
    count_glyph_segments,
    glyph_path,
    glyph_segment,
    segment_kind,
    segment_point,
)

_FINE = 3
"""Decimals, in units of the font's square, that points are compared with."""

_SAMPLES = 7
_MOST_KNOWN = 5000

Outline = tuple[tuple[float, float, bool], ...]
"""(x, y, whether a contour starts here), control points of curves among them."""


def outline(font: Address, sign: str) -> Outline:
    """Return the outline drawn for the code that the font's maps call `sign`; nothing when the font has none.

    The same glyph of another file is recognised by its length and a handful of its points: reading all of them is slow.
    """
    path = glyph_path(font, ord(sign), 1.0)
    if not path:
        return ()
    count = count_glyph_segments(path)
    if count < 1:
        return ()
    some = dict.fromkeys(count * part // _SAMPLES for part in range(_SAMPLES)) | {count - 1: None}
    key = (count, *_points(path, some))
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        xs, ys, kinds = _points(path, range(count))
        known = _known[key] = tuple(
            (round(x, _FINE), round(y, _FINE), kind == c.FPDF_SEGMENT_MOVETO)
            for x, y, kind in zip(xs, ys, kinds, strict=True)
        )
    return known


def _points(path: Address, places: Collection[int]) -> tuple[tuple[float, ...], tuple[float, ...], tuple[int, ...]]:
    """Return where the segments at `places` end (x, then y), and their kinds."""
    segments = list(map(glyph_segment, repeat(path), places))
    xs, ys = Numbers(ctypes.c_float, len(segments)), Numbers(ctypes.c_float, len(segments))
    list(map(segment_point, segments, xs.places, ys.places))
    return tuple(xs.memory), tuple(ys.memory), tuple(map(segment_kind, segments))


_known: dict[tuple[object, ...], Outline] = {}
