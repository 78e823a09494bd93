"""Which reader looks at what: the only place that knows the order in which readers are asked."""

from collections.abc import Iterable
from pathlib import Path

from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.event import DOSSIER
from engine.model.finding import Finding
from engine.model.page import Opinion, Page, Reading
from engine.ports import Plug, Reader
from engine.runtime import dossiers
from engine.runtime.house import House
from engine.runtime.pixels import legibility, recognise
from engine.runtime.sources import events
from engine.runtime.turning import moved

_ORDER = ("data", "text", "pixels", "")


def read(house: House, document: Document) -> Reading:
    """Read a document with every reader that takes its kind, and keep the upright pictures of recognised pages.

    Data that the file carries is read first, then the text layer, then the pixels of the pages that had no text worth
    trusting. Raises ReadError when nothing can be read at all.
    """
    return read_path(house, document, house.blobs.local(document.blob), keeps_pictures=True)


def read_path(house: House, document: Document, path: Path, *, keeps_pictures: bool = False) -> Reading:
    """Read a document whose bytes stand at `path`; see `read`."""
    media_type = document.blob.media_type
    limits = house.settings.limits()
    if document.origin == "event":
        return events.read(house, document, path)
    if media_type == DOSSIER:
        return dossiers.read(house, document, path)
    if document.blob.size == 0:
        raise ReadError("The file is empty. Ask the sender to send it again.", code="empty_file")
    readings: list[Reading] = []
    illegible: list[int] | None = None
    engines: list[tuple[Plug, Reader]] = []
    for plug, reader in readers(house, media_type):
        if plug.manifest.reads == "pixels":
            engines.append((plug, reader))
            continue
        if illegible == []:
            break
        reading = reader.read(path, media_type, pages=illegible, limits=limits)
        readings.append(reading)
        if reading.page_count:
            illegible = [page.number for page in reading.pages if page.how == "none"]
    if engines and illegible != []:
        readings += recognise(house, engines, document.blob, path, pages=illegible, keeps_pictures=keeps_pictures)
    if not readings:
        raise ReadError(
            f"Files of type {media_type} are not read. Send PDF, PNG, JPEG, TIFF, UBL or CII XML, SAP IDocs, text, or a mail.",
            code="unsupported_type",
        )
    return merge(readings)


def readers(house: House, media_type: str) -> Iterable[tuple[Plug, Reader]]:
    """Yield the plugs that take a media type, with their readers: carried data, text layers, pixels, in this order."""
    first = house.settings.ocr_engine
    plugs = sorted(
        house.plugs.values(),
        key=lambda plug: (_ORDER.index(plug.manifest.reads), plug.manifest.name != first, plug.manifest.name),
    )
    return ((plug, plug.reader()) for plug in plugs if _takes(plug, media_type))


def _takes(plug: Plug, media_type: str) -> bool:
    if "reader" not in plug.manifest.kind:
        return False
    group = media_type.split("/", maxsplit=1)[0] + "/*"
    return media_type in plug.manifest.media_types or group in plug.manifest.media_types


def merge(readings: Iterable[Reading]) -> Reading:
    """Put readings of one file together: of two readings of a page the legible one stays, of two by OCR the better."""
    pages: dict[int, Page] = {}
    findings: list[Finding] = []
    opinions: list[Opinion] = []
    parts: tuple[tuple[int, int], ...] = ()
    embedded = None
    page_count = 0
    for reading in readings:
        embedded = embedded or reading.embedded
        opinions += reading.opinions
        parts = parts or reading.parts
        findings += reading.findings
        page_count = max(page_count, reading.page_count)
        for page in reading.pages:
            if page.number not in pages or _is_better(page, pages[page.number]):
                pages[page.number] = _with_what_was_seen(page, pages.get(page.number))
    ordered = tuple(pages[number] for number in sorted(pages))
    return Reading(
        pages=ordered, page_count=max(page_count, len(ordered)), embedded=embedded, opinions=tuple(opinions), parts=parts,
        findings=tuple(findings),
    )  # fmt: skip


def _is_better(page: Page, earlier: Page) -> bool:
    if page.how == "ocr" and earlier.how == "ocr":
        return legibility(page) > legibility(earlier)
    return page.how != "none"


def _with_what_was_seen(page: Page, before: Page | None) -> Page:
    """Return a page with the codes and the hidden words that an earlier reader found on it."""
    if before is None or not (before.codes or before.hidden):
        return page
    return page.model_copy(
        update={
            "codes": page.codes or moved(before, page, before.codes),
            "hidden": page.hidden or moved(before, page, before.hidden),
        }
    )
