"""Our own JSON, `postroom-ocr`: what any engine can write; its schema stands beside this module."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from adapters.ocr_results.forms import EMPTY, Forms, formed, labelled
from adapters.ocr_results.language import language_code
from adapters.ocr_results.opinion import Names, Said, opinion
from adapters.ocr_results.parts import apart
from adapters.ocr_results.sheet import UNKNOWN, Corner, Mark, Placement, Print, Sheet, lay_out, points_for
from adapters.ocr_results.tree import Tree, misshapen
from engine.model.field import Box
from engine.model.page import Opinion, Printed, Reading, Table
from engine.ports import Limits

FORMAT = "postroom-ocr"
SCHEMA = Path(__file__).parent / "postroom_ocr.schema.json"

_POINTS = {"point": 1.0, "inch": 72.0, "millimetre": 72.0 / 25.4}
_WORD_KEYS = frozenset({"text", "box", "confidence"})
_GROUPS = ("fields", "lines", "taxes")
_UNSURE = 0.5
"""Confidence of a field without one."""


def read(root: Tree, limits: Limits) -> Reading:
    """Return pages and opinions. Raises ReadError naming the place where the schema is not kept."""
    _check(root)
    by = root.get("engine").text() or FORMAT
    unit, dpi = root.get("unit").text() or "point", root.get("dpi").number()
    stored = root.get("pages").items()
    sheets = (_sheet(page, unit, dpi) for page in stored[: limits.max_pages + 1])
    pages, placements = lay_out(sheets, by=by, limits=limits)
    opinions = tuple(_opinion(document, placements, by) for document in root.get("documents").items())
    return Reading(pages=pages, page_count=len(pages), opinions=opinions, parts=apart(opinions, len(pages)))


def _check(root: Tree) -> None:
    """Hold everything but the words against the schema; words are many and checked one by one as they are read."""
    for error in _validator().iter_errors(_without_words(root.data)):
        where = "/".join(str(part) for part in error.absolute_path)
        raise misshapen(f"/{where}: {error.message}")


def _without_words(data: Any) -> Any:
    if not isinstance(data, dict) or not isinstance(data.get("pages"), list):
        return data
    pages = [
        {**page, "words": []} if isinstance(page, dict) and isinstance(page.get("words"), list) else page
        for page in data["pages"]
    ]
    return {**data, "pages": pages}


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _sheet(page: Tree, unit: str, dpi: float | None) -> Sheet:
    width, height = page.get("width").number() or 0.0, page.get("height").number() or 0.0
    units, points = _units(width, height, unit, dpi)
    quarters = (page.get("turned").whole() or 0) // 90
    prints = [_print(word, quarters) for word in page.get("words").items()]
    marks = [
        Mark(code.get("symbology").text(), code.get("text").text(), _corners(code.get("box"), 0))
        for code in page.get("codes").items()
    ]
    language = language_code(page.get("language").text())
    drawings = [_corners(box, 0) for box in page.get("drawings").items()]
    return Sheet(*units, points, prints, marks, float(quarters * 90), language=language, drawings=drawings)


def _units(width: float, height: float, unit: str, dpi: float | None) -> tuple[Corner, Corner]:
    """Return the sides of the page in the unit of its boxes, and points for one such unit across and down."""
    if unit == "relative":
        points = points_for(width, height)
        return (1.0, 1.0), (width * points, height * points)
    points = _POINTS.get(unit) or (72.0 / dpi if dpi else points_for(width, height))
    return (width, height), (points, points)


def _print(word: Tree, quarters: int) -> Print:
    if not isinstance(word.data, dict) or not word.data.keys() <= _WORD_KEYS:
        raise misshapen(f"{word.path}: a word has text, box and confidence")
    confidence = word.get("confidence").number()
    if confidence is not None and not 0.0 <= confidence <= 1.0:
        raise misshapen(f"{word.path}/confidence is not between 0 and 1")
    return Print(
        word.get("text").text(), _corners(word.get("box"), quarters), UNKNOWN if confidence is None else confidence
    )


def _corners(box: Tree, quarters: int) -> tuple[Corner, ...]:
    sides = [item.number() for item in box.items()]
    if len(sides) != 4 or None in sides:  # noqa: PLR2004 - left, top, right, bottom
        raise misshapen(f"{box.path} is no box of four numbers")
    x0, top, x1, bottom = (side or 0.0 for side in sides)
    corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
    return corners[quarters:] + corners[:quarters]


def _opinion(document: Tree, placements: Sequence[Placement], by: str) -> Opinion:
    pages = [number.whole() or 0 for number in document.get("pages").items()]
    pairs = [
        one for pair in document.get("pairs").items()
        for one in labelled(pair.get("label").text(), _printed(pair.get("value"), placements))
    ]  # fmt: skip
    tables = [_table(one, placements) for one in document.get("tables").items()]
    said = opinion(
        _Own(by), fields=_row(document.get("fields"), placements),
        lines=[_row(row, placements) for row in document.get("lines").items()],
        taxes=[_row(row, placements) for row in document.get("taxes").items()],
        type=document.get("type").text(), type_confidence=document.get("type_confidence").share(default=_UNSURE),
        pages=(min(pages), max(pages)) if pages else None,
    )  # fmt: skip
    return formed(said, Forms(pairs, tables))


def _table(stored: Tree, placements: Sequence[Placement]) -> Table:
    headings = [one.text() for one in stored.get("headings").items()]
    rows = [[_printed(cell, placements) for cell in row.items()] for row in stored.get("rows").items()]
    width = max(len(headings), *(len(row) for row in rows), 0)
    return Table(
        headings=tuple(headings + [""] * (width - len(headings))) if headings else (),
        rows=tuple((*row, *[EMPTY] * (width - len(row))) for row in rows),
    )


def _printed(cell: Tree, placements: Sequence[Placement]) -> Printed:
    page, box = _placed(cell, placements)
    return Printed(
        raw=cell.get("raw").text(), confidence=cell.get("confidence").share(default=_UNSURE), page=page, box=box
    )


def _placed(part: Tree, placements: Sequence[Placement]) -> tuple[int | None, Box | None]:
    page = part.get("page").whole()
    if page is None or page > len(placements) or not part.get("box"):
        return page, None
    return page, placements[page - 1].box(_corners(part.get("box"), 0))


def _row(row: Tree, placements: Sequence[Placement]) -> Iterator[Said]:
    for name, field in row.pairs():
        page, box = _placed(field, placements)
        sure = field.get("confidence").share(default=_UNSURE)
        yield Said(name, field.get("raw").text(), field.get("value").text(), sure, page, box, field.path)


class _Own(Names):
    """Our own names mean themselves."""

    def __init__(self, by: str) -> None:
        super().__init__(by, {})

    def of(self, group: str, name: str) -> str | None:
        """Return the name: the schema lets no other pass."""
        return name if group in _GROUPS else None

    def type(self, name: str) -> str:
        """Return the type: the schema lets no other pass."""
        return name or "unknown"
