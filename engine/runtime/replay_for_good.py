"""Replay with effects: a document begins a new revision under what is live now.

What stands in a target is not touched, unless a person asks to reverse it and the flow says how: then an operation of its own
takes it back, and only when the target committed to that, what is written now leaves (`runtime.reversing`).
"""

from engine.content.when import Seen
from engine.model.document import SETTLED
from engine.model.errors import PostroomError
from engine.model.operation import Operation
from engine.runtime import again, reversing
from engine.runtime.house import House
from engine.stages.reversal import standing
from engine.store import documents, ledger, operations
from engine.store.database import reading, transaction

_NEVER_TOOK_EFFECT = frozenset({"planned", "rejected", "parked", "cancelled"})


class Stands(PostroomError):
    """A document that cannot be judged again for good. Nothing was changed."""


def begin(
    house: House, document_id: str, *, by: str, reason: str, flow: str | None = None, reverse: bool = False
) -> int:
    """Begin the revision in which a document is judged again for good, and return its number; the caller queues it.

    With `reverse` what stands and would be written otherwise is taken back first. The ledger tells who wanted it and why.
    Raises Stands when an operation took effect or may have, when the document is still being processed, or when the flow
    is not live; Refused when nothing says how it is taken back; LookupError for an unknown document.
    """
    if flow is not None and house.library.flow_for(Seen(type="unknown"), flow) is None:
        live = ", ".join(house.library.environment.flows)
        raise Stands(f"{flow} is not live here, so nothing can be posted by it. Promote it first; live are: {live}.")
    if reverse:
        reversing.check(house, _reversible(house, document_id))
    with transaction(house.engine) as tx:
        document = documents.lock(tx, document_id)
        if document.state not in SETTLED or document.state == "unpacked":
            raise Stands(f"{document.name} is {document.state.replace('_', ' ')}; there is nothing to judge again.")
        written = operations.of_document(tx, document_id)
        stand = standing(written)
        over = {one.key for one in written if one.state == "committed"} - {one.key for one in stand}
        for operation in (one for one in written if one.key not in over):
            _refuse_standing(document.name, operation, may_reverse=reverse)
        now = house.clock.now()
        data = {"reason": reason, "revision": document.revision, "state": document.state, "flow": flow}
        if reverse:
            data["reverses"] = [one.key for one in stand]
        ledger.append(tx, at=now, document_id=document_id, kind="replay_begun", actor=by, data=data)
        revision = again.begin(tx, document_id, flow=flow, at=now)
        if reverse:
            reversing.ask(tx, document_id, revision, stand)
        return revision


def _reversible(house: House, document_id: str) -> tuple[Operation, ...]:
    with reading(house.engine) as tx:
        return standing(operations.of_document(tx, document_id))


def _refuse_standing(name: str, operation: Operation, *, may_reverse: bool) -> None:
    if operation.state in _NEVER_TOOK_EFFECT or (may_reverse and operation.state == "committed"):
        return
    if may_reverse and operation.state == "delivered":
        raise Stands(
            f"{operation.target} did not answer yet whether it takes {name} ({operation.object}). Reverse it when it did.",
            detail=operation.key,
        )
    if operation.state in {"delivered", "committed"}:
        raise Stands(
            f"{name} stands in {operation.target} ({operation.object}, {operation.state}). A replay leaves what took "
            "effect; with --reverse it is taken back first, where the flow says how.",
            detail=operation.key,
        )
    raise Stands(
        f"Nobody knows yet whether {name} took effect in {operation.target} ({operation.state}). Wait until that is settled.",
        detail=operation.key,
    )
