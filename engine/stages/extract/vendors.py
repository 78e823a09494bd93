"""Which name on the page is the vendor's: the marks that speak for it are weighed."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from engine.stages.extract.blocks import Block, Cell
from engine.stages.extract.candidates import Marked, Spot
from engine.stages.extract.labels import is_whole
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.names import FEWEST_LETTERS, SHORT_WORD, is_form, is_name, name_in

_FREE_MAIL = frozenset({"gmail", "gmx", "web", "hotmail", "outlook", "yahoo", "tonline", "icloud", "aol", "free", "orange", "wanadoo", "example", "live"})  # fmt: skip
LONGEST_NAME = 9
_SURE, _UPPER = 0.7, 0.4
_HEAD, _TOP, _FOOT = 0.18, 0.3, 0.85
_WEAKEST, _STREET = 0.25, 0.3
_ALIKE, _SAME = 85, 90
"""rapidfuzz ratios."""
_DASHES = tuple("-–—")  # noqa: RUF001
_KINDS = ("verein", "gesellschaft", "genossenschaft", "versicherung", "company", "society", "association")
"""Ends of words that say what kind of company it is: as the first word of a line they go on a name from the line above."""
_LEVEL = 1.0
"""Points by which heights of one print differ."""
_TITLE_WORD = 5
"""A title word of at least this length is no part of a name; `bon` may be."""


def vendor_names(
    pages: Sequence[Sequence[Marked]], blocks: Sequence[Block], *, buyer: Spot | None, lexicon: Lexicon
) -> list[Spot]:
    """Return possible vendor names: with a legal form, at the top, repeated, or like the mail and web domain."""
    domains = _domains(pages)
    buyer_key = fold(buyer.value) if buyer else ""
    spots: list[Spot] = []
    first = pages[0] if pages else ()
    usual = sorted(m.line.height for m in first)[len(first) // 2] if first else 10.0
    for block in blocks:
        head = next((i for i, cell in enumerate(block.cells) if not _is_title(cell, lexicon)), 0)
        for rank, cell in enumerate(block.cells):
            spot = _candidate(cell, abs(rank - head), block, first, domains, usual, lexicon)
            spot = spot and _without_stray(spot, first, domains)
            spot = spot and _in_full(spot, block, rank, domains, lexicon)
            if spot and not (buyer_key and _same(fold(spot.value), buyer_key)):
                spots.append(spot)
    return spots


def _is_title(cell: Cell, lexicon: Lexicon) -> bool:
    """Tell whether a line above a letterhead only says what the paper is: `Sales Invoice`."""
    return fold(cell.text) in lexicon.titles or cell.line.folded[cell.end - 1] in lexicon.titles


def _candidate(
    cell: Cell, rank: int, block: Block, page: Sequence[Marked], domains: Sequence[str], usual: float, lexicon: Lexicon
) -> Spot | None:
    text = cell.text
    if cell.end - cell.start > 3 * LONGEST_NAME or not any(c.isalpha() for c in text):
        return None
    spot = name_in(cell, 0.0, lexicon)
    words = range(spot.start, spot.end)
    if not 1 <= len(words) <= LONGEST_NAME or len(spot.value) < FEWEST_LETTERS or not is_name(spot.value, lexicon):
        return None
    marked = page[cell.line.index]
    if any(
        h.start == cell.start and is_whole(h) and h.strength > _SURE and h.name not in ("vendor", "other_party")
        for h in marked.labels
    ):
        return None
    place = cell.line.box.top / max(marked.page_height, 1.0)
    has_form = any(is_form(cell.line, i, lexicon) for i in words if i > spot.start)
    score = 0.12
    score += 0.34 if has_form else 0.0
    score += 0.2 if place < _HEAD and rank == 0 else 0.1 if place < _TOP or place > _FOOT else 0.0
    score += 0.12 if rank == 0 and block.has_address else 0.0
    score += 0.15 if cell.line.index == 0 else 0.0
    score += (
        min(0.15, 0.2 * (cell.line.height / usual - 1.0)) if cell.line.height > 1.15 * usual and place < _UPPER else 0.0
    )
    core = fold(spot.value)
    score += 0.3 * max((_likeness(core, domain) for domain in domains), default=0.0)
    if core in lexicon.titles or any(
        len(w) >= _TITLE_WORD and w in lexicon.titles for w in cell.line.folded[spot.start : spot.end]
    ):
        score -= 0.5
    if not has_form and any(c.isdigit() for c in spot.value):
        score -= 0.2
    if not has_form and names_street(spot, cell, lexicon):
        score -= _STREET
    return spot._replace(score=score) if score > _WEAKEST else None


def names_street(spot: Spot, cell: Cell, lexicon: Lexicon) -> bool:
    """Tell whether a name is the street of an address that goes on with a number: `Larkhill Road, Bath BA1 5DU`."""
    ends = {spot.line.folded[spot.start], spot.line.folded[spot.end - 1]}
    has_number = any(c.isdigit() for c in cell.line.part(spot.end, cell.end)) if spot.end < cell.end else False
    return has_number and not ends.isdisjoint(lexicon.address_words)


def labelled_in_full(spot: Spot, block: Block | None, pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Spot:
    """Return a name that a label announced with what a dash or a line break cut off from it."""
    cells = block.cells if block else ()
    rank = next((i for i, c in enumerate(cells) if c.line is spot.line and c.start == spot.start), None)
    return spot if block is None or rank is None else _in_full(spot, block, rank, _domains(pages), lexicon)


def _in_full(spot: Spot, block: Block, rank: int, domains: Sequence[str], lexicon: Lexicon) -> Spot:
    """Return a name with its end that a dash set off and the domain knows, or that went to the next line."""
    cell = block.cells[rank]
    rest = cell.line.part(spot.end, cell.end)
    words = [fold(word) for word in rest.split() if fold(word)]
    if words and rest[:1] in _DASHES and not any(c.isdigit() for c in rest) and "".join(words) in domains:
        return spot._replace(value=cell.text, raw=cell.text, end=cell.end)
    if rest or rank + 1 == len(block.cells):
        return spot
    under = block.cells[rank + 1]
    first = fold(under.text.split()[0])
    is_level = abs(under.x0 - cell.x0) < spot.line.height and abs(under.line.height - spot.line.height) < _LEVEL
    goes_on = first.endswith(_KINDS) or spot.raw.endswith(("&", "+", "-"))
    has_form = any(is_form(spot.line, index, lexicon) for index in range(spot.start, spot.end))
    ends = is_form(under.line, under.end - 1, lexicon)
    if not (is_level and goes_on and ends) or has_form or under.line.index != spot.line.index + 1:
        return spot
    return spot._replace(value=f"{spot.value} {under.text}", raw=f"{spot.raw} {under.text}")


def _without_stray(spot: Spot, page: Sequence[Marked], domains: Sequence[str]) -> Spot:
    """Return a recognised name without the one or two letters before it that a logo left, when the rest is the name.

    It is when it stands alone elsewhere on the page or begins like the domain; one small letter or sign is always noise.
    """
    first = spot.line.words[spot.start].text
    if not page[spot.line.index].is_ocr or len(first) > SHORT_WORD or spot.end - spot.start <= SHORT_WORD:
        return spot
    rest = spot.line.part(spot.start + 1, spot.end)
    key = fold(rest)
    cells = [m.line.part(*cell) for m in page if m.line is not spot.line for cell in m.line.cells]
    is_noise = len(first) == 1 and not first.isupper() and not first.isdigit()
    is_proven = any(fold(text).startswith(key) for text in cells) or any(key.startswith(d) for d in domains)
    if not rest[:1].isupper() or not (is_noise or is_proven):
        return spot
    return spot._replace(value=rest.strip(" ,;:-|"), raw=rest, start=spot.start + 1)


def _domains(pages: Sequence[Sequence[Marked]]) -> list[str]:
    cores = set()
    for page in pages:
        for marked in page:
            for found in marked.identifiers:
                if found.kind in {"email", "domain"}:
                    parts = found.value.rsplit("@", 1)[-1].split(".")
                    core = fold(parts[-2]) if len(parts) > 1 else ""
                    if len(core) > SHORT_WORD and core not in _FREE_MAIL:
                        cores.add(core)
    return sorted(cores)


def _likeness(name: str, domain: str) -> float:
    if domain in name or (len(name) > FEWEST_LETTERS and name in domain):
        return 1.0
    ratio = fuzz.partial_ratio(name, domain)
    return 0.6 if ratio >= _ALIKE else 0.0


def _same(left: str, right: str) -> bool:
    return left == right or fuzz.ratio(left, right) >= _SAME
