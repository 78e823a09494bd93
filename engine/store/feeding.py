"""Writes what papers say into the master data, and takes it back. One paper, or one import, at a time: an order is known whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from engine.model import master_kinds
from engine.model.master_cells import key_of
from engine.store import from_papers, keys, masterdata, tables
from engine.store.master_rows import Writer, begin, one_at_a_time

Cells = Mapping[str, str]
_BROUGHT = (master_kinds.GOODS_RECEIPTS, master_kinds.ORDER_LINES, master_kinds.ORDERS)


def bring_order(tx: Connection, header: Cells, lines: Sequence[Cells], *, document_id: str, at: datetime) -> bool:
    """Write an order with its lines as a document says it. Returns False, and writes nothing, when a system of record told of it."""
    one_at_a_time(tx)
    take_back(tx, document_id, at=at)
    table = tables.orders
    query = select(table.c.number, table.c.change_id).where(
        table.c.number_key == keys.order_number(header["number"]), table.c.is_active
    )
    known = tx.execute(query).all()
    papers = from_papers.of_papers(tx, {row.change_id for row in known})
    if any(row.change_id not in papers for row in known):
        return False
    change = begin(tx, at=at, by="system", source=from_papers.source_of(document_id))
    spelled = known[0].number if known else header["number"]
    masterdata.upsert_orders(tx, [{**header, "number": spelled, "lines": list(lines)}], change)
    return True


def bring_receipts(tx: Connection, rows: Sequence[Cells], *, document_id: str, at: datetime) -> None:
    """Write lines of a goods receipt as a document says them, in the place of what it said before."""
    one_at_a_time(tx)
    take_back(tx, document_id, at=at)
    change = begin(tx, at=at, by="system", source=from_papers.source_of(document_id))
    masterdata.write(tx, master_kinds.GOODS_RECEIPTS, rows, change)


def take_back(tx: Connection, document_id: str, *, at: datetime) -> None:
    """Take out of use what a document brought and no system of record told since. Idempotent."""
    changes = from_papers.changes_of(tx, document_id)
    if not changes:
        return
    change = None
    for kind in _BROUGHT:
        table = tables.masters[kind.name]
        query = select(table).where(table.c.change_id.in_(changes), table.c.is_active)
        gone = [key_of(kind, dict(row)) for row in tx.execute(query).mappings()]
        if gone:
            change = change or begin(tx, at=at, by="system", source=from_papers.source_of(document_id))
            Writer(tx, kind, change).deactivate(gone)
