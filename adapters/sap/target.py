"""The target: operations become objects of SAP S/4HANA, each once."""

import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from adapters.sap.attachments import Attachment
from adapters.sap.batch import send_batch
from adapters.sap.client import Duplicate, SapClient
from adapters.sap.creation import Creation
from adapters.sap.functions import InvoiceFunction
from adapters.sap.objects import object_types
from engine.model.errors import Rejected, TargetError
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.ports import Surroundings

_STRIPES = 64


class Written(Protocol):
    """One kind of object, as it is found and written."""

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of what stands there already, or None."""

    def send(self, operation: Operation) -> Receipt:
        """Write it without looking."""


class SapTarget:
    """Implements `Target`, `Batches`, `Pings` and `MovesIn`. Safe to share between threads.

    SAP has no idempotency key: everything is looked for before it is written, by our mark or by its natural key.
    """

    def __init__(self, client: SapClient) -> None:
        self._client = client
        self._locks = tuple(threading.Lock() for _ in range(_STRIPES))
        self._kinds: Mapping[str, Written] = {
            **{name: Creation(client, kind) for name, kind in object_types().items()},
            "supplier_invoice_post": InvoiceFunction(client, "Post"),
            "supplier_invoice_cancel": InvoiceFunction(client, "Cancel"),
            "attachment": Attachment(client, None),
        }

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where the bytes of attachments are."""
        self._kinds = {**self._kinds, "attachment": Attachment(self._client, surroundings.blobs)}

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of what stands there already, or None. Raises Ambiguous for something else under the same key."""
        return self._kind(operation).find(operation)

    def send(self, operation: Operation) -> Receipt:
        """Look for it, and write it when it is not there."""
        kind = self._kind(operation)
        with self._locks[int(operation.short_key, 16) % _STRIPES]:
            return kind.find(operation) or self._written(kind, operation)

    @property
    def most_at_once(self) -> int:
        """How many operations one `$batch` takes."""
        return self._client.settings.batch_size

    def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
        """Write operations in one `$batch`, each in a change set of its own; what cannot be batched goes one by one."""
        kind = self._kind(operations[0]) if operations else None
        if isinstance(kind, Creation) and len({one.object for one in operations}) == 1:
            return send_batch(self._client, kind, operations)
        return [self._one(operation) for operation in operations]

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing: SAP says yes or no at once."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing: there are no late answers."""

    def ping(self) -> str:
        """Ask for one supplier invoice: user, permission and service are there."""
        kind = object_types()["supplier_invoice"]
        self._client.rows(kind.path, top="1", select="SupplierInvoice,FiscalYear")
        return f"{kind.service} answers"

    def close(self) -> None:
        """Let go of the connections."""
        self._client.api.close()

    def _one(self, operation: Operation) -> Receipt | TargetError:
        try:
            return self.send(operation)
        except TargetError as e:
            return e

    def _kind(self, operation: Operation) -> Written:
        if operation.object not in self._kinds:
            allowed = ", ".join(self._kinds)
            raise Rejected(f"SAP: {operation.object!r} is no object of this adapter.", detail=f"allowed: {allowed}")
        return self._kinds[operation.object]

    @staticmethod
    def _written(kind: Written, operation: Operation) -> Receipt:
        try:
            return kind.send(operation)
        except Duplicate:
            receipt = kind.find(operation)
            if receipt is None:
                raise
            return receipt
