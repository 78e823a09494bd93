"""The tables of operations: what is to be written where, what came of it, what waits, what people changed, alarms."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table

from engine.store.columns import JsonText, Moment, PlainText

_COUNTER = BigInteger().with_variant(Integer, "sqlite")


def operation_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table]:
    """Return `operations`, `receipts`, `departures`, `operation_payloads` and `alarms`."""
    return _operations(metadata), _receipts(metadata), _departures(metadata), _payloads(metadata), _alarms(metadata)


def _operations(metadata: MetaData) -> Table:
    return Table(
        "operations",
        metadata,
        Column("key", PlainText, primary_key=True),
        Column("short_key", String(20), nullable=False, unique=True),
        Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("target", PlainText, nullable=False),
        Column("object", PlainText, nullable=False),
        Column("payload", JsonText, nullable=False),
        Column("options", JsonText, nullable=False),
        Column("mapping", PlainText, nullable=False),
        Column("payload_digest", String(64), nullable=False),
        Column("lineage", JsonText, nullable=False),
        Column("after", JsonText, nullable=False),
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("error", PlainText),
        Column("planned_at", Moment, nullable=False),
        Column("changed_at", Moment, nullable=False),
        Column("deadline_hours", Integer),
        Column("due_at", Moment),
        Index(None, "document_id"),
        Index(None, "state", "planned_at"),
        Index(None, "planned_at", "key"),
        Index(None, "target", "state", "changed_at"),
        Index(None, "due_at"),
    )


def _receipts(metadata: MetaData) -> Table:
    return Table(
        "receipts",
        metadata,
        Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        Column("key", PlainText, ForeignKey("operations.key"), nullable=False),
        Column("external_id", PlainText, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("version", PlainText, nullable=False, server_default=""),
        Column("link", PlainText, nullable=False, server_default=""),
        Column("awaits_acknowledgement", Boolean, nullable=False),
        Column("request", JsonText, nullable=False),
        Column("response", JsonText, nullable=False),
        Column("at", Moment, nullable=False),
        Index(None, "key", "seq"),
        Index(None, "external_id"),
        Index(None, "at"),
    )


def _departures(metadata: MetaData) -> Table:
    """Keep what each operation waits for that does not leave at once, and when it leaves (null: when something comes)."""
    return Table(
        "departures",
        metadata,
        Column("key", PlainText, ForeignKey("operations.key"), primary_key=True),
        Column("document_id", String(64), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("why", PlainText, nullable=False),
        Column("since", Moment, nullable=False),
        Column("leave_at", Moment),
        Column("turn", Integer, nullable=False),
        Column("overridden_by", PlainText),
        Index(None, "leave_at"),
        Index(None, "document_id"),
    )


def _payloads(metadata: MetaData) -> Table:
    """Keep what people made of a payload; number 0 is what the mapping made."""
    return Table(
        "operation_payloads",
        metadata,
        Column("key", PlainText, ForeignKey("operations.key"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", Moment, nullable=False),
        Column("by", PlainText, nullable=False),
        Column("why", PlainText, nullable=False),
        Column("changes", JsonText, nullable=False),
        Column("payload", JsonText, nullable=False),
        Column("payload_digest", String(64), nullable=False),
    )


def _alarms(metadata: MetaData) -> Table:
    """Keep alarms that were raised and not cleared yet."""
    return Table(
        "alarms",
        metadata,
        Column("id", PlainText, primary_key=True),
        Column("kind", String(32), nullable=False),
        Column("subject", PlainText, nullable=False),
        Column("message", PlainText, nullable=False),
        Column("since", Moment, nullable=False),
    )
