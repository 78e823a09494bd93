"""How often a sign-in failed, by name and by address, and until when no further try is heard."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from engine.store import tables
from engine.store.writing import insert_new

_TABLE = tables.sign_in_brakes


class Brake(NamedTuple):
    """Tries that failed one after the other."""

    failures: int
    until: datetime | None


def get(tx: Connection, key: str) -> Brake:
    """Return how a name or an address stands."""
    row = tx.execute(select(_TABLE.c.failures, _TABLE.c.until).where(_TABLE.c.key == key)).one_or_none()
    return Brake(0, None) if row is None else Brake(row.failures, row.until)


def count(tx: Connection, key: str, at: datetime, *, forget_after: timedelta) -> int:
    """Count one more try and return how many there are; those before a long rest are forgotten."""
    insert_new(tx, _TABLE, {"key": key, "failures": 0, "last_at": at})
    row = tx.execute(select(_TABLE.c.failures, _TABLE.c.last_at).where(_TABLE.c.key == key).with_for_update()).one()
    failures = 1 if at - row.last_at > forget_after else row.failures + 1
    tx.execute(_TABLE.update().where(_TABLE.c.key == key).values(failures=failures, last_at=at))
    return int(failures)


def hold(tx: Connection, key: str, until: datetime) -> None:
    """Hear no try before a moment."""
    tx.execute(_TABLE.update().where(_TABLE.c.key == key).values(until=until))


def forgive(tx: Connection, key: str) -> None:
    """Take the last count back: it was no failure."""
    tx.execute(_TABLE.update().where(_TABLE.c.key == key).values(failures=_TABLE.c.failures - 1, until=None))


def release(tx: Connection, key: str) -> None:
    """Forget what failed."""
    tx.execute(delete(_TABLE).where(_TABLE.c.key == key))
