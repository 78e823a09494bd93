"""A row of column headings: which line it is, what its headings name, over as many lines as they run."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from engine.content.vocabulary import ColumnName
from engine.model.field import Box
from engine.stages.extract.candidates import Marked
from engine.stages.extract.columns import MONEY, Column, span_box
from engine.stages.extract.labels import HeadingHit, headings_on, words_of
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line

_HEADING_PARTS = re.compile(r"[/\s()|-]+")
_LEAST_HEADINGS = 3
_THINGS: frozenset[ColumnName] = frozenset({"description", "item_code", "quantity"})
_TAXES: frozenset[ColumnName] = frozenset({"tax_rate", "tax_amount", "amount", "gross_amount"})
_HIGHEST, _MOSTLY, _MOST_WORDS = 3, 0.6, 16
"""Lines of a heading above and below its base, the share of heading words that makes a line one, and its length."""
_COVERED = 0.5
"""At least this share of a heading row's words are headings."""
_SHARED, _WORD_SPACE, _SHORT_HEADING = 0.3, 0.6, 3


def header_on(
    page: Sequence[Marked], index: int, lexicon: Lexicon, *, is_priced: bool = True
) -> tuple[list[Column], int] | None:
    """Return the columns when a heading row starts at this line, and the index of its last line.

    A list of goods without prices, as on a delivery note, counts only when `is_priced` is false.
    """
    line = page[index].line
    first = _hits(page[index], lexicon)
    if len(first) < 2 or any(not a.is_percent for a in page[index].amounts):  # noqa: PLR2004
        return None
    if len({h.name for h in first} & _THINGS) < 1 and len(first) < _LEAST_HEADINGS:
        return None
    block = _block(page, index, lexicon)
    if any(m.line.index > index and len({h.name for h in hits}) > len({h.name for h in first}) for m, hits in block):
        return None
    hits, last = _stacked(page[index], first, block, lexicon), max([index, *(m.line.index for m, _ in block)])
    if not _is_header(hits, line, is_priced=is_priced) or not _is_header(_own(hits, line), line, least=2):
        return None
    hits = [_widened(hit, hits) for hit in hits]
    others = [
        cell
        for m, _ in block
        for cell in _unnamed(m.line, [*hits, *(HeadingHit("other", line, *c) for c in line.cells)])
    ]
    return _columns([*_apart(hits, lexicon), *_unknown(line, hits, lexicon), *others]), last


def _widened(hit: HeadingHit, hits: Sequence[HeadingHit]) -> HeadingHit:
    """Take the words right beside a heading into it: the column of `Expected price` begins at `Expected`."""
    line, start, end = hit.line, hit.start, hit.end
    low, high = line.cells[line.cell_of[start]]
    if hit.name == "other" or any(h is not hit and h.line is line and low <= h.start < high for h in hits):
        return hit
    near = (1.0 if high - low <= _SHORT_HEADING else _WORD_SPACE) * line.height
    while start > low and line.words[start].x0 - line.words[start - 1].x1 < near:
        start -= 1
    while end < high and line.words[end].x0 - line.words[end - 1].x1 < near:
        end += 1
    return hit._replace(start=start, end=end)


def _unnamed(line: Line, hits: Sequence[HeadingHit]) -> list[HeadingHit]:
    """Return cells of a second heading line that stand over or under no heading: columns without a known name."""
    cells = [HeadingHit("other", line, start, end) for start, end in line.cells]
    return [cell for cell in cells if not _is_over(cell, hits)]


def _own(hits: Sequence[HeadingHit], line: Line) -> list[HeadingHit]:
    """Return the headings that stand, wholly or in part, on the base line."""
    return [h for h in hits if h.line is line]


def is_other_heading(marked: Marked, lexicon: Lexicon) -> bool:
    """Tell whether a line heads a table of something else: several headings of money or tax and no thing."""
    if marked.amounts or len(marked.line.cells) < _LEAST_HEADINGS:
        return False
    hits = _hits(marked, lexicon)
    names = {h.name for h in hits}
    return bool(names & _TAXES) and len(hits) > 1 and not names & {"quantity", "unit_price", "line_number"}


def _apart(hits: Sequence[HeadingHit], lexicon: Lexicon) -> list[HeadingHit]:
    """Split `VAT Amount` into two headings where no other heading names the amount of a line."""
    if any(hit.name in MONEY for hit in hits):
        return list(hits)
    out: list[HeadingHit] = []
    for hit in hits:
        last = lexicon.columns.get(hit.line.folded[hit.end - 1])
        if hit.name == "tax_amount" and hit.end - hit.start > 1 and last in MONEY:
            out += [hit._replace(name="tax_rate", end=hit.end - 1), hit._replace(name="amount", start=hit.end - 1)]
        else:
            out.append(hit)
    return out


def _unknown(line: Line, hits: Sequence[HeadingHit], lexicon: Lexicon) -> list[HeadingHit]:
    """Return headings that no vocabulary knows: a part of them may be known (`QTY/HR`), else they hold their place."""
    found: list[HeadingHit] = []
    for start, end in line.cells:
        if any(h.line is line and start <= h.start < end for h in hits) or _is_over(
            HeadingHit("other", line, start, end), hits
        ):
            continue
        parts = [fold(part) for part in _HEADING_PARTS.split(line.part(start, end))]
        known = next((lexicon.columns[part] for part in parts if part in lexicon.columns), None)
        found.append(HeadingHit(known or "other", line, start, end))
    return found


def _block(page: Sequence[Marked], index: int, lexicon: Lexicon) -> list[tuple[Marked, Sequence[HeadingHit]]]:
    """Return the lines right above and below that belong to the same headings, with their own hits."""
    found: list[tuple[Marked, Sequence[HeadingHit]]] = []
    for step in (-1, 1):
        last, at = page[index].line, index + step
        while 0 <= at < len(page) and abs(at - index) <= _HIGHEST and _is_close(last, page[at].line):
            marked = page[at]
            hits = _hits(marked, lexicon)
            if marked.amounts or not (
                sum(h.end - h.start for h in hits) >= _MOSTLY * len(marked.line.words) > 0
                or _goes_with(marked.line, page[index].line, lexicon)
            ):
                break
            found.append((marked, hits))
            last, at = marked.line, at + step
    return found


def _goes_with(line: Line, base: Line, lexicon: Lexicon) -> bool:
    """Tell whether a word of a line completes a heading of the base line: `Unit` over `Price`, `Positions-` over `betrag`."""
    if len(line.words) > _MOST_WORDS or any(c.isdigit() for c in line.text):
        return False
    for start, end in line.cells:
        box = span_box(line, start, end)
        for low, high in base.cells:
            other = span_box(base, low, high)
            if box.x0 < other.x1 and other.x0 < box.x1:
                upper, lower = (line.part(start, end), base.part(low, high))
                if line.box.top > base.box.top:
                    upper, lower = lower, upper
                if fold(upper + lower) in lexicon.columns:
                    return True
    return len(line.cells) > 1 or line.text[:1] == "(" or line.text[:1].islower()


def _stacked(
    base: Marked, first: Sequence[HeadingHit], block: Sequence[tuple[Marked, Sequence[HeadingHit]]], lexicon: Lexicon
) -> list[HeadingHit]:
    """Return the headings of a block of lines: phrases that run down a column first, then those of one line."""
    if not block:
        return list(first)
    lines = sorted([base.line, *(m.line for m, _ in block)], key=lambda one: one.box.top)
    hits = _phrases(base.line, lines, lexicon)
    hits += [h for h in first if not _is_over(h, hits)]
    for _, more in sorted(block, key=lambda pair: abs(pair[0].line.index - base.line.index)):
        hits += [h for h in more if not _is_over(h, hits)]
    return hits


def _is_over(hit: HeadingHit, hits: Sequence[HeadingHit]) -> bool:
    return any(hit.box.x0 < k.box.x1 and k.box.x0 < hit.box.x1 for k in hits)


def _phrases(base: Line, lines: Sequence[Line], lexicon: Lexicon) -> list[HeadingHit]:
    """Return the headings whose words stand one above the other, placed at the widest of their cells."""
    found: list[HeadingHit] = []
    for stack in _stacks(base, lines, lexicon):
        parts = sorted(stack, key=lambda part: part[0].box.top)
        windows = sorted(
            ((i, j) for i in range(len(parts)) for j in range(i + 2, len(parts) + 1)), key=lambda w: w[0] - w[1]
        )
        for i, j in windows:
            name = lexicon.columns.get(fold("".join(line.part(low, high) for line, low, high in parts[i:j])))
            if name:
                line, low, high = max(parts[i:j], key=lambda part: (part[0] is base, part[2] - part[1]))
                found.append(HeadingHit(name, line, low, high))
                break
    return found


def _stacks(base: Line, lines: Sequence[Line], lexicon: Lexicon) -> list[list[tuple[Line, int, int]]]:
    """Return the cells of a block of headings by column: (line, start, end), those of the base line first."""
    stacks: list[list[tuple[Line, int, int]]] = [[(base, low, high)] for low, high in _parts(base, lexicon)]
    for line in lines:
        if line is base:
            continue
        for low, high in _parts(line, lexicon):
            box = span_box(line, low, high)
            over = [stack for stack in stacks if any(_shares(box, span_box(o, i, j)) for o, i, j in stack)]
            if len(over) == 1:
                over[0].append((line, low, high))
            elif not over:
                stacks.append([(line, low, high)])
    return stacks


def _parts(line: Line, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the cells of a line of headings, those of several headings with narrow gaps taken apart."""
    hits = headings_of(line, lexicon, is_ocr=False)
    parts: list[tuple[int, int]] = []
    for low, high in line.cells:
        starts = sorted({low, *(h.start for h in hits if low < h.start < high and _is_gap(line, h.start))})
        parts += pairwise([*starts, high])
    return parts


def _is_gap(line: Line, index: int) -> bool:
    """Tell whether the space before a word is wider than between words of one heading."""
    return line.words[index].x0 - line.words[index - 1].x1 > _WORD_SPACE * line.height


def _shares(one: Box, two: Box) -> bool:
    shared = min(one.x1, two.x1) - max(one.x0, two.x0)
    return shared > _SHARED * min(one.x1 - one.x0, two.x1 - two.x0)


def _hits(marked: Marked, lexicon: Lexicon) -> tuple[HeadingHit, ...]:
    return headings_of(marked.line, lexicon, is_ocr=marked.is_ocr)


@lru_cache(maxsize=4096)
def headings_of(line: Line, lexicon: Lexicon, *, is_ocr: bool) -> tuple[HeadingHit, ...]:
    """Return the column headings of a line; several readers ask for the same lines."""
    return tuple(headings_on(line, words_of(line, lexicon, is_ocr=is_ocr), lexicon))


def _is_close(one: Line, other: Line) -> bool:
    gap = max(one.box.top, other.box.top) - min(one.box.bottom, other.box.bottom)
    return gap < 0.9 * min(one.height, other.height)


def _is_header(hits: Sequence[HeadingHit], line: Line, *, least: int = 0, is_priced: bool = True) -> bool:
    names = {hit.name for hit in hits}
    if least:
        covered = sum(hit.end - hit.start for hit in hits)
        return len(hits) >= least and covered >= _COVERED * len([w for w in line.folded if w])
    has_money = bool(names & {"amount", "gross_amount", "unit_price"})
    if not is_priced:
        return "quantity" in names and len(names) >= _LEAST_HEADINGS and bool(names & {"description", "item_code"})
    has_thing = bool(names & _THINGS)
    return has_money and has_thing and (len(names) >= _LEAST_HEADINGS or names == {"description", "amount"})


def _columns(hits: Sequence[HeadingHit]) -> list[Column]:
    """Return the columns left to right; of two equal headings the money one to the right counts."""
    ordered = sorted(hits, key=lambda h: h.box.x0)
    columns: list[Column] = []
    names = [hit.name for hit in ordered]
    last_price = max((i for i, n in enumerate(names) if n == "unit_price"), default=-1)
    for position, hit in enumerate(ordered):
        later = any(h.name == hit.name for h in ordered[position + 1 :])
        earlier = any(c.name == hit.name for c in columns)
        is_spare = (later if hit.name in MONEY else earlier) and hit.name not in {"description", "item_code"}
        name: ColumnName = "other" if is_spare else hit.name
        if is_spare and hit.name == "line_number" and "item_code" not in names:
            name = "item_code"  # `Line | Item`
        if position == last_price and not MONEY & set(names) and names.count("unit_price") > 1:
            name = "amount"
        elif is_spare and hit.name == "amount" and position == 0 and "quantity" not in names:
            name = "quantity"
        columns.append(Column(name, hit.box.x0, hit.box.x1, hit.name if name == "other" != hit.name else None))
    return columns
