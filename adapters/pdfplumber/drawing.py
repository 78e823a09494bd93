"""What is drawn on a page besides text: lines, and images that cover it, in painting order."""

import ctypes
from collections.abc import Iterator
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import pypdfium2.raw as c

from adapters.pdfplumber.geometry import IDENTITY, Bounds, Frame, Matrix, compose, span
from adapters.pdfplumber.letters import Colour
from adapters.pdfplumber.native import (
    Address,
    Numbers,
    address,
    bounds_of,
    count_inside,
    count_marks,
    count_objects,
    count_segments,
    draw_mode,
    fill_colour,
    kind_of,
    matrix_of,
    object_at,
    object_inside,
    segment_at,
    segment_closes,
    segment_kind,
    segment_point,
)

_MAX_DEPTH = 8
_MAX_OBJECTS = 200_000
_MAX_RULES = 4000
_MAX_SHAPES = 20_000
_MAX_STROKES = 4000
_BOX = 20
"""Pieces of which a box with round corners, or a circle, has fewer."""
_THIN = 2.5
"""Points: a filled rectangle not thicker than this is a line."""
_STRAIGHT = 1.0
_SHORT = 8.0
"""Points: shorter strokes are glyphs and ornaments."""
_GRID = 24
_UNIT_SQUARE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))

Segment = tuple[float, float, float, float]


class Shape(NamedTuple):
    """A filled figure: painting order, bounds in user space, colour, and how many points its outline has."""

    place: int
    bounds: Bounds
    colour: Colour
    points: int


class Picture(NamedTuple):
    """An image: bounds in user space, and width, height (pixels) and stored bytes, by which it is known again."""

    bounds: Bounds
    data: tuple[int, int, int]
    is_jpeg: bool


class Drawing:
    """One walk over the objects of a page. Bounds are in user space."""

    def __init__(self, page: Any) -> None:
        self.segments: list[Segment] = []
        self.images: list[tuple[int, Bounds]] = []
        """(painting order, bounds) of every opaque image."""
        self.pictures: list[Picture] = []
        """Every image."""
        self.shapes: list[Shape] = []
        """Filled shapes, in painting order."""
        self.strokes: list[tuple[Bounds, int]] = []
        """Bounds of what is drawn freely, in painting order, and how many pieces of it are neither across nor down."""
        self.layered: set[int] = set()
        """Addresses of text objects that belong to a layer which may be switched off."""
        self.order: dict[int, int] = {}
        """Address of a text object -> its place in the painting order."""
        self.paths = 0
        self.objects = 0
        self._pen = _Pen()
        for place, (handle, matrix, kind) in enumerate(_walk(address(page.raw), self._pen)):
            self.objects += 1
            if kind == c.FPDF_PAGEOBJ_TEXT:
                self.order[handle] = place
                if count_marks(handle) and _is_layered(handle):
                    self.layered.add(handle)
            elif kind == c.FPDF_PAGEOBJ_IMAGE:
                self._add_image(handle, matrix, place)
            elif kind == c.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                self._add_path(handle, matrix, place)

    def _add_path(self, path: Address, matrix: Matrix, place: int) -> None:
        is_filled, is_stroked = self._pen.mode(path)
        if not (is_filled or is_stroked):
            return
        count = count_segments(path)
        bounds = self._pen.bounds(path, matrix) if is_filled else None
        straight: list[Segment] = []
        if len(self.segments) < _MAX_RULES and (is_stroked or bounds is None or _may_be_thin(bounds)):
            straight = list(_lines(path, count, compose(self._pen.matrix(path), matrix), is_stroked=is_stroked))
            self.segments.extend(straight)
        if len(self.strokes) < _MAX_STROKES and _is_free(path, count, len(straight), is_stroked=is_stroked):
            free = self._pen.bounds(path, matrix)
            self.strokes.extend([(free, count - 1 - len(straight))] if free else [])
        if bounds is not None and len(self.shapes) < _MAX_SHAPES:
            colour = self._pen.colour(path)
            if colour is not None:
                self.shapes.append(Shape(place, bounds, colour, count))

    def _add_image(self, place_of_image: Address, matrix: Matrix, place: int) -> None:
        handle = ctypes.cast(place_of_image, c.FPDF_PAGEOBJECT)
        bounds = span(compose(self._pen.matrix(place_of_image), matrix), _UNIT_SQUARE)
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        c.FPDFImageObj_GetImagePixelSize(handle, wide, high)
        size = c.FPDFImageObj_GetImageDataRaw(handle, None, 0)
        self.pictures.append(Picture(bounds, (wide.value, high.value, size), _is_jpeg(handle)))
        if not c.FPDFPageObj_HasTransparency(handle):
            self.images.append((place, bounds))

    def coverage(self, frame: Frame) -> tuple[float, int]:
        """Return the part of the page (0..1) under images, and the painting order of the last large one (-1: none)."""
        cells: set[tuple[int, int]] = set()
        last = -1
        for place, bounds in self.images:
            own = _cells(bounds, frame)
            cells |= own
            if len(own) > _GRID:
                last = place
        return len(cells) / (_GRID * _GRID), last


class _Pen:
    """Asks pdfium how an object is drawn, in memory that is used again for each."""

    def __init__(self) -> None:
        self._mode = Numbers(ctypes.c_int, 2)
        self._matrix = Numbers(ctypes.c_float, 6)
        self._bounds = Numbers(ctypes.c_float, 4)
        self._colour = Numbers(ctypes.c_uint, 4)

    def mode(self, path: Address) -> tuple[bool, bool]:
        """Return whether a path is filled, and whether it is stroked."""
        draw_mode(path, *self._mode.places)
        fill, stroke = self._mode.memory
        return bool(fill), bool(stroke)

    def matrix(self, handle: Address) -> Matrix:
        """Return the transformation of an object."""
        if not matrix_of(handle, self._matrix.places[0]):
            return IDENTITY
        a, b, cc, d, e, f = self._matrix.memory
        return a, b, cc, d, e, f

    def bounds(self, handle: Address, matrix: Matrix) -> Bounds | None:
        """Return (left, bottom, right, top) of an object that lies in a form with this transformation."""
        if not bounds_of(handle, *self._bounds.places):
            return None
        left, bottom, right, top = self._bounds.memory
        if matrix is IDENTITY:
            return left, bottom, right, top
        return span(matrix, ((left, bottom), (left, top), (right, bottom), (right, top)))

    def colour(self, handle: Address) -> Colour | None:
        """Return the one colour that an object is filled with, if it is one."""
        if not fill_colour(handle, *self._colour.places):
            return None
        red, green, blue, alpha = self._colour.memory
        return red, green, blue, alpha


def _walk(page: Address, pen: _Pen) -> Iterator[tuple[Address, Matrix, int]]:
    """Yield (object, transformation of what holds it, type), forms opened, in painting order."""
    stack: list[tuple[Iterator[Address], Matrix]] = [
        (map(object_at, repeat(page), range(count_objects(page))), IDENTITY)
    ]
    seen = 0
    while stack and seen < _MAX_OBJECTS:
        objects, matrix = stack[-1]
        for handle in objects:
            seen += 1
            kind = kind_of(handle)
            if kind == c.FPDF_PAGEOBJ_FORM and len(stack) < _MAX_DEPTH:
                inside = map(object_inside, repeat(handle), range(count_inside(handle)))
                stack.append((inside, compose(pen.matrix(handle), matrix)))
                break
            yield handle, matrix, kind
            if seen >= _MAX_OBJECTS:
                break
        else:
            stack.pop()


def _may_be_thin(bounds: Bounds) -> bool:
    """Whether a filled figure may be a line, by its bounds, which hold all of it."""
    return min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= 2 * _THIN


def _is_free(path: Address, count: int, straight: int, *, is_stroked: bool) -> bool:
    """Whether a path is no line, box or circle: it may be part of something written by hand."""
    if count < 2 or straight >= count - 1:  # noqa: PLR2004 - a piece from one point to another
        return False
    if count > _BOX or not is_stroked:
        return count > _BOX
    (ax, ay, _), *_, (bx, by, _) = _points(path, count, IDENTITY)
    return max(abs(ax - bx), abs(ay - by)) > _STRAIGHT


def _is_layered(text: Address) -> bool:
    """Whether a marked-content sequence of optional content (ISO 32000-1, 8.11.3.2) holds the object."""
    handle = ctypes.cast(text, c.FPDF_PAGEOBJECT)
    buffer = (c.FPDF_WCHAR * 4)()
    length = ctypes.c_ulong()
    for index in range(min(c.FPDFPageObj_CountMarks(handle), _MAX_DEPTH)):
        mark = c.FPDFPageObj_GetMark(handle, index)
        if c.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length) and bytes(buffer)[:4] == b"O\0C\0":
            return True
    return False


def _is_jpeg(image: Any) -> bool:
    count = c.FPDFImageObj_GetImageFilterCount(image)
    name = ctypes.create_string_buffer(32)
    return bool(count and c.FPDFImageObj_GetImageFilter(image, count - 1, name, 32) and name.value == b"DCTDecode")


def _cells(bounds: Bounds, frame: Frame) -> set[tuple[int, int]]:
    """Return the cells of a grid over the page whose middle lies inside `bounds`."""
    left, bottom, right, top = bounds
    step_x, step_y = (frame.right - frame.left) / _GRID, (frame.top - frame.bottom) / _GRID
    columns = [i for i in range(_GRID) if left <= frame.left + (i + 0.5) * step_x <= right]
    rows = [j for j in range(_GRID) if bottom <= frame.bottom + (j + 0.5) * step_y <= top]
    return {(i, j) for i in columns for j in rows}


def _lines(path: Address, count: int, matrix: Matrix, *, is_stroked: bool) -> Iterator[Segment]:
    """Yield the straight lines that a path draws: strokes along an axis, and thin filled rectangles."""
    if count > 64:  # noqa: PLR2004 - a curve or a glyph
        return
    points = _points(path, count, matrix)
    if is_stroked:
        for (ax, ay, _), (bx, by, is_drawn) in pairwise(points):
            if is_drawn and (abs(ax - bx) <= _STRAIGHT or abs(ay - by) <= _STRAIGHT):
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
    elif points:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        if min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
            yield min(xs), min(ys), max(xs), max(ys)


def _points(path: Address, count: int, matrix: Matrix) -> list[tuple[float, float, bool]]:
    """Return (x, y, whether a straight line leads here) of each segment, closed figures closed."""
    a, b, cc, d, e, f = matrix
    points: list[tuple[float, float, bool]] = []
    start = (0.0, 0.0)
    place = Numbers(ctypes.c_float, 2)
    at_x, at_y = place.places
    for i in range(count):
        segment = segment_at(path, i)
        segment_point(segment, at_x, at_y)
        kind = segment_kind(segment)
        x, y = place.memory
        here = (a * x + cc * y + e, b * x + d * y + f)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = here
        points.append((*here, kind == c.FPDF_SEGMENT_LINETO))
        if segment_closes(segment):
            points.append((*start, True))
    return points


def rules(drawing: Drawing, frame: Frame) -> list[Segment]:
    """Return drawn lines as (x0, top, x1, bottom) on the upright page, flat: horizontal or vertical."""
    width, height = frame.size
    found: set[Segment] = set()
    for segment in drawing.segments:
        x0, top, x1, bottom = frame.box(segment)
        if max(x1 - x0, bottom - top) < _SHORT or x1 < 0 or bottom < 0 or x0 > width or top > height:
            continue
        if x1 - x0 >= bottom - top:
            middle = round((top + bottom) / 2, 2)
            found.add((round(max(x0, 0), 2), middle, round(min(x1, width), 2), middle))
        else:
            middle = round((x0 + x1) / 2, 2)
            found.add((middle, round(max(top, 0), 2), middle, round(min(bottom, height), 2)))
    return sorted(found, key=lambda r: (r[1], r[0]))
