"""Which OCR engine reads which page: the preferred one first, the next one only where that came back doubtful."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.model.document import Blob
from engine.model.errors import ReadError
from engine.model.page import Page, Reading
from engine.ports import Plug, Reader
from engine.runtime.house import House
from engine.runtime.reading_cache import remembered

_DOUBTFUL = 0.85
"""Mean confidence of letters. Below it the other engine read more on the development scans; RapidOCR is seldom there."""
_DIRT = 0.4
"""Confidence of letters made of dirt; they count nothing."""
_NEXT = frozenset({"ocr_missing", "too_large"})
"""Refusals of an engine, not of the file."""
_PICTURE_BYTES = 8 * 1024 * 1024

Engine = tuple[Plug, Reader]


def recognise(
    house: House,
    engines: Sequence[Engine],
    blob: Blob,
    path: Path,
    *,
    pages: Sequence[int] | None,
    keeps_pictures: bool,
) -> list[Reading]:
    """Return what the engines, in their order, read on the wanted pages (1-based, None for all).

    Each page is read by the first engine; those that come back without words or with low confidence also by the next.
    With `keeps_pictures` the upright pages are stored among the blobs. Raises ReadError of the first engine when none
    can read the file.
    """
    readings: list[Reading] = []
    refusal: ReadError | None = None
    wanted = pages
    for _, reader in engines:
        try:
            reading = _asked(house, reader, blob, path, pages=wanted, keeps_pictures=keeps_pictures)
        except ReadError as e:
            refusal = refusal or e
            if e.code not in _NEXT and not readings:
                raise
            continue
        readings.append(reading)
        wanted = [page.number for page in reading.pages if is_doubtful(page)]
        if not wanted:
            break
    if refusal is not None and not readings:
        raise refusal
    return _without_outdated(readings)


def is_doubtful(page: Page) -> bool:
    """Whether another engine should look at a recognised page."""
    letters = sum(len(word.text) for word in page.words)
    return not letters or sum(len(w.text) * w.confidence for w in page.words) < _DOUBTFUL * letters


def legibility(page: Page) -> float:
    """Return how much was read with confidence; of two readings of one page the larger is the better."""
    return sum(len(word.text) * max(0.0, word.confidence - _DIRT) for word in page.words)


def _without_outdated(readings: list[Reading]) -> list[Reading]:
    """Return the readings without the complaint that a page took too long, when another engine read it."""
    legible = {("page", str(page.number)) for reading in readings for page in reading.pages if page.how == "ocr"}
    return [
        reading.model_copy(
            update={
                "findings": tuple(
                    f for f in reading.findings if f.code != "ocr_timeout" or not legible.intersection(f.evidence)
                )
            }
        )
        for reading in readings
    ]


def _asked(
    house: House, reader: Reader, blob: Blob, path: Path, *, pages: Sequence[int] | None, keeps_pictures: bool
) -> Reading:
    limits = house.settings.limits()

    def plain() -> Reading:
        return reader.read(path, blob.media_type, pages=pages, limits=limits)

    def with_pictures() -> Reading:
        with tempfile.TemporaryDirectory(prefix="postroom-pages-") as folder:
            reading = reader.read(
                path, blob.media_type, pages=pages, limits=limits.model_copy(update={"pictures": folder})
            )
            return _stored(house, reading, Path(folder))

    return remembered(
        house, sha256=blob.sha256, version=reader.version + ("+pictures" if keeps_pictures else ""), pages=pages,
        read=with_pictures if keeps_pictures else plain,
    )  # fmt: skip


def _stored(house: House, reading: Reading, folder: Path) -> Reading:
    """Return the reading with its pictures among the blobs, named by their SHA-256."""
    pages = []
    for page in reading.pages:
        if page.picture:
            with (folder / page.picture).open("rb") as stream:
                sha256, _ = house.blobs.put(stream, limit=_PICTURE_BYTES)
            pages.append(page.model_copy(update={"picture": sha256}))
        else:
            pages.append(page)
    return reading.model_copy(update={"pages": tuple(pages)})
