"""Replay with effects: a document that never took effect anywhere begins a new revision under what is live now.

What stands in a target is never touched: taking it back is a reversal, a flow of its own with its own rules and approval.
"""

from engine.model.document import SETTLED
from engine.model.errors import PostroomError
from engine.model.operation import Operation
from engine.runtime import again
from engine.runtime.house import House
from engine.store import documents, ledger, operations
from engine.store.database import transaction

_NEVER_TOOK_EFFECT = frozenset({"planned", "rejected", "parked", "cancelled"})


class Stands(PostroomError):
    """A document that cannot be judged again for good. Nothing was changed."""


def begin(house: House, document_id: str, *, by: str, reason: str, flow: str | None = None) -> int:
    """Begin the revision in which a document is judged again for good, and return its number; the caller queues it.

    The ledger tells who wanted it and why. Raises Stands when an operation took effect or may have, when the document is
    still being processed, or when the flow is not live; LookupError for an unknown document.
    """
    if flow is not None and house.library.flow_for("unknown", flow) is None:
        live = ", ".join(house.library.environment.flows)
        raise Stands(f"{flow} is not live here, so nothing can be posted by it. Promote it first; live are: {live}.")
    with transaction(house.engine) as tx:
        document = documents.lock(tx, document_id)
        if document.state not in SETTLED or document.state == "unpacked":
            raise Stands(f"{document.name} is {document.state.replace('_', ' ')}; there is nothing to judge again.")
        for operation in operations.of_document(tx, document_id):
            _refuse_standing(document.name, operation)
        now = house.clock.now()
        data = {"reason": reason, "revision": document.revision, "state": document.state, "flow": flow}
        ledger.append(tx, at=now, document_id=document_id, kind="replay_begun", actor=by, data=data)
        return again.begin(tx, document_id, flow=flow, at=now)


def _refuse_standing(name: str, operation: Operation) -> None:
    if operation.state in _NEVER_TOOK_EFFECT:
        return
    if operation.state in {"delivered", "committed"}:
        raise Stands(
            f"{name} stands in {operation.target} ({operation.object}, {operation.state}). A replay never touches what took "
            "effect: take it back by a reversal, which is its own flow.",
            detail=operation.key,
        )
    raise Stands(
        f"Nobody knows yet whether {name} took effect in {operation.target} ({operation.state}). Wait until that is settled.",
        detail=operation.key,
    )
