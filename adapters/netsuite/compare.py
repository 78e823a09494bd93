"""Whether what stands in NetSuite is what we would send."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

_SUBLISTS = ("expense", "item")
_WORDS: Mapping[str, str] = {
    "entity": "party", "customer": "party", "tranId": "number", "tranDate": "date", "otherRefNum": "number of the other side",
    "companyName": "name", "payment": "amount",
}  # fmt: skip


def differences(
    compared: Sequence[str], sent: Mapping[str, Any], found: Mapping[str, Any], *, lines: bool
) -> list[str]:
    """Return a sentence for each thing that differs, none when both are the same record.

    Only what the payload says is compared: NetSuite fills in the rest. `lines` says whether the sums of the sublists count.
    """
    told = [
        f"its {_WORDS.get(name, name)} is {_shown(found.get(name))}, not {_shown(sent[name])}"
        for name in compared
        if name in sent and not _same(sent[name], found.get(name))
    ]
    if not lines:
        return told
    for name in _SUBLISTS:
        ours, theirs = _sum(sent.get(name)), _sum(found.get(name))
        if ours is not None and ours != theirs:
            told.append(f"its {name} lines come to {_plain(theirs)}, not {_plain(ours)}")
    return told


def _same(sent: Any, found: Any) -> bool:
    if isinstance(sent, Mapping):
        if "id" not in sent:
            return True  # by external id: NetSuite tells the internal one alone
        return isinstance(found, Mapping) and str(found.get("id")) == str(sent["id"])
    if isinstance(found, Mapping):
        return str(found.get("id")) == str(sent)
    number = _number(sent)
    if number is not None and number == _number(found):
        return True
    return str(sent).strip() == str(found if found is not None else "").strip()


def _sum(sublist: Any) -> Decimal | None:
    """Return what the lines of a sublist come to, zero without lines, None when a line does not say its amount."""
    rows = sublist.get("items", ()) if isinstance(sublist, Mapping) else ()
    amounts = [_number(row.get("amount")) for row in rows if isinstance(row, Mapping)]
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(rows) else None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal | None) -> str:
    return "something unknown" if number is None else f"{number.normalize():f}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("refName") or value.get("id") or value.get("externalId"))
    return "missing" if value is None else str(value)
