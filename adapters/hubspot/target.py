"""The target: CRM records, files and their associations, each once."""

import mimetypes
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from adapters.hubspot.client import HubSpot, fields_of
from adapters.hubspot.objects import FILES, OBJECTS, HubSpotObject
from adapters.hubspot.settings import HubSpotSettings
from adapters.shared.place import Place
from engine.model.errors import Ambiguous, Rejected, TargetError
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.ports import Surroundings

_STANDS_THERE = ("already", "CONFLICT", "exist")
_MOST_AT_ONCE = 100


class HubSpotTarget:
    """Implements `Target`, `MovesIn`, `Pings` and `Batches`. Safe to share between threads.

    A record of ours carries the operation's short key in a property with unique values, so that HubSpot itself refuses a
    second one. With the option `by` a record is found by a unique property of its own (a contact by `email`) and brought
    to what the payload says; doing that twice changes nothing.
    """

    most_at_once = _MOST_AT_ONCE

    def __init__(self, client: HubSpot, settings: HubSpotSettings, place: Place) -> None:
        self._client = client
        self._settings = settings
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where documents lie and tokens are kept."""
        self._place.move_in(surroundings)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of a record that stands as the payload says, with its associations; else None.

        Raises Ambiguous when our key stands on a record that says something else.
        """
        if operation.object == FILES:
            found = self._client.file(self._file_path(operation))
            return None if found is None else self._file_receipt(operation, found, "already_there")
        kind, properties, by = self._wanted(operation)
        related = self._related(operation)
        record = self._client.get(
            kind, properties[by], by=by, properties=sorted(properties), to=sorted({to for to, _ in related})
        )
        if record is None:
            return None
        told = _differences(kind, properties, record.get("properties") or {})
        if told and by == self._settings.key_property:
            raise Ambiguous(
                f"HubSpot holds another {kind.title} under this key: {'; '.join(told)}. A person must decide what is right.",
                detail=f"{kind.path} {record['id']}",
            )
        if told or not _has(record, related):
            return None
        return self._receipt(operation, kind, record, "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Write a record and relate it. A record that stands there already under our key is taken, not written again."""
        if operation.object == FILES:
            return self._upload(operation)
        kind, properties, by = self._wanted(operation)
        related = self._related(operation)
        outcome: Literal["created", "updated", "already_there"]
        if by == self._settings.key_property:
            record, outcome = self._created(operation, kind, properties)
        else:
            record, outcome = self._upserted(operation, kind, properties, by)
        for to, other in related:
            self._client.associate(kind, str(record["id"]), to, other)
        return self._receipt(operation, kind, record, outcome)

    def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
        """Write records of one object in one call, each with an answer of its own, in the order given."""
        if any(operation.object == FILES or self._related(operation) for operation in operations):
            return [self._alone(operation) for operation in operations]
        wanted = [self._wanted(operation) for operation in operations]
        kind, _, by = wanted[0]
        keys = [properties[by] for _, properties, _ in wanted]
        if len({(one.path, key) for one, _, key in wanted}) > 1 or len(set(keys)) < len(keys):
            return [self._alone(operation) for operation in operations]  # one call is about one type, each key once
        inputs = [
            {"id": properties[by], "objectWriteTraceId": operation.short_key, "properties": properties}
            for operation, (_, properties, _) in zip(operations, wanted, strict=True)
        ]
        try:
            data = self._client.upsert(kind, by, inputs)
        except Rejected as e:
            # one bad record can refuse the whole call: each alone tells which
            return [self._alone(operation) for operation in operations] if len(operations) > 1 else [e]
        except TargetError as e:
            return [e] * len(operations)
        return [
            self._of_batch(operation, kind, properties[by], by, data)
            for operation, (_, properties, _) in zip(operations, wanted, strict=True)
        ]

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing: HubSpot answers at once."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing: there are no late answers."""

    def ping(self) -> str:
        """Look whether the token is good and our key property has unique values on every object that is written."""
        missing: list[str] = []
        for path in self._settings.objects:
            found = self._client.property(OBJECTS[path], self._settings.key_property)
            if found is None or not found.get("hasUniqueValue"):
                missing.append(path)
        if missing:
            name = self._settings.key_property
            raise Rejected(
                f"HubSpot has no property {name!r} with unique values on: {', '.join(missing)}. "
                "Make it there (single-line text, require unique values) before anything is posted."
            )
        return f"HubSpot answers, and {self._settings.key_property} is unique on {', '.join(self._settings.objects)}"

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _alone(self, operation: Operation) -> Receipt | TargetError:
        try:
            return self.send(operation)
        except TargetError as e:
            return e

    def _wanted(self, operation: Operation) -> tuple[HubSpotObject, dict[str, str], str]:
        """Return the type, its properties with the key in them, and the property by which it is found."""
        kind = OBJECTS.get(operation.object)
        if kind is None:
            raise Rejected(f"HubSpot has no object {operation.object!r}; there are: {', '.join([*OBJECTS, FILES])}")
        by = str(operation.options.get("by") or self._settings.key_property)
        properties = {name: str(value) for name, value in operation.payload["properties"].items()}
        if by == self._settings.key_property:
            properties[by] = operation.short_key
        if not properties.get(by):
            raise Rejected(f"The {kind.title} has no {by}, by which it would be found.", fields={by: "is missing"})
        return kind, properties, by

    def _related(self, operation: Operation) -> list[tuple[str, str]]:
        """Return (type, id) of the records that this one belongs to."""
        related: list[tuple[str, str]] = []
        for one in operation.payload.get("associations") or ():
            other = str(one.get("id") or "")
            if not other:
                found = self._client.get(OBJECTS[one["to"]], str(one["value"]), by=str(one["by"]))
                if found is None:
                    where = f"{one['by']} {one['value']}"
                    raise Rejected(
                        f"HubSpot has no {OBJECTS[one['to']].title} with {where}.", fields={"associations": where}
                    )
                other = str(found["id"])
            related.append((str(one["to"]), other))
        return related

    def _created(
        self, operation: Operation, kind: HubSpotObject, properties: Mapping[str, str]
    ) -> tuple[dict[str, Any], Literal["created", "already_there"]]:
        try:
            return self._client.create(kind, properties), "created"
        except Rejected as e:
            if not any(word in f"{e.message} {e.detail} {e.fields}" for word in _STANDS_THERE):
                raise
            record = self._client.get(
                kind, operation.short_key, by=self._settings.key_property, properties=sorted(properties)
            )
            if record is None:  # another unique property stands there: somebody else's record
                raise
        told = _differences(kind, properties, record.get("properties") or {})
        if told:
            raise Ambiguous(
                f"HubSpot holds another {kind.title} under this key: {'; '.join(told)}. A person must decide what is right.",
                detail=f"{kind.path} {record['id']}",
            )
        return record, "already_there"

    def _upserted(
        self, operation: Operation, kind: HubSpotObject, properties: Mapping[str, str], by: str
    ) -> tuple[dict[str, Any], Literal["created", "updated"]]:
        one = {"id": properties[by], "objectWriteTraceId": operation.short_key, "properties": dict(properties)}
        data = self._client.upsert(kind, by, [one])
        record = _result_of(data, operation, properties[by], by)
        if isinstance(record, TargetError):
            raise record
        return record, "created" if record.get("new") else "updated"

    def _of_batch(
        self, operation: Operation, kind: HubSpotObject, value: str, by: str, data: Mapping[str, Any]
    ) -> Receipt | TargetError:
        record = _result_of(data, operation, value, by)
        if isinstance(record, TargetError):
            return record
        return self._receipt(operation, kind, record, "created" if record.get("new") else "updated")

    def _receipt(
        self, operation: Operation, kind: HubSpotObject, record: Mapping[str, Any],
        outcome: Literal["created", "updated", "already_there"],
    ) -> Receipt:  # fmt: skip
        record_id = str(record["id"])
        portal = self._settings.portal_id
        link = f"https://app.hubspot.com/contacts/{portal}/record/{kind.page}/{record_id}" if portal else ""
        return Receipt(
            key=operation.key, external_id=record_id, outcome=outcome, version=str(record.get("updatedAt") or ""),
            link=link, request={"object": kind.path, "digest": operation.payload_digest},
            response={"id": record_id, "createdAt": str(record.get("createdAt") or "")},
        )  # fmt: skip

    def _file_path(self, operation: Operation) -> str:
        return f"{self._folder(operation)}/{operation.payload['name']}"

    def _folder(self, operation: Operation) -> str:
        return f"{self._settings.files_folder.rstrip('/')}/{operation.short_key}"

    def _upload(self, operation: Operation) -> Receipt:
        payload = operation.payload
        name, content = str(payload["name"]), self._place.content(str(payload["sha256"]))
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        made = self._client.upload(folder=self._folder(operation), name=name, content=content, media_type=media_type)
        return self._file_receipt(operation, made, "created")

    def _file_receipt(
        self, operation: Operation, found: Mapping[str, Any], outcome: Literal["created", "already_there"]
    ) -> Receipt:
        size, mine = found.get("size"), len(self._place.content(str(operation.payload["sha256"])))
        if size is not None and int(size) != mine:
            raise Ambiguous(f"HubSpot holds a file of {size} bytes at {self._file_path(operation)}, not of {mine}.")
        return Receipt(
            key=operation.key, external_id=str(found["id"]), outcome=outcome, version=str(found.get("updatedAt") or ""),
            request={"object": FILES, "path": self._file_path(operation)}, response={"id": str(found["id"])},
        )  # fmt: skip


def _result_of(data: Mapping[str, Any], operation: Operation, value: str, by: str) -> dict[str, Any] | TargetError:
    """Return the record of one input of a batch, or why it has none. An input that is not spoken of is unknown."""
    for record in data["results"]:
        traced = record.get("objectWriteTraceId")
        is_ours = traced == operation.short_key if traced else (record.get("properties") or {}).get(by) == value
        if is_ours and record.get("id"):
            return dict(record)
    for error in data.get("errors") or ():
        context = error.get("context") or {}
        named = {*context.get("objectWriteTraceId", ()), *context.get("ids", ()), error.get("id")}
        if operation.short_key in named or value in named:
            words = str(error.get("message", "it refused this record"))
            return Rejected(f"HubSpot: {words}", fields=fields_of(error, words))
    return Ambiguous("HubSpot's answer to a batch does not speak of this record.")


def _differences(kind: HubSpotObject, wanted: Mapping[str, str], there: Mapping[str, Any]) -> list[str]:
    """Return in words where a record differs from what we would send."""
    return [
        f"{name} is {there.get(name)!s}, not {value}"
        for name, value in sorted(wanted.items())
        if _plain(kind, name, there.get(name)) != _plain(kind, name, value)
    ]


def _plain(kind: HubSpotObject, name: str, value: Any) -> object:
    text = "" if value is None else str(value).strip()
    if name in kind.numbers:
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    if name in kind.times and text:
        return _moment(text)
    return text.casefold() if name in kind.folded else text


def _moment(text: str) -> object:
    """Return a point in time from milliseconds since 1970 or ISO 8601; midnight UTC for a day."""
    try:
        if text.lstrip("-").isdigit():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return text
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _has(record: Mapping[str, Any], related: Sequence[tuple[str, str]]) -> bool:
    """Whether a record stands in all these relations."""
    there = record.get("associations") or {}
    return all(
        any(str(one.get("id")) == other for one in (there.get(to) or {}).get("results") or ()) for to, other in related
    )
