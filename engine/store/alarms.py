"""Alarms that are raised: each is written once when it begins and taken away when it is over."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.model.alarm import Alarm
from engine.store import tables
from engine.store.writing import insert_new

_TABLE = tables.alarms


def raised(tx: Connection) -> list[Alarm]:
    """Return the alarms that are raised, the oldest first."""
    columns = [_TABLE.c[name] for name in Alarm.model_fields]
    query = select(*columns).order_by(_TABLE.c.since, _TABLE.c.id)
    return [Alarm.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def raise_(tx: Connection, alarm: Alarm) -> bool:
    """Raise an alarm. False when it is raised already."""
    return insert_new(tx, _TABLE, {**alarm.model_dump(exclude={"since"}), "id": alarm.id, "since": alarm.since})


def clear(tx: Connection, alarm: Alarm) -> bool:
    """Take an alarm away. False when somebody else did."""
    since: datetime = alarm.since
    return tx.execute(delete(_TABLE).where(_TABLE.c.id == alarm.id, _TABLE.c.since == since)).rowcount == 1
