"""Where one document ends and the next begins in a file of several: evidence at each page, then the likeliest cut.

Each page is weighed against the document that is open before it. The weights are log odds, set by hand and checked on
bundles of real and generated documents: what numbers the pages or the documents tells most, looks tell least.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import exp

from engine.content.vocabulary import Vocabulary
from engine.model.finding import Finding
from engine.model.page import Reading
from engine.model.value import Value
from engine.stages.bundle.look import SEPARATORS, Look
from engine.stages.bundle.weigh import Open, weigh
from engine.stages.opinion_parts import of_part

_CUT, _SURE, _SURELY_NOT = 0.5, 0.85, 0.35
_CERTAIN = 0.995
_NOTHING: tuple[str, ...] = ()


class Part(Value):
    """One document of the file."""

    pages: tuple[int, ...]
    """1-based pages of the file, in order; separators and blank pages at its ends are left out."""
    confidence: float
    """That it begins where it begins."""
    why: tuple[str, ...] = ()


class Split(Value):
    """A file taken apart, in thought only."""

    parts: tuple[Part, ...]
    dropped: tuple[int, ...] = ()
    """Separator sheets, and blank pages between documents."""
    confidence: float = 1.0
    """The lowest of all decisions, those not to cut included."""
    is_sure: bool = True


def split(
    reading: Reading, vocabularies: Mapping[str, Vocabulary], *, separators: Collection[str] = SEPARATORS
) -> Split:
    """Return the documents of a file in order; one part when nothing says that there are several.

    Where a reader was told the parts, those are taken.
    """
    numbers = tuple(page.number for page in reading.pages)
    if reading.parts:
        return _told(reading, numbers)
    if len(reading.pages) < 2:  # noqa: PLR2004 - one page is one document
        return Split(parts=(Part(pages=numbers, confidence=1.0),))
    return _parts(Look(page, vocabularies, separators) for page in reading.pages)


def cut_before(
    reading: Reading, begins: Sequence[int], vocabularies: Mapping[str, Vocabulary], *,
    separators: Collection[str] = SEPARATORS, by: str = "a person",
) -> Split:  # fmt: skip
    """Return the documents of a file whose second and later ones begin on these pages (1-based, ascending).

    Separator sheets, and blank pages at the ends of a part, are dropped; a part with nothing else is none.
    """
    starts = [*begins, max((page.number for page in reading.pages), default=0) + 1]
    looks = [Look(page, vocabularies, separators) for page in reading.pages]
    parts: list[Part] = []
    for first, end in zip([1, *starts[:-1]], starts, strict=True):
        kept = [look for look in looks if first <= look.page.number < end and not look.is_separator]
        while kept and kept[-1].is_blank:
            kept.pop()
        while kept and kept[0].is_blank:
            kept.pop(0)
        if kept:
            parts.append(Part(pages=tuple(look.page.number for look in kept), confidence=1.0, why=(f"said by {by}",)))
    inside = {number for part in parts for number in part.pages}
    return Split(parts=tuple(parts), dropped=tuple(p.number for p in reading.pages if p.number not in inside))


def unsure(found: Split, *, has_embedded: bool) -> Finding | None:
    """Return the finding that asks a person, or None when the split may be made, or nothing is to be split.

    A file that carries one electronic invoice is never cut without asking: its data is of one part only.
    """
    is_several = len(found.parts) > 1
    if found.is_sure and not (is_several and has_embedded):
        return None
    ranges = [(f"document {number}", spoken(part.pages)) for number, part in enumerate(found.parts, start=1)]
    message = (
        f"This file seems to hold {len(found.parts)} documents. Say where to cut it."
        if is_several
        else "This file may hold more than one document. Say where to cut it, or that it is one."
    )
    return Finding(code="split_unsure", severity="error", message=message, evidence=tuple(ranges))


def spoken(pages: Sequence[int]) -> str:
    """Return page numbers as people say them: `2-4, 6`."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def part_of(reading: Reading, part: Part) -> Reading:
    """Return the reading of one part, its pages numbered from 1."""
    wanted = {number: index for index, number in enumerate(part.pages, start=1)}
    pages = tuple(
        page.model_copy(update={"number": wanted[page.number]}) for page in reading.pages if page.number in wanted
    )
    opinions = tuple(moved for opinion in reading.opinions if (moved := of_part(opinion, wanted)) is not None)
    return reading.model_copy(
        update={"pages": pages, "page_count": len(pages), "opinions": opinions, "parts": (), "embedded": None}
    )


def _told(reading: Reading, numbers: tuple[int, ...]) -> Split:
    parts = tuple(
        Part(pages=tuple(n for n in numbers if first <= n <= last), confidence=1.0, why=("told by the reader",))
        for first, last in reading.parts
    )
    kept = {number for part in parts for number in part.pages}
    return Split(parts=tuple(part for part in parts if part.pages), dropped=tuple(n for n in numbers if n not in kept))


def _parts(looks: Iterable[Look]) -> Split:
    opened = Open()
    parts: list[tuple[list[int], float, tuple[str, ...]]] = [([], 1.0, ())]
    dropped: list[int] = []
    doubts: list[float] = []
    is_separated, blanks = False, list[int]()
    for look in looks:
        number = look.page.number
        if look.is_separator:
            dropped += [*blanks, number]
            is_separated, blanks = True, []
            continue
        if look.is_blank:
            blanks.append(number)
            continue
        chance, why = 0.0, _NOTHING
        if parts[-1][0]:
            chance, why = _chance(opened, look, is_separated=is_separated, has_blank=bool(blanks))
            doubts.append(max(chance, 1 - chance) if chance > _CUT else 1 - chance)
        if chance > _CUT:
            dropped += blanks
            parts.append(([], chance, why))
            opened = Open()
        else:
            parts[-1][0].extend(blanks)
        parts[-1][0].append(number)
        opened.take(look)
        is_separated, blanks = False, []
    (parts[-1][0] if parts[-1][0] and len(parts) == 1 else dropped).extend(blanks)
    made = tuple(Part(pages=tuple(sorted(pages)), confidence=round(c, 3), why=why) for pages, c, why in parts if pages)
    is_sure = all(part.confidence >= _SURE for part in made[1:]) and all(doubt >= (1 - _SURELY_NOT) for doubt in doubts)
    return Split(
        parts=made, dropped=tuple(sorted(dropped)), confidence=round(min(doubts, default=1.0), 3), is_sure=is_sure
    )


def _chance(opened: Open, look: Look, *, is_separated: bool, has_blank: bool) -> tuple[float, tuple[str, ...]]:
    """Return how likely a new document begins with this page, and why."""
    if is_separated or look.has_separator:
        return _CERTAIN, ("separator",)
    evidence = weigh(opened, look, has_blank=has_blank)
    score = sum(item.weight for item in evidence)
    why = tuple(item.name for item in sorted(evidence, key=lambda e: -abs(e.weight)) if item.weight * score > 0)
    return 1 / (1 + exp(-score)), why[:4]
