"""Holds the differences between an invoice and its orders against a policy."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from engine.content.tolerance import TolerancePolicy
from engine.model.purchasing import Difference, OrderLine, OrderMatch, PurchaseOrder, ReceiptLine, Verdict
from engine.model.tolerance import MatchLevel, Surroundings
from engine.model.value import Value
from engine.stages.matching.open_lines import received, unit_price
from engine.stages.tolerances.check import check_all


class Parties(Value):
    """Whom an invoice is between, as far as tolerances are given for them."""

    vendor: str = ""
    vendor_group: str = ""
    entity: str = ""
    """Code of our company."""
    item_groups: Mapping[str, str] = {}
    """Group by item code."""
    accounting_currency: str = ""
    """Our company's currency; empty: not known, so that limits in money hold only for differences in the same currency."""
    rate: Decimal | None = None
    """How much accounting currency one unit of the order's currency is worth."""


def judge_match(
    match: OrderMatch, policy: TolerancePolicy, *, orders: Sequence[PurchaseOrder], receipts: Iterable[ReceiptLine],
    parties: Parties,
) -> tuple[Verdict, ...]:  # fmt: skip
    """Return the verdicts on every difference of a match. Pure; what cannot be compared is a hard failure."""
    came = tuple(receipts)
    amounts: dict[tuple[int | None, str, str], Decimal] = {}
    for pair in match.pairs:
        key = (pair.line, pair.order, pair.order_line)
        amounts[key] = amounts.get(key, Decimal(0)) + abs(pair.amount)
    around = [
        surroundings(one, orders=orders, receipts=came, parties=parties).model_copy(
            update={"amount": amounts.get((one.line, one.order, one.order_line))}
        )
        for one in match.differences
    ]
    return check_all(list(zip(match.differences, around, strict=True)), policy)


def surroundings(
    difference: Difference, *, orders: Iterable[PurchaseOrder], receipts: Iterable[ReceiptLine], parties: Parties
) -> Surroundings:
    """Return what a tolerance has to know about a difference, from the order line that it is about."""
    known = {
        "vendor": parties.vendor, "vendor_group": parties.vendor_group, "entity": parties.entity,
        "accounting_currency": parties.accounting_currency, "rate": parties.rate,
    }  # fmt: skip
    order = next((one for one in orders if one.number == difference.order), None)
    if order is None:
        return Surroundings.model_validate({**known, "has_order": bool(difference.order)})
    line = next((one for one in order.lines if one.line == difference.order_line), None)
    about_order = {**known, "entity": parties.entity or order.entity, "order_kind": order.kind}
    if line is None:
        return Surroundings.model_validate(about_order)
    came = [one for one in receipts if (one.order, one.order_line) == (order.number, line.line)]
    return Surroundings.model_validate(
        {
            **about_order, "item": line.item_code, "item_group": parties.item_groups.get(line.item_code, ""),
            "order_level": _level(line), "received": received(line, came), "price": unit_price(line), "price_unit": line.unit,
        }
    )  # fmt: skip


def items_of(match: OrderMatch, orders: Iterable[PurchaseOrder]) -> dict[int, str]:
    """Return our item code of each invoice line that was set against an order line; empty where the order has none."""
    codes = {(order.number, line.line): line.item_code for order in orders for line in order.lines}
    return {pair.line: codes.get((pair.order, pair.order_line), "") for pair in match.pairs}


def _level(line: OrderLine) -> MatchLevel:
    return "four_way" if line.inspection_required else "three_way" if line.receipt_required else "two_way"
