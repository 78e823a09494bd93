"""Words for answers that hold only fields: a value with a box is print as well."""

from collections.abc import Iterator

from engine.model.field import Field
from engine.model.page import Opinion, Page, Reading, Word


def worded(reading: Reading) -> Reading:
    """Return the reading with the raw texts of its fields as words, when no page has any word of its own.

    Form Recognizer 2.1 leaves the text out unless it is asked for; some senders strip it.
    """
    if any(page.words for page in reading.pages):
        return reading
    pages = tuple(page.model_copy(update={"words": tuple(_words(page, reading))}) for page in reading.pages)
    return reading.model_copy(update={"pages": pages})


def _words(page: Page, reading: Reading) -> Iterator[Word]:
    seen: set[tuple[str, float, float]] = set()
    for field in (field for opinion in reading.opinions for field in _fields(opinion)):
        box = field.provenance.box
        if box is None or field.provenance.page != page.number or (field.raw, box.x0, box.top) in seen:
            continue
        seen.add((field.raw, box.x0, box.top))
        parts = field.raw.split()
        letters = sum(len(part) for part in parts) + len(parts) - 1
        at = box.x0
        for part in parts:
            step = (box.x1 - box.x0) / max(letters, 1)
            yield Word(part, round(at, 2), box.top, round(at + step * len(part), 2), box.bottom, field.confidence)
            at += step * (len(part) + 1)


def _fields(opinion: Opinion) -> Iterator[Field]:
    yield from opinion.fields
    for row in (*opinion.lines, *opinion.taxes):
        yield from row
