"""Master data that papers brought: it yields to what a system of record says of the same order or delivery."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine.model.master_cells import key_of
from engine.model.masterdata import Kind
from engine.store import keys, tables
from engine.store.writing import chunks

PREFIX = "paper:"
KINDS = frozenset({"orders", "order_lines", "goods_receipts"})
"""Kinds that papers bring."""

Cells = Mapping[str, str]
_CHANGES = tables.master_changes


def source_of(document_id: str) -> str:
    """Return the source of the rows that a document brought."""
    return f"{PREFIX}{document_id}"


def is_paper(source: str) -> bool:
    """Tell whether rows of this source came from a paper."""
    return source.startswith(PREFIX)


def are_there(tx: Connection) -> bool:
    """Tell whether a paper ever brought anything."""
    query = select(_CHANGES.c.id).where(_CHANGES.c.source.startswith(PREFIX)).limit(1)
    return tx.execute(query).first() is not None


def changes_of(tx: Connection, document_id: str) -> list[int]:
    """Return the changes in which a document brought rows."""
    return list(tx.execute(select(_CHANGES.c.id).where(_CHANGES.c.source == source_of(document_id))).scalars())


def of_papers(tx: Connection, changes: Collection[int | None]) -> frozenset[int]:
    """Return those of some changes in which a paper brought rows."""
    wanted = sorted({one for one in changes if one is not None})
    found: set[int] = set()
    for some in chunks(wanted):
        query = select(_CHANGES.c.id).where(_CHANGES.c.id.in_(some), _CHANGES.c.source.startswith(PREFIX))
        found |= set(tx.execute(query).scalars())
    return frozenset(found)


def superseded(tx: Connection, kind: Kind, given: Iterable[Cells]) -> list[str]:
    """Return the keys of rows of papers in use that a system of record now tells of itself.

    Lines: all of the orders of which it tells lines. Receipts: of the same order those of the same delivery note, or
    where it names none those of the same order line. Orders: those of the same number in another spelling.
    """
    rows = list(given)
    table = tables.masters[kind.name]
    by = "number" if kind.name == "order_lines" else "number_key"
    numbers = {
        row["number"] if by == "number" else keys.order_number(row["number"]) for row in rows if row.get("number")
    }
    found: list[Mapping[Any, Any]] = []
    for some in chunks(sorted(numbers)):
        query = select(table).where(table.c[by].in_(some), table.c.is_active, table.c.change_id.is_not(None))
        found += tx.execute(query).mappings()
    papers = of_papers(tx, {row["change_id"] for row in found})
    mine = [row for row in found if row["change_id"] in papers]
    if kind.name == "goods_receipts":
        mine = [row for row in mine if any(_is_same_delivery(row, one) for one in rows)]
    return [key_of(kind, dict(row)) for row in mine]


def _is_same_delivery(paper: Mapping[Any, Any], told: Cells) -> bool:
    if keys.order_number(told["number"]) != paper["number_key"]:
        return False
    note = told.get("delivery_note", "")
    if note:
        return keys.order_number(note) == keys.order_number(paper["delivery_note"])
    return bool(told.get("order_line") == paper["order_line"])
