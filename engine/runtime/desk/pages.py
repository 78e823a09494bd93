"""The pages of a document as a person sees them: pictures, words with boxes, sizes."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from threading import Lock

from PIL import Image, ImageDraw

from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.page import Page, Reading
from engine.model.record import Record
from engine.model.rights import FieldGroup
from engine.ports import DrawsPages
from engine.runtime import cached
from engine.runtime.house import House
from engine.runtime.reading import readers
from engine.stages.cover import values
from engine.stages.cover_page import careful_covers, covers
from engine.store import documents
from engine.store.database import reading

LONG_SIDE = 2000
"""Pixels of the longer side: 9 point print stays legible on A4 when a part of it is looked at closely."""
SMALL_SIDE = 180
"""Pixels of the longer side of a page in the strip: the look of a page, not its words."""
_KEPT = 16
_QUALITY = 82
_readings: OrderedDict[tuple[str, str, int], Reading] = OrderedDict()
_lock = Lock()


def pages(house: House, document: Document) -> tuple[Page, ...]:
    """Return the pages that were read, with their words; none for data without pages. The last few documents stay at hand."""
    key = (str(house.settings.home), document.id, document.revision)
    with _lock:
        if key in _readings:
            _readings.move_to_end(key)
            return _readings[key].pages
    with reading(house.engine) as tx:
        data = documents.latest(tx, document.id, "reading")
    known = Reading() if data is None else Reading.model_validate(data)
    with _lock:
        _readings[key] = known
        while len(_readings) > _KEPT:
            _readings.popitem(last=False)
    return known.pages


def page_of(house: House, document: Document, number: int) -> Page:
    """Return a page (1-based). Raises LookupError."""
    page = next((one for one in pages(house, document) if one.number == number), None)
    if page is None:
        raise LookupError(f"document {document.id[:12]} has no page {number}")
    return page


def hidden_on(house: House, document: Document, page: Page, hidden: frozenset[FieldGroup]) -> tuple[Box, ...]:
    """Return the boxes of a page that somebody may not see who may not see these groups of fields."""
    if not hidden:
        return ()
    with reading(house.engine) as tx:
        data = documents.latest(tx, document.id, "record")
    record = None if data is None else Record.model_validate(data)
    if record is None:
        return careful_covers(page, hidden)
    return covers(page, record, values(data, hidden), hidden)


def picture(
    house: House, document: Document, page: Page, covered: Sequence[Box] = (), *, is_small: bool = False
) -> bytes:  # fmt: skip
    """Return the upright picture (JPEG) of a page, or a small one of it, with boxes blacked out. Raises ReadError."""
    made = _small(house, document, page) if is_small else _whole(house, document, page)
    return _blackened(made, page, covered) if covered else made


def _whole(house: House, document: Document, page: Page) -> bytes:
    try:
        with house.blobs.open(page.picture) as stream:
            return stream.read()
    except FileNotFoundError:  # none was kept, or it went with another document that has a page like it
        return _drawn(house, document, page)


def _small(house: House, document: Document, page: Page) -> bytes:
    about = (page.number, page.rotation, page.picture, SMALL_SIDE)
    kept = cached.path(house, cached.PICTURES, document.blob.sha256, about).with_suffix(".jpg")
    return kept.read_bytes() if kept.exists() else _keep(kept, _shrunk(_whole(house, document, page)))


def _shrunk(content: bytes) -> bytes:
    with Image.open(BytesIO(content)) as shown:
        shown.draft("L", (SMALL_SIDE, SMALL_SIDE))
        made = shown.convert("L")
    made.thumbnail((SMALL_SIDE, SMALL_SIDE))
    out = BytesIO()
    made.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _blackened(content: bytes, page: Page, covered: Sequence[Box]) -> bytes:
    with Image.open(BytesIO(content)) as shown:
        made = shown.convert("RGB")
    wide, high = made.width / page.width, made.height / page.height
    pen = ImageDraw.Draw(made)
    for box in covered:
        pen.rectangle((box.x0 * wide - 1, box.top * high - 1, box.x1 * wide + 1, box.bottom * high + 1), fill="black")
    out = BytesIO()
    made.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _drawn(house: House, document: Document, page: Page) -> bytes:
    """Return the page as its reader draws it; drawn once."""
    about = (page.number, page.rotation, LONG_SIDE)
    kept = cached.path(house, cached.PICTURES, document.blob.sha256, about).with_suffix(".jpg")
    if kept.exists():
        return kept.read_bytes()
    drawer = next((one for _, one in readers(house, document.blob.media_type) if isinstance(one, DrawsPages)), None)
    if drawer is None:
        raise ReadError("This kind of file has no pages to show.", code="no_page")
    made = drawer.draw(
        house.blobs.local(document.blob), number=page.number, turned=page.rotation, long_side=LONG_SIDE,
        limits=house.settings.limits(),
    )  # fmt: skip
    return _keep(kept, made)


def _keep(file: Path, made: bytes) -> bytes:
    """Put a picture into the cache in one piece, and return it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}-{id(made)}")
    beside.write_bytes(made)
    beside.replace(file)
    return made
