"""The story of one operation, for the person who has to decide about it: what is sent, every try, what to do next."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.content.receipt_reference import is_promise
from engine.content.secrecy import SECRET_NAME
from engine.model.operation import AuditEvent, Operation, Receipt
from engine.model.value import Value
from engine.runtime.house import House
from engine.runtime.operations import may_stand
from engine.stages.masking import kind_of
from engine.store import departures, documents, ledger, operation_list, operation_payloads, operations
from engine.store.database import reading
from engine.store.operation_list import OperationLine
from engine.store.operation_payloads import PayloadRevision

_MASKED_KINDS = frozenset({"iban"})
_ENDS: Mapping[str, str] = {
    "operation_committed": "committed", "operation_delivered": "delivered", "operation_rejected": "rejected",
    "operation_unknown": "unknown", "operation_deferred": "did not take it", "operation_parked": "parked",
}  # fmt: skip
_LEAST_MASKED = 6
"""Characters from which a value is looked for in other texts, to be masked there too."""


class Leaf(Value):
    """One value of a payload."""

    path: str
    value: str
    comes_from: str
    """The fields that it rests on and what the row did with them, or the person who changed it."""


class Attempt(Value):
    """One call that left."""

    began_at: datetime
    ended_at: datetime | None
    end: str
    """`committed`, `rejected`, `unknown`, `did not take it`, `parked`; empty while it runs."""
    words: str
    """What the target said."""


class OperationStory(Value):
    """Everything about one operation, with account numbers and secrets masked."""

    line: OperationLine
    document: str
    """Its file name."""
    mapping: str
    payload_digest: str
    leaves: tuple[Leaf, ...]
    after: tuple[tuple[str, str], ...]
    """Operations that must stand first, with their states."""
    attempts: tuple[Attempt, ...]
    receipts: tuple[Receipt, ...]
    revisions: tuple[PayloadRevision, ...]
    """What people made of the payload; empty when nobody changed it."""
    events: tuple[AuditEvent, ...]
    waits: str
    """Why it does not leave now; empty when nothing keeps it."""
    may_stand: bool
    """Whether it may stand in the target although nobody confirmed it."""
    next: tuple[str, ...]
    """What to do, in words."""


def story(house: House, key: str) -> OperationStory:
    """Return the story of an operation. Raises LookupError for an unknown key."""
    with reading(house.engine) as tx:
        operation, line = operations.get(tx, key), operation_list.line(tx, key)
        if operation is None or line is None:
            raise LookupError(f"no operation {key}")
        events = [one for one in ledger.story(tx, operation.document_id) if one.data.get("key") == key]
        before = operations.of_keys(tx, operation.after)
        document = documents.get(tx, operation.document_id)
        receipts, revisions = operations.receipts(tx, key), operation_payloads.of_operation(tx, key)
        waits = _waits(tx, operation, line, list(before.values()))
    told = OperationStory(
        line=line, document=document.name if document else "", mapping=operation.mapping,
        payload_digest=operation.payload_digest, leaves=tuple(_leaves(operation)),
        after=tuple((one, before[one].state) for one in operation.after if one in before),
        attempts=tuple(_attempts(events)), receipts=tuple(receipts), revisions=tuple(revisions), events=tuple(events),
        waits=waits, may_stand=may_stand(events, key), next=(),
    )  # fmt: skip
    told = told.model_copy(update={"next": tuple(_next(told))})
    return _masked(told, _secrets(operation))


def _waits(tx: Any, operation: Operation, line: OperationLine, before: Sequence[Operation]) -> str:
    if operation.state not in {"planned", "unknown"}:
        return ""
    blocker = next((one for one in before if one.state != "committed"), None)
    if blocker is not None:
        return f"{blocker.key} has to stand first and is {blocker.state}"
    if line.waits_for:
        return line.waits_for
    first = departures.ahead(tx, operation.key)
    if first is not None:
        return f"behind {first} of the same business key"
    return ""


def _attempts(events: Sequence[AuditEvent]) -> Iterator[Attempt]:
    """Yield every call that left, with what ended it: the next entry about the operation."""
    for index, event in enumerate(events):
        if event.kind == "operation_sending":
            end = next((one for one in events[index + 1 :] if one.kind in _ENDS), None)
            words = "" if end is None else str(end.data.get("why") or end.data.get("external_id") or "")
            yield Attempt(
                began_at=event.at, ended_at=end.at if end else None, end=_ENDS[end.kind] if end else "", words=words
            )


def _leaves(operation: Operation) -> Iterator[Leaf]:
    entries = {leaf.path: leaf for leaf in operation.lineage}
    for path, value in walked(operation.payload):
        entry = entries.get(path)
        origin = ""
        if entry is not None:
            origin = f"{', '.join(entry.fields)} {entry.note}".strip()
        yield Leaf(path=path, value=value, comes_from=origin)


def walked(payload: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, value as text) of every leaf of a payload; a promise is one leaf."""
    if is_promise(payload):
        yield path, f"(will be {payload['$receipt']})"
    elif isinstance(payload, Mapping):
        for name, inner in payload.items():
            yield from walked(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(payload, list | tuple):
        for index, inner in enumerate(payload):
            yield from walked(inner, f"{path}[{index}]")
    else:
        yield path, payload if isinstance(payload, str) else json.dumps(payload)


def _next(told: OperationStory) -> Iterator[str]:
    short, line = told.line.short_key[:12], told.line
    here = "postroom operations"
    if line.state == "planned":
        leaves = f" It leaves at {line.leave_at:%Y-%m-%d %H:%M} UTC." if line.leave_at else ""
        yield f"It waits: {told.waits.rstrip('.')}.{leaves}" if told.waits else "It leaves by itself."
        if line.leave_at is not None:
            yield f"If it cannot wait: {here} retry {short} --now --why REASON"
    elif line.state == "sending":
        yield "A worker is sending it, or died while it did; then another finds out what became of it."
    elif line.state == "rejected":
        yield f"{line.target} said no. Mend the cause there, or correct the document (postroom correct {line.document_id[:12]})."
        yield f"To change only what is sent: {here} edit {short} --set PATH=VALUE --why REASON, then retry."
        yield f"{here} retry {short} sends it again; {here} cancel {short} --why REASON calls it off."
    elif line.state == "unknown" or (line.state == "parked" and told.may_stand):
        yield f"It left, and nobody knows whether it arrived. Look in {line.target} for {line.short_key}."
        yield f"It stands there: {here} settle {short} --as committed --external-id ID --why WHERE"
        yield f"It surely does not: {here} settle {short} --as absent --why WHERE"
        yield f"Let the target be asked again: {here} retry {short}"
    elif line.state == "parked":
        yield f"It surely does not stand in {line.target}. When the cause is mended: {here} retry {short}"
        yield f"Or {here} edit {short} --set PATH=VALUE --why REASON; or {here} cancel {short} --why REASON."
    elif line.state == "delivered":
        yield f"{line.target} has it since {line.changed_at:%Y-%m-%d %H:%M} UTC and did not say yes or no yet."
        yield f"When you know: {here} settle {short} --as committed --external-id ID --why WHERE"
    elif line.state == "committed":
        yield f"It stands in {line.target} as {line.external_id}. Nothing is to be done."
    else:
        yield "It was called off. A new revision of the document plans it again: postroom run FILE --again"


def _secrets(operation: Operation) -> Mapping[str, str]:
    """Return what may not be shown, with what is shown instead: account numbers, and what is named like a secret."""
    fields = {leaf.path: leaf.fields for leaf in operation.lineage}
    found: dict[str, str] = {}
    for path, value in walked(operation.payload):
        name = path.rpartition(".")[2].partition("[")[0]
        named = [field.rpartition(".")[2] for field in fields.get(path, ())] + [name.lower()]
        if any(kind_of(one) in _MASKED_KINDS for one in named):
            found[value] = f"{value[:2]}…{value[-4:]}" if len(value) > _LEAST_MASKED else "…"
        elif SECRET_NAME.search(name):
            found[value] = "…"
    return {value: shown for value, shown in found.items() if value.strip()}


def _masked(told: OperationStory, secrets: Mapping[str, str]) -> OperationStory:
    """Return a story in which no secret stands, wherever it was: in the payload, in the target's words, in receipts."""
    if not secrets:
        return told
    long = sorted((one for one in secrets if len(one) >= _LEAST_MASKED), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, long))) if long else None

    def clean(data: Any) -> Any:
        if isinstance(data, str):
            shown = secrets.get(data, data)
            return pattern.sub(lambda found: secrets[found.group()], shown) if pattern is not None else shown
        if isinstance(data, dict):
            return {name: clean(one) for name, one in data.items()}
        return [clean(one) for one in data] if isinstance(data, list) else data

    return OperationStory.model_validate_json(json.dumps(clean(told.model_dump(mode="json"))))
