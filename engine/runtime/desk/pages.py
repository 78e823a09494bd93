"""The pages of a document as a person sees them: pictures, words with boxes, sizes."""

import hashlib
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.page import Page, Reading
from engine.ports import DrawsPages
from engine.runtime.house import House
from engine.runtime.reading import readers
from engine.store import documents
from engine.store.database import reading

LONG_SIDE = 2000
"""Pixels of the longer side: 9 point print stays legible on A4 when a part of it is looked at closely."""
_FOLDER = Path("cache") / "pages"
_KEPT = 16
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


def picture(house: House, document: Document, number: int) -> bytes:
    """Return the upright picture (JPEG) of a page (1-based). Raises LookupError or ReadError."""
    page = next((one for one in pages(house, document) if one.number == number), None)
    if page is None:
        raise LookupError(f"document {document.id[:12]} has no page {number}")
    if page.picture:
        with house.blobs.open(page.picture) as stream:
            return stream.read()
    return _drawn(house, document, page)


def _drawn(house: House, document: Document, page: Page) -> bytes:
    """Return the page as its reader draws it; drawn once."""
    name = hashlib.sha256(f"{document.blob.sha256} {page.number} {page.rotation} {LONG_SIDE}".encode()).hexdigest()
    kept = house.settings.home.resolve() / _FOLDER / name[:2] / f"{name[2:]}.jpg"
    if kept.exists():
        return kept.read_bytes()
    drawer = next((one for _, one in readers(house, document.blob.media_type) if isinstance(one, DrawsPages)), None)
    if drawer is None:
        raise ReadError("This kind of file has no pages to show.", code="no_page")
    made = drawer.draw(
        house.blobs.local(document.blob), number=page.number, turned=page.rotation, long_side=LONG_SIDE,
        limits=house.settings.limits(),
    )  # fmt: skip
    kept.parent.mkdir(parents=True, exist_ok=True)
    beside = kept.with_suffix(f".{id(made)}")
    beside.write_bytes(made)
    beside.replace(kept)
    return made
