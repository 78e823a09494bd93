"""A document whose two operations are planned, a target that misbehaves as it is told, and a hand at the outbox."""

from collections.abc import Sequence
from typing import Any

from engine.model.document import Blob, Document
from engine.model.errors import Ambiguous, TargetError
from engine.model.operation import Acknowledgement, Operation, OperationState, Receipt
from engine.model.value import digest
from engine.runtime import steps
from engine.runtime.house import House
from engine.runtime.posting import poster
from engine.store import documents, operations, outbox
from engine.store.database import reading, transaction

ID = "a" * 64
FIRST, SECOND = "try/erp/account/invoice/RE1", "try/erp/bill/invoice/RE1"
PROMISE = {"$receipt": "vendor.external_id", "need": "must", "type": {"text": {"max": 5}}, "of": FIRST}


class Erp:
    """A target that holds what was written."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self.before: list[TargetError] = []
        self.after: list[TargetError] = []
        self.blind = False
        self.awaits = False
        self.finds = 0

    def find(self, operation: Operation) -> Receipt | None:
        self.finds += 1
        if self.blind:
            raise Ambiguous("the search is down")
        return self._receipt(operation) if operation.key in self.held else None

    def send(self, operation: Operation) -> Receipt:
        if self.before:
            raise self.before.pop()
        assert operation.key not in self.held
        self.held[operation.key] = operation.payload
        if self.after:
            raise self.after.pop()
        return self._receipt(operation)

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        return []

    def settle(self, acknowledgement: Acknowledgement) -> None:
        raise NotImplementedError

    def _receipt(self, operation: Operation) -> Receipt:
        return Receipt(key=operation.key, external_id="4711", outcome="created", awaits_acknowledgement=self.awaits)


def planned(house: House, *, after: tuple[str, ...] = (), deadline_hours: int | None = None) -> Erp:
    """Plan two writes of a document that is being posted; the second may come after the first and map its id."""
    now = house.clock.now()
    blob = Blob(sha256=ID, size=1, media_type="application/xml")
    first = operation(FIRST, {"n": "1", "iban": "DE89370400440532013000"})
    second = operation(SECOND, {"n": "2", "vendor": PROMISE} if after else {"n": "2"}, mapping="files.ap_invoice_csv@1")
    with transaction(house.engine) as tx:
        documents.add(tx, Document(id=ID, name="a.xml", blob=blob, source="test", received_at=now))
        documents.move(tx, ID, "processing", at=now)
        documents.move(tx, ID, "posting", at=now)
        operations.plan(tx, first, now)
        operations.plan(tx, second.model_copy(update={"after": after, "deadline_hours": deadline_hours}), now)
    erp = Erp()
    house._targets["erp"] = erp
    steps.settle(house, ID, 1)
    return erp


def operation(key: str, payload: dict[str, Any], mapping: str = "files.ap_invoice_csv@1") -> Operation:
    """Return an operation of the document."""
    return Operation(
        key=key, document_id=ID, revision=1, target="erp", object=key.split("/")[2], payload=payload, mapping=mapping,
        payload_digest=digest(payload),
    )  # fmt: skip


def work(house: House, rounds: int = 12) -> None:
    """Do what a worker's posting thread does, until nothing is due."""
    for _ in range(rounds):
        now = house.clock.now()
        with transaction(house.engine) as tx:
            calls = outbox.claim(tx, "erp", "me", limits=house.limits("erp"), at=now, most=4)
        if not calls:
            return
        for call in calls:
            later = poster.bring(house, call)
            with transaction(house.engine) as tx:
                outbox.finish(tx, call, later, house.clock.now())
    return


def states(house: House) -> tuple[OperationState, OperationState, str]:
    """Return the states of the two operations and of the document."""
    with reading(house.engine) as tx:
        found = [operations.get(tx, key) for key in (FIRST, SECOND)]
        document = documents.get(tx, ID)
    assert found[0] is not None
    assert found[1] is not None
    assert document is not None
    return found[0].state, found[1].state, document.state
