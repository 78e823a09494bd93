"""Operations by the hundred without documents to read: planted into a database, and counted afterwards."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from engine.model.document import Blob, Document
from engine.model.operation import Operation
from engine.model.value import digest
from engine.runtime.house import House
from engine.store import documents, ledger, operations, outbox
from engine.store.database import reading, transaction

JSON_FILE = {"format": "json", "name": "{key}.json", "checksum": False}
_CHUNK = 500


class Planted(NamedTuple):
    """What was planted."""

    keys: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    """Operations of one business key and target, the earlier one first."""


def plant(
    house: House, count: int, *, targets: Sequence[str], pairs_percent: int = 0, now: bool = True, first: int = 0
) -> Planted:  # fmt: skip
    """Plan operations, each of a document of its own, and put them on their way. Each target gets the same share.

    They are numbered from `first`; without `now` they are planned and not released.
    """
    keys: list[str] = []
    pairs: list[tuple[str, str]] = []
    numbers = iter(range(first, first + count))
    while chunk := [number for _, number in zip(range(_CHUNK), numbers, strict=False)]:
        with transaction(house.engine) as tx:
            for number in chunk:
                is_second = number % 100 < pairs_percent and number > first and number % 2 == 1
                target = targets[(number // 2) % len(targets)]
                business = f"invoice/70001/RE-{number - 1 if is_second else number}"
                key = f"{'later' if is_second else 'ap_invoice'}/{target}/vendor_invoice/{business}"
                if is_second:
                    pairs.append((keys[-1], key))
                operation = _operation(key, target)
                _document(tx, operation, house)
                operations.plan(tx, operation, house.clock.now() + timedelta(microseconds=number))
                if now:
                    outbox.release(tx, [operation], house.clock.now())
                keys.append(key)
    return Planted(tuple(keys), tuple(pairs))


def _operation(key: str, target: str) -> Operation:
    payload = {"number": key.rpartition("/")[2], "total": "119.00"}
    return Operation(
        key=key, document_id=hashlib.sha256(key.encode()).hexdigest(), revision=1, target=target,
        object="vendor_invoice", payload=payload, options=JSON_FILE, mapping="files.ap_invoice_json@1",
        payload_digest=digest(payload),
    )  # fmt: skip


def _document(tx: object, operation: Operation, house: House) -> None:
    now, name = house.clock.now(), operation.document_id
    blob = Blob(sha256=name, size=1, media_type="application/xml")
    documents.add(tx, Document(id=name, name="a.xml", blob=blob, source="test", received_at=now))  # type: ignore[arg-type]
    for state in ("processing", "posting"):
        documents.move(tx, name, state, at=now)  # type: ignore[arg-type]


def open_count(house: House) -> int:
    """Return how many operations are on their way."""
    with reading(house.engine) as tx:
        return sum(waiting for waiting, _ in outbox.counts(tx).values())


def states(house: House, keys: Sequence[str]) -> Counter[str]:
    """Return how many of these operations are in each state."""
    return Counter(one.state for one in found(house, keys))


def found(house: House, keys: Sequence[str]) -> Iterator[Operation]:
    """Yield these operations as they stand."""
    with reading(house.engine) as tx:
        for at in range(0, len(keys), _CHUNK):
            yield from operations.of_keys(tx, keys[at : at + _CHUNK]).values()


def events(house: House, kind: str) -> list[dict[str, object]]:
    """Return the data of all ledger events of one kind."""
    with reading(house.engine) as tx:
        return [
            dict(event.data) | {"actor": event.actor} for event in ledger.recent(tx, 1_000_000) if event.kind == kind
        ]
