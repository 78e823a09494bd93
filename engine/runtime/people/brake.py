"""Tries to sign in are slowed down: after a few failures each doubles the wait, for the name and for the address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.runtime.house import House
from engine.runtime.people.secrets import digest
from engine.store import brakes
from engine.store.database import reading, transaction

_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)


class Kind(NamedTuple):
    """What is slowed down, after how many failures, and when they are forgotten."""

    name: str
    free: int
    forget_after: timedelta


NAME = Kind("name", 5, timedelta(hours=12))
CODE = Kind("code", 5, timedelta(hours=12))
ADDRESS = Kind("address", 30, timedelta(hours=1))


def held_until(house: House, kind: Kind, subject: str) -> datetime | None:
    """Return until when no try is heard, or None."""
    with reading(house.engine) as tx:
        until = brakes.get(tx, _key(kind, subject)).until
    return until if until is not None and until > house.clock.now() else None


def count(house: House, tries: Sequence[tuple[Kind, str]]) -> bool:
    """Count a try before it is looked at, so that many at once are no way around. Return whether one of them is braked now."""
    now, braked = house.clock.now(), False
    with transaction(house.engine) as tx:
        for kind, subject in tries:
            failures = brakes.count(tx, _key(kind, subject), now, forget_after=kind.forget_after)
            if failures >= kind.free:
                brakes.hold(tx, _key(kind, subject), now + wait(failures - kind.free))
                braked = True
    return braked


def release(house: House, kind: Kind, subject: str) -> None:
    """Forget the failures: it was the person."""
    with transaction(house.engine) as tx:
        brakes.release(tx, _key(kind, subject))


def forgive(house: House, kind: Kind, subject: str) -> None:
    """Take the last count back where many people try: one of them was right."""
    with transaction(house.engine) as tx:
        brakes.forgive(tx, _key(kind, subject))


def wait(beyond: int) -> timedelta:
    """Return how long the next try has to wait after so many failures beyond the free ones."""
    doubled: int = 1 << min(beyond, 20)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def _key(kind: Kind, subject: str) -> str:
    return digest(f"{kind.name}:{subject}")
