"""Lists of names with which nobody does business, as they were imported."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from engine.model.screening import Entry
from engine.store import tables

_TABLE = tables.masters["screening"]


def entries(tx: Connection) -> list[Entry]:
    """Return every name on a list."""
    columns = (_TABLE.c.id, _TABLE.c.name, _TABLE.c.list, _TABLE.c.country)
    rows = tx.execute(select(*columns).where(_TABLE.c.is_active).order_by(_TABLE.c.id))
    return [Entry(id=row.id, name=row.name, list=row.list, country=row.country) for row in rows]


def lists(tx: Connection) -> Mapping[str, date]:
    """Return the lists with the youngest day that stands in them."""
    query = select(_TABLE.c.list, func.max(_TABLE.c.as_of)).where(_TABLE.c.is_active).group_by(_TABLE.c.list)
    return {name: date.fromisoformat(day) for name, day in tx.execute(query)}
