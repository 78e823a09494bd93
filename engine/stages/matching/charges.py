"""Freight, packing and the like: which unmatched lines are charges, and what of them is too much."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.content.order_policy import ChargePolicy
from engine.model.purchasing import Difference
from engine.model.record import Record
from engine.stages.matching.billed import Billed
from engine.stages.sums import amount

_NOTHING = Decimal(0)


class Charges(NamedTuple):
    """The lines that are charges, and the comparison of their sum with what is allowed."""

    lines: tuple[int, ...]
    differences: tuple[Difference, ...]


def charges_of(
    record: Record, loose: Sequence[Billed], matched: Decimal, *, policy: ChargePolicy
) -> tuple[Charges, tuple[int, ...]]:
    """Return the charges among lines without an order line, and the indexes of those that are none.

    A line without item number that takes money off is a discount, whatever it is called. Charges of the whole document
    count too, unless they are the sum of the lines (`matched` is what the other lines bill, without tax). What exceeds
    the limit is one difference; where charges are refused or need an order line, everything does.
    """
    mine = [line for line in loose if line.is_charge or (line.takes_back and not line.codes)]
    others = tuple(sorted(line.position for line in loose if line not in mine))
    in_lines = sum(((line.amount or _NOTHING) * (-1 if line.takes_back else 1) for line in mine), _NOTHING)
    stated = amount(record, "charge_total") or _NOTHING
    subtotal = amount(record, "subtotal")
    is_counted = stated == in_lines or (subtotal is not None and matched + in_lines == subtotal)
    total = in_lines if is_counted else in_lines + stated
    allowed = _allowed(record.value("currency") or "", policy)
    found: tuple[Difference, ...] = ()
    if allowed is not None and total > allowed and record.type != "credit_note":
        found = (
            Difference(
                kind="charge", line=mine[0].position if len(mine) == 1 else None, expected=allowed, actual=total,
                currency=record.value("currency") or "",
            ),
        )  # fmt: skip
    return Charges(tuple(sorted(line.position for line in mine)), found), others


def _allowed(currency: str, policy: ChargePolicy) -> Decimal | None:
    """Return the sum that is allowed without an order line; None without end."""
    if policy.allow != "up_to_limit":
        return _NOTHING
    limit = policy.limits.get(currency, _NOTHING)
    return None if limit == "unlimited" else Decimal(limit)
