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
_FEWEST_LETTERS = 3
_MOST_DIGITS = 5
_SENDER_PARTS = 3
"""Name, street and town."""
_SURE, _UPPER = 0.7, 0.4
_WINDOW_HEIGHT = 60.0
"""Points from the sender line to the first line of the addressee; the window is 45 mm high."""
_WINDOW_END = 0.42
"""Share of the page's height above which letters carry their addressee."""
_HEAD, _TOP, _FOOT = 0.18, 0.3, 0.85
_WEAKEST = 0.25
_SHORT_WORD = 2
_ALIKE, _SAME = 85, 90
"""rapidfuzz ratios."""
_TITLE_WORD = 5
"""A title word of at least this length is no part of a name; `bon` may be."""
_ALIGNED = 60.0
"""Points by which a name may stand left or right of its label."""
_SIGNS = frozenset("-–—|●•·*■♦▪")  # noqa: RUF001


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
        for start, end in _whole_runs(line):
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
    return -0.5 * height < gap < 1.3 * height and aligned


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
    """Return the name that stands after the label's colon, else the one right below the label."""
    line = marked.line
    cell_end = line.cells[line.cell_of[hit.start]][1]
    label = line.part(hit.start, hit.end)
    is_open = label.endswith(":") or fold(label) in lexicon.salutations
    if hit.end < len(line.words) and is_open:
        after = next((h.start for h in marked.labels if h.start >= hit.end and _is_whole(h)), len(line.words))
        end = min(line.cells[line.cell_of[hit.end]][1], after)
        if end > hit.end and _is_name(line.part(hit.end, end), lexicon):
            return name_in(Cell(line, hit.end, end), hit.strength, lexicon), _block_at(blocks, line, hit.end)
    if hit.end < cell_end:
        return None
    box = hit.box
    for under in page[line.index + 1 : line.index + 5]:
        keyed = _keyed_name(under, box.x0, lexicon)
        if keyed is not None:
            return name_in(keyed, hit.strength, lexicon), _block_at(blocks, under.line, keyed.start)
        for start, end in under.line.cells:
            cell = Cell(under.line, start, end)
            if cell.x0 < box.x1 + 4 and cell.x1 > box.x0 - 4 and abs(cell.x0 - box.x0) < _ALIGNED:
                if any(h.start == start and _is_whole(h) for h in under.labels) or not _is_name(cell.text, lexicon):
                    break
                if fold(label) in lexicon.salutations:
                    cell = _company_below(cell, page, lexicon) or cell
                return name_in(cell, hit.strength * 0.92, lexicon), _block_at(blocks, cell.line, cell.start)
    return None


def _keyed_name(marked: Marked, x0: float, lexicon: Lexicon) -> Cell | None:
    """Return the value of a `Name:` row under a party heading."""
    line = marked.line
    for key, value in zip(line.cells, line.cells[1:], strict=False):
        is_key = "".join(line.folded[key[0] : key[1]]) in lexicon.name_words
        if is_key and abs(line.words[key[0]].x0 - x0) < _ALIGNED and _is_name(line.part(*value), lexicon):
            return Cell(line, *value)
    return None


def _is_whole(hit: LabelHit) -> bool:
    """Tell whether a label fills its cell or ends in a colon; else it may be the first word of a name."""
    cell_start, cell_end = hit.line.cells[hit.line.cell_of[hit.start]]
    return (hit.start == cell_start and hit.end == cell_end) or hit.line.words[hit.end - 1].text.endswith(":")


def _block_at(blocks: Sequence[Block], line: Line, index: int) -> Block | None:
    return next((b for b in blocks if any(c.line is line and c.start <= index < c.end for c in b.cells)), None)


def sender_line(page: Sequence[Marked], lexicon: Lexicon) -> Cell | None:
    """Return the small line above the address window that names the sender: name, street and town in one row."""
    for marked in page:
        if marked.line.box.top > 0.45 * marked.page_height:
            return None
        for start, end in _whole_runs(marked.line):
            cell = Cell(marked.line, start, end)
            text = cell.text
            if (
                _POSTCODE.search(text)
                and len(_SEPARATORS.split(text)) >= _SENDER_PARTS
                and _is_name(name_in(cell, 0, lexicon).value, lexicon)
            ):
                return cell
    return None


def _whole_runs(line: Line) -> list[tuple[int, int]]:
    """Return cells, joined where only a separator sign stands between them."""
    runs: list[tuple[int, int]] = []
    for start, end in line.cells:
        near = runs and line.words[start].x0 - line.words[start - 1].x1 < 3 * line.height
        if near and (line.words[start].text in _SIGNS or line.words[start - 1].text in _SIGNS):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def addressees(
    page: Sequence[Marked], blocks: Sequence[Block], *, vendor: str, sender: Cell | None, lexicon: Lexicon
) -> list[Spot]:
    """Return names of address blocks in the upper part that are not the vendor's: who the document is sent to."""
    spots: list[Spot] = []
    below = None if sender is None else _first_below(sender, page, lexicon)
    if below is not None:
        spots.append(name_in(below, 0.85, lexicon))
    key = fold(vendor)
    for block in blocks:
        first = block.cells[0]
        height = page[first.line.index].page_height
        if first.line.box.top > _WINDOW_END * height or not block.has_address or len(block.cells) == 1:
            continue
        if any(key and key in fold(cell.text) for cell in block.cells):
            continue
        if any(
            h.name == "other_party" and _is_whole(h) for h in page[first.line.index].labels if h.start == first.start
        ):
            continue
        cell = next((c for c in block.cells if _is_name(c.text, lexicon)), None)
        if cell is None:
            continue
        spots.append(name_in(cell, 0.5, lexicon))
    return spots


def _first_below(sender: Cell, page: Sequence[Marked], lexicon: Lexicon) -> Cell | None:
    """Return the first name under the sender line: the address window begins there."""
    is_person = False
    for marked in page[sender.line.index + 1 :]:
        if marked.line.box.top - sender.line.box.bottom > _WINDOW_HEIGHT:
            return None
        for start, end in marked.line.cells:
            cell = Cell(marked.line, start, end)
            if cell.x0 >= sender.x1 or abs(cell.x0 - sender.x0) >= _ALIGNED:
                continue
            if fold(cell.text) in lexicon.salutations:
                is_person = True
            elif _is_name(cell.text, lexicon):
                return (_company_below(cell, page, lexicon) or cell) if is_person else cell
    return None


def _company_below(person: Cell, page: Sequence[Marked], lexicon: Lexicon) -> Cell | None:
    """Return the line under a person's name when it names a company, not a street."""
    for marked in page[person.line.index + 1 : person.line.index + 3]:
        for start, end in marked.line.cells:
            cell = Cell(marked.line, start, end)
            if abs(cell.x0 - person.x0) < person.line.height:
                is_company = _is_name(cell.text, lexicon) and not any(c.isdigit() for c in cell.text)
                return cell if is_company and len(page) > cell.line.index + 1 else None
    return None


def _is_name(text: str, lexicon: Lexicon) -> bool:
    letters = sum(c.isalpha() for c in text)
    if letters < _FEWEST_LETTERS or letters <= sum(c.isdigit() for c in text) or text[:1] in "([<*":
        return False
    if text.rstrip().endswith(":") or any(sum(c.isdigit() for c in word) > _MOST_DIGITS for word in text.split()):
        return False
    words = [fold(word) for word in text.split()]
    if words[0] in lexicon.name_words and len(words) == 1:
        return False
    small = sum(word in lexicon.all_stop_words and word not in lexicon.legal_forms for word in words)
    if small > max(1, len(words) // 2) or "@" in text or "://" in text or "www." in text:
        return False
    return not _POSTCODE.match(text) and fold(text) not in lexicon.labels and not is_street(words, lexicon)


def is_street(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether folded words are a street with its house number: `Hauptstr. 5`, `12 rue Basse`."""
    return any(word[:1].isdigit() for word in words) and any(
        word in lexicon.address_words or any(len(a) > _SHORT_WORD and word.endswith(a) for a in lexicon.address_words)
        for word in words
    )


def name_in(cell: Cell, score: float, lexicon: Lexicon) -> Spot:
    """Return the name that a cell holds, without street, town or what else follows it."""
    start, end = _name_range(cell, lexicon)
    raw = cell.line.part(start, end)
    return Spot(raw.strip(" ,;:-|"), raw, cell.line, start, end, score)


def _name_range(cell: Cell, lexicon: Lexicon) -> tuple[int, int]:
    """Return the words of the name in a cell: before a separator, and no further than its legal form."""
    words = cell.line.words
    end = cell.end
    while cell.start + 1 < end and not any(c.isalnum() for c in words[cell.start].text):
        cell = cell._replace(start=cell.start + 1)
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


def _candidate(
    cell: Cell, rank: int, block: Block, page: Sequence[Marked], domains: Sequence[str], usual: float, lexicon: Lexicon
) -> Spot | None:
    text = cell.text
    if cell.end - cell.start > 3 * _LONGEST_NAME or not any(c.isalpha() for c in text):
        return None
    spot = name_in(cell, 0.0, lexicon)
    words = range(spot.start, spot.end)
    if not 1 <= len(words) <= _LONGEST_NAME or len(spot.value) < _FEWEST_LETTERS or not _is_name(spot.value, lexicon):
        return None
    marked = page[cell.line.index]
    if any(
        h.start == cell.start and _is_whole(h) and h.strength > _SURE and h.name not in ("vendor", "other_party")
        for h in marked.labels
    ):
        return None
    place = cell.line.box.top / max(marked.page_height, 1.0)
    has_form = any(_is_form(cell.line, i, lexicon) for i in words if i > spot.start)
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
    return spot._replace(score=score) if score > _WEAKEST else None


def _domains(pages: Sequence[Sequence[Marked]]) -> list[str]:
    cores = set()
    for page in pages:
        for marked in page:
            for found in marked.identifiers:
                if found.kind in {"email", "domain"}:
                    parts = found.value.rsplit("@", 1)[-1].split(".")
                    core = fold(parts[-2]) if len(parts) > 1 else ""
                    if len(core) > _SHORT_WORD and core not in _FREE_MAIL:
                        cores.add(core)
    return sorted(cores)


def _likeness(name: str, domain: str) -> float:
    if domain in name or (len(name) > _FEWEST_LETTERS and name in domain):
        return 1.0
    ratio = fuzz.partial_ratio(name, domain)
    return 0.6 if ratio >= _ALIKE else 0.0


def _same(left: str, right: str) -> bool:
    return left == right or fuzz.ratio(left, right) >= _SAME


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
