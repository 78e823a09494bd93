"""How each target is, for all workers together: answering, left alone because it failed, or asked for patience."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, select, update

from engine.model.value import Value
from engine.store import tables
from engine.store.writing import insert_new

_TABLE = tables.targets
BreakerState = Literal["closed", "open", "half_open"]


class TargetState(Value):
    """The breaker of one target. `closed`: calls go through; `open`: none; `half_open`: one probe."""

    name: str
    state: BreakerState
    failures: int
    """Failures in a row, while it is closed."""
    pauses: int
    """How often in a row it was opened: each pause is longer than the one before."""
    why: str
    """What the target said when it was opened; empty when it is closed."""
    since: datetime
    """When it took this state."""
    next_at: datetime | None
    """When a probe may go through an open one."""
    throttled_until: datetime | None
    """The target asked to be left alone until then."""
    probe: str | None
    """The call that probes it."""

    def is_shut(self, at: datetime) -> bool:
        """Tell whether nothing at all may be sent at a moment."""
        if self.throttled_until is not None and at < self.throttled_until:
            return True
        return self.state == "open" and self.next_at is not None and at < self.next_at


def register(tx: Connection, name: str, at: datetime) -> None:
    """Write a target down that is not known yet: closed."""
    row = {
        "name": name, "state": "closed", "failures": 0, "pauses": 0, "why": "", "since": at, "next_at": None,
        "throttled_until": None, "probe": None,
    }  # fmt: skip
    insert_new(tx, _TABLE, row)


def everyone(tx: Connection) -> list[TargetState]:
    """Return every target that anything was ever sent to, by name."""
    return [TargetState.model_validate(dict(row)) for row in tx.execute(_SELECT.order_by(_TABLE.c.name)).mappings()]


def get(tx: Connection, name: str) -> TargetState | None:
    """Return how a target is, or None when nothing was ever sent to it."""
    row = tx.execute(_SELECT.where(_TABLE.c.name == name)).mappings().one_or_none()
    return None if row is None else TargetState.model_validate(dict(row))


def lock(tx: Connection, name: str, at: datetime) -> TargetState:
    """Return how a target is; nobody else claims calls to it or changes it until this transaction ends."""
    query = _SELECT.where(_TABLE.c.name == name).with_for_update()
    row = tx.execute(query).mappings().one_or_none()
    if row is None:
        register(tx, name, at)
        row = tx.execute(query).mappings().one()
    return TargetState.model_validate(dict(row))


def keep(tx: Connection, state: TargetState) -> None:
    """Write the state of a target that this transaction has locked."""
    values = state.model_dump(exclude={"name"})
    tx.execute(update(_TABLE).where(_TABLE.c.name == state.name).values(**values))


def opened(state: TargetState, why: str, *, at: datetime, pause_seconds: float) -> TargetState:
    """Return a target that is left alone for so long, however it was before."""
    return state.model_copy(
        update={
            "state": "open", "why": why, "since": at if state.state == "closed" else state.since, "failures": 0,
            "pauses": state.pauses + 1, "next_at": at + timedelta(seconds=pause_seconds), "probe": None,
        }
    )  # fmt: skip


def closed(state: TargetState, *, at: datetime) -> TargetState:
    """Return a target through which calls go again."""
    return state.model_copy(
        update={"state": "closed", "why": "", "since": at, "failures": 0, "pauses": 0, "next_at": None, "probe": None}
    )


def throttle(tx: Connection, name: str, *, until: datetime) -> None:
    """Have all workers leave a target alone until a moment; an earlier wish does not shorten a later one."""
    is_longer = _TABLE.c.throttled_until.is_(None) | (_TABLE.c.throttled_until < until)
    tx.execute(update(_TABLE).where(_TABLE.c.name == name, is_longer).values(throttled_until=until))


_SELECT = select(*(_TABLE.c[name] for name in TargetState.model_fields))
