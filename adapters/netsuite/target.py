"""The target: records written once, known by their external id."""

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import simplejson

from adapters.netsuite.cabinet import Cabinet
from adapters.netsuite.changes import Changes, is_change
from adapters.netsuite.client import LIMITS, RECORD, STRICT, NetSuiteApi, id_in
from adapters.netsuite.compare import differences
from adapters.netsuite.jobs import Jobs
from adapters.netsuite.records import NUMBERS, RECORDS, Record
from adapters.netsuite.references import References
from adapters.netsuite.suiteql import equal, select
from adapters.shared.answers import with_numbers
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.ports import Surroundings

Outcome = Literal["created", "updated", "already_there"]
FILE = "file"
Seen = TypeVar("Seen")


class NetSuiteTarget:
    """Implements `Target` over SuiteTalk REST. Safe to share between threads."""

    def __init__(self, api: NetSuiteApi, *, jobs: Jobs | None = None) -> None:
        self._api = api
        self._references = References(api)
        self._jobs = jobs or Jobs(api)
        self._cabinet = Cabinet(api)
        self._changes = Changes(api, self._references)

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where the bytes of documents are."""
        self._cabinet.blobs = surroundings.blobs

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of a record that carries the operation's external id and is the one we would send.

        Raises Ambiguous for a record under our external id that says something else, and for a bill or credit of the same
        party and number that somebody else entered.
        """
        if operation.object == FILE:
            known = _told(self._cabinet.find, operation)
            return self._file_receipt(operation, known, "already_there") if known else None
        record = _record(operation.object)
        if is_change(operation):
            there = _told(self._changes.find, record, operation)
            return self._changed(record, operation, there, "already_there") if there else None
        found = _told(self._api.record, record.kind, f"eid:{operation.short_key}")
        if found is not None:
            return self._compared(record, operation, found)
        # a party that there is not entered nothing either; `send` will say so
        with contextlib.suppress(Rejected):
            self._refuse_foreign(record, operation)
        return None

    def send(self, operation: Operation) -> Receipt:
        """Write a record. Raises Transient, Unauthorised, Rejected or Ambiguous."""
        if operation.object == FILE:
            made, is_new = self._cabinet.put(operation)
            return self._file_receipt(operation, made, "created" if is_new else "already_there")
        record = _record(operation.object)
        if is_change(operation):
            return self._changed(record, operation, *self._changes.send(record, operation))
        self._refuse_foreign(record, operation)
        method, path, body = self._request(record, operation)
        try:
            identity = self._written(record, operation, method, path, body)
        except Rejected:
            there = self._after_refusal(operation)
            if there is None:
                raise
            return there
        outcome: Outcome = "updated" if method == "PUT" else "created"
        return self._receipt(record, operation, identity, outcome, self._version(record, identity), method, path)

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing: NetSuite answers at once."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing."""

    def ping(self) -> str:
        """Sign in, and tell how many calls at once the account may make where the role may see it."""
        answer = self._api.http.read(LIMITS, expect=(200, 400, 403, 404))
        if answer.status == 200:  # noqa: PLR2004 - the role may see it
            limits = self._api.http.object(answer)
            return (
                f"{limits.get('accountConcurrencyLimit', 'an unknown number of')} calls at once for the whole account"
            )
        self._api.rows(select("id", table="subsidiary"))
        return "signed in; how many calls at once the account may make is told to administrators alone"

    def close(self) -> None:
        """Let go of the connections."""
        self._api.close()

    def _written(self, record: Record, operation: Operation, method: str, path: str, body: Any) -> str:
        if not operation.options.get("background"):
            answer = self._api.http.write(method, path, json=body, headers=STRICT, expect=(204,))
            return id_in(answer, record.kind)
        self._jobs.write(method, path, body, seed=f"{operation.key}/{operation.payload_digest}")
        try:
            found = self._api.record(record.kind, f"eid:{operation.short_key}")
        except TargetError as e:
            raise Ambiguous("NetSuite's job is done and what it made cannot be read.", detail=e.detail) from e
        if found is None:
            raise Ambiguous("NetSuite's job is done and nothing of it can be found.")
        return str(found["id"])

    def _request(self, record: Record, operation: Operation) -> tuple[str, str, Any]:
        made_from = str(operation.options.get("made_from", ""))
        payload = self._references.resolved(operation.payload, operation.object, made_from=made_from)
        payload["externalId"] = operation.short_key
        if operation.options.get("write") == "upsert":
            if not record.may_upsert:
                raise Rejected(
                    f"A {operation.object} is never written over: `write: upsert` is for customers and vendors."
                )
            return "PUT", f"{RECORD}/{record.kind}/eid:{operation.short_key}", with_numbers(payload, NUMBERS)
        if not made_from:
            return "POST", f"{RECORD}/{record.kind}", with_numbers(payload, NUMBERS)
        if made_from not in record.made_from:
            allowed = ", ".join(record.made_from) or "nothing"
            raise Rejected(f"NetSuite makes a {operation.object} from {allowed}, not from {made_from}.")
        source = payload.pop("createdFrom", {})
        name = source.get("id") or (f"eid:{source['externalId']}" if source.get("externalId") else "")
        if not name:
            raise Rejected("The record that it is made from is not named.", fields={"createdFrom": "missing"})
        if operation.object == "item_receipt":
            payload = self._without_the_rest(payload, record.made_from[made_from], name)
        path = f"{RECORD}/{record.made_from[made_from]}/{name}/!transform/{record.kind}"
        return "POST", path, with_numbers(payload, NUMBERS)

    def _without_the_rest(self, payload: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
        """Return a receipt that says of every other line of its order that nothing came: NetSuite receives them all else."""
        named = payload.get("item", {}).get("items", ())
        if not named:
            return payload
        order = self._api.record(kind, name)
        if order is None:
            raise Rejected("The order that is received is not there.", fields={"createdFrom": name})
        ours = {row.get("orderLine") for row in named}
        lines = [row.get("line") for row in order.get("item", {}).get("items", ())]
        others = [{"orderLine": line, "itemReceive": False} for line in lines if line is not None and line not in ours]
        return {**payload, "item": {**payload["item"], "items": [*named, *others]}}

    def _after_refusal(self, operation: Operation) -> Receipt | None:
        """Return the receipt when the record was refused because it stands there already."""
        try:
            return self.find(operation)
        except Transient as e:
            raise Ambiguous(
                "NetSuite refused it and cannot be asked whether it stands there already.", detail=e.detail
            ) from e

    def _compared(self, record: Record, operation: Operation, found: Mapping[str, Any]) -> Receipt | None:
        sent = {name: operation.payload[name] for name in record.compared if name in operation.payload}
        try:
            sent = self._references.resolved(sent, operation.object)
        except Rejected as e:
            message = f"NetSuite holds this record already (id {found['id']}), and it cannot be compared: {e.message}"
            raise Ambiguous(message) from e
        is_upsert = operation.options.get("write") == "upsert"
        has_lines = not operation.options.get("made_from")
        told = differences(
            [name for name in operation.payload if _is_leaf(operation.payload[name])] if is_upsert else record.compared,
            {**operation.payload, **sent}, found, lines=has_lines,
        )  # fmt: skip
        if told and is_upsert:
            return None  # what we want is not there yet: it is written over
        if told:
            raise Ambiguous(
                f"NetSuite holds another {operation.object} under this key (id {found['id']}): {'; '.join(told)}."
            )
        version = str(found.get("lastModifiedDate", ""))
        path = f"{RECORD}/{record.kind}/eid:{operation.short_key}"
        return self._receipt(record, operation, str(found["id"]), "already_there", version, "GET", path)

    def _refuse_foreign(self, record: Record, operation: Operation) -> None:
        """Raise Ambiguous when the same party's paper of the same number stands there under no key or another one."""
        number, named = operation.payload.get("tranId"), operation.payload.get(record.numbered_by)
        if not (record.numbered_by and self._api.settings.check_numbers and number and isinstance(named, Mapping)):
            return
        party = self._references.resolved({record.numbered_by: named}, operation.object)[record.numbered_by].get("id")
        if not str(party or "").isdigit():
            return
        where = (equal("type", record.suiteql), f"entity = {party}", equal("tranid", str(number)))
        rows, _ = self._api.rows(select("id", "externalid", table="transaction", where=where))
        for row in rows:
            if row.get("externalid") != operation.short_key:
                raise Ambiguous(
                    f"NetSuite holds {operation.object.replace('_', ' ')} {number} of the same party already (id {row['id']}), "
                    "entered by somebody else. Whether it is the same paper, a person must say."
                )

    def _changed(
        self, record: Record, operation: Operation, there: Mapping[str, Any], outcome: Outcome
    ) -> Receipt:  # fmt: skip
        identity, version = str(there["id"]), str(there.get("lastModifiedDate", ""))
        path = f"{RECORD}/{record.kind}/{identity}"
        return self._receipt(record, operation, identity, outcome, version, "PATCH", path)

    def _version(self, record: Record, identity: str) -> str:
        """Return when a new record was last changed; empty when NetSuite does not say so now: it is written all the same."""
        try:
            answer = self._api.http.read(f"{RECORD}/{record.kind}/{identity}", params={"fields": "lastModifiedDate"})
            return str(self._api.http.object(answer).get("lastModifiedDate", ""))
        except TargetError:
            return ""

    def _receipt(
        self,
        record: Record,
        operation: Operation,
        identity: str,
        outcome: Outcome,
        version: str,
        method: str,
        path: str,
    ) -> Receipt:
        return Receipt(
            key=operation.key, external_id=identity, outcome=outcome, version=version,
            link=f"{self._api.settings.pages}/{record.page}?id={identity}",
            request={"method": method, "path": path, "digest": _digest(operation)},
            response={"id": identity, "record": record.kind, "external_id": operation.short_key},
        )  # fmt: skip

    def _file_receipt(self, operation: Operation, identity: str, outcome: Outcome) -> Receipt:
        return Receipt(
            key=operation.key, external_id=identity, outcome=outcome,
            link=f"{self._api.settings.pages}/common/media/mediaitem.nl?id={identity}",
            request={"method": "POST", "path": FILE, "digest": _digest(operation)},
            response={"id": identity, "record": FILE, "attached_to": dict(operation.payload["attachTo"])},
        )  # fmt: skip


def _told(look: Callable[..., Seen], *asked: Any) -> Seen:
    """Return what a look tells. One that is refused tells neither that something is there nor that it is not."""
    try:
        return look(*asked)
    except Rejected as e:
        raise Ambiguous(f"It cannot be told whether it stands there. {e.message}", detail=e.detail) from e


def _record(name: str) -> Record:
    if name not in RECORDS:
        raise Rejected(f"NetSuite takes no {name}; it takes {', '.join([*RECORDS, FILE])}.")
    return RECORDS[name]


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, Mapping | list | tuple)


def _digest(operation: Operation) -> str:
    text = simplejson.dumps(operation.payload, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
