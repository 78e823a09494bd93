"""PAGE XML (PRImA pagecontent 2010 to 2019): regions, lines and words with polygons in pixels; one page a file."""

import re
from collections.abc import Sequence

from adapters.ocr_results.language import language_code
from adapters.ocr_results.markup import Element, local, number, share, text_of
from adapters.ocr_results.sheet import UNKNOWN, Corner, Print, Sheet, lay_out, points_for
from adapters.ocr_results.tree import misshapen, printable
from engine.model.page import Reading
from engine.ports import Limits

_POINT = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?),(-?\d{1,9}(?:\.\d{1,9})?)", re.ASCII)
_LONGEST = 200_000
_LEVELS = ("Word", "TextLine", "TextRegion")
_POINTS_PER = {"PPI": 72.0, "PPCM": 72.0 / 2.54}
_LEAST_DPI = 50.0
_LAST = 10**6


def read(root: Element, limits: Limits) -> Reading:
    """Return the pages of a PAGE file. Raises ReadError when it holds none or a text has no place."""
    stored = [element for element in root.iterchildren("*") if local(element) == "Page"]
    if local(root) != "PcGts" or not stored:
        raise misshapen("there is no Page in a PcGts element")
    sheets = (_sheet(page) for page in stored[: limits.max_pages + 1])
    pages, _ = lay_out(sheets, by=f"page-xml:{_creator(root)}", limits=limits)
    return Reading(pages=pages, page_count=len(pages))


def _sheet(page: Element) -> Sheet:
    width, height = number(page.get("imageWidth")) or 0.0, number(page.get("imageHeight")) or 0.0
    prints = [one for region in _children(page) for one in _prints(region)]
    language = next((found for e in page.iter("*") if (found := e.get("primaryLanguage") or e.get("language"))), "")
    return Sheet(
        width, height, _points(page, width, height), prints, turn=_turn(page), language=language_code(language)
    )


def _points(page: Element, width: float, height: float) -> Corner:
    across, down = number(page.get("imageXResolution")), number(page.get("imageYResolution"))
    unit = _POINTS_PER.get(page.get("imageResolutionUnit") or "")
    if unit and across and down and min(across, down) >= _LEAST_DPI:
        return (unit / across, unit / down)
    points = points_for(width, height)
    return (points, points)


def _prints(element: Element) -> list[Print]:
    """Return the words below an element; a line or region without words stands for itself."""
    deeper = [one for child in _children(element) for one in _prints(child)]
    if deeper or local(element) not in _LEVELS:
        return deeper
    found = _text(element)
    if not found[0]:
        return []
    box = _corners(element)
    if not box:
        raise misshapen(f"a {local(element)} has no Coords")
    lines = found[0].split("\n")
    if len(lines) == 1:
        return [Print(found[0], box, found[1])]
    (x0, y0), _, (x1, y1), _ = box
    step = (y1 - y0) / len(lines)
    return [
        Print(line, _rectangle(x0, y0 + step * index, x1, y0 + step * (index + 1)), found[1])
        for index, line in enumerate(lines)
    ]


def _children(element: Element) -> list[Element]:
    return [child for child in element.iterchildren("*") if local(child) in _LEVELS or local(child).endswith("Region")]


def _text(element: Element) -> tuple[str, float]:
    """Return the first of the readings of an element, and how sure it is."""
    readings = [child for child in element.iterchildren("*") if local(child) == "TextEquiv"]
    best = min(readings, key=_rank, default=None)
    if best is None:
        return "", UNKNOWN
    words = next((text_of(child) for child in best.iterchildren("*") if local(child) == "Unicode"), "")
    return printable(words.strip()), share(best.get("conf"), default=UNKNOWN)


def _rank(reading: Element) -> float:
    index = number(reading.get("index"))
    return _LAST if index is None else index


def _corners(element: Element) -> Sequence[Corner]:
    """Return the box around the polygon: PAGE outlines follow the ink and say nothing of the direction."""
    coords = next((child for child in element.iterchildren("*") if local(child) == "Coords"), None)
    if coords is None:
        return ()
    points = [(float(x), float(y)) for x, y in _POINT.findall((coords.get("points") or "")[:_LONGEST])]
    points += [(number(p.get("x")) or 0.0, number(p.get("y")) or 0.0) for p in coords if local(p) == "Point"]
    if not points:
        return ()
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _rectangle(min(xs), min(ys), max(xs), max(ys), quarters=_quarters(element))


def _rectangle(x0: float, y0: float, x1: float, y1: float, quarters: int = 0) -> tuple[Corner, ...]:
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return corners[quarters:] + corners[:quarters]


def _quarters(element: Element) -> int:
    """Return the quarter turns clockwise in which the text runs: `orientation` is the turn that corrects it."""
    for holder in (element, *element.iterancestors("*")):
        turn = number(holder.get("orientation"))
        if turn is not None:
            return round(-turn / 90) % 4
    return 0


def _turn(page: Element) -> float:
    return -(number(page.get("orientation")) or 0.0)


def _creator(root: Element) -> str:
    names = (" ".join(text_of(e).split()) for e in root.iter("*") if local(e) == "Creator")
    return printable(next(filter(None, names), "unknown"))[:60]
