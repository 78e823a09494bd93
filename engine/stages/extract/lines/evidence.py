"""The columns of a line table without headings: where quantity times price is the amount, line after line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.model.field import Box
from engine.stages.extract.amounts import Amount
from engine.stages.extract.candidates import Marked
from engine.stages.extract.columns import Column, box_of, is_unit, merged_amounts
from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines.arithmetic import is_product
from engine.stages.extract.lines_of_text import union

_CENTS = 2
_MOST_NUMBERS = 8
_SLACK = 4.0
"""Points by which numbers of one column may miss each other."""
_CODE = re.compile(r"(?=\S*\d)[A-Z0-9][A-Z0-9./_-]{2,}")
_MOST_LINES = 400
_HIGHEST_RATE = 30


class Witness(NamedTuple):
    """A line whose quantity, price and amount agree."""

    marked: Marked
    quantity: Amount
    price: Amount
    amount: Amount
    discount: Amount | None
    weight: float


class Grid(NamedTuple):
    """Columns found by arithmetic, and the first line that they hold for."""

    columns: tuple[Column, ...]
    page: int
    first: int
    weight: float


def grid_of(pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Grid | None:
    """Return the columns that most lines agree on, or None when fewer than one line proves itself."""
    groups: list[list[Witness]] = []
    lines = 0
    for page in pages:
        for marked in page:
            lines += 1
            if lines > _MOST_LINES:
                break
            for witness in _witnesses(marked, lexicon):
                home = next((g for g in groups if all(_is_aligned(witness, other) for other in g[-3:])), None)
                if home is None:
                    groups.append([witness])
                elif home[-1].marked is not marked:
                    home.append(witness)
    best = max(groups, key=lambda g: sum(w.weight for w in g), default=None)
    if best is None:
        return None
    first = best[0].marked.line
    page_index = next(i for i, page in enumerate(pages) if page and page[0].line.page == first.page)
    return Grid(_columns(best, lexicon), page_index, first.index, sum(w.weight for w in best))


def _witnesses(marked: Marked, lexicon: Lexicon) -> Iterator[Witness]:
    amounts = sorted([*marked.amounts, *merged_amounts(marked, lexicon)], key=lambda a: a.start)
    numbers = [a for a in amounts if not a.is_percent and a.value]
    if not 3 <= len(numbers) <= _MOST_NUMBERS:  # noqa: PLR2004 - quantity, price and amount
        return
    percents = [a for a in amounts if a.is_percent and a.value]
    for quantity, price, amount in permutations(numbers, 3):
        if amount.decimals != _CENTS or price.decimals > 4 or quantity.decimals > 4 or amount.start < price.start:  # noqa: PLR2004
            continue
        discount = _discount(quantity, price, amount, percents)
        if discount is None and not is_product(quantity.value, price.value, amount.value):
            continue
        if quantity.decimals == _CENTS and price.decimals != _CENTS:
            continue
        is_plain = 1 in (quantity.value, price.value)
        weight = 0.4 if is_plain else 1.0
        weight *= 1.0 if quantity.start < price.start else 0.9
        weight *= 1.0 if quantity.value == quantity.value.to_integral_value() else 0.9
        weight *= 0.7 if quantity.decimals >= _CENTS > price.decimals else 1.0
        weight *= 1.3 if _has_unit(quantity, lexicon) else 1.0
        yield Witness(marked, quantity, price, amount, discount, weight)


def _has_unit(quantity: Amount, lexicon: Lexicon) -> bool:
    """Tell whether a unit of measure follows a number: then it is the quantity."""
    line, end = quantity.line, quantity.end
    return (
        end < len(line.words)
        and is_unit(line.words[end].text, lexicon)
        and line.words[end].x0 - line.words[end - 1].x1 < 3 * line.height
    )


def _discount(quantity: Amount, price: Amount, amount: Amount, percents: Iterable[Amount]) -> Amount | None:
    for percent in percents:
        off = quantity.value * price.value * (1 - abs(percent.value) / 100)
        if is_product(off, Decimal(1), amount.value):
            return percent
    return None


def _is_aligned(one: Witness, two: Witness) -> bool:
    return all(
        _overlap(box_of(a), box_of(b))
        for a, b in ((one.quantity, two.quantity), (one.price, two.price), (one.amount, two.amount))
    )


def _overlap(one: Box, two: Box) -> bool:
    return one.x0 < two.x1 + _SLACK and two.x0 < one.x1 + _SLACK


def _columns(witnesses: Sequence[Witness], lexicon: Lexicon) -> tuple[Column, ...]:
    """Return the columns of a group of lines, left to right."""
    columns = [
        _column("quantity", (box_of(w.quantity) for w in witnesses)),
        _column("unit_price", (box_of(w.price) for w in witnesses)),
        _column("amount", (box_of(w.amount) for w in witnesses)),
    ]
    discounts = [box_of(w.discount) for w in witnesses if w.discount]
    if discounts:
        columns.append(_column("discount", discounts))
    columns += _rate(witnesses, columns)
    columns += _texts(witnesses, lexicon)
    return tuple(sorted(columns, key=lambda c: c.x0))


def _column(name: ColumnName, boxes: Iterable[Box]) -> Column:
    items = list(boxes)
    return Column(name, min(b.x0 for b in items), max(b.x1 for b in items))


def _rate(witnesses: Sequence[Witness], columns: Sequence[Column]) -> list[Column]:
    boxes = [
        box_of(a) for w in witnesses for a in w.marked.amounts
        if a.is_percent and a is not w.discount and 0 <= a.value <= _HIGHEST_RATE
    ]  # fmt: skip
    free = [b for b in boxes if not any(b.x0 < c.x1 and c.x0 < b.x1 for c in columns)]
    return [_column("tax_rate", [b for b in free if _overlap(b, free[-1])])] if free else []


def _texts(witnesses: Sequence[Witness], lexicon: Lexicon) -> list[Column]:
    """Return the columns of words: number, code, description, unit."""
    found: dict[ColumnName, list[Box]] = {}
    for witness in witnesses:
        line = witness.marked.line
        used = {i for a in (witness.quantity, witness.price, witness.amount) for i in range(a.start, a.end)}
        texts: list[tuple[str, Box]] = []
        for start, end in line.cells:
            words = [i for i in range(start, end) if i not in used]
            if words:
                texts.append((line.part(words[0], words[-1] + 1), union(line.words[words[0] : words[-1] + 1])))
        wordy = max(texts, key=lambda t: sum(c.isalpha() for c in t[0]), default=None)
        for text, box in texts:
            if (text, box) == wordy:
                found.setdefault("description", []).append(box)
            elif is_unit(text, lexicon):
                found.setdefault("unit", []).append(box)
            elif wordy and box.x1 <= wordy[1].x0 and text.rstrip(".)").isdigit() and len(text) <= 4:  # noqa: PLR2004
                found.setdefault("line_number", []).append(box)
            elif _CODE.fullmatch(text):
                found.setdefault("item_code", []).append(box)
    enough = max(1, len(witnesses) // 2)
    return [
        _column(name, boxes if name == "description" else [b for b in boxes if _overlap(b, boxes[0])])
        for name, boxes in found.items()
        if len(boxes) >= enough
    ]
