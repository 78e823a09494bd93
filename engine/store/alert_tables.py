"""The table of messages to people about alarms."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

from engine.store.columns import Moment, PlainText


def alert_tables(metadata: MetaData) -> Table:
    """Return `alerts`: what is to be told by which way, and what came of it."""
    return Table(
        "alerts",
        metadata,
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("way", PlainText, nullable=False),
        Column("event", String(8), nullable=False),
        Column("kind", String(32), nullable=False),
        Column("subject", PlainText, nullable=False),
        Column("message", PlainText, nullable=False),
        Column("since", Moment, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("state", String(8), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_at", Moment, nullable=False),
        Column("taken_until", Moment),
        Column("ended_at", Moment),
        Column("error", PlainText, nullable=False),
        Index(None, "state", "next_at"),
        Index(None, "way", "ended_at"),
    )
