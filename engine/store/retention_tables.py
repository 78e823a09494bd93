"""Tables of retention: what may not be erased, and what somebody asked to have erased."""

from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from engine.store.columns import JsonText, Moment, PlainText


def retention_tables(metadata: MetaData, counter: TypeEngine[int]) -> tuple[Table, Table]:
    """Return holds and erasures. Neither refers to documents by a foreign key: they outlive what is erased."""
    holds = Table(
        "holds",
        metadata,
        Column("id", counter, primary_key=True, autoincrement=True),
        Column("document_id", String(64)),
        Column("vendor_id", PlainText),
        Column("type", PlainText),
        Column("entity", PlainText),
        Column("why", PlainText, nullable=False),
        Column("by", PlainText, nullable=False),
        Column("at", Moment, nullable=False),
        Column("ended_by", PlainText),
        Column("ended_at", Moment),
    )
    erasures = Table(
        "erasures",
        metadata,
        Column("id", counter, primary_key=True, autoincrement=True),
        Column("documents", JsonText, nullable=False),
        Column("why", PlainText, nullable=False),
        Column("asked_by", PlainText, nullable=False),
        Column("asked_at", Moment, nullable=False),
        Column("confirmed_by", PlainText),
        Column("confirmed_at", Moment),
    )
    return holds, erasures
