"""Which purchase order a record names. Who its vendor is stands in `engine.stages.parties`."""

import re
from collections.abc import Sequence

from engine.model.record import Candidate, Match, Record
from engine.stages.parties.cascade import match_vendor
from engine.stages.parties.names import bare

__all__ = ["match_order", "match_vendor", "order_numbers"]

_SHORTEST_ORDER_DIGITS = 5


def match_order(record: Record, *, candidates: Sequence[Candidate], vendor: Match) -> Match:
    """Return the purchase order a record names, on its header or on its lines.

    Without an order number nothing is asked. Numbers are compared without punctuation and leading zeros; digits alone
    (`PO-4500017` and `4500017`) count when the order is one of the matched vendor.
    """
    numbers = order_numbers(record)
    if not numbers:
        return Match(kind="purchase_order", outcome="not_asked")
    vendor_id = vendor.chosen.id if vendor.chosen is not None else None
    found: dict[str, Candidate] = {}
    for number in numbers:
        for one in _orders(number, candidates, vendor_id):
            found[one.id] = one.model_copy(update={"score": 1.0, "evidence": (("po_number", number),)})
    ranked = tuple(found.values())
    if len(ranked) == 1 and len(numbers) == 1:
        return Match(kind="purchase_order", outcome="one", chosen=ranked[0], candidates=ranked)
    if not ranked:
        return Match(kind="purchase_order", outcome="none")
    return Match(kind="purchase_order", outcome="several", candidates=ranked)


def order_numbers(record: Record) -> tuple[str, ...]:
    """Return the order numbers that a record names, each once, the header's first."""
    header = record.value("po_number")
    named = [header] if header else []
    named += [field.value for row in record.lines for field in row if field.name == "po_number" and field.value]
    unique: dict[str, str] = {}
    for number in named:
        if key := bare(number).lstrip("0"):
            unique.setdefault(key, number)
    return tuple(unique.values())


def _orders(number: str, candidates: Sequence[Candidate], vendor_id: str | None) -> list[Candidate]:
    wanted = bare(number).lstrip("0")
    exact = [one for one in candidates if bare(one.id).lstrip("0") == wanted]
    if exact:
        return [one for one in exact if one.attribute("vendor_id") == vendor_id] or exact
    digits = re.sub(r"\D", "", number).lstrip("0")
    if len(digits) < _SHORTEST_ORDER_DIGITS or vendor_id is None:
        return []
    theirs = [one for one in candidates if one.attribute("vendor_id") == vendor_id]
    return [one for one in theirs if re.sub(r"\D", "", one.id).lstrip("0") == digits]
