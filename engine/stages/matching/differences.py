"""What is billed against what was ordered, received and accepted: every comparison that does not come out even.

Nothing is judged here. How much of a difference is allowed is a matter of the tolerances.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from engine.model.money import exponent
from engine.model.purchasing import Difference, LineMatch, OrderLine, PurchaseOrder, ReceiptLine
from engine.stages.matching.billed import Billed
from engine.stages.matching.open_lines import accepted, received, unit_price
from engine.stages.matching.units import is_pack
from engine.stages.matching.weigh import Weight

_NOTHING = Decimal(0)
_FINEST = Decimal("0.0000000001")
_DAY, _PIECE = "DAY", "H87"
Key = tuple[str, str]


class Pair(NamedTuple):
    """Everything of one invoice line that was set against one order line."""

    billed: Billed
    order: PurchaseOrder
    line: OrderLine
    weight: Weight
    quantity: Decimal | None
    amount: Decimal
    differs: bool
    """Whether the item numbers of both say different things."""


def line_differences(pairs: Sequence[Pair]) -> list[Difference]:
    """Return the differences of price, item, pack and tax rate between invoice lines and their order lines."""
    found: list[Difference] = []
    for pair in pairs:
        found += [one for one in (_price(pair), _item(pair), _pack(pair), _tax(pair)) if one is not None]
    return found


def delivery_differences(
    pairs: Sequence[Pair], receipts: Mapping[Key, Sequence[ReceiptLine]], *, back: bool
) -> list[Difference]:
    """Return what a delivery note says otherwise than its order: item, pack, and more than is left to be delivered.

    With `back` more is sent back than was received. Prices, taxes and days are not a matter of goods.
    """
    found = [one for pair in pairs for one in (_item(pair), _pack(pair)) if one is not None]
    for key, mine in _by_order_line(pairs).items():
        line = mine[-1].line
        quantity = sum((one.quantity or _NOTHING for one in mine), _NOTHING)
        earlier = received(line, receipts.get(key, ()))
        if line.quantity is None:
            continue
        if back and quantity > earlier:
            found.append(_above(mine[-1], "quantity_ordered", earlier, quantity, _NOTHING))
        if not back and quantity + earlier > line.quantity:
            found.append(_above(mine[-1], "quantity_ordered", line.quantity, quantity, earlier))
    return found


def date_differences(pairs: Sequence[Pair], day: date | None) -> list[Difference]:
    """Return by how many days an invoice comes too early, or lies outside of the time for which a blanket order stands.

    More than 0, as SAP's ST and LD count them; `day` is that of delivery where it is known.
    """
    if day is None:
        return []
    found = [one for pair in pairs if (one := _early(pair, day)) is not None]
    blankets = {pair.order.number: pair.order for pair in pairs if pair.order.kind == "blanket"}
    for order in blankets.values():
        before = (order.valid_from - day).days if order.valid_from else 0
        after = (day - order.valid_to).days if order.valid_to else 0
        if max(before, after) > 0:
            found.append(
                Difference(
                    kind="date", order=order.number, expected=_NOTHING, actual=Decimal(max(before, after)),
                    currency=order.currency, unit=_DAY,
                )
            )  # fmt: skip
    return found


def _early(pair: Pair, day: date) -> Difference | None:
    agreed = pair.line.delivery_date
    if agreed is None or agreed <= day or pair.order.kind == "blanket":
        return None
    return Difference(
        kind="date", line=pair.billed.position, order=pair.order.number, order_line=pair.line.line, expected=_NOTHING,
        actual=Decimal((agreed - day).days), currency=pair.order.currency, unit=_DAY,
    )  # fmt: skip


def _pack(pair: Pair) -> Difference | None:
    """Compare the pieces in a pack where both sides count in the same pack: a case of 10 is no case of 12."""
    billed, ordered = pair.billed.pack, pair.line.pack_size
    if (
        not billed
        or not ordered
        or billed == ordered
        or pair.billed.unit != pair.line.unit
        or not is_pack(pair.line.unit)
    ):
        return None
    return Difference(
        kind="unit", line=pair.billed.position, order=pair.order.number, order_line=pair.line.line, expected=ordered,
        actual=billed, unit=_PIECE,
    )  # fmt: skip


def _price(pair: Pair) -> Difference | None:
    """Compare the price of a unit. A line whose amount is the order's price rounded to the currency has no difference."""
    expected = unit_price(pair.line)
    if expected is None or not pair.quantity or pair.billed.quantity is None:
        return None
    currency = pair.order.currency
    half = Decimal(5).scaleb(-exponent(currency) - 1)
    if abs(pair.amount - pair.quantity * expected) <= half:
        return None
    return Difference(
        kind="price", line=pair.billed.position, order=pair.order.number, order_line=pair.line.line, expected=expected,
        actual=_rounded(pair.amount / pair.quantity), currency=currency, unit=pair.line.unit, quantity=pair.quantity,
    )  # fmt: skip


def _rounded(number: Decimal) -> Decimal:
    """Return a quotient with ten decimals at the most, without idle zeros."""
    rounded = number.quantize(_FINEST)
    return number if rounded == number else rounded


def _item(pair: Pair) -> Difference | None:
    if not pair.differs:
        return None
    return Difference(
        kind="item", line=pair.billed.position, order=pair.order.number, order_line=pair.line.line, expected=_NOTHING,
        actual=Decimal(1),
    )  # fmt: skip


def _tax(pair: Pair) -> Difference | None:
    rate, ordered = pair.billed.tax_rate, pair.line.tax_rate
    if rate is None or ordered is None or rate == ordered:
        return None
    return Difference(
        kind="tax", line=pair.billed.position, order=pair.order.number, order_line=pair.line.line, expected=ordered,
        actual=rate, unit="P1",
    )  # fmt: skip


def order_line_differences(
    pairs: Sequence[Pair], receipts: Mapping[Key, Sequence[ReceiptLine]], *, back: bool
) -> list[Difference]:
    """Return by how much all lines together bill more than was ordered, received or accepted on an order line.

    With `back` (credit notes, lines that take back) it is what was billed that may not be exceeded.
    """
    found: list[Difference] = []
    for key, mine in _by_order_line(pairs).items():
        found += _taken_back(mine) if back else _billed(mine, receipts.get(key, ()))
    return found


def _by_order_line(pairs: Sequence[Pair]) -> Mapping[Key, list[Pair]]:
    by_line: dict[Key, list[Pair]] = {}
    for pair in pairs:
        by_line.setdefault((pair.order.number, pair.line.line), []).append(pair)
    return by_line


def _billed(mine: Sequence[Pair], receipts: Sequence[ReceiptLine]) -> list[Difference]:
    pair = mine[-1]
    line = pair.line
    if line.quantity is None:
        earlier = line.billed_amount
        amount = sum((one.amount for one in mine), _NOTHING)
        if line.amount is None or amount + earlier <= line.amount:
            return []
        return [_above(pair, "amount", line.amount, amount, earlier)]
    quantity = sum((one.quantity or _NOTHING for one in mine), _NOTHING)
    limits: list[tuple[str, Decimal]] = [("quantity_ordered", line.quantity)]
    if line.receipt_required or line.inspection_required:
        limits.append(("quantity_received", received(line, receipts)))
    if line.inspection_required:
        limits.append(("quantity_accepted", accepted(line, receipts)))
    return [
        _above(pair, kind, limit, quantity, line.billed_quantity)
        for kind, limit in limits if quantity + line.billed_quantity > limit
    ]  # fmt: skip


def _taken_back(mine: Sequence[Pair]) -> list[Difference]:
    pair = mine[-1]
    line = pair.line
    if line.quantity is None:
        amount = sum((one.amount for one in mine), _NOTHING)
        return [_above(pair, "amount", line.billed_amount, amount, _NOTHING)] if amount > line.billed_amount else []
    quantity = sum((one.quantity or _NOTHING for one in mine), _NOTHING)
    if quantity <= line.billed_quantity:
        return []
    return [_above(pair, "quantity_ordered", line.billed_quantity, quantity, _NOTHING)]


def _above(pair: Pair, kind: str, expected: Decimal, actual: Decimal, earlier: Decimal) -> Difference:
    is_money = kind == "amount"
    return Difference.model_validate({
        "kind": kind, "line": pair.billed.position, "order": pair.order.number, "order_line": pair.line.line,
        "expected": expected, "actual": actual, "earlier": earlier, "currency": pair.order.currency,
        "unit": "" if is_money else pair.line.unit, "quantity": None if is_money else actual,
    })  # fmt: skip


def order_differences(orders: Iterable[PurchaseOrder], matches: Sequence[LineMatch]) -> list[Difference]:
    """Return by how much an invoice and those before it exceed the limit of a blanket order."""
    found: list[Difference] = []
    for order in orders:
        now = sum((one.amount for one in matches if one.order == order.number), _NOTHING)
        earlier = sum((line.billed_amount for line in order.lines), _NOTHING)
        if order.limit is not None and now > 0 and now + earlier > order.limit:
            found.append(
                Difference(
                    kind="total", order=order.number, expected=order.limit, actual=now, earlier=earlier,
                    currency=order.currency, subject="blanket",
                )
            )  # fmt: skip
    return found
