"""Who sends and who receives: blocks of the first page, their labels, legal forms and the identity marks around them."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from engine.stages.extract.candidates import Marked, Spot
from engine.stages.extract.labels import LabelHit
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line

_SEPARATORS = re.compile(r"\s+[-–—|●•·*■♦▪]+\s+|\s*[|●•·]\s*|,\s+|\s{3,}|\s+/\s+")  # noqa: RUF001
_POSTCODE = re.compile(r"(?<![\d.,/-])(?:[A-Z]{1,2}-)?\d{4,6}(?:\s?[A-Z]{2})?\s+[^\W\d_]{2,}|\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b|\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b|\b\d{2}-\d{3}\s+[^\W\d_]")  # fmt: skip
_FREE_MAIL = frozenset({"gmail", "gmx", "web", "hotmail", "outlook", "yahoo", "tonline", "icloud", "aol", "free", "orange", "wanadoo", "example", "live"})  # fmt: skip
_LONGEST_NAME = 9


class Cell(NamedTuple):
    """A run of words on a line of the first page: words[start:end]."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words with single spaces."""
        return self.line.part(self.start, self.end)

    @property
    def x0(self) -> float:
        """Its left edge."""
        return self.line.words[self.start].x0

    @property
    def x1(self) -> float:
        """Its right edge."""
        return self.line.words[self.end - 1].x1


class Block(NamedTuple):
    """Cells under one another that read as one paragraph."""

    cells: tuple[Cell, ...]

    @property
    def has_address(self) -> bool:
        """Tell whether a line looks like postcode and town."""
        return any(_POSTCODE.search(cell.text) for cell in self.cells)


def blocks_of(page: Sequence[Marked]) -> list[Block]:
    """Group the cells of a page into blocks: close below one another and starting at about the same place."""
    open_blocks: list[list[Cell]] = []
    for marked in page:
        line = marked.line
        for start, end in line.cells:
            cell = Cell(line, start, end)
            home = next((b for b in reversed(open_blocks[-40:]) if _continues(b[-1], cell)), None)
            if home is None:
                open_blocks.append([cell])
            else:
                home.append(cell)
    return [Block(tuple(cells)) for cells in open_blocks]


def _continues(last: Cell, cell: Cell) -> bool:
    if cell.line is last.line:
        return False
    height = max(last.line.height, cell.line.height)
    gap = cell.line.box.top - last.line.box.bottom
    aligned = abs(cell.x0 - last.x0) < 1.2 * height or abs(cell.x0 + cell.x1 - last.x0 - last.x1) < 1.5 * height
    return -0.5 * height < gap < 1.0 * height and aligned


def labelled_party(
    name: str, page: Sequence[Marked], blocks: Sequence[Block], lexicon: Lexicon
) -> Iterable[tuple[Spot, Block | None]]:
    """Yield the names that `vendor` or `buyer` labels announce, with the block they stand in."""
    for marked in page:
        for hit in marked.labels:
            if hit.name != name or hit.start != marked.line.cells[marked.line.cell_of[hit.start]][0]:
                continue
            found = _beside_or_below(hit, marked, page, blocks, lexicon)
            if found:
                yield found


def _beside_or_below(
    hit: LabelHit, marked: Marked, page: Sequence[Marked], blocks: Sequence[Block], lexicon: Lexicon
) -> tuple[Spot, Block | None] | None:
    line = marked.line
    cell_end = line.cells[line.cell_of[hit.start]][1]
    has_colon = line.words[hit.end - 1].text.endswith(":") or (hit.end < cell_end and not line.folded[hit.end - 1])
    after = next((h.start for h in marked.labels if h.start >= hit.end and h.strength > 0.7), len(line.words))  # noqa: PLR2004
    if hit.end < len(line.words) and (
        has_colon or fold(line.part(hit.start, hit.end)) in {"herr", "herrn", "frau", "m", "mme"}
    ):
        start = hit.end
        end = min(line.cells[line.cell_of[start]][1], after) if start < after else start
        if end > start and _is_name(line.part(start, end), lexicon):
            block = next((b for b in blocks if any(c.line is line and c.start <= start < c.end for c in b.cells)), None)
            return _spot(Cell(line, start, end), hit.strength, lexicon), block
    if hit.end < cell_end and not has_colon:
        return None
    box = hit.box
    for under in page[line.index + 1 : line.index + 5]:
        for start, end in under.line.cells:
            cell = Cell(under.line, start, end)
            if cell.x0 < box.x1 + 4 and cell.x1 > box.x0 - 4 and abs(cell.x0 - box.x0) < 60:  # noqa: PLR2004
                if any(h.start == start and h.strength > 0.75 for h in under.labels) or not _is_name(
                    cell.text, lexicon
                ):  # noqa: PLR2004
                    break
                block = next(
                    (b for b in blocks if any(c.line is under.line and c.start == start for c in b.cells)), None
                )
                return _spot(cell, hit.strength * 0.92, lexicon), block
    return None


def _is_name(text: str, lexicon: Lexicon) -> bool:
    letters = sum(c.isalpha() for c in text)
    return (
        letters >= 3
        and letters > sum(c.isdigit() for c in text)
        and not _POSTCODE.match(text)
        and fold(text) not in lexicon.labels
    )  # noqa: PLR2004


def _spot(cell: Cell, score: float, lexicon: Lexicon) -> Spot:
    start, end = _name_range(cell, lexicon)
    raw = cell.line.part(start, end)
    return Spot(raw.strip(" ,;:-|"), raw, cell.line, start, end, score)


def _name_range(cell: Cell, lexicon: Lexicon) -> tuple[int, int]:
    """Return the words of the name in a cell: before a separator, and no further than its legal form."""
    words = cell.line.words
    end = cell.end
    for index in range(cell.start + 1, cell.end):
        if _SEPARATORS.fullmatch(f" {words[index].text} ") or words[index].text in "-–—|●•·*":  # noqa: RUF001
            end = index
            break
        if words[index - 1].text.endswith(",") and not _is_form(cell.line, index, lexicon):
            end = index
            break
    for index in range(cell.start + 1, end):
        if _is_form(cell.line, index, lexicon):
            stop = index + 1
            while stop < end and (_is_form(cell.line, stop, lexicon) or words[stop].text in {"&", "+", "und", "Co."}):
                stop += 1
            if (
                stop == end
                or not words[stop].text[:1].isupper()
                or words[stop].text[:1].isdigit()
                or words[stop].text == "-"
            ):
                return cell.start, stop
            return cell.start, stop if stop - cell.start > 1 and ":" not in cell.line.part(cell.start, stop) else end
    return cell.start, end


def _is_form(line: Line, index: int, lexicon: Lexicon) -> bool:
    folded = line.folded[index]
    if folded in lexicon.legal_forms:
        text = line.words[index].text
        return len(folded) > 2 or text[:1].isupper()  # noqa: PLR2004 - `se`, `sa`, `co` are also ordinary words
    return False


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
        for rank, cell in enumerate(block.cells):
            spot = _candidate(cell, rank, block, first, domains, usual, lexicon)
            if spot and not (buyer_key and _same(fold(spot.value), buyer_key)):
                spots.append(spot)
    return spots


def _candidate(  # noqa: PLR0913 - the marks that speak for a name are weighed in one place
    cell: Cell, rank: int, block: Block, page: Sequence[Marked], domains: Sequence[str], usual: float, lexicon: Lexicon
) -> Spot | None:
    text = cell.text
    if cell.end - cell.start > 3 * _LONGEST_NAME or not _is_name(text, lexicon):
        return None
    spot = _spot(cell, 0.0, lexicon)
    words = range(spot.start, spot.end)
    if not 1 <= len(words) <= _LONGEST_NAME or len(spot.value) < 3 or not _is_name(spot.value, lexicon):  # noqa: PLR2004
        return None
    marked = page[cell.line.index]
    if any(
        h.start == cell.start and h.strength > 0.7 and h.name not in ("vendor", "other_party") for h in marked.labels
    ):  # noqa: PLR2004
        return None
    place = cell.line.box.top / max(marked.page_height, 1.0)
    has_form = any(_is_form(cell.line, i, lexicon) for i in words if i > spot.start)
    score = 0.12
    score += 0.34 if has_form else 0.0
    score += 0.2 if place < 0.18 and rank == 0 else 0.1 if place < 0.3 or place > 0.85 else 0.0  # noqa: PLR2004
    score += 0.12 if rank == 0 and block.has_address else 0.0
    score += 0.15 if cell.line.index == 0 else 0.0
    score += (
        min(0.15, 0.2 * (cell.line.height / usual - 1.0)) if cell.line.height > 1.15 * usual and place < 0.4 else 0.0
    )  # noqa: PLR2004
    core = fold(spot.value)
    score += 0.3 * max((_likeness(core, domain) for domain in domains), default=0.0)
    if fold(spot.value) in lexicon.titles or any(
        fold(w.text) in lexicon.titles for w in cell.line.words[spot.start : spot.end]
    ):
        score -= 0.5
    if not has_form and any(c.isdigit() for c in spot.value):
        score -= 0.2
    return spot._replace(score=score) if score > 0.25 else None  # noqa: PLR2004


def _domains(pages: Sequence[Sequence[Marked]]) -> list[str]:
    cores = set()
    for page in pages:
        for marked in page:
            for found in marked.identifiers:
                if found.kind in {"email", "domain"}:
                    parts = found.value.rsplit("@", 1)[-1].split(".")
                    core = fold(parts[-2]) if len(parts) > 1 else ""
                    if len(core) > 2 and core not in _FREE_MAIL:  # noqa: PLR2004
                        cores.add(core)
    return sorted(cores)


def _likeness(name: str, domain: str) -> float:
    if domain in name or (len(name) > 3 and name in domain):  # noqa: PLR2004
        return 1.0
    ratio = fuzz.partial_ratio(name, domain)
    return 0.6 if ratio >= 85 else 0.0  # noqa: PLR2004


def _same(left: str, right: str) -> bool:
    return left == right or fuzz.ratio(left, right) >= 90  # noqa: PLR2004


def address_of(block: Block, name: Spot, lexicon: Lexicon) -> tuple[str, list[Cell]] | None:
    """Return the address lines below a name in its block, joined by commas, or None."""
    lines = [cell for cell in block.cells if cell.line.index > name.line.index][:5]
    kept: list[Cell] = []
    for cell in lines:
        if fold(cell.text) in lexicon.labels or "@" in cell.text:
            break
        kept.append(cell)
        if _POSTCODE.search(cell.text):
            break
    if not kept or not any(_POSTCODE.search(cell.text) for cell in kept):
        return None
    return ", ".join(cell.text for cell in kept), kept
