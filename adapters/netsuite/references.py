"""References by name: `{"refName": "A-100"}` in a payload becomes the id that NetSuite wants.

The contract's `refName` is for people and no key; here it carries the number or code that is known outside (an item
number, an account number, a currency), and is looked up before anything is written.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.netsuite.client import NetSuiteApi
from adapters.netsuite.records import RECORDS, Record
from adapters.netsuite.suiteql import any_of, select
from engine.model.errors import Rejected

_KEPT = 600.0
"""Seconds for which an id is good: master data is renamed now and then."""


@dataclass(frozen=True)
class LookUp:
    """Where a name is looked up."""

    what: str
    table: str
    columns: tuple[str, ...]
    """Those that may hold it."""
    where: str = ""


_IN_USE = "isinactive = 'F'"
_VENDOR = LookUp("vendor", "vendor", ("entityid", "vatregnumber"), _IN_USE)
_CUSTOMER = LookUp("customer", "customer", ("entityid", "vatregnumber"), _IN_USE)
_BY_PROPERTY: Mapping[str, LookUp] = {
    "account": LookUp("account", "account", ("acctnumber",), _IN_USE),
    "class": LookUp("class", "classification", ("name",), _IN_USE),
    "currency": LookUp("currency", "currency", ("symbol",)),
    "customer": _CUSTOMER,
    "department": LookUp("department", "department", ("name",), _IN_USE),
    "expenseAccount": LookUp("account", "account", ("acctnumber",), _IN_USE),
    "item": LookUp("item", "item", ("itemid",), _IN_USE),
    "location": LookUp("location", "location", ("name",), _IN_USE),
    "subsidiary": LookUp("subsidiary", "subsidiary", ("name",), _IN_USE),
    "taxCode": LookUp("tax code", "salestaxitem", ("itemid",), _IN_USE),
    "terms": LookUp("payment terms", "term", ("name",), _IN_USE),
}
_SELLING = frozenset({"sales_order", "invoice", "customer_payment"})


def _transaction(what: str) -> LookUp:
    return LookUp(what.replace("_", " "), "transaction", ("tranid",), f"type = '{RECORDS[what].suiteql}'")


@dataclass(frozen=True)
class _Place:
    path: str
    owner: dict[str, Any]
    key: str
    look_up: LookUp
    name: str


class References:
    """Ids of what payloads name, kept for some minutes. Safe to share between threads."""

    def __init__(self, api: NetSuiteApi, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[str, float]] = {}

    def resolved(self, payload: Mapping[str, Any], name: str, *, made_from: str = "") -> dict[str, Any]:
        """Return a payload of one of our objects with ids in place of names.

        Raises Rejected that tells each name which NetSuite does not have, or has several times; Transient or Unauthorised.
        """
        copy: dict[str, Any] = _copied(payload)
        by_property = _look_ups(name, RECORDS[name], made_from)
        places = list(_named(copy, by_property))
        for look_up in {one.look_up for one in places}:
            self._learn(look_up, sorted({one.name for one in places if one.look_up == look_up}))
        wrong = {one.path: why for one in places if (why := self._fill(one))}
        if wrong:
            raise Rejected(f"NetSuite: {' '.join(dict.fromkeys(wrong.values()))}", fields=wrong)
        return copy

    def _learn(self, look_up: LookUp, names: list[str]) -> None:
        now = self._clock()
        missing = [one for one in names if self._known.get((look_up.what, one), ("", 0.0))[1] <= now]
        if not missing:
            return
        condition = " OR ".join(any_of(column, missing) for column in look_up.columns)
        where = (f"({condition})", *filter(None, [look_up.where]))
        rows = list(self._api.all_rows(select("id", *look_up.columns, table=look_up.table, where=where)))
        for name in missing:
            ids = sorted({row["id"] for row in rows if name in (row.get(column) for column in look_up.columns)})
            if ids:
                self._known[look_up.what, name] = (" ".join(ids), now + _KEPT)
            else:
                self._known.pop((look_up.what, name), None)

    def _fill(self, place: _Place) -> str:
        """Put the id in its place; return what is wrong, if anything."""
        ids = self._known.get((place.look_up.what, place.name), ("", 0.0))[0].split()
        if len(ids) == 1:
            place.owner[place.key] = {"id": ids[0]}
            return ""
        if not ids:
            return f"There is no {place.look_up.what} {place.name!r}."
        return f"There are several of {place.look_up.what} {place.name!r} (ids {', '.join(ids)})."


def _look_ups(name: str, record: Record, made_from: str) -> Mapping[str, LookUp]:
    is_sale = name in _SELLING
    more = {
        "entity": _CUSTOMER if is_sale else _VENDOR,
        "orderDoc": _transaction("purchase_order"),
        "doc": _transaction("invoice" if is_sale else "vendor_bill"),
    }
    source = made_from or next(iter(record.made_from), "")
    if source and RECORDS[source].suiteql:
        more["createdFrom"] = _transaction(source)
    return {**_BY_PROPERTY, **more}


def _named(value: Any, by_property: Mapping[str, LookUp], path: str = "") -> Iterator[_Place]:
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _named(inner, by_property, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        at = f"{path}.{key}" if path else key
        if isinstance(inner, dict) and set(inner) == {"refName"} and key in by_property:
            yield _Place(at, value, key, by_property[key], str(inner["refName"]))
        else:
            yield from _named(inner, by_property, at)


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in value]
    return value
