"""The grid of a match: what is billed beside what was ordered, received and billed before, with what tolerances say of it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from engine.model.field import by_name
from engine.model.purchasing import (
    DifferenceKind,
    LineMatch,
    OrderLine,
    OrderMatch,
    PurchaseOrder,
    ReceiptLine,
    Verdict,
)
from engine.model.record import Record
from engine.stages.matching.billed import Billed, billed_lines
from engine.stages.matching.open_lines import accepted, received, unit_price

Column = Literal["quantity", "received", "price", "amount", "other"]
COLUMNS: Mapping[DifferenceKind, Column] = {
    "price": "price", "exchange_rate": "price", "quantity_ordered": "quantity", "quantity_received": "received",
    "quantity_accepted": "received", "amount": "amount",
}  # fmt: skip
"""In which column of the grid a difference shows."""
MOST_UNBILLED = 30
"""Order lines that the document does not bill are shown up to this number."""
_FINEST = Decimal("0.0001")
_CENT = Decimal("0.01")
_ONE = Decimal(1)
_NOTHING = Decimal(0)
Key = tuple[str, str]


class Side(NamedTuple):
    """What one side says of a line. Quantity in the unit of the row, price of one such unit, money net."""

    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None


class Row(NamedTuple):
    """A line that is billed beside the order line that it was set against; one of both may be missing."""

    line: int | None
    """Index of the document's line, from 0; None for an order line that is not billed here."""
    description: str
    is_charge: bool
    order: str
    order_line: str
    item_code: str
    unit: str
    billed: Side
    ordered: Side
    received: Decimal | None
    """Received, or accepted where goods are inspected; None where no receipt is asked for."""
    receipts: tuple[str, ...]
    billed_before: Decimal | None
    """By earlier and pending invoices: a quantity, or an amount where the order line has no quantity."""
    verdicts: tuple[Verdict, ...]

    @property
    def differs(self) -> Mapping[Column, bool]:
        """Columns that do not come out even; True where a tolerance lets that pass."""
        found: dict[Column, bool] = {}
        for one in self.verdicts:
            column = COLUMNS.get(one.difference.kind, "other")
            found[column] = found.get(column, True) and one.passes
        return found


class Grid(NamedTuple):
    """A whole match as rows, with what concerns no single line."""

    rows: tuple[Row, ...]
    whole: tuple[Verdict, ...]
    more: int
    """Order lines without an invoice line that are not shown."""


def grid(
    record: Record, match: OrderMatch, verdicts: Sequence[Verdict], orders: Sequence[PurchaseOrder],
    receipts: Sequence[ReceiptLine],
) -> Grid:  # fmt: skip
    """Return the grid of a match: paired lines in the order of the document, then lines without an order, then what stays open."""
    billed = {one.position: one for one in billed_lines(record)}
    ordered = {(order.number, line.line): line for order in orders for line in order.lines}
    came: dict[Key, list[ReceiptLine]] = {}
    for one in receipts:
        came.setdefault((one.order, one.order_line), []).append(one)
    rows: list[Row] = []
    for pair in _whole_pairs(match.pairs):
        key = (pair.order, pair.order_line)
        rows.append(_paired(record, pair, ordered.get(key), came.get(key, ()), _of(verdicts, pair)))
    for index in sorted(billed):
        rest = _rest(billed[index], [pair for pair in match.pairs if pair.line == index])
        if rest is not None:
            rows.append(_alone(record, rest, index in match.charges, _of_line(verdicts, index)))
    paired = {(pair.order, pair.order_line) for pair in match.pairs}
    concerned = {pair.order for pair in match.pairs} or set(match.orders)
    left = [(key, line) for key, line in ordered.items() if key not in paired and key[0] in concerned]
    rows += [_unbilled(key, line, came.get(key, ())) for key, line in left[:MOST_UNBILLED]]
    whole = tuple(one for one in verdicts if one.difference.line is None and not one.difference.order_line)
    return Grid(tuple(rows), whole, max(0, len(left) - MOST_UNBILLED))


def _whole_pairs(pairs: Sequence[LineMatch]) -> list[LineMatch]:
    """Put the shares together that one line has of one order line, by receipt; in the order of the document."""
    found: dict[tuple[int, str, str], LineMatch] = {}
    for one in sorted(pairs, key=lambda pair: pair.line):
        key = (one.line, one.order, one.order_line)
        if (had := found.get(key)) is not None:
            quantity = None if had.quantity is None or one.quantity is None else had.quantity + one.quantity
            found[key] = had.model_copy(update={"quantity": quantity, "amount": had.amount + one.amount})
        else:
            found[key] = one
    return list(found.values())


def _rest(billed: Billed, pairs: Sequence[LineMatch]) -> Billed | None:
    """Return what of a line is set against no order line: all of it, or what goes beyond the order; None where nothing is."""
    if not pairs:
        return billed
    amount = (billed.amount or _NOTHING) - sum((abs(pair.amount) for pair in pairs), _NOTHING)
    if amount < _CENT:
        return None
    quantity = None if not billed.price else _short(amount / billed.price)
    return billed._replace(amount=amount, quantity=quantity)


def _of(verdicts: Iterable[Verdict], pair: LineMatch) -> tuple[Verdict, ...]:
    """Return what concerns a pair: its own line's differences, and those of quantity that all lines of an order line make."""
    return tuple(
        one
        for one in verdicts
        if (one.difference.order, one.difference.order_line) == (pair.order, pair.order_line)
        and (one.difference.line == pair.line or COLUMNS.get(one.difference.kind) in {"quantity", "received"})
    )


def _of_line(verdicts: Iterable[Verdict], index: int) -> tuple[Verdict, ...]:
    return tuple(one for one in verdicts if one.difference.line == index and not one.difference.order_line)


def _paired(
    record: Record, pair: LineMatch, line: OrderLine | None, came: Sequence[ReceiptLine], verdicts: tuple[Verdict, ...]
) -> Row:  # fmt: skip
    price = None if not pair.quantity else _short(pair.amount / pair.quantity)
    return Row(
        line=pair.line, description=_words(record, pair.line), is_charge=False, order=pair.order,
        order_line=pair.order_line, item_code=pair.item_code, unit=pair.unit,
        billed=Side(pair.quantity, price, pair.amount), ordered=_ordered(line), received=_received(line, came),
        receipts=_numbers(came), billed_before=_before(line), verdicts=verdicts,
    )  # fmt: skip


def _alone(record: Record, billed: Billed, is_charge: bool, verdicts: tuple[Verdict, ...]) -> Row:  # noqa: FBT001
    sign = -_ONE if billed.takes_back else _ONE
    amount = None if billed.amount is None else sign * billed.amount
    price = None if billed.price is None else _short(billed.price)
    return Row(
        line=billed.position, description=_words(record, billed.position), is_charge=is_charge, order="", order_line="",
        item_code="", unit=billed.unit, billed=Side(billed.quantity, price, amount), ordered=Side(), received=None,
        receipts=(), billed_before=None, verdicts=verdicts,
    )  # fmt: skip


def _unbilled(key: Key, line: OrderLine, came: Sequence[ReceiptLine]) -> Row:
    return Row(
        line=None, description=line.description, is_charge=False, order=key[0], order_line=key[1],
        item_code=line.item_code, unit=line.unit, billed=Side(), ordered=_ordered(line), received=_received(line, came),
        receipts=_numbers(came), billed_before=_before(line), verdicts=(),
    )  # fmt: skip


def _ordered(line: OrderLine | None) -> Side:
    if line is None:
        return Side()
    price = unit_price(line)
    whole = line.amount if price is None or line.quantity is None else _short(price * line.quantity)
    return Side(line.quantity, None if price is None else _short(price), whole)


def _received(line: OrderLine | None, came: Sequence[ReceiptLine]) -> Decimal | None:
    if line is None or not (line.receipt_required or line.inspection_required):
        return None
    return accepted(line, came) if line.inspection_required else received(line, came)


def _before(line: OrderLine | None) -> Decimal | None:
    if line is None:
        return None
    return line.billed_amount if line.quantity is None else line.billed_quantity


def _numbers(came: Iterable[ReceiptLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.receipt for one in came))


def _words(record: Record, index: int) -> str:
    row = by_name(record.lines[index]) if index < len(record.lines) else {}
    return row["description"].value if "description" in row else ""


def _short(number: Decimal) -> Decimal:
    """Return money with two to four decimals; what is compared is the exact one."""
    rounded, cents = number.quantize(_FINEST).normalize(), number.quantize(_CENT)
    return cents if cents == rounded else rounded
