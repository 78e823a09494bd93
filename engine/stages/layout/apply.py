"""Reads a document of a known vendor where a person once showed the values to stand."""

from collections.abc import Mapping, Sequence

from engine.content.vocabulary import Vocabulary
from engine.model.field import Alternative, Box, Field, Provenance
from engine.model.layout import Anchor, LearnedPlacing, Placing
from engine.model.page import Page, Reading
from engine.model.record import Extraction
from engine.stages.extract.candidates import Marked
from engine.stages.extract.lexicon import lexicon_of
from engine.stages.layout.columns import with_columns
from engine.stages.layout.places import places
from engine.stages.layout.spans import Span, compact, marked_pages, shape_of, spans

_IDENTITY = ("vendor_tax_id", "vendor_registration_id", "vendor_iban")
_NEAR = 1.6
"""Line heights that a value may be off the place where an anchor says it stands."""
_NEAR_FREE = 0.012
"""Share of the page that a value may be off its place when no anchor can be read."""
_SURE, _SURE_FREE = 0.97, 0.75


def identities(extraction: Extraction) -> tuple[str, ...]:
    """Return by which facts a vendor is known to be the same: tax id, registration or account, never a look.

    A document that shows none of them is known by the full name, and matches only such documents.
    """
    known = [f"{name}:{compact(value)}" for name in _IDENTITY if (value := extraction.value(name))]
    name = extraction.value("vendor_name")
    return tuple(known) if known or not name else (f"vendor_name:{compact(name)}",)


def apply(
    extraction: Extraction, reading: Reading, learned: Sequence[LearnedPlacing], *,
    vocabularies: Mapping[str, Vocabulary],
) -> Extraction:  # fmt: skip
    """Return the extraction with values read at their learned places.

    Where the place shows another value than was read, it wins and the earlier reading stays as alternative. Where the
    place cannot be found on the page, nothing changes.
    """
    if not learned or not reading.pages:
        return extraction
    pages = marked_pages(reading, vocabularies, extraction.classification.language)
    cells = [one for one in learned if one.placing.column is not None]
    if cells:
        extraction = with_columns(extraction, reading, cells, pages, lexicon_of(vocabularies))
    fields = {field.name: field for field in extraction.fields}
    for one in (one for one in learned if one.placing.column is None):
        found = _find(one.placing, reading.pages, pages)
        if found is not None:
            span, page, sure = found
            fields[one.placing.field] = _field(one, span, page, sure, fields.get(one.placing.field))
    return extraction.model_copy(update={"fields": tuple(fields.values())})


def _field(one: LearnedPlacing, span: Span, page: Page, sure: float, before: Field | None) -> Field:
    by = f"{page.by}+layout@{one.origin}"
    box = Box(*(round(value, 2) for value in span.box))
    origin = Provenance(how="read", page=page.number, box=box, by=by)
    others: tuple[Alternative, ...] = ()
    if before is not None and before.value != span.value:
        others = (Alternative(value=before.value, raw=before.raw, confidence=round((1 - sure) / 2, 3)),)
    elif before is not None:
        sure = max(sure, before.confidence)
    return Field(
        name=one.placing.field, value=span.value, raw=span.raw, confidence=sure, provenance=origin, alternatives=others
    )


def _find(
    placing: Placing, sheets: Sequence[Page], pages: Sequence[Sequence[Marked]]
) -> tuple[Span, Page, float] | None:
    number = len(sheets) if placing.page == -1 else placing.page
    if not 1 <= number <= len(sheets):
        return None
    sheet, lines = sheets[number - 1], pages[number - 1]
    candidates = [span for span in spans(lines, placing.kind, placing.words) if _fits(span, placing)]
    anchored = _by_anchors(placing, candidates, lines)
    if anchored is not None:
        return anchored, sheet, _SURE
    free = [span for span in candidates if _is_at(span, placing, sheet)]
    return (free[0], sheet, _SURE_FREE) if len(free) == 1 else None


def _fits(span: Span, placing: Placing) -> bool:
    """Amounts and dates are recognised as such; a text must look like the one that was shown."""
    return placing.kind != "text" or shape_of(span.raw) == placing.shape or not any(c.isdigit() for c in placing.shape)


def _by_anchors(placing: Placing, candidates: Sequence[Span], lines: Sequence[Marked]) -> Span | None:
    """Return the candidate that most anchors point at, the nearest of them; None when none points at any."""
    votes: dict[tuple[int, int, int], tuple[float, float, Span]] = {}
    for rank, anchor in enumerate(placing.anchors):
        for box in places(anchor, lines):
            near = [(off, span) for span in candidates if (off := _off(span, box, anchor)) <= _NEAR]
            for off, span in near:
                key = (span.line.index, span.start, span.end)
                count, best, _ = votes.get(key, (0.0, off, span))
                votes[key] = (count + 1.0 / (1 + rank), min(best, off), span)
    if not votes:
        return None
    return max(votes.values(), key=lambda vote: (round(vote[0], 3), -vote[1]))[2]


def _off(span: Span, anchor_box: Box, anchor: Anchor) -> float:
    """Return how far a span is from where an anchor says, in line heights; the better of left and right edge counts."""
    height = max(span.line.height, 4.0)
    down = (span.box.top + span.box.bottom - anchor_box.top - anchor_box.bottom) / 2 - anchor.down
    left = span.box.x0 - anchor_box.x0 - anchor.right
    right = span.box.x1 - anchor_box.x0 - anchor.right_end
    off: float = (abs(down) * 1.5 + min(abs(left), abs(right))) / height
    return off


def _is_at(span: Span, placing: Placing, page: Page) -> bool:
    across = abs(span.box.x0 / page.width - placing.x0)
    down = abs(span.box.top / page.height - placing.top)
    return across <= _NEAR_FREE and down <= _NEAR_FREE
