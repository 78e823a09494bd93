"""What is open on orders: how much may still be billed, how much of it was received, and which lines are as good as one."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.model.purchasing import OrderLine, PurchaseOrder, ReceiptLine
from engine.stages.matching import units
from engine.stages.matching.billed import bare, fold

_NOTHING = Decimal(0)


class Delivery(NamedTuple):
    """What is left to be billed of one receipt line, in the order line's unit."""

    receipt: ReceiptLine
    quantity: Decimal


class OpenLine(NamedTuple):
    """One order line with what is left on it, in its own unit."""

    order: PurchaseOrder
    line: OrderLine
    left: Decimal | None
    """Quantity that may still be billed, not below 0; None for a line that orders an amount or no fixed quantity."""
    amount_left: Decimal | None
    """Amount that may still be billed, where the line orders one."""
    available: Decimal | None
    """Of `left`, what was received (accepted, where it is inspected); None where no receipt is asked for."""
    deliveries: tuple[Delivery, ...] = ()


class Lot(NamedTuple):
    """Order lines that differ in nothing that matters: billing one or the other has the same consequence."""

    members: tuple[OpenLine, ...]
    codes: frozenset[str]
    own_code: str
    supplier_code: str
    gtin: str
    price: Decimal | None
    """Net price of one unit of the line."""
    left: Decimal | None
    amount_left: Decimal | None
    available: Decimal | None
    whole: frozenset[Decimal]
    """Quantities that are all that is open, or all that came, of the lot or of a line of it."""

    @property
    def words(self) -> str:
        """The description, folded."""
        return fold(self.first.line.description)

    @property
    def first(self) -> OpenLine:
        """The line that stands for all."""
        return self.members[0]


def open_line(
    order: PurchaseOrder, line: OrderLine, receipts: Sequence[ReceiptLine], *, back: bool, receives: bool = False
) -> OpenLine:
    """Return what is left on an order line; with `back`, what was billed and may be taken back.

    With `receives` it is what is left to be delivered, and with `back` what was received and may be sent back.
    """
    if receives:
        return _to_receive(order, line, received(line, receipts), back=back)
    if back:
        has_quantity = line.quantity is not None
        billed = line.billed_quantity if has_quantity else None
        return OpenLine(order, line, billed, None if has_quantity else line.billed_amount, None)
    left = None if line.quantity is None else max(_NOTHING, line.quantity - line.billed_quantity)
    amount_left = None
    if line.quantity is None and line.amount is not None:
        amount_left = max(_NOTHING, line.amount - line.billed_amount)
    if not line.receipt_required and not line.inspection_required:
        return OpenLine(order, line, left, amount_left, None)
    deliveries = _deliveries(line, receipts)
    return OpenLine(order, line, left, amount_left, _available(line, receipts), deliveries)


def _to_receive(order: PurchaseOrder, line: OrderLine, came: Decimal, *, back: bool) -> OpenLine:
    if line.quantity is None:
        return OpenLine(order, line, None, None, None)
    return OpenLine(order, line, max(_NOTHING, came if back else line.quantity - came), None, None)


def received(line: OrderLine, receipts: Iterable[ReceiptLine]) -> Decimal:
    """Return how much of an order line was received, in its unit: by its receipts, or as the order says without any."""
    booked = [_in_unit(line, one, one.quantity) for one in receipts]
    return sum(booked, _NOTHING) if booked else line.received


def accepted(line: OrderLine, receipts: Iterable[ReceiptLine]) -> Decimal:
    """Return how much of an order line was accepted after inspection; what is not inspected yet is not accepted."""
    booked = [_in_unit(line, one, one.accepted or _NOTHING) for one in receipts]
    return sum(booked, _NOTHING) if booked else line.accepted or _NOTHING


def _available(line: OrderLine, receipts: Sequence[ReceiptLine]) -> Decimal:
    there = accepted(line, receipts) if line.inspection_required else received(line, receipts)
    return max(_NOTHING, there - line.billed_quantity)


def _deliveries(line: OrderLine, receipts: Sequence[ReceiptLine]) -> tuple[Delivery, ...]:
    """Return what is left of each receipt, earliest first; what was billed without naming a receipt took the earliest."""
    in_order = sorted(receipts, key=lambda one: (one.received_on is None, one.received_on, one.receipt, one.line))
    named = sum((one.billed_quantity for one in receipts), _NOTHING)
    spent = max(_NOTHING, line.billed_quantity - named)
    spent -= sum((_in_unit(line, one, one.quantity) for one in receipts if one.quantity < 0), _NOTHING)
    found: list[Delivery] = []
    for one in in_order:
        there = (one.accepted or _NOTHING) if line.inspection_required else one.quantity
        free = _in_unit(line, one, there) - one.billed_quantity
        taken = min(max(free, _NOTHING), spent)
        spent -= taken
        if free - taken > 0:
            found.append(Delivery(one, free - taken))
    return tuple(found)


def _in_unit(line: OrderLine, receipt: ReceiptLine, quantity: Decimal) -> Decimal:
    """Return a received quantity in the order line's unit; one that does not convert counts as nothing received."""
    if receipt.unit == line.unit or not receipt.unit or not line.unit:
        return quantity
    gain = units.factor(receipt.unit, line.unit, size=line.pack_size, other_size=line.pack_size)
    return _NOTHING if gain is None else quantity * gain.numerator / gain.denominator


def lots(lines: Iterable[OpenLine], *, apart: bool) -> tuple[Lot, ...]:
    """Put lines together that have one order, item, price, unit and policy, in their order; `apart` keeps each alone."""
    grouped: dict[tuple[object, ...], list[OpenLine]] = {}
    for one in lines:
        line = one.line
        key = (
            one.order.number, line.item_code, line.supplier_item_code, line.gtin, line.description, line.unit,
            line.unit_price, line.price_base, line.price_unit, line.tax_rate, line.receipt_required,
            line.inspection_required, line.pack_size, one.left is None, one.amount_left is None,
            line.line if apart else "",
        )  # fmt: skip
        grouped.setdefault(key, []).append(one)
    return tuple(_lot(tuple(members)) for members in grouped.values())


def _lot(members: tuple[OpenLine, ...]) -> Lot:
    line = members[0].line
    left, available = _sum([one.left for one in members]), _sum([one.available for one in members])
    whole = {left, available}
    if len(members) > 1:
        whole.update(number for one in members for number in (one.left, one.available))
    codes = [bare(code) if code else "" for code in (line.item_code, line.supplier_item_code, line.gtin)]
    return Lot(
        members=members, codes=frozenset(code for code in codes if code), own_code=codes[0], supplier_code=codes[1],
        gtin=codes[2].lstrip("0"), price=unit_price(line),
        left=left, amount_left=_sum([one.amount_left for one in members]), available=available,
        whole=frozenset(one for one in whole if one is not None),
    )  # fmt: skip


def _sum(numbers: Sequence[Decimal | None]) -> Decimal | None:
    if len(numbers) == 1:
        return numbers[0]
    known = [one for one in numbers if one is not None]
    return sum(known, _NOTHING) if len(known) == len(numbers) else None


def unit_price(line: OrderLine) -> Decimal | None:
    """Return the net price of one unit of an order line, from a price per 100 or per another unit; None without one."""
    if line.unit_price is None:
        if line.quantity and line.amount is not None:
            return line.amount / line.quantity
        return None
    price = line.unit_price if line.price_base == 1 else line.unit_price / (line.price_base or 1)
    if not line.price_unit or line.price_unit == line.unit:
        return price
    gain = units.factor(line.unit, line.price_unit, size=_pack(line), other_size=_pack(line))
    return None if gain is None else price * gain.numerator / gain.denominator


def _pack(line: OrderLine) -> Decimal | None:
    return line.pack_size or units.pack_size(line.description)
