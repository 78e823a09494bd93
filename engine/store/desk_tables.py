"""Tables of the review desk: what people let pass, said, and have begun to type; and one line about each document."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from engine.store.columns import JsonText, Moment, PlainText
from engine.store.view_tables import view_tables


def desk_tables(metadata: MetaData, counter: TypeEngine[int]) -> tuple[Table, Table, Table, Table, Table, Table]:
    """Return waivers, comments, drafts, summaries, saved views and which of them lists open with."""
    waivers = Table(
        "waivers",
        metadata,
        Column("seq", counter, primary_key=True, autoincrement=True),
        Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("rule", PlainText, nullable=False),
        Column("facts", JsonText, nullable=False),
        Column("basis", String(64), nullable=False),
        Column("by", PlainText, nullable=False),
        Column("why", PlainText, nullable=False),
        Column("at", Moment, nullable=False),
        Index(None, "document_id", "seq"),
    )
    comments = Table(
        "comments",
        metadata,
        Column("seq", counter, primary_key=True, autoincrement=True),
        Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
        Column("by", PlainText, nullable=False),
        Column("to", PlainText),
        Column("text", PlainText, nullable=False),
        Column("at", Moment, nullable=False),
        Index(None, "document_id", "seq"),
    )
    drafts = Table(
        "drafts",
        metadata,
        Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
        Column("by", PlainText, primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("values", JsonText, nullable=False),
        Column("at", Moment, nullable=False),
    )
    summaries = Table(
        "summaries",
        metadata,
        Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
        Column("type", String(32), nullable=False, server_default=""),
        Column("entity", PlainText, nullable=False, server_default=""),
        Column("vendor_id", PlainText, nullable=False, server_default=""),
        Column("vendor", PlainText, nullable=False, server_default=""),
        Column("number", PlainText, nullable=False, server_default=""),
        Column("po_number", PlainText, nullable=False, server_default=""),
        Column("currency", String(3), nullable=False, server_default=""),
        Column("total", PlainText, nullable=False, server_default=""),
        Column("stake", BigInteger, nullable=False, server_default="0"),
        Column("issued_on", String(10), nullable=False, server_default=""),
        Column("due_on", String(10), nullable=False, server_default=""),
        Column("confidence", Integer),
        Column("references", PlainText, nullable=False, server_default=""),
        Column("search", PlainText, nullable=False, server_default=""),
        Index(None, "type"),
        Index(None, "vendor_id"),
    )
    return waivers, comments, drafts, summaries, *view_tables(metadata, counter)
