"""From lots to single order lines and receipts: who of those that are as good as one gets how much."""

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from engine.model.money import exponent
from engine.model.purchasing import LineMatch
from engine.stages.matching.assign import Pairs, Placed
from engine.stages.matching.billed import Billed
from engine.stages.matching.open_lines import Delivery, Lot, OpenLine
from engine.stages.matching.weigh import Weight

_NOTHING = Decimal(0)
_NONE = Fraction(0)
_FINEST = Decimal("0.000001")


class Stock:
    """What is still open while shares are given out."""

    def __init__(self, *, notes: frozenset[str] = frozenset()) -> None:
        """Take note of the delivery notes that the invoice names; what they brought is given out first."""
        self._notes = notes
        self._left: dict[tuple[str, str], Decimal | None] = {}
        self._there: dict[tuple[str, str], Decimal | None] = {}
        self._deliveries: dict[tuple[str, str], list[Delivery]] = {}

    def take(self, one: OpenLine, quantity: Decimal) -> list[tuple[str, str, Decimal]]:
        """Take a quantity off an order line. Returns (receipt, its line, quantity); without receipt the first two are empty."""
        left, there = self.room(one), self.received(one)
        if left is not None:
            self._left[_key(one)] = max(_NOTHING, left - quantity)
        if there is not None:
            self._there[_key(one)] = max(_NOTHING, there - quantity)
        if not one.deliveries:
            return [("", "", quantity)]
        taken: list[tuple[str, str, Decimal]] = []
        waiting = self._waiting(one)
        for at, (receipt, free) in enumerate(waiting):
            part = min(free, quantity)
            if part > 0:
                taken.append((receipt.receipt, receipt.line, part))
                waiting[at] = Delivery(receipt, free - part)
                quantity -= part
        return [*taken, ("", "", quantity)] if quantity > 0 or not taken else taken

    def room(self, one: OpenLine) -> Decimal | None:
        """Return what is left on an order line, None without end."""
        return self._left.get(_key(one), one.left if one.left is not None else one.amount_left)

    def received(self, one: OpenLine) -> Decimal | None:
        """Return what is left of what came, None where it does not matter."""
        return self._there.get(_key(one), one.available)

    def _waiting(self, one: OpenLine) -> list[Delivery]:
        """Return what is left of the deliveries of an order line, those of the named notes first."""
        key = _key(one)
        if key not in self._deliveries:
            named = sorted(one.deliveries, key=lambda each: each.receipt.delivery_note not in self._notes)
            self._deliveries[key] = named
        return self._deliveries[key]


def _key(one: OpenLine) -> tuple[str, str]:
    return one.order.number, one.line.line


def share_out(
    placed: Sequence[Placed], lines: Sequence[Billed], lots: Sequence[Lot], pairs: Pairs, *,
    stock: Stock, currency: str,
) -> tuple[LineMatch, ...]:  # fmt: skip
    """Return the shares by order line and receipt: exact fits first, then the earliest line that has room."""
    shared = Counter(one.lot for one in placed)
    ordered = sorted(
        placed, key=lambda one: (one.lot, shared[one.lot] > 1 and not _fits(one, lines, lots, pairs), one.line)
    )
    found: list[LineMatch] = []
    billed: dict[int, Decimal] = {}
    seen: dict[int, Fraction] = {}
    for one in ordered:
        line, lot, weight = lines[one.line], lots[one.lot], pairs[one.line][one.lot]
        if one.share == 1:
            amount = line.amount or _NOTHING
        else:
            seen[one.line] = seen.get(one.line, _NONE) + one.share
            amount = _amount(line, one, currency, billed, is_last=seen[one.line] == 1)
        found += _members(one, line, lot, weight, amount=amount, stock=stock)
    return tuple(sorted(found, key=lambda match: (match.line, match.order, _number(match.order_line), match.receipt)))


def _fits(one: Placed, lines: Sequence[Billed], lots: Sequence[Lot], pairs: Pairs) -> bool:
    wanted = quantity_of(lines[one.line], pairs[one.line][one.lot], one.share)
    return any(wanted in {member.left, member.available} for member in lots[one.lot].members)


def _amount(line: Billed, one: Placed, currency: str, billed: dict[int, Decimal], *, is_last: bool) -> Decimal:
    """Return a share of a line's amount; the last share takes what rounding left."""
    whole = line.amount or _NOTHING
    before = billed.get(one.line, _NOTHING)
    step = Decimal(1).scaleb(-exponent(currency))
    part = whole - before if is_last else decimal(Fraction(whole) * one.share).quantize(step, rounding=ROUND_HALF_UP)
    billed[one.line] = before + part
    return part


def _members(one: Placed, line: Billed, lot: Lot, weight: Weight, *, amount: Decimal, stock: Stock) -> list[LineMatch]:
    """Give a share of a line to the members of its lot."""
    is_by_amount = lot.left is None and lot.price is None
    wanted = amount if is_by_amount else quantity_of(line, weight, one.share)
    parts = _parts(lot.members, wanted, stock)
    found: list[LineMatch] = []
    left, whole = amount, sum(part for _, part in parts) or Decimal(1)
    evidence = _evidence(line, lot, weight)
    shares = [(member, *taken) for member, part in parts for taken in stock.take(member, part)]
    for at, (member, receipt, receipt_line, part) in enumerate(shares):
        is_last = at == len(shares) - 1
        worth = left if is_last else (amount * part / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        left -= worth
        found.append(
            LineMatch(
                line=line.position, order=member.order.number, order_line=member.line.line,
                item_code=member.line.item_code, receipt=receipt, receipt_line=receipt_line,
                quantity=None if is_by_amount else part, unit=member.line.unit, amount=worth, cost=weight.cost,
                evidence=evidence,
            )
        )  # fmt: skip
    return found


def _parts(members: Sequence[OpenLine], wanted: Decimal, stock: Stock) -> list[tuple[OpenLine, Decimal]]:
    """Divide a quantity over order lines: one that fits exactly, else what came, else what is open; the rest on top."""
    if len(members) == 1:
        return [(members[0], wanted)]
    for one in members:
        there = stock.received(one)
        if stock.room(one) == wanted and (there is None or there >= wanted):
            return [(one, wanted)]
    parts: dict[tuple[str, str], Decimal] = {}
    for is_there in (True, False):
        for one in members:
            room = stock.room(one)
            there = stock.received(one)
            free = wanted if room is None else room - parts.get(_key(one), _NOTHING)
            if is_there and there is not None:
                free = min(free, there)
            part = min(max(free, _NOTHING), wanted)
            parts[_key(one)] = parts.get(_key(one), _NOTHING) + part
            wanted -= part
    given = [(one, parts[_key(one)]) for one in members if parts[_key(one)] > 0]
    if wanted > 0 or not given:
        one, part = given[-1] if given else (members[0], _NOTHING)
        given = [*given[:-1], (one, part + wanted)]
    return given


def _evidence(line: Billed, lot: Lot, weight: Weight) -> tuple[tuple[str, str], ...]:
    """Return what holds a pair together, in words."""
    said: list[tuple[str, str]] = []
    if weight.by == "code":
        said.append(("item_code", min(line.codes & lot.codes, default=line.own_code)))
    elif weight.by == "line":
        said.append(("order_line", line.order_line))
    else:
        said.append((weight.by, str(weight.likeness)))
    if weight.gain != 1 and line.quantity is not None:
        said.append(("unit", f"1 {line.unit} = {decimal(weight.gain)} {lot.first.line.unit}"))
    if len(lot.members) > 1:
        said.append(("same", ", ".join(one.line.line for one in lot.members)))
    return tuple(said)


def quantity_of(line: Billed, weight: Weight, share: Fraction) -> Decimal:
    """Return a share of an invoice line in the order line's unit."""
    if share == 1 and weight.gain == 1:
        return line.quantity or Decimal(1)
    return decimal(Fraction(line.quantity or 1) * weight.gain * share)


def decimal(number: Fraction) -> Decimal:
    """Return a fraction as an exact number, or rounded half up to six decimals where it has no end."""
    value = Decimal(number.numerator) / number.denominator
    if Fraction(value) == number:
        return value
    return value.quantize(_FINEST, rounding=ROUND_HALF_UP)


def _number(line: str) -> tuple[int, str]:
    return (int(line) if line.isdecimal() else 0, line)
