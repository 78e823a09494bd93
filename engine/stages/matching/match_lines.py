"""Sets the lines of an invoice against the lines of orders and receipts: two-, three- and four-way match.

How many ways a line is matched, its order line says: with the order alone, with what was received, or with what was
accepted after inspection. Credit notes are set against what was billed, delivery notes against what is still to come.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from engine.content.order_policy import OrderPolicy
from engine.model.purchasing import Difference, LineMatch, OrderMatch, PurchaseOrder, ReceiptLine
from engine.model.record import Record
from engine.stages.match import order_numbers
from engine.stages.matching.assign import Assignment, assign
from engine.stages.matching.billed import NO_CODES, Billed, billed_lines, order_key, same_order
from engine.stages.matching.charges import charges_of
from engine.stages.matching.differences import (
    Pair,
    date_differences,
    delivery_differences,
    line_differences,
    order_differences,
    order_line_differences,
)
from engine.stages.matching.flow import TooLarge
from engine.stages.matching.open_lines import Lot, lots, open_line
from engine.stages.matching.share import Stock, share_out
from engine.stages.matching.weigh import Weighing, code_differs, weigh_all

FoundBy = Literal["", "number", "vendor"]
Receipts = Mapping[tuple[str, str], Sequence[ReceiptLine]]
_SOUND = 220
"""Cost in thousandths above which a pair says too little when no order was named: half the price, or half the words."""
_MOST_ORDERS = 200
"""Open orders that are tried each for itself. A vendor with more that would all do has to name them."""
_RECEIVED = frozenset({"quantity_received", "quantity_accepted"})
RECEIVES = "goods_receipt"
"""Type of the documents that say what was delivered: they are set against what is left to be delivered."""


class _Side(NamedTuple):
    """The lines that bill, or those that take back, and where they went."""

    lines: Sequence[Billed]
    lots: Sequence[Lot]
    weighing: Weighing
    assignment: Assignment
    matches: tuple[LineMatch, ...]
    back: bool


def match_lines(
    record: Record,
    orders: Sequence[PurchaseOrder],
    receipts: Sequence[ReceiptLine],
    policy: OrderPolicy,
    *,
    vendor_id: str | None = None,
    charge_words: AbstractSet[str] = frozenset(),
    own_codes: Mapping[str, str] = NO_CODES,
) -> OrderMatch:
    """Return how the lines of an invoice or credit note fit orders and receipts.

    `orders` are those that the record names, or, when it names none, the open orders of its vendor; then a match only
    counts when every line fits, without doubt, within what is open. `vendor_id` is the vendor that the document was
    found to be from. `charge_words` are folded names of freight and the like; `own_codes` our item numbers by what the
    vendor prints. Without lines on either side nothing is
    matched (`not_asked`). Nothing is decided about tolerances: every difference is returned.
    """
    numbers = order_numbers(record)
    found_by: FoundBy = "number" if numbers else "vendor" if orders else ""
    failures = _failures(record, orders, numbers, vendor_id)
    usable = [order for order in orders if _is_usable(order, record, vendor_id, found_by)]
    lines = billed_lines(record, charge_words=charge_words, own_codes=own_codes)
    if not numbers and (not usable or not lines):
        return OrderMatch(outcome="not_asked")
    if orders and (not lines or not any(order.lines for order in orders)):
        return OrderMatch(outcome="not_asked", orders=_names(orders), found_by=found_by, failures=failures)
    if not usable:
        unmatched = tuple(line.position for line in lines)
        return OrderMatch(
            outcome="none", orders=_names(orders), found_by=found_by, unmatched=unmatched, failures=failures
        )
    if found_by == "vendor":
        return _search(record, lines, usable, receipts, policy)
    match = _match(record, lines, usable, receipts, policy)
    dated = {one.order for one in match.differences if one.kind == "date" and one.line is None}
    failures = tuple(one for one in failures if one[0] != "order_expired" or one[1] not in dated)
    return match.model_copy(
        update={"orders": _names(orders), "found_by": found_by, "failures": (*failures, *match.failures)}
    )


def _match(
    record: Record, lines: Sequence[Billed], orders: Sequence[PurchaseOrder], receipts: Sequence[ReceiptLine],
    policy: OrderPolicy,
) -> OrderMatch:  # fmt: skip
    by_line: dict[tuple[str, str], list[ReceiptLine]] = {}
    for one in _earlier(record, receipts):
        by_line.setdefault((one.order, one.order_line), []).append(one)
    is_credit = record.type == "credit_note"
    try:
        sides = [
            _side(mine, orders, by_line, policy, record=record, back=back is not is_credit)
            for back in (False, True) if (mine := [line for line in lines if line.takes_back is back])
        ]  # fmt: skip
    except TooLarge:
        return _too_large(lines, orders)
    loose = [side.lines[at] for side in sides for at in side.assignment.unmatched]
    pairs = tuple(match for side in sides for match in side.matches)
    charges, unmatched = charges_of(record, loose, _net(pairs, is_credit=is_credit), policy=policy.charges)
    margins = [side.assignment.margin for side in sides if side.assignment.margin is not None]
    day = _day(record)
    receives = record.type == RECEIVES
    differences = [one for side in sides for one in _differences(side, orders, by_line, day, receives=receives)]
    if not is_credit and not receives:
        differences += order_differences(orders, pairs)
    closest = min(sides, key=lambda side: (side.assignment.margin is None, side.assignment.margin or 0))
    wrong = [
        ("unit_not_convertible", str(side.lines[at].position + 1)) for side in sides
        for at in sorted(side.weighing.wrong_units) if side.lines[at].position in unmatched
    ]  # fmt: skip
    margin = min(margins, default=None)
    return OrderMatch(
        outcome=_outcome(pairs, unmatched, margin, policy.margin), pairs=pairs, unmatched=unmatched,
        charges=charges.lines, cost=sum(side.assignment.cost for side in sides) - policy.unmatched * len(charges.lines),
        runner_up=_runner_up(closest, record), margin=margin,
        booked=tuple(dict.fromkeys(one.receipt for one in _own(record, receipts))),
        differences=(*differences, *charges.differences), failures=tuple(wrong),
        waits_for_receipt=bool(pairs) and not unmatched and _waits(differences),
    )  # fmt: skip


def _earlier(record: Record, receipts: Sequence[ReceiptLine]) -> Sequence[ReceiptLine]:
    """Return what was received before: not what was booked of this very delivery note."""
    if record.type != RECEIVES:
        return receipts
    own = _own(record, receipts)
    return [one for one in receipts if one not in own]


def _own(record: Record, receipts: Sequence[ReceiptLine]) -> tuple[ReceiptLine, ...]:
    """Return the receipts that name the number of a delivery note: it was entered before."""
    if record.type != RECEIVES:
        return ()
    note = order_key(record.value("delivery_note_number") or "")
    return tuple(one for one in receipts if note and order_key(one.delivery_note) == note)


def _too_large(lines: Sequence[Billed], orders: Sequence[PurchaseOrder]) -> OrderMatch:
    """Return that nothing is matched, because there are more ways than can be compared."""
    size = f"{len(lines)} lines, {sum(len(order.lines) for order in orders)} order lines"
    return OrderMatch(outcome="none", unmatched=tuple(line.position for line in lines), failures=(("too_large", size),))


def _side(
    lines: Sequence[Billed], orders: Sequence[PurchaseOrder], receipts: Receipts, policy: OrderPolicy, *,
    record: Record, back: bool,
) -> _Side:  # fmt: skip
    apart = any(line.order_line for line in lines)
    open_ = [
        open_line(
            order, line, receipts.get((order.number, line.line), ()), back=back, receives=record.type == RECEIVES
        )
        for order in orders for line in order.lines
    ]  # fmt: skip
    places = lots(open_, apart=apart)
    weighing = weigh_all(lines, places, policy=policy)
    assignment = assign(lines, places, weighing.pairs, policy=policy)
    notes = frozenset(filter(None, [record.value("delivery_note_number") or ""]))
    matches = share_out(
        assignment.placed, lines, places, weighing.pairs, stock=Stock(notes=notes),
        currency=record.value("currency") or "",
    )  # fmt: skip
    return _Side(lines, places, weighing, assignment, _signed(matches) if back else matches, back)


def _signed(matches: Sequence[LineMatch]) -> tuple[LineMatch, ...]:
    """Return what is taken back, below zero: so it is counted against what was billed."""
    return tuple(
        match.model_copy(
            update={"quantity": None if match.quantity is None else -match.quantity, "amount": -match.amount}
        )
        for match in matches
    )


def _net(pairs: Sequence[LineMatch], *, is_credit: bool) -> Decimal:
    """Return what the matched lines ask for, as the document counts: a credit note in positive amounts."""
    net = sum((pair.amount for pair in pairs), Decimal(0))
    return -net if is_credit else net


def _differences(
    side: _Side, orders: Sequence[PurchaseOrder], receipts: Receipts, day: date | None, *, receives: bool
) -> list[Difference]:  # fmt: skip
    """Return every comparison that does not come out even, of the lines and of their order lines."""
    by_index = {line.position: at for at, line in enumerate(side.lines)}
    order_of = {order.number: order for order in orders}
    line_of = {(order.number, line.line): line for order in orders for line in order.lines}
    lot_of = {(one.order.number, one.line.line): at for at, lot in enumerate(side.lots) for one in lot.members}
    sums: dict[tuple[int, str, str], tuple[Decimal | None, Decimal]] = {}
    for match in side.matches:
        key = (match.line, match.order, match.order_line)
        quantity, amount = sums.get(key, (None, Decimal(0)))
        if match.quantity is not None:
            quantity = (quantity or Decimal(0)) + abs(match.quantity)
        sums[key] = (quantity, amount + abs(match.amount))
    pairs: list[Pair] = []
    for (index, number, order_line), (quantity, amount) in sums.items():
        billed, place = side.lines[by_index[index]], lot_of[number, order_line]
        weight = side.weighing.pairs[by_index[index]][place]
        differs = weight.by != "code" and code_differs(billed, side.lots[place])
        pairs.append(Pair(billed, order_of[number], line_of[number, order_line], weight, quantity, amount, differs))
    if receives:
        return delivery_differences(pairs, receipts, back=side.back)
    dates = [] if side.back else date_differences(pairs, day)
    return line_differences(pairs) + order_line_differences(pairs, receipts, back=side.back) + dates


def _day(record: Record) -> date | None:
    """Return the day of delivery, or else of issue; None where none is known."""
    field = record.get("delivery_date") or record.get("issue_date")
    try:
        return None if field is None else date.fromisoformat(field.value)
    except ValueError:
        return None


def _runner_up(side: _Side, record: Record) -> tuple[LineMatch, ...]:
    """Return the next best solution of the lines that it concerns."""
    if side.assignment.margin is None or not side.assignment.runner_up:
        return ()
    return share_out(
        side.assignment.runner_up, side.lines, side.lots, side.weighing.pairs, stock=Stock(),
        currency=record.value("currency") or "",
    )  # fmt: skip


def _waits(differences: Sequence[Difference]) -> bool:
    """Tell whether goods are missing that were ordered: what exceeds the order too, no receipt will heal."""
    kinds = {one.kind for one in differences}
    return bool(kinds & _RECEIVED) and "quantity_ordered" not in kinds


def _outcome(
    pairs: Sequence[LineMatch], unmatched: Sequence[int], margin: int | None, bound: int
) -> Literal["unique", "not_unique", "partial", "none"]:
    if not pairs:
        return "none"
    if unmatched:
        return "partial"
    return "unique" if margin is None or margin >= bound else "not_unique"


def _search(
    record: Record, lines: Sequence[Billed], orders: Sequence[PurchaseOrder], receipts: Sequence[ReceiptLine],
    policy: OrderPolicy,
) -> OrderMatch:  # fmt: skip
    """Return what the open orders of a vendor say: all lines in doubtless places with room, or nothing.

    One order that takes every line comes before any mixture of orders; its margin is also that over the next such order.
    """
    hopeful = [order for order in orders if _may_take(order, record, lines, policy)]
    failures = [("too_large", f"{len(hopeful)} open orders")] if len(hopeful) > _MOST_ORDERS else []
    alone = [] if failures else [_match(record, lines, [order], receipts, policy) for order in hopeful]
    fitting = sorted((match for match in alone if _is_sound(match)), key=lambda match: match.cost)
    if not fitting and not failures and len(orders) > 1:
        together = _match(record, lines, orders, receipts, policy)
        fitting = [together] if _is_sound(together) else []
        failures = [one for one in together.failures if one[0] == "too_large"]
    if not fitting or failures:
        unmatched = tuple(line.position for line in lines)
        return OrderMatch(
            outcome="none", orders=_names(orders), found_by="vendor", unmatched=unmatched, failures=tuple(failures)
        )
    best = fitting[0].model_copy(update={"orders": _names(orders), "found_by": "vendor"})
    if len(fitting) > 1 and (best.margin is None or fitting[1].cost - best.cost < best.margin):
        best = best.model_copy(update={"margin": fitting[1].cost - best.cost, "runner_up": fitting[1].pairs})
    is_close = best.margin is not None and best.margin < policy.search_margin
    return best.model_copy(update={"outcome": "not_unique"}) if is_close else best


def _may_take(order: PurchaseOrder, record: Record, lines: Sequence[Billed], policy: OrderPolicy) -> bool:
    """Tell whether an order has a line for the first line that is no charge; if not, it cannot have one for each."""
    first = next((line for line in lines if not line.is_charge and not line.takes_back), None)
    if first is None:
        return True
    back = record.type == "credit_note"
    named = any(line.order_line for line in lines)
    places = lots((open_line(order, line, (), back=back) for line in order.lines), apart=named)
    return bool(weigh_all([first], places, policy=policy).pairs[0])


def _is_sound(match: OrderMatch) -> bool:
    """Tell whether every line has a place with room that more than numbers speak for."""
    is_doubtful = any(pair.cost > _SOUND for pair in match.pairs)
    has_room = not any(one.kind in {"quantity_ordered", "amount", "total"} for one in match.differences)
    return match.outcome in {"unique", "not_unique"} and has_room and not is_doubtful and not match.failures


def _names(orders: Sequence[PurchaseOrder]) -> tuple[str, ...]:
    return tuple(order.number for order in orders)


def _is_usable(order: PurchaseOrder, record: Record, vendor_id: str | None, found_by: FoundBy) -> bool:
    """Tell whether lines may be set against an order: prices of another currency or vendor say nothing."""
    currency = record.value("currency")
    if (currency and order.currency and currency != order.currency) or _is_foreign(order, vendor_id):
        return False
    return found_by == "number" or (order.status == "open" and not _is_expired(order, record))


def _is_foreign(order: PurchaseOrder, vendor_id: str | None) -> bool:
    return vendor_id is not None and bool(order.vendor_id) and order.vendor_id != vendor_id


def _is_expired(order: PurchaseOrder, record: Record) -> bool:
    """Tell whether goods or services fall outside of the time for which a blanket order stands."""
    day = _day(record)
    if day is None:
        return False
    return bool((order.valid_from and day < order.valid_from) or (order.valid_to and day > order.valid_to))


def _failures(
    record: Record, orders: Sequence[PurchaseOrder], numbers: Sequence[str], vendor_id: str | None
) -> tuple[tuple[str, str], ...]:
    """Return what no tolerance can heal about the orders that a record names."""
    found: list[tuple[str, str]] = [
        ("order_unknown", number) for number in numbers
        if not any(same_order(order_key(number), order.number) for order in orders)
    ]  # fmt: skip
    if not numbers:
        return ()
    currency = record.value("currency")
    for order in orders:
        if _is_foreign(order, vendor_id):
            found.append(("other_vendor", order.number))
        if order.status != "open" and record.type != "credit_note":
            found.append(("order_not_open", order.number))
        if currency and order.currency and currency != order.currency:
            found.append(("other_currency", order.number))
        if record.type != "credit_note" and _is_expired(order, record):
            found.append(("order_expired", order.number))
    return tuple(found)
