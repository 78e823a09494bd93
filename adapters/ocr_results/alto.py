"""ALTO XML, versions 1 to 4 (Library of Congress): strings with boxes in pixels, tenths of millimetres or 1/1200 inch."""

import math
from collections.abc import Iterator

from adapters.ocr_results.language import language_code
from adapters.ocr_results.markup import Element, local, number, share, text_of
from adapters.ocr_results.sheet import UNKNOWN, Corner, Print, Sheet, lay_out, points_for
from adapters.ocr_results.tree import misshapen, printable
from engine.model.page import Reading
from engine.ports import Limits

_POINTS = {"mm10": 72.0 / 254.0, "inch1200": 72.0 / 1200.0}
"""Points of one unit; pixels have no size of their own."""
_SPACES = ("PrintSpace", "TopMargin", "BottomMargin", "LeftMargin", "RightMargin")


def read(root: Element, limits: Limits) -> Reading:
    """Return the pages of an ALTO file. Raises ReadError when it holds none or a string has no place."""
    stored = [element for element in root.iter("*") if local(element) == "Page"]
    if local(root) != "alto" or not stored:
        raise misshapen("there is no Page in an alto element")
    unit = next((text_of(e).strip() for e in root.iter("*") if local(e) == "MeasurementUnit"), "pixel")
    pages, _ = lay_out(
        (_sheet(page, unit) for page in stored[: limits.max_pages + 1]), by=f"alto:{_software(root)}", limits=limits
    )
    return Reading(pages=pages, page_count=len(pages))


def _sheet(page: Element, unit: str) -> Sheet:
    strings = list(_strings(page))
    prints = [_print(element, hyphen) for element, hyphen in strings]
    width, height = number(page.get("WIDTH")) or 0.0, number(page.get("HEIGHT")) or 0.0
    if not (width and height):
        width, height = _print_space(page)
    points = _POINTS.get(unit) or points_for(width, height)
    language = next((found for e in page.iter("*") if (found := e.get("LANG") or e.get("language"))), "")
    return Sheet(width, height, (points, points), prints, language=language_code(language))


def _print_space(page: Element) -> Corner:
    """Return the size of a page that does not state it: as far as its spaces reach."""
    right = bottom = 0.0
    for element in page.iter("*"):
        if local(element) in _SPACES:
            left, top, width, height = (
                number(element.get(name)) or 0.0 for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")
            )
            right, bottom = max(right, left + width), max(bottom, top + height)
    return (right, bottom)


def _strings(page: Element) -> Iterator[tuple[Element, str]]:
    """Yield the strings, each with the hyphen that is printed after it."""
    for element in page.iter("*"):
        if local(element) == "String":
            after = element.getnext()
            is_hyphen = after is not None and local(after) == "HYP"
            yield element, (after.get("CONTENT") or "-") if is_hyphen and after is not None else ""


def _print(element: Element, hyphen: str) -> Print:
    left, top, width, height = (number(element.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    if left is None or top is None or width is None or height is None:
        raise misshapen("a String has no HPOS, VPOS, WIDTH and HEIGHT")
    content = element.get("CONTENT") or ""
    text = printable(content if content.endswith(hyphen) else content + hyphen)
    return Print(
        text, _corners(left, top, width, height, _rotation(element)), share(element.get("WC"), default=UNKNOWN)
    )


def _rotation(element: Element) -> float:
    """Return the clockwise turn of the block that the string stands in (`ROTATION` counts counter-clockwise)."""
    for holder in element.iterancestors("*"):
        turn = number(holder.get("ROTATION"))
        if turn is not None:
            return -turn
    return 0.0


def _corners(left: float, top: float, width: float, height: float, turn: float) -> tuple[Corner, ...]:
    """Return the corners, beginning where the text begins: the box itself stands upright on the stored page."""
    corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    quarters = round(turn / 90) % 4 if math.isfinite(turn) else 0
    return corners[quarters:] + corners[:quarters]


def _software(root: Element) -> str:
    names = (" ".join(text_of(e).split()) for e in root.iter("*") if local(e) == "softwareName")
    return printable(next(filter(None, names), "unknown"))[:60]
