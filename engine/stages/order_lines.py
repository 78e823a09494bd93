"""The lines of a record as they were set against order lines: what a mapping sees as `match`, and walks as `order_lines`.

Pure. Only pairs come here on which the decision to post stands; a line without one is there as it is.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.content.matched_names import LINES
from engine.model.field import Row, by_name
from engine.model.purchasing import LineMatch
from engine.model.reconciled import Position, Standing
from engine.model.record import Match, Record
from engine.model.selling import Selling, Sold
from engine.stages.reconcile import listed
from engine.stages.sums import number

_EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "item_code": ("item_code", "buyer_item_code", "standard_item_code"), "order_line": ("po_line",),
    "description": ("description",), "numbers": ("quantity", "unit_price"),
}  # fmt: skip
"""Fields of a line that a pair rests on, by the kind of its evidence."""


class Share(NamedTuple):
    """A line of the record, and the order line that all of it or a part was set against."""

    line: int
    """Index of the line."""
    match: Mapping[str, str]
    """By the names of `matched_names`; empty for a line without order line."""
    rests_on: tuple[str, ...] = ()
    """Paths of the fields that hold the two together: `lines[0].item_code`."""


def shares_of(record: Record, order: Match, selling: Selling | None = None) -> tuple[Share, ...]:
    """Return the lines in their order, each with its order lines in theirs; receipts of one order line are added up."""
    by_line: dict[int, dict[tuple[str, str], list[LineMatch]]] = {}
    for pair in order.pairs:
        by_line.setdefault(pair.line, {}).setdefault((pair.order, pair.order_line), []).append(pair)
    if selling is not None:
        sold = {one.line: one for one in selling.lines}
        return tuple(_sold(index, row, sold.get(index)) for index, row in enumerate(record.lines))
    found: list[Share] = []
    charges = frozenset(order.charges)
    if order.positions is not None:
        known = {one.line: one for one in order.positions}
        return tuple(Share(index, _standing(known.get(index))) for index in range(len(record.lines)))
    for index, row in enumerate(record.lines):
        told = [_share(index, row, pairs) for pairs in by_line.get(index, {}).values()]
        found += told or [Share(index, _charge(row) if index in charges else {})]
    return tuple(found)


def header_of(record: Record, order: Match) -> Mapping[str, str]:
    """Return what is told of the whole document: its orders, the one where there is but one, and the sum of its charges."""
    orders = tuple(dict.fromkeys(pair.order for pair in order.pairs))
    charges = [number(by_name(record.lines[index]), "amount") for index in order.charges if index < len(record.lines)]
    told = {"orders": ", ".join(orders), "po_number": orders[0] if len(orders) == 1 else "", **_positions(order)}
    total = sum((amount for amount in charges if amount is not None), Decimal(0))
    return {name: text for name, text in {**told, "charge_total": f"{total:f}" if total else ""}.items() if text}


def _sold(index: int, row: Row, one: Sold | None) -> Share:
    """Return what is told of a line that a customer ordered; it rests on the number that named the item."""
    told = {
        "item_code": "" if one is None else one.item_code,
        "list_price": "" if one is None or one.list_price is None else _plain(one.list_price),
    }  # fmt: skip
    paths = tuple(f"{LINES}[{index}].{name}" for name in _EVIDENCE["item_code"] if name in by_name(row))
    return Share(index, {name: text for name, text in told.items() if text}, paths if one and one.item_code else ())


def _standing(one: Position | None) -> Mapping[str, str]:
    """Return what is told of a position of a statement."""
    if one is None:
        return {}
    told = {
        "standing": one.standing, "posted_as": one.document_id,
        "posted_amount": "" if one.ours is None else _plain(one.ours),
    }  # fmt: skip
    return {name: text for name, text in told.items() if text}


def _positions(order: Match) -> Mapping[str, str]:
    """Return the positions of a statement that somebody has to hear of."""
    wanted: Mapping[str, Standing] = {
        "missing": "missing",
        "differing": "differs",
        "paid": "paid",
        "in_hand": "in_hand",
    }
    return {
        name: ", ".join(one.told for one in listed(order.positions or (), standing))
        for name, standing in wanted.items()
    }  # fmt: skip


def _share(index: int, row: Row, pairs: Sequence[LineMatch]) -> Share:
    first = pairs[0]
    sign = -1 if _takes_back(row) else 1
    quantities = [pair.quantity for pair in pairs if pair.quantity is not None]
    receipts = dict.fromkeys((pair.receipt, pair.receipt_line) for pair in pairs)
    receipt, receipt_line = next(iter(receipts)) if len(receipts) == 1 else ("", "")
    told = {
        "po_number": first.order, "po_line": first.order_line, "item_code": first.item_code,
        "quantity": _plain(sign * abs(sum(quantities, Decimal(0)))) if quantities else "",
        "unit": first.unit if quantities else "", "receipt": receipt, "receipt_line": receipt_line,
        "amount": _plain(sign * abs(sum((pair.amount for pair in pairs), Decimal(0)))) if number(by_name(row), "amount") is not None else "",
        "evidence": ", ".join(f"{kind} {what}" for kind, what in first.evidence),
    }  # fmt: skip
    names = by_name(row)
    rests_on = [name for kind, _ in first.evidence for name in _EVIDENCE.get(kind, ()) if name in names]
    paths = tuple(dict.fromkeys(f"{LINES}[{index}].{name}" for name in rests_on))
    return Share(index, {name: text for name, text in told.items() if text}, paths)


def _charge(row: Row) -> Mapping[str, str]:
    """Return what is told of a line that is freight or another charge."""
    amount = number(by_name(row), "amount")
    return {} if amount is None else {"charge_total": _plain(amount)}


def _takes_back(row: Row) -> bool:
    """Tell whether a line counts below zero on its document; quantities and amounts of its shares then do so too."""
    amount = number(by_name(row), "amount")
    return (amount if amount is not None else number(by_name(row), "quantity") or Decimal(0)) < 0


def _plain(value: Decimal) -> str:
    return f"{value:f}"
