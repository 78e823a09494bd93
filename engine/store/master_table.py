"""The table of a kind of master data: its columns as text, whether it is in use, and which import made it so."""

from collections.abc import Mapping

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, true

from engine.model.masterdata import Kind
from engine.store.columns import Moment, PlainText

DERIVED: Mapping[str, tuple[str, ...]] = {
    "vendors": ("name_key",),
    "customers": ("name_key",),
    "orders": ("number_key",),
    "goods_receipts": ("number_key",),
    "order_lines": ("elsewhere_quantity", "elsewhere_amount"),
}
"""Columns that the store fills from the others, by kind."""

_SEARCHED = frozenset({"number_key"})


def master_table(metadata: MetaData, kind: Kind) -> Table:
    """Return the table of a kind. Amounts, days and flags are text in one spelling; empty text where nothing is known."""
    searched = (*kind.search, *(name for name in DERIVED.get(kind.name, ()) if name in _SEARCHED))
    return Table(
        kind.table,
        metadata,
        *(_column(kind, name) for name in kind.names),
        *(Column(name, PlainText, nullable=False, server_default="") for name in DERIVED.get(kind.name, ())),
        Column("is_active", Boolean, nullable=False, server_default=true()),
        Column("since", Moment),
        Column("change_id", Integer),
        *(Index(None, name) for name in searched),
    )


def _column(kind: Kind, name: str) -> Column[str]:
    is_key = name in kind.key
    reference = [ForeignKey("orders.number", ondelete="CASCADE")] if kind.parent and name == kind.parent[1] else []
    return Column(
        name, PlainText, *reference, primary_key=is_key, nullable=False, server_default=None if is_key else ""
    )
