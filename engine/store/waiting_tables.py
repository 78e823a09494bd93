"""Tables of what waits: for orders and receipts, and dossiers for papers."""

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table

from engine.store.columns import Moment, PlainText


def waiting_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Return `waits`, `wait_orders`, `dossier_keys` and `dossier_papers`.

    What waits (`next_at` is null where only an arrival wakes it); for which orders, by their searched number; by what a
    dossier is found, of each value its digest only; which papers are in it, each in the revision that was let through.
    """
    waits = Table(
        "waits",
        metadata,
        Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("since", Moment, nullable=False),
        Column("next_at", Moment),
        Column("tries", Integer, nullable=False),
        Column("mark", PlainText, nullable=False),
        Index(None, "next_at"),
    )
    wait_orders = Table(
        "wait_orders",
        metadata,
        Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
        Column("number_key", PlainText, primary_key=True),
    )
    keys = Table(
        "dossier_keys",
        metadata,
        Column("type", PlainText, primary_key=True),
        Column("name", PlainText, primary_key=True),
        Column("digest", String(64), primary_key=True),
        Column("dossier", String(64), ForeignKey("documents.id"), nullable=False, index=True),
    )
    papers = Table(
        "dossier_papers",
        metadata,
        Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
        Column("dossier", String(64), ForeignKey("documents.id"), nullable=False, index=True),
        Column("type", PlainText, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("joined_at", Moment, nullable=False),
    )
    return waits, wait_orders, keys, papers
