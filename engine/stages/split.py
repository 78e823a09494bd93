"""Where one document ends and the next begins in a file of several: evidence at each page, then the likeliest cut.

Each page is weighed against the document that is open before it. The weights are log odds, set by hand and checked on
bundles of real and generated documents: what numbers the pages or the documents tells most, looks tell least.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import exp
from typing import NamedTuple

from engine.content.vocabulary import Vocabulary
from engine.model.finding import Finding
from engine.model.page import Reading
from engine.model.value import Value
from engine.stages.bundle.look import SEPARATORS, Look
from engine.stages.bundle.weigh import AGAIN, Open, weigh
from engine.stages.opinion_parts import of_part

_CUT, _SURE, _SURELY_NOT, _HARDLY = 0.5, 0.85, 0.35, 0.004
"""A page that nothing but looks ties to the one before is kept without asking only below the last of these."""
_CERTAIN = 0.995


class _Boundary(NamedTuple):
    """How likely a new document begins with a page, why, and whether nobody has to be asked."""

    chance: float
    why: tuple[str, ...]
    is_sure: bool


_NOTHING = _Boundary(0.0, (), is_sure=True)


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

    A file that carries one electronic invoice is never cut without asking: its data is of one part only. Where no page
    looks like the first of another document, that it carries one says that it is one.
    """
    is_several = len(found.parts) > 1
    is_vouched = has_embedded and not is_several and found.confidence > 1 - _SURELY_NOT
    if is_vouched or (found.is_sure and not (is_several and has_embedded)):
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
    is_separated, is_sure, blanks = False, True, list[int]()
    for look in looks:
        number = look.page.number
        if look.is_separator:
            dropped += [*blanks, number]
            is_separated, blanks = True, []
            continue
        if look.is_blank:
            blanks.append(number)
            continue
        found = _NOTHING
        if parts[-1][0]:
            found = _boundary(opened, look, is_separated=is_separated, has_blank=bool(blanks))
            doubts.append(max(found.chance, 1 - found.chance))
        is_sure &= found.is_sure and not (opened.last is None and _is_later_page(look))
        if found.chance > _CUT:
            dropped += blanks
            parts.append(([], found.chance, found.why))
            opened = Open()
        else:
            parts[-1][0].extend(blanks)
        parts[-1][0].append(number)
        opened.take(look)
        is_separated, blanks = False, []
    (parts[-1][0] if parts[-1][0] and len(parts) == 1 else dropped).extend(blanks)
    made = tuple(Part(pages=tuple(sorted(pages)), confidence=round(c, 3), why=why) for pages, c, why in parts if pages)
    return Split(
        parts=made, dropped=tuple(sorted(dropped)), confidence=round(min(doubts, default=1.0), 3), is_sure=is_sure
    )


def _is_later_page(look: Look) -> bool:
    """Tell whether a page says that others stand before it: alone at the front it is out of order."""
    return look.position is not None and look.position.number > 1 and look.position.total > 0


def _boundary(opened: Open, look: Look, *, is_separated: bool, has_blank: bool) -> _Boundary:
    if is_separated or look.has_separator:
        return _Boundary(_CERTAIN, ("separator",), is_sure=True)
    evidence = weigh(opened, look, has_blank=has_blank)
    score = sum(item.weight for item in evidence)
    chance = 1 / (1 + exp(-score))
    why = tuple(item.name for item in sorted(evidence, key=lambda e: -abs(e.weight)) if item.weight * score > 0)
    is_tied = any(item.holds for item in evidence)
    if chance > _CUT:
        is_puzzle = not opened.has_head or any(item.is_unfinished for item in evidence)
    else:
        is_puzzle = any(item.name == AGAIN for item in evidence) and not look.is_annex
    is_puzzle |= any(item.puzzles for item in evidence)
    is_clear = chance >= _SURE or chance <= (_SURELY_NOT if is_tied else _HARDLY)
    return _Boundary(chance, why[:4], is_sure=is_clear and not is_puzzle)
