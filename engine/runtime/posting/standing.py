"""How targets stand: what waits for them, how many calls run, and whether anything leaves."""

from datetime import datetime

from engine.model.call_limits import CallLimits
from engine.model.value import Value
from engine.runtime.house import House
from engine.store import outbox, targets
from engine.store.database import reading
from engine.store.targets import BreakerState


class Standing(Value):
    """One target as it is now, for all workers together."""

    name: str
    adapter: str
    """Empty for a target that the environment no longer names."""
    state: BreakerState
    why: str = ""
    """What it said when its breaker opened."""
    since: datetime | None = None
    """When it took this state; None when nothing was ever sent to it."""
    next_at: datetime | None = None
    """When it is probed next, when it is left alone."""
    throttled_until: datetime | None = None
    """It asked for patience until then."""
    failures: int = 0
    """In a row, while the breaker is closed."""
    waiting: int = 0
    """Operations on their way to it."""
    running: int = 0
    """Calls at this moment."""
    limits: CallLimits = CallLimits()


def standings(house: House) -> list[Standing]:
    """Return every target of the environment, and those that something is still on its way to, by name."""
    now = house.clock.now()
    bound = house.library.environment.targets
    with reading(house.engine) as tx:
        known = {one.name: one for one in targets.everyone(tx)}
        counted = outbox.counts(tx)
    names = sorted({*bound, *(name for name in known if counted.get(name, (0, 0))[0])})
    found = []
    for name in names:
        state, (waiting, running) = known.get(name), counted.get(name, (0, 0))
        is_throttled = state is not None and state.throttled_until is not None and state.throttled_until > now
        about = state.model_dump(include={"state", "why", "since", "next_at", "failures"}) if state else {}
        found.append(
            Standing.model_validate(
                {
                    "state": "closed", **about, "name": name, "adapter": bound[name].adapter if name in bound else "",
                    "throttled_until": state.throttled_until if state and is_throttled else None,
                    "waiting": waiting, "running": running, "limits": house.limits(name),
                }
            )
        )  # fmt: skip
    return found
