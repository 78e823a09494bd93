"""What stands in a box that somebody drew on a page: of the text layer where there is one, else read from the pixels."""

import tempfile
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from engine.model.document import Blob, Document
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.page import Page, Word
from engine.runtime.desk import pages
from engine.runtime.house import House
from engine.runtime.pixels import legibility, recognise
from engine.runtime.reading import readers
from engine.stages.cover_page import uncovered

_LEAST = 3.0
"""Points. Nothing that people can read is smaller."""
_MARGIN = 24
"""White pixels around what is cut out: engines read print that touches the edge badly."""
_KIND = "image/png"


class Seen(NamedTuple):
    """What was read in a box."""

    text: str
    box: Box
    """Around the words; what was asked for where nothing was read."""
    by: str
    """Engine and version; empty where nothing was read."""


def look(house: House, document: Document, page: Page, box: Box, *, covered: Sequence[Box] = ()) -> Seen:
    """Return what stands in a box (points of the upright page) without what is covered. Read once: looks are remembered.

    Raises ReadError for a box off the page or too small to hold a letter.
    """
    asked = Box(max(box.x0, 0), max(box.top, 0), min(box.x1, page.width), min(box.bottom, page.height))
    if asked.x1 - asked.x0 < _LEAST or asked.bottom - asked.top < _LEAST:
        raise ReadError("The box is too small, or not on the page.", code="no_region")
    inside = [word for word in uncovered(page.words, covered) if _is_in(word, asked)]
    if page.how == "text_layer" and inside:
        return _seen(inside, asked, page.by)
    found, by = _recognised(house, document, page, asked, covered)
    return _seen(found or inside, asked, by if found else page.by if inside else "")


def _is_in(word: Word, box: Box) -> bool:
    across, down = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return box.x0 <= across <= box.x1 and box.top <= down <= box.bottom


def _seen(words: Sequence[Word], asked: Box, by: str) -> Seen:
    if not words:
        return Seen("", asked, by)
    around = Box(
        min(word.x0 for word in words), min(word.top for word in words),
        max(word.x1 for word in words), max(word.bottom for word in words),
    )  # fmt: skip
    return Seen(" ".join(word.text for word in words), around, by)


def _recognised(
    house: House, document: Document, page: Page, box: Box, covered: Sequence[Box]
) -> tuple[list[Word], str]:
    """Return the words that engines read in the pixels of a box, in points of the page, and which engine it was."""
    engines = [one for one in readers(house, _KIND) if one[0].manifest.reads == "pixels"]
    cut, scale = _cut(pages.picture(house, document, page, covered), page, box)
    with tempfile.TemporaryDirectory(prefix="postroom-region-") as folder:
        file = Path(folder) / "region.png"
        file.write_bytes(cut)
        blob = Blob(sha256=sha256(cut).hexdigest(), size=len(cut), media_type=_KIND)
        readings = recognise(house, engines, blob, file, pages=None, keeps_pictures=False) if engines else []
    found = max((one for reading in readings for one in reading.pages if one.words), key=legibility, default=None)
    if found is None:
        return [], ""
    return [_moved(word, found, box, scale) for word in found.words], found.by


def _cut(content: bytes, page: Page, box: Box) -> tuple[bytes, float]:
    """Return the box as a PNG with a white margin, and how many pixels of it a point is."""
    with Image.open(BytesIO(content)) as shown:
        scale = shown.width / page.width
        part = shown.convert("L").crop(
            (round(box.x0 * scale), round(box.top * scale), round(box.x1 * scale), round(box.bottom * scale))
        )
    sheet = Image.new("L", (part.width + 2 * _MARGIN, part.height + 2 * _MARGIN), 255)
    sheet.paste(part, (_MARGIN, _MARGIN))
    out = BytesIO()
    sheet.save(out, "PNG", dpi=(72 * scale, 72 * scale))
    return out.getvalue(), scale


def _moved(word: Word, seen: Page, box: Box, scale: float) -> Word:
    """Return a word in points of the page; the cut-out is as wide in its own points as it is on the page."""
    wide = (box.x1 - box.x0) + 2 * _MARGIN / scale
    high = (box.bottom - box.top) + 2 * _MARGIN / scale
    across, down, off = wide / seen.width, high / seen.height, _MARGIN / scale
    return word._replace(
        x0=box.x0 + word.x0 * across - off, x1=box.x0 + word.x1 * across - off,
        top=box.top + word.top * down - off, bottom=box.top + word.bottom * down - off,
    )  # fmt: skip
