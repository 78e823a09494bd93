"""The outline of a glyph, as pdfium finds it through the maps of its font."""

import ctypes
from collections.abc import Sequence
from typing import Any

import pypdfium2.raw as c

from adapters.pdfplumber.words import native

_FINE = 3
"""Decimals, in units of the font's square, that points are compared with."""

_SAMPLES = 7
_MOST_KNOWN = 5000

Outline = tuple[tuple[float, float, bool], ...]
"""(x, y, whether a contour starts here), control points of curves among them."""


def outline(font: Any, sign: str) -> Outline:
    """Return the outline drawn for the code that the font's maps call `sign`; nothing when the font has none.

    The same glyph of another file is recognised by its length and a handful of its points: reading all of them is slow.
    """
    path = c.FPDFFont_GetGlyphPath(font, ord(sign), 1.0)
    if not path:
        return ()
    place = ctypes.cast(path, ctypes.c_void_p).value or 0
    count = c.FPDFGlyphPath_CountGlyphSegments(path)
    if count < 1:
        return ()
    some = dict.fromkeys(count * part // _SAMPLES for part in range(_SAMPLES)) | {count - 1: None}
    key = (count, *_points(place, list(some)))
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[key] = _points(place, range(count))
    return known


def _points(path: int, places: Sequence[int]) -> Outline:
    x, y = ctypes.c_float(), ctypes.c_float()
    at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
    points = []
    for index in places:
        segment = _segment(path, index)
        _point(segment, at_x, at_y)
        points.append((round(x.value, _FINE), round(y.value, _FINE), _kind(segment) == c.FPDF_SEGMENT_MOVETO))
    return tuple(points)


_known: dict[tuple[object, ...], Outline] = {}
_segment = native(c.FPDFGlyphPath_GetGlyphPathSegment, ctypes.c_void_p, ctypes.c_int, returns=ctypes.c_void_p)
_point = native(c.FPDFPathSegment_GetPoint, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_kind = native(c.FPDFPathSegment_GetType, ctypes.c_void_p)
