"""The tables of sources: how far each was asked, what it told, and calls that were taken and not yet looked into."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table

from engine.store.columns import JsonText, Moment, PlainText


def source_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Return `sources`, `source_changes` and `source_calls`."""
    return _sources(metadata), _changes(metadata), _calls(metadata)


def _sources(metadata: MetaData) -> Table:
    """Return the table of cursors; `lease_by` is who asks at this moment, `last_seq` counts what was told."""
    return Table(
        "sources",
        metadata,
        Column("name", PlainText, primary_key=True),
        Column("cursor", PlainText, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("began_at", Moment, nullable=False),
        Column("is_begun", Boolean, nullable=False),
        Column("next_at", Moment, nullable=False),
        Column("answered_at", Moment),
        Column("failures", Integer, nullable=False),
        Column("why", PlainText, nullable=False),
        Column("lease_by", PlainText),
        Column("lease_until", Moment),
    )


def _changes(metadata: MetaData) -> Table:
    """Return the table with one row for each version of each object that was told; `seq` is their order within a source."""
    return Table(
        "source_changes",
        metadata,
        Column("id", String(64), primary_key=True),
        Column("source", PlainText, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("object", PlainText, nullable=False),
        Column("object_key", PlainText, nullable=False),
        Column("version", PlainText, nullable=False),
        Column("at", Moment),
        Column("seen_at", Moment, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("said", JsonText),
        Column("document_id", String(64), ForeignKey("documents.id")),
        Index(None, "source", "object", "object_key", "seq"),
        Index(None, "source", "seen_at"),
        Index(None, "document_id"),
    )


def _calls(metadata: MetaData) -> Table:
    return Table(
        "source_calls",
        metadata,
        Column("id", String(64), primary_key=True),
        Column("source", PlainText, nullable=False),
        Column("object", PlainText, nullable=False),
        Column("object_key", PlainText, nullable=False),
        Column("version", PlainText, nullable=False),
        Column("at", Moment),
        Column("data", JsonText, nullable=False),
        Column("received_at", Moment, nullable=False),
        Column("done_at", Moment),
        Index(None, "source", "done_at", "received_at"),
    )
