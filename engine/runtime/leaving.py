"""What may not leave yet is kept back before it is called with: closed windows, freezes, promises that are not kept.

Whoever waits here uses up no try. A window is looked at by the environment in force at that moment, so that a promoted
change of it holds for what waits already.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from engine.content.calendar import Opening
from engine.model.errors import IllegalMove
from engine.model.operation import OVER, Operation
from engine.runtime import steps
from engine.runtime.house import House
from engine.stages.promises import Kept, keep, promises
from engine.store import departures, ledger, operation_list, operations, outbox
from engine.store.database import reading, transaction
from engine.store.outbox import Call, Later

log = structlog.get_logger()

_LOOK_AGAIN = timedelta(hours=12)
"""At a window that does not open within a year: somebody may change it."""


def keep_back(house: House, call: Call) -> tuple[Call, list[Later]]:
    """Return the call with what may leave now, and when the rest of it is looked at again."""
    now = house.clock.now()
    has_window = house.library.environment.schedule(call.target) is not None
    with reading(house.engine) as tx:
        found = operations.of_keys(tx, call.keys)
        waiting = departures.of_keys(tx, call.keys) if has_window else {}
    free: list[outbox.Item] = []
    back: list[Later] = []
    for item in call.items:
        operation = found.get(item.key)
        if operation is None or operation.state in OVER:
            free.append(item)
            continue
        known = waiting.get(item.key)
        opening = opening_of(house, operation.target, now)
        if opening.why and not (known is not None and known.overridden_by):
            wait_for_window(house, operation, opening)
            again = opening.at or now + _LOOK_AGAIN
            back.append(Later(key=item.key, next_at=again, tries=item.tries, waits_for=opening.why))
        elif complete(house, operation):
            free.append(item)
            if known is not None and not known.overridden_by:
                with transaction(house.engine) as tx:
                    departures.end(tx, [item.key])
    return call.model_copy(update={"items": tuple(free)}), back


def opening_of(house: House, target: str, at: datetime) -> Opening:
    """Return when operations may leave to a target, by the environment in force."""
    schedule = house.library.environment.schedule(target)
    return Opening(at, "") if schedule is None else schedule.opening(at)


def wait_for_window(house: House, operation: Operation, opening: Opening) -> None:
    """Note once why an operation waits and until when; its document rests meanwhile."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        known = departures.get(tx, operation.key)
        if known is not None and (known.why, known.leave_at) == (opening.why, opening.at):
            return
        departures.note(tx, operation, kind="window", why=opening.why, at=now, leave_at=opening.at)
        ledger.append(
            tx, at=now, document_id=operation.document_id, kind="operation_waits", actor="system",
            data={"key": operation.key, "why": opening.why, "leave_at": opening.at.isoformat() if opening.at else None},
        )  # fmt: skip
    log.info("operation_waits", key=operation.short_key, target=operation.target, why=opening.why)
    steps.settle(house, operation.document_id, operation.revision)


def complete(house: House, operation: Operation) -> bool:
    """Fix the payload of an operation whose promises are kept by now. False when it was parked, because they are not.

    The intent that follows names the digest of what really leaves.
    """
    if operation.state != "planned" or next(promises(operation.payload), None) is None:
        return True
    kept = _kept(house, operation)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        if operations.lock(tx, operation.key) != operation:
            raise IllegalMove("Somebody else brought this operation forward.", detail=operation.key)
        if kept.why_not:
            why = "; ".join(kept.why_not)
            operations.move(tx, operation.key, "parked", at=now, error=why)
            kind, data = "operation_parked", {"key": operation.key, "why": why}
        else:
            operations.rewrite(tx, kept.operation, now)
            kind = "operation_completed"
            data = {
                "key": operation.key,
                "digest": kept.operation.payload_digest,
                "receipts_of": ", ".join(operation.after),
            }
        ledger.append(tx, at=now, document_id=operation.document_id, kind=kind, actor="system", data=data)
    if kept.why_not:
        steps.settle(house, operation.document_id, operation.revision)
    return not kept.why_not


def says(house: House, stored: Operation, wanted: Operation) -> bool:
    """Tell whether an operation that stands says what is wanted now, the promises of that kept by the receipts there are."""
    final = _kept(house, wanted).operation if next(promises(wanted.payload), None) is not None else wanted
    return stored.payload_digest == final.payload_digest


def _kept(house: House, operation: Operation) -> Kept:
    matrix = house.library.matrices.get(operation.mapping)
    if matrix is None:
        return Kept(operation=operation, why_not=(f"the mapping {operation.mapping} is not there any more",))
    with reading(house.engine) as tx:
        told = {key: operations.receipt(tx, key) for key in operation.after}
    return keep(operation, {key: one for key, one in told.items() if one is not None}, schema=matrix.payload_schema)


def look(house: House) -> int:
    """Let what waits at a window go that opened earlier than was noted, and park what missed its deadline unsent.

    Returns how many operations were touched. Called again and again.
    """
    return _reopened(house) + len(park_overdue(house))


def _reopened(house: House) -> int:
    now = house.clock.now()
    with reading(house.engine) as tx:
        waiting = [one for one in departures.at_windows(tx) if one.leave_at is None or one.leave_at > now]
        targets = {key: one.target for key, one in operations.of_keys(tx, [one.key for one in waiting]).items()}
    openings = {target: opening_of(house, target, now) for target in set(targets.values())}
    early = [one.key for one in waiting if one.key in targets and openings[targets[one.key]].why != one.why]
    if early:
        with transaction(house.engine) as tx:
            departures.end(tx, early)
            for key in early:
                outbox.wake(tx, key, now)
    return len(early)


def park_overdue(house: House) -> Sequence[str]:
    """Park operations that never left and should have been committed by now. Returns their keys."""
    now = house.clock.now()
    with reading(house.engine) as tx:
        late = [one.key for one in operation_list.overdue(tx, ["planned"], at=now) if one.attempts == 0]
    parked: list[str] = []
    for key in late:
        with transaction(house.engine) as tx:
            operation = operations.lock(tx, key)
            if (operation.state, operation.attempts) != ("planned", 0):
                continue
            waiting = outbox.get(tx, operation.key)
            because = f" It waited: {waiting.waits_for}." if waiting is not None and waiting.waits_for else ""
            why = f"It was not sent within its deadline of {operation.deadline_hours} hours.{because}"
            operations.move(tx, operation.key, "parked", at=now, error=why)
            ledger.append(
                tx, at=now, document_id=operation.document_id, kind="operation_parked", actor="system",
                data={"key": operation.key, "why": why},
            )  # fmt: skip
        steps.settle(house, operation.document_id, operation.revision)
        parked.append(operation.key)
    return parked
