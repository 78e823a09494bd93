"""Prints as fields: what stands under labels, and what sentences of running text say by the phrases of a type of paper."""

from collections.abc import Iterator, Mapping, Sequence

from engine.model.field import Box, Field, Provenance
from engine.stages.extract.lines_of_text import Sheet
from engine.stages.opinion_values import Habits
from engine.stages.papers.phrases import Told, told_in
from engine.stages.papers.sentences import tokens_of
from engine.stages.papers.spots import Spot
from engine.stages.papers.words import BlockWords, PaperWords

SURE, CLEAR = 0.93, 0.9
"""Confidence of a clear print at its place, and that of recognised words below which a value is doubtful."""


def running(
    sheets: Sequence[Sheet], words: PaperWords | BlockWords, habits: Habits, by: Mapping[int, str], language: str | None,
    lost: dict[str, str],
) -> Iterator[Field]:  # fmt: skip
    """Yield the values that phrases hold in the text of these pages; `lost` takes the prints that have not the form of their field."""
    if not words.told:
        return

    def value(name: str, raw: str) -> str | None:
        typed = habits.typed(_bare(name, raw))
        return None if typed is None else typed.value

    for told in told_in(tokens_of(sheets, words.mended), words.told, value, language=language):
        if not told.is_read:
            lost.setdefault(told.name, told.raw)
            continue
        field = printed(_spot(told), by)
        typed = field.model_copy(update={"value": told.means}) if told.means else habits.typed(field)
        if typed is not None:
            yield settled_date(typed, habits) if words.fields[told.name].kind == "date" else typed


def printed(spot: Spot, by: Mapping[int, str]) -> Field:
    """Return what stands at a spot as a field, as sure as its place and its print are."""
    sure = SURE * spot.score
    sure = sure if spot.legible >= CLEAR else min(sure, 0.3 + 0.4 * spot.legible)
    where = Provenance(how="read", page=spot.page, box=rounded(spot.box), by=by.get(spot.page, ""))
    return Field(name=spot.name, value=spot.raw, raw=spot.raw, confidence=round(sure, 3), provenance=where)


def settled_date(field: Field, habits: Habits) -> Field:
    """Return a date without its other reading where something on the paper settles the order."""
    return field.model_copy(update={"alternatives": ()}) if habits.dates_are_proven else field


def rounded(box: Box) -> Box:
    """Return a box with sides in hundredths of a point."""
    return Box(*(round(side, 2) for side in box))


def _spot(told: Told) -> Spot:
    return Spot(told.name, told.raw, told.box, told.page, told.score, told.legible)


def _bare(name: str, raw: str) -> Field:
    return Field(name=name, value=raw, raw=raw, confidence=SURE, provenance=Provenance(how="read"))
