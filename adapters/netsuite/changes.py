"""Changes of a vendor or customer that stands in NetSuite: what the payload says is written, the rest stays.

An address is added to the address book as the one that is billed from then on; lines of a sublist that a `PATCH` names are
added to it, and NetSuite takes the mark off the line that had it. The former address stays in the book.
"""

from collections.abc import Mapping
from typing import Any, Literal

from adapters.netsuite.client import RECORD, STRICT, NetSuiteApi
from adapters.netsuite.compare import differences
from adapters.netsuite.records import NUMBERS, Record
from adapters.netsuite.references import References
from adapters.shared.answers import with_numbers
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation

Changed = tuple[Mapping[str, Any], Literal["updated", "already_there"]]
_BOOK, _ADDRESS, _BILLED = "addressBook", "addressBookAddress", "defaultBilling"


def is_change(operation: Operation) -> bool:
    """Tell whether an operation changes what stands there, and makes nothing."""
    return operation.options.get("write") == "update"


class Changes:
    """Finds and writes changes. Safe to share between threads."""

    def __init__(self, api: NetSuiteApi, references: References) -> None:
        self._api = api
        self._references = references

    def find(self, record: Record, operation: Operation) -> Mapping[str, Any] | None:
        """Return the record when it stands as the payload says; else None. Raises Rejected where it may not be changed."""
        there = self._there(record, operation)
        return there if there is not None and not self._open(operation, there) else None

    def send(self, record: Record, operation: Operation) -> Changed:
        """Write what is not yet as the payload says, and return the record. Raises Rejected where there is none."""
        there = self._there(record, operation)
        if there is None:
            raise Rejected(f"NetSuite has no {operation.object} {operation.payload['id']}, so nothing can be changed.")
        body = self._open(operation, there)
        if not body:
            return there, "already_there"
        path = f"{RECORD}/{record.kind}/{there['id']}"
        self._api.http.write("PATCH", path, json=with_numbers(body, NUMBERS), headers=STRICT, expect=(204,))
        now = self._there(record, operation)
        if now is None or self._open(operation, now):
            raise Ambiguous("NetSuite took a change, and it did not come about.")
        return now, "updated"

    def _there(self, record: Record, operation: Operation) -> Mapping[str, Any] | None:
        if not record.may_upsert:
            raise Rejected(f"A {operation.object} is never written over: `write: update` is for customers and vendors.")
        identity = str(operation.payload.get("id") or "")
        if not identity.isdigit():
            raise Rejected("The record that is changed is not named by its internal id.", fields={"id": "is missing"})
        return self._api.record(record.kind, identity)

    def _open(self, operation: Operation, there: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part of the payload that is not so yet."""
        said = {name: value for name, value in operation.payload.items() if name != "id"}
        wanted = self._references.resolved(said, operation.object)
        lines = wanted.pop(_BOOK, {}).get("items", ())
        open_ = {name: value for name, value in wanted.items() if differences([name], wanted, there, lines=False)}
        known = [one for one in there.get(_BOOK, {}).get("items", ()) if one.get(_BILLED)]
        added = [one for one in lines if not any(_is_in(one[_ADDRESS], other.get(_ADDRESS) or {}) for other in known)]
        return {**open_, **({_BOOK: {"items": added}} if added else {})}


def _is_in(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    return not differences(list(wanted), wanted, there, lines=False)
