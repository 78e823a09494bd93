"""What quantity, price and amount prove about each other, and about the columns they stand in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations

from engine.content.vocabulary import ColumnName
from engine.stages.extract.amounts import Amount
from engine.stages.extract.columns import BASE, Column, Piece
from engine.stages.extract.lines.rows import TableRow

_CENT = Decimal("0.011")
_PER = (Decimal(100), Decimal(1000))
"""Prices may be for a hundred or a thousand pieces."""
_ENOUGH = 0.6
_HIGHEST_RATE = 30
_NAMES: tuple[ColumnName, ...] = ("quantity", "unit_price", "amount")
_UNTOUCHED = frozenset({"line_number", "item_code", "description", "unit", "po_number", "po_line", "date"})


def is_product(quantity: Decimal, price: Decimal, amount: Decimal, *, step: Decimal = Decimal(0)) -> bool:
    """Tell whether quantity times price is the amount, to the cent or to what the rounding of the price allows.

    `step` is half a unit of the last printed digit of the price.
    """
    return abs(quantity * price - amount) <= max(_CENT, abs(quantity) * step)


def is_line(
    quantity: Amount, price: Amount, amount: Amount, *, discount: Amount | None = None, others: Sequence[Decimal] = ()
) -> bool:
    """Tell whether the numbers of a line agree, with its discount (percent, per piece or per line) or price base."""
    q, p, a = quantity.value, price.value, amount.value
    step = Decimal(1).scaleb(-price.decimals) / 2 if price.decimals > 2 else Decimal(0)  # noqa: PLR2004
    is_bulk = quantity.decimals == 0 and price.decimals >= 2  # noqa: PLR2004
    bases = [Decimal(1), *others, *(_PER if is_bulk else ())]
    if any(is_product(q, p / base, a, step=step) for base in bases):
        return True
    if discount is None:
        return False
    off = abs(discount.value)
    found = (q * p * (1 - off / 100), q * p - off, q * (p - off))
    return any(abs(one - a) <= _CENT for one in found)


def proven(row: TableRow) -> bool:
    """Tell whether the numbers of a row agree."""
    quantity, price, amount = _amount(row, "quantity"), _amount(row, "unit_price"), money_of(row)
    if quantity is None or price is None or amount is None:
        return False
    return is_line(quantity, price, amount, discount=_amount(row, "discount"), others=_bases(row))


def is_tax_row(row: TableRow) -> bool:
    """Tell whether a row is one of a tax breakdown: its amount is a hundredth part of a rate times a base beside it."""
    tax = money_of(row)
    if tax is None or not tax.value or not tax.decimals:
        return False
    amounts = [piece.amount for piece in row.numbers.values() if piece.amount]
    amounts += [pieces[0].amount for pieces in row.cells.values() if pieces and pieces[0].amount]
    others = [a for a in amounts if a.value != tax.value]
    rates = [a for a in others if 0 < a.value <= _HIGHEST_RATE and a.decimals < 3]  # noqa: PLR2004
    return any(
        abs(base.value * rate.value / 100 - tax.value) <= _CENT for rate in rates for base in others if base is not rate
    )


def money_of(row: TableRow) -> Amount | None:
    """Return the amount of a row, net where both are printed."""
    return _amount(row, "amount") or _amount(row, "gross_amount")


def _bases(row: TableRow) -> list[Decimal]:
    """Return other whole numbers of the row that may say how many pieces the price is for."""
    placed = {id(pieces[0].amount) for pieces in row.cells.values() if pieces and pieces[0].amount}
    return [
        p.amount.value
        for p in row.numbers.values()
        if p.amount
        and id(p.amount) not in placed
        and p.amount.value == p.amount.value.to_integral_value()
        and p.amount.value > 1
    ]


def _amount(row: TableRow, name: ColumnName) -> Amount | None:
    pieces = row.cells.get(name)
    return pieces[0].amount if pieces else None


def settle_columns(rows: Sequence[TableRow], columns: Sequence[Column]) -> None:
    """Rename the columns of numbers where the headings contradict the arithmetic and another naming proves itself."""
    for row in rows:
        _take_second(row, columns)
        row.is_proven = proven(row)
    full = [row for row in rows if len(row.numbers) >= len(_NAMES)]
    named = sum(row.is_proven for row in full)
    plain = sum(_is_plain(row) for row in full)
    if not full or plain >= _ENOUGH * len(full):
        return
    best, naming = plain, None
    for triple in _triples(full, columns):
        good = sum(_agrees(row, triple) for row in full)
        if good > best:
            best, naming = good, triple
    if naming is not None and best >= max(_ENOUGH * len(full), named, 1):
        for row in rows:
            _rename(row, naming)
            row.is_proven = proven(row)


def _take_second(row: TableRow, columns: Sequence[Column]) -> None:
    """Take the price of a second price column where the first is empty, or where only the second proves itself."""
    for index, piece in sorted(row.numbers.items(), reverse=True):
        if index == BASE or columns[index].second != "unit_price" or piece.amount is None:
            continue
        quantity, amount = _amount(row, "quantity"), money_of(row)
        fits = quantity is not None and amount is not None and is_line(quantity, piece.amount, amount)
        if not row.has("unit_price") or (fits and not _is_plain(row)):
            row.cells["unit_price"] = [piece]


def _is_plain(row: TableRow) -> bool:
    """Tell whether quantity times price is the amount with nothing else in it."""
    quantity, price, amount = _amount(row, "quantity"), _amount(row, "unit_price"), money_of(row)
    return None not in (quantity, price, amount) and is_line(quantity, price, amount)  # type: ignore[arg-type]


def _triples(rows: Sequence[TableRow], columns: Sequence[Column]) -> Iterator[tuple[int, int, int]]:
    """Yield (quantity, price, amount) column indexes, those whose headings fit best first."""
    indexes = [
        i for i in sorted({i for row in rows for i in row.numbers} - {BASE}) if columns[i].name not in _UNTOUCHED
    ][:7]
    yield from sorted(
        permutations(indexes, 3),
        key=lambda t: -sum(columns[i].name == name for i, name in zip(t, _NAMES, strict=True)),
    )


def _agrees(row: TableRow, triple: tuple[int, int, int]) -> bool:
    found = [row.numbers[i].amount for i in triple if i in row.numbers]
    amounts = [a for a in found if a is not None and not a.is_percent]
    if len(amounts) < len(_NAMES) or amounts[0].value == 1 or amounts[1].value == 1 or amounts[2].value == 0:
        return False
    q, p, a = amounts
    return is_line(q, p, a)


def _rename(row: TableRow, triple: tuple[int, int, int]) -> None:
    moved = {id(row.numbers[i]) for i in triple if i in row.numbers}
    for name in [n for n, pieces in row.cells.items() if any(id(p) in moved for p in pieces)]:
        del row.cells[name]
    for index, name in zip(triple, _NAMES, strict=True):
        piece: Piece | None = row.numbers.get(index)
        if piece is not None:
            row.cells[name] = [piece]
