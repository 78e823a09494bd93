"""Writes of items that a later revision of their document does not have any more: called off, or shown to people.

A line that fell away takes nothing back of itself: what stands in a target is for people to look at.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from engine.content.flow import Flow
from engine.model.operation import STANDING, Operation, OperationState
from engine.runtime import steps
from engine.runtime.house import House
from engine.stages.reversal import is_reversal, taken_back
from engine.store import ledger, operations
from engine.store.database import transaction

_MAY_STAND: frozenset[OperationState] = STANDING | {"sending", "unknown"}
_SURELY_NOT: frozenset[OperationState] = frozenset({"planned", "rejected", "parked"})


def clear(house: House, document_id: str, revision: int, flow: Flow, wanted: Collection[str]) -> list[Operation]:
    """Call off what was planned of items that are gone, and return what of them stands, or may stand, in a target.

    `wanted` are the keys that this revision writes. Repeatable.
    """
    now = house.clock.now()
    with transaction(house.engine) as tx:
        steps.hold(tx, document_id, revision)
        written = operations.of_document(tx, document_id)
        gone = [one for one in written if _may_fall_away(one, flow, house) and one.key not in wanted]
        gone = [one for one in gone if not is_reversal(one.key) and one.key not in taken_back(written)]
        for one in gone:
            if one.state in _SURELY_NOT:
                _call_off(tx, one, now)
    return [one for one in gone if one.state in _MAY_STAND]


def _may_fall_away(operation: Operation, flow: Flow, house: House) -> bool:
    """Tell whether an operation was written by a send of this flow that writes once an item, or of some documents alone."""
    matrices = house.library.matrices
    sends = {
        (one.target, one.object) for one in flow.sends
        if one.each is not None or matrices[one.mapping].where is not None
    }  # fmt: skip
    return operation.key.startswith(f"{flow.name}/") and (operation.target, operation.object) in sends


def _call_off(tx: Connection, operation: Operation, at: datetime) -> None:
    operations.move(tx, operation.key, "cancelled", at=at)
    why = "its item is not part of the document any more"
    ledger.append(
        tx, at=at, document_id=operation.document_id, kind="operation_cancelled", actor="system",
        data={"key": operation.key, "target": operation.target, "was": operation.state, "why": why},
    )  # fmt: skip
