"""The breaker of each target: what failed too often is left alone, then probed by one call. Shared by all workers."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from engine.model.call_limits import CallLimits
from engine.model.errors import Ambiguous, ContentError, PostroomError, TargetError, Transient, Unauthorised
from engine.model.operation import Operation
from engine.ports import Pings
from engine.runtime.house import House
from engine.store import ledger, targets
from engine.store.database import reading, transaction
from engine.store.targets import TargetState

log = structlog.get_logger()

_LONGEST_DOUBLING = 20


def heard(house: House, target: str) -> None:
    """Note that a target answered: a count of failures ends, and a probe that got through closes the breaker."""
    with reading(house.engine) as tx:
        state = targets.get(tx, target)
    if not is_news(state):
        return
    now = house.clock.now()
    with transaction(house.engine) as tx:
        state = targets.lock(tx, target, now)
        if is_news(state):
            targets.keep(tx, targets.closed(state, at=now))
        if state.state == "half_open":
            _tell(tx, "target_closed", target, now, failing_since=state.since.isoformat())
            log.info("target_closed", target=target)


def is_news(state: TargetState | None) -> bool:
    """Tell whether an answer changes how a target is held."""
    return state is not None and (state.state == "half_open" or (state.state == "closed" and state.failures > 0))


def failed(house: House, target: str, error: PostroomError) -> None:
    """Note that a target did not do what it was asked, by what the error says.

    A wish for patience holds for every worker. Refused or missing credentials open the breaker at once, for the longest
    pause: whoever knocks often with wrong ones is locked out.
    """
    now, limits = house.clock.now(), house.limits(target)
    if isinstance(error, Transient) and error.retry_after is not None:
        with transaction(house.engine) as tx:
            targets.register(tx, target, now)
            targets.throttle(tx, target, until=now + timedelta(seconds=error.retry_after))
        log.info("target_throttles", target=target, seconds=error.retry_after)
        return
    at_once = isinstance(error, Unauthorised | ContentError)
    with transaction(house.engine) as tx:
        state = targets.lock(tx, target, now)
        if state.state == "closed" and not at_once and state.failures + 1 < limits.failures:
            targets.keep(tx, state.model_copy(update={"failures": state.failures + 1}))
            return
        if state.state == "open":
            return
        pause = limits.most_pause_seconds if at_once else _pause(limits, state)
        targets.keep(tx, targets.opened(state, error.message, at=now, pause_seconds=pause))
        if state.state == "closed":
            reason = "credentials" if at_once else "failures"
            _tell(tx, "target_opened", target, now, why=error.message, reason=reason)
    said = log.error if at_once else log.warning
    said("target_opened", target=target, why=error.message, pause_seconds=pause, failures=state.failures + 1)


def _pause(limits: CallLimits, state: TargetState) -> float:
    """Return how long to leave a target alone: twice as long after every probe that failed."""
    return float(min(limits.pause_seconds * 2 ** min(state.pauses, _LONGEST_DOUBLING), limits.most_pause_seconds))


def probe(house: House, operation: Operation) -> PostroomError | None:
    """Ask a target that was left alone whether it is there, without writing. Returns what stands in the way, or None.

    It is connected anew: credentials may have been mended meanwhile. One that can only be asked by writing is written to.
    """
    try:
        target = house.target(operation.target, anew=True)
        if isinstance(target, Pings):
            target.ping()
        else:
            target.find(operation)
    except Ambiguous:
        return None
    except (TargetError, ContentError) as e:
        return e
    return None


def probe_now(house: House, target: str, *, by: str) -> bool:
    """Have a target that is left alone probed at once. Returns False when it is not. A person mended something."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        state = targets.lock(tx, target, now)
        if state.state == "closed" and (state.throttled_until is None or state.throttled_until <= now):
            return False
        targets.keep(tx, state.model_copy(update={"next_at": now, "throttled_until": None}))
        _tell(tx, "target_probe_asked", target, now, actor=by)
    return True


def _tell(tx: Connection, kind: str, target: str, at: datetime, *, actor: str = "system", **data: str) -> None:
    ledger.append(tx, at=at, document_id=None, kind=kind, actor=actor, data={"target": target, **data})
