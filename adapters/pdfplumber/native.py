"""Functions of pdfium that are called for every character or figure, on plain addresses instead of handles."""

import ctypes
from typing import Any

import pypdfium2.raw as c

Address = int

_HANDLE = ctypes.c_void_p
_PLACE = ctypes.c_void_p
_INT = ctypes.c_int


def address(handle: Any) -> Address:
    """Return the address behind a pdfium handle, its identity while the page is open; 0 for none."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def native(function: Any, *arguments: Any, returns: Any = ctypes.c_int) -> Any:
    """Return a pdfium function that takes and gives plain addresses; handles cost four times as much to make.

    It keeps the interpreter's lock: pdfium serves one thread anyway, and letting go costs a third of a short call.
    """
    return ctypes.PYFUNCTYPE(returns, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


text_of = native(c.FPDFText_GetText, _HANDLE, _INT, _INT, _PLACE)
unicode_of = native(c.FPDFText_GetUnicode, _HANDLE, _INT, returns=ctypes.c_uint)
text_object = native(c.FPDFText_GetTextObject, _HANDLE, _INT, returns=ctypes.c_size_t)
loose_box = native(c.FPDFText_GetLooseCharBox, _HANDLE, _INT, _PLACE)
char_box = native(c.FPDFText_GetCharBox, _HANDLE, _INT, _PLACE, _PLACE, _PLACE, _PLACE)
char_angle = native(c.FPDFText_GetCharAngle, _HANDLE, _INT, returns=ctypes.c_float)
has_map_error = native(c.FPDFText_HasUnicodeMapError, _HANDLE, _INT)
font_size = native(c.FPDFText_GetFontSize, _HANDLE, _INT, returns=ctypes.c_double)
char_matrix = native(c.FPDFText_GetMatrix, _HANDLE, _INT, _PLACE)
render_mode = native(c.FPDFTextObj_GetTextRenderMode, _HANDLE)
font_of = native(c.FPDFTextObj_GetFont, _HANDLE, returns=ctypes.c_size_t)

count_objects = native(c.FPDFPage_CountObjects, _HANDLE)
object_at = native(c.FPDFPage_GetObject, _HANDLE, _INT, returns=ctypes.c_size_t)
count_inside = native(c.FPDFFormObj_CountObjects, _HANDLE)
object_inside = native(c.FPDFFormObj_GetObject, _HANDLE, ctypes.c_ulong, returns=ctypes.c_size_t)
kind_of = native(c.FPDFPageObj_GetType, _HANDLE)
count_marks = native(c.FPDFPageObj_CountMarks, _HANDLE)
matrix_of = native(c.FPDFPageObj_GetMatrix, _HANDLE, _PLACE)
bounds_of = native(c.FPDFPageObj_GetBounds, _HANDLE, _PLACE, _PLACE, _PLACE, _PLACE)
fill_colour = native(c.FPDFPageObj_GetFillColor, _HANDLE, _PLACE, _PLACE, _PLACE, _PLACE)
set_active = native(c.FPDFPageObj_SetIsActive, _HANDLE, _INT)

draw_mode = native(c.FPDFPath_GetDrawMode, _HANDLE, _PLACE, _PLACE)
count_segments = native(c.FPDFPath_CountSegments, _HANDLE)
segment_at = native(c.FPDFPath_GetPathSegment, _HANDLE, _INT, returns=ctypes.c_size_t)
segment_point = native(c.FPDFPathSegment_GetPoint, _HANDLE, _PLACE, _PLACE)
segment_kind = native(c.FPDFPathSegment_GetType, _HANDLE)
segment_closes = native(c.FPDFPathSegment_GetClose, _HANDLE)

glyph_path = native(c.FPDFFont_GetGlyphPath, _HANDLE, ctypes.c_uint32, ctypes.c_float, returns=ctypes.c_size_t)
count_glyph_segments = native(c.FPDFGlyphPath_CountGlyphSegments, _HANDLE)
glyph_segment = native(c.FPDFGlyphPath_GetGlyphPathSegment, _HANDLE, _INT, returns=ctypes.c_size_t)


class Numbers:
    """Numbers that pdfium writes into `memory`, one after the other; `places` are the addresses to hand over."""

    def __init__(self, kind: Any, count: int) -> None:
        self.memory = (kind * count)()
        start, size = ctypes.addressof(self.memory), ctypes.sizeof(kind)
        self.places = range(start, start + count * size, size)
