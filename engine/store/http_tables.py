"""The tables behind the HTTP API: answers to requests that carry a key, and what others are told of."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table

from engine.store.columns import JsonText, Moment, PlainText

_COUNTER = BigInteger().with_variant(Integer, "sqlite")


def http_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Return `keyed_calls`, `webhooks` and `webhook_deliveries`."""
    return _calls(metadata), _webhooks(metadata), _deliveries(metadata)


def _calls(metadata: MetaData) -> Table:
    return Table(
        "keyed_calls",
        metadata,
        Column("holder", String(64), primary_key=True),
        Column("key", String(255), primary_key=True),
        Column("executor_id", PlainText, nullable=False),
        Column("begun_at", Moment, nullable=False),
        Column("has_effect", Boolean, nullable=False),
        Column("digest", String(64)),
        Column("status", Integer),
        Column("answer", PlainText),
        Index(None, "begun_at"),
    )


def _webhooks(metadata: MetaData) -> Table:
    return Table(
        "webhooks",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("url", PlainText, nullable=False),
        Column("events", JsonText, nullable=False),
        Column("secret", PlainText, nullable=False),
        Column("made_by", PlainText, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("version", Integer, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("is_active", Boolean, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("failing_since", Moment),
        Column("rests_until", Moment),
        Column("taken_until", Moment),
        Column("why", PlainText, nullable=False),
    )


def _deliveries(metadata: MetaData) -> Table:
    return Table(
        "webhook_deliveries",
        metadata,
        Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        Column("webhook_id", String(32), ForeignKey("webhooks.id"), nullable=False),
        Column("event_id", String(64), nullable=False),
        Column("type", String(64), nullable=False),
        Column("body", PlainText, nullable=False),
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("next_at", Moment, nullable=False),
        Column("ended_at", Moment),
        Column("status", Integer),
        Column("error", PlainText, nullable=False),
        Index("uq_webhook_deliveries_webhook_id_event_id", "webhook_id", "event_id", unique=True),
        Index(None, "webhook_id", "state", "next_at"),
        Index(None, "made_at"),
    )
