"""The tables of posting: what is on its way to a target, the calls that run, and how each target is."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, false

from engine.store.columns import Moment, PlainText

_COUNTER = BigInteger().with_variant(Integer, "sqlite")


def posting_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Return `outbox`, `calls` and `targets`."""
    return _outbox(metadata), _calls(metadata), _targets(metadata)


def _outbox(metadata: MetaData) -> Table:
    """Return the table with one row for each operation that is to be brought to its end, in the order in which they were released."""
    return Table(
        "outbox",
        metadata,
        Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        Column("key", PlainText, ForeignKey("operations.key"), nullable=False, unique=True),
        Column("target", PlainText, nullable=False),
        Column("lane", String(64), nullable=False),
        Column("document_id", String(64), nullable=False),
        Column("next_at", Moment, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("waits_for", PlainText, nullable=False),
        Column("call_id", String(32)),
        Column("alone", Boolean, server_default=false(), nullable=False),
        Index(None, "target", "seq"),
        Index(None, "target", "next_at"),
        Index(None, "lane", "seq"),
        Index(None, "document_id"),
        Index(None, "call_id"),
    )


def _calls(metadata: MetaData) -> Table:
    """Return the table of calls that run, and of those that ended a short while ago: they still count against the rate."""
    return Table(
        "calls",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("target", PlainText, nullable=False),
        Column("executor_id", PlainText, nullable=False),
        Column("weight", Integer, nullable=False),
        Column("began_at", Moment, nullable=False),
        Column("ended_at", Moment),
        Index(None, "target", "began_at"),
        Index(None, "executor_id"),
    )


def _targets(metadata: MetaData) -> Table:
    return Table(
        "targets",
        metadata,
        Column("name", PlainText, primary_key=True),
        Column("state", String(16), nullable=False),
        Column("failures", Integer, nullable=False),
        Column("pauses", Integer, nullable=False),
        Column("why", PlainText, nullable=False),
        Column("since", Moment, nullable=False),
        Column("next_at", Moment),
        Column("throttled_until", Moment),
        Column("probe", String(32)),
    )
