"""What is drawn on a page besides text: lines, and images that cover it, in painting order."""

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as c

from adapters.pdfplumber.geometry import IDENTITY, Bounds, Frame, Matrix, compose, span
from adapters.pdfplumber.words import Colour

_MAX_DEPTH = 8
_MAX_OBJECTS = 200_000
_MAX_RULES = 4000
_MAX_SHAPES = 20_000
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
        self.layered: set[int] = set()
        """Addresses of text objects that belong to a layer which may be switched off."""
        self.order: dict[int, int] = {}
        """Address of a text object -> its place in the painting order."""
        self.paths = 0
        self.objects = 0
        for place, (handle, matrix, kind) in enumerate(_walk(page.raw)):
            self.objects += 1
            if kind == c.FPDF_PAGEOBJ_TEXT:
                self.order[address(handle)] = place
                if c.FPDFPageObj_CountMarks(handle) and _is_layered(handle):
                    self.layered.add(address(handle))
            elif kind == c.FPDF_PAGEOBJ_IMAGE:
                self._add_image(handle, matrix, place)
            elif kind == c.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                if len(self.segments) < _MAX_RULES:
                    self.segments.extend(_lines(handle, compose(_matrix(handle), matrix)))
                if len(self.shapes) < _MAX_SHAPES:
                    self.shapes.extend(_shape(handle, matrix, place))

    def _add_image(self, handle: Any, matrix: Matrix, place: int) -> None:
        bounds = span(compose(_matrix(handle), matrix), _UNIT_SQUARE)
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


def address(handle: Any) -> int:
    """Return the address behind a pdfium handle, its identity while the page is open."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _walk(page: Any) -> Iterator[tuple[Any, Matrix, int]]:
    """Yield (object, transformation of what holds it, type), forms opened, in painting order."""
    stack: list[tuple[Iterator[Any], Matrix]] = [
        ((c.FPDFPage_GetObject(page, i) for i in range(c.FPDFPage_CountObjects(page))), IDENTITY)
    ]
    seen = 0
    while stack and seen < _MAX_OBJECTS:
        handle = next(stack[-1][0], None)
        if handle is None:
            stack.pop()
            continue
        seen += 1
        kind = c.FPDFPageObj_GetType(handle)
        matrix = stack[-1][1]
        if kind == c.FPDF_PAGEOBJ_FORM and len(stack) < _MAX_DEPTH:
            stack.append((_inside(handle), compose(_matrix(handle), matrix)))
        else:
            yield handle, matrix, kind


def _shape(path: Any, matrix: Matrix, place: int) -> Iterator[Shape]:
    """Yield the figure that a path fills with one colour, if it does."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value:
        return
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if c.FPDFPageObj_GetFillColor(path, red, green, blue, alpha) and c.FPDFPageObj_GetBounds(
        path, left, bottom, right, top
    ):
        corners = tuple((x, y) for x in (left.value, right.value) for y in (bottom.value, top.value))
        colour = (red.value, green.value, blue.value, alpha.value)
        yield Shape(place, span(matrix, corners), colour, c.FPDFPath_CountSegments(path))


def _is_layered(handle: Any) -> bool:
    """Whether a marked-content sequence of optional content (ISO 32000-1, 8.11.3.2) holds the object."""
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


def _inside(form: Any) -> Iterator[Any]:
    return (c.FPDFFormObj_GetObject(form, i) for i in range(c.FPDFFormObj_CountObjects(form)))


def _matrix(handle: Any) -> Matrix:
    found = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(handle, found):
        return IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _cells(bounds: Bounds, frame: Frame) -> set[tuple[int, int]]:
    """Return the cells of a grid over the page whose middle lies inside `bounds`."""
    left, bottom, right, top = bounds
    step_x, step_y = (frame.right - frame.left) / _GRID, (frame.top - frame.bottom) / _GRID
    columns = [i for i in range(_GRID) if left <= frame.left + (i + 0.5) * step_x <= right]
    rows = [j for j in range(_GRID) if bottom <= frame.bottom + (j + 0.5) * step_y <= top]
    return {(i, j) for i in columns for j in rows}


def _lines(path: Any, matrix: Matrix) -> Iterator[Segment]:
    """Yield the straight lines that a path draws: strokes along an axis, and thin filled rectangles."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, fill, stroke)
    count = c.FPDFPath_CountSegments(path)
    if count > 64:  # noqa: PLR2004 - a curve or a glyph
        return
    points = _points(path, count, matrix)
    if stroke.value:
        for (ax, ay, _), (bx, by, is_drawn) in pairwise(points):
            if is_drawn and (abs(ax - bx) <= _STRAIGHT or abs(ay - by) <= _STRAIGHT):
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
    elif fill.value and points:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        if min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
            yield min(xs), min(ys), max(xs), max(ys)


def _points(path: Any, count: int, matrix: Matrix) -> list[tuple[float, float, bool]]:
    """Return (x, y, whether a straight line leads here) of each segment, closed figures closed."""
    a, b, cc, d, e, f = matrix
    points: list[tuple[float, float, bool]] = []
    start = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(count):
        segment = c.FPDFPath_GetPathSegment(path, i)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        kind = c.FPDFPathSegment_GetType(segment)
        here = (a * x.value + cc * y.value + e, b * x.value + d * y.value + f)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = here
        points.append((*here, kind == c.FPDF_SEGMENT_LINETO))
        if c.FPDFPathSegment_GetClose(segment):
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
