"""hOCR 1.2: HTML whose `title` attributes hold boxes in pixels and confidences (Tesseract, OCRopus, archive.org ...)."""

import re
from collections.abc import Iterator, Mapping

from adapters.ocr_results.language import language_code
from adapters.ocr_results.markup import Element, number, share, text_of
from adapters.ocr_results.sheet import UNKNOWN, Corner, Print, Sheet, lay_out, points_for, rectangle
from adapters.ocr_results.tree import misshapen, printable
from engine.model.page import Reading
from engine.ports import Limits

_WORDS = frozenset({"ocrx_word", "ocr_word"})
_LINES = frozenset({"ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat"})
_PERCENT = 100.0
_PROPERTY = re.compile(r"\s*([A-Za-z_]\w*)\s*((?:\"[^\"]*\"|'[^']*'|[^;\"'])*)(?:;|$)")
_LONGEST_TITLE = 4000
_POINTS_PER_INCH = 72.0
_LEAST_DPI, _MOST_DPI = 90.0, 2400.0
"""70 is what Tesseract writes when it does not know."""


def read(root: Element, limits: Limits) -> Reading:
    """Return the pages of an hOCR file. Raises ReadError when it holds none or a box is missing."""
    stored = [element for element in root.iter("*") if "ocr_page" in _classes(element)]
    if not stored:
        raise misshapen("there is no element of class ocr_page")
    by = f"hocr:{_system(root)}"
    pages, _ = lay_out((_sheet(page) for page in stored[: limits.max_pages + 1]), by=by, limits=limits)
    return Reading(pages=pages, page_count=len(pages))


def _sheet(page: Element) -> Sheet:
    title = _title(page)
    x0, y0, x1, y1 = _box(title)
    points = _points(title, x1 - x0, y1 - y0)
    words = [_print(element, x0, y0) for element in page.iter("*") if _classes(element) & _WORDS]
    prints = words or [_print(element, x0, y0) for element in page.iter("*") if _classes(element) & _LINES]
    languages = (element.get("lang") or "" for element in (page, *page.iterdescendants("*")))
    return Sheet(x1 - x0, y1 - y0, points, prints, language=language_code(next(filter(None, languages), "")))


def _points(title: Mapping[str, str], width: float, height: float) -> Corner:
    resolution = [number(part) or 0.0 for part in title.get("scan_res", "").split()[:2]]
    if len(resolution) == 2 and all(_LEAST_DPI <= dpi <= _MOST_DPI for dpi in resolution):  # noqa: PLR2004 - across, down
        return (_POINTS_PER_INCH / resolution[0], _POINTS_PER_INCH / resolution[1])
    points = points_for(width, height)
    return (points, points)


def _print(element: Element, left: float, top: float) -> Print:
    title = _title(element)
    x0, y0, x1, y1 = _box(title)
    corners = rectangle(x0 - left, y0 - top, x1 - x0, y1 - y0)
    sure = share(title.get("x_wconf"), of=_PERCENT, default=UNKNOWN)
    return Print(printable(text_of(element)), _turned(corners, _angle(element)), sure)


def _angle(element: Element) -> int:
    """Return the quarter turns clockwise in which the line runs: `textangle` counts degrees counter-clockwise."""
    for holder in (element, *element.iterancestors("*")):
        angle = _title(holder).get("textangle")
        if angle is not None:
            return round(-(number(angle) or 0.0) / 90) % 4
        if "ocr_page" in _classes(holder):
            break
    return 0


def _turned(corners: tuple[Corner, ...], quarters: int) -> tuple[Corner, ...]:
    """Let the corners begin where the text begins."""
    return corners[quarters:] + corners[:quarters]


def _box(title: Mapping[str, str]) -> tuple[float, float, float, float]:
    sides = [number(part) or 0.0 for part in title.get("bbox", "").split()]
    if len(sides) != 4:  # noqa: PLR2004 - left, top, right, bottom
        raise misshapen("an element has no bbox of four numbers in its title")
    return (sides[0], sides[1], sides[2], sides[3])


def _title(element: Element) -> Mapping[str, str]:
    return dict(_properties(element.get("title") or ""))


def _properties(title: str) -> Iterator[tuple[str, str]]:
    for found in _PROPERTY.finditer(title[:_LONGEST_TITLE]):
        yield found[1], found[2].strip()


def _classes(element: Element) -> set[str]:
    return set((element.get("class") or "").split())


def _system(root: Element) -> str:
    for meta in root.iter("meta"):
        if meta.get("name") == "ocr-system":
            return printable(" ".join((meta.get("content") or "").split()))[:60]
    return "unknown"
