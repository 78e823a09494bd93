"""Who sends and who receives: party labels, the sender's line, the address window."""

from collections.abc import Iterable, Sequence

from engine.stages.extract.blocks import POSTCODE, Block, Cell, has_postcode, whole_runs
from engine.stages.extract.candidates import Marked, Spot
from engine.stages.extract.labels import LabelHit, is_whole
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.names import BULLETS, SEPARATORS, is_name, name_in

_SENDER_PARTS = 3
"""Name, street and town."""
_WINDOW_HEIGHT = 60.0
"""Points from the sender line to the first line of the addressee; the window is 45 mm high."""
_WINDOW_END = 0.42
"""Share of the page's height above which letters carry their addressee."""
_FAR = 2.0
"""Line heights below a label where a name beside it is more likely its own."""
_ALIGNED = 60.0
"""Points by which a name may stand left or right of its label."""


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
        after = next((h.start for h in marked.labels if h.start >= hit.end and is_whole(h)), len(line.words))
        end = min(line.cells[line.cell_of[hit.end]][1], after)
        if end > hit.end and is_name(line.part(hit.end, end), lexicon):
            return name_in(Cell(line, hit.end, end), hit.strength, lexicon), _block_at(blocks, line, hit.end)
    if hit.end < cell_end:
        return None
    beside = _in_next_cell(hit, marked, blocks, lexicon)
    return _below(hit, page, blocks, lexicon, beside=beside) or beside


def _below(
    hit: LabelHit, page: Sequence[Marked], blocks: Sequence[Block], lexicon: Lexicon,
    *, beside: tuple[Spot, Block | None] | None,
) -> tuple[Spot, Block | None] | None:  # fmt: skip
    """Return the name below a label; `beside`, when another label or a gap comes before it."""
    line, box = hit.line, hit.box
    label = line.part(hit.start, hit.end)
    for under in page[line.index + 1 : line.index + 5]:
        keyed = _keyed_name(under, box.x0, lexicon)
        if keyed is not None:
            return name_in(keyed, hit.strength, lexicon), _block_at(blocks, under.line, keyed.start)
        for start, end in under.line.cells:
            cell = Cell(under.line, start, end)
            if cell.x0 < box.x1 + 4 and cell.x1 > box.x0 - 4 and abs(cell.x0 - box.x0) < _ALIGNED:
                if any(h.start == start and is_whole(h) for h in under.labels) or not is_name(cell.text, lexicon):
                    if beside is not None and fold(cell.text) in lexicon.labels:
                        return beside
                    break
                if beside is not None and under.line.box.top - box.bottom > _FAR * line.height:
                    return beside
                if is_salutation(label, lexicon):
                    cell = _company_below(cell, page, lexicon) or cell
                return name_in(cell, hit.strength * 0.92, lexicon), _block_at(blocks, cell.line, cell.start)
    return None


def _in_next_cell(
    hit: LabelHit, marked: Marked, blocks: Sequence[Block], lexicon: Lexicon
) -> tuple[Spot, Block | None] | None:
    """Return the name in the cell after a label that has no colon, when nothing stands below it."""
    line = marked.line
    following = next((cell for cell in line.cells if cell[0] >= hit.end and _has_letters(line, cell)), None)
    if following is None or any(h.start == following[0] and is_whole(h) for h in marked.labels):
        return None
    cell = Cell(line, *following)
    if not is_name(cell.text, lexicon):
        return None
    return name_in(cell, 0.8 * hit.strength, lexicon), _block_at(blocks, line, cell.start)


def _has_letters(line: Line, cell: tuple[int, int]) -> bool:
    """Tell whether a cell is more than a number: forms print the party's account between its label and its name."""
    return any(c.isalpha() for c in line.part(*cell))


def is_salutation(text: str, lexicon: Lexicon) -> bool:
    """Tell whether a text is nothing but salutations and degrees: `Herrn`, `Prof. Dr. Dr.`."""
    words = [fold(word) for word in text.split() if fold(word)]
    return bool(words) and all(word in lexicon.salutations for word in words)


def _keyed_name(marked: Marked, x0: float, lexicon: Lexicon) -> Cell | None:
    """Return the value of a `Name:` row under a party heading."""
    line = marked.line
    for key, value in zip(line.cells, line.cells[1:], strict=False):
        is_key = "".join(line.folded[key[0] : key[1]]) in lexicon.name_words
        if is_key and abs(line.words[key[0]].x0 - x0) < _ALIGNED and is_name(line.part(*value), lexicon):
            return Cell(line, *value)
    return None


def _block_at(blocks: Sequence[Block], line: Line, index: int) -> Block | None:
    return next((b for b in blocks if any(c.line is line and c.start <= index < c.end for c in b.cells)), None)


def sender_line(page: Sequence[Marked], lexicon: Lexicon) -> Cell | None:
    """Return the small line above the address window that names the sender: name, street and town in one row."""
    for marked in page:
        if marked.line.box.top > 0.45 * marked.page_height:
            return None
        for start, end in whole_runs(marked.line):
            cell = Cell(marked.line, start, end)
            text = cell.text
            parts = SEPARATORS.split(text)
            if (
                has_postcode(text)
                and len(parts) >= _SENDER_PARTS
                and not POSTCODE.match(parts[1].strip())
                and is_name(name_in(cell, 0, lexicon).value, lexicon)
            ):
                return cell
    return None


def addressees(
    page: Sequence[Marked], blocks: Sequence[Block], *, vendor: str, sender: Cell | None, lexicon: Lexicon
) -> list[Spot]:
    """Return names of address blocks in the upper part that are not the vendor's: who the document is sent to."""
    spots: list[Spot] = []
    below = None if sender is None else _first_below(sender, page, lexicon)
    if below is not None:
        spots.append(_with_department(below, name_in(below, 0.85, lexicon)))
    key = fold(vendor)
    for block in blocks:
        first = block.cells[0]
        height = page[first.line.index].page_height
        if first.line.box.top > _WINDOW_END * height or not block.has_address or len(block.cells) == 1:
            continue
        if fold(first.text) in lexicon.columns or any(key and key in fold(cell.text) for cell in block.cells):
            continue
        if any(
            h.name == "other_party" and is_whole(h) for h in page[first.line.index].labels if h.start == first.start
        ):
            continue
        cell = next((c for c in block.cells if is_name(c.text, lexicon) and not is_salutation(c.text, lexicon)), None)
        if cell is None:
            continue
        spots.append(_with_department(cell, name_in(cell, 0.5, lexicon)))
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
            if is_salutation(cell.text, lexicon):
                is_person = True
            elif is_name(cell.text, lexicon):
                return (_company_below(cell, page, lexicon) or cell) if is_person else cell
    return None


def _with_department(cell: Cell, name: Spot) -> Spot:
    """Return an addressee with what follows its comma when no number is in it: `University, Department of Botany`."""
    rest = cell.line.part(name.end, cell.end)
    is_department = name.raw.endswith(",") and rest and not any(c.isdigit() for c in rest)
    if name.start != cell.start or not is_department:
        return name
    return name._replace(value=cell.text.strip(" ,;:-|"), raw=cell.text, end=cell.end)


def _company_below(person: Cell, page: Sequence[Marked], lexicon: Lexicon) -> Cell | None:
    """Return the line under a person's name when it names a company, not a street."""
    for marked in page[person.line.index + 1 : person.line.index + 3]:
        for start, end in marked.line.cells:
            cell = Cell(marked.line, start, end)
            if abs(cell.x0 - person.x0) < person.line.height:
                is_company = is_name(cell.text, lexicon) and not any(c.isdigit() for c in cell.text)
                return cell if is_company and len(page) > cell.line.index + 1 else None
    return None


def address_of(block: Block, name: Spot, lexicon: Lexicon) -> tuple[str, list[Cell]] | None:
    """Return the address lines below a name in its block, joined by commas, or None."""
    lines = [cell for cell in block.cells if cell.line.index > name.line.index][:5]
    kept: list[Cell] = []
    texts: list[str] = []
    for cell in lines:
        if fold(cell.text) in lexicon.labels:
            break
        if fold(cell.text) in fold(name.value):
            continue  # the end of a name that went to the next line
        kept.append(cell)
        for part in BULLETS.split(cell.text):
            texts.append(part.strip())
            if has_postcode(part):
                return ", ".join(texts), kept
        if "@" in cell.text:
            break
    return None
