"""Rows of master data that hold a text anywhere, for people who look for one."""

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select, tuple_

from engine.model.masterdata import Kind
from engine.store import tables


def find(
    tx: Connection, kind: Kind, text: str, *, most: int, skip: int = 0, after: Sequence[str] = ()
) -> list[dict[str, str]]:  # fmt: skip
    """Return rows in use that hold a text in any column, by key; all of them where the text is empty.

    With `after`, a key, those that follow it.
    """
    table = tables.masters[kind.name]
    query = select(table).where(table.c.is_active)
    if text:
        query = query.where(or_(*(table.c[name].icontains(text, autoescape=True) for name in kind.names)))
    if after:
        query = query.where(tuple_(*(table.c[name] for name in kind.key)) > tuple_(*after))
    query = query.order_by(*(table.c[name] for name in kind.key)).limit(most).offset(skip)
    return [{name: row[name] or "" for name in kind.names} for row in tx.execute(query).mappings()]
