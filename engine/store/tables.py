"""Every table of the hub. A change here needs a migration in `engine/store/migrations/versions`."""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)

from engine.model import master_kinds
from engine.store.alert_tables import alert_tables
from engine.store.columns import JsonText, Moment, PlainText
from engine.store.desk_tables import desk_tables
from engine.store.http_tables import http_tables
from engine.store.kpi_tables import kpi_tables
from engine.store.master_table import master_table
from engine.store.operation_tables import operation_tables
from engine.store.party_tables import party_tables
from engine.store.people_tables import entry_tables, people_tables
from engine.store.posting_tables import posting_tables
from engine.store.retention_tables import retention_tables
from engine.store.search_tables import search_tables
from engine.store.source_tables import source_tables
from engine.store.waiting_tables import waiting_tables

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Counter = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts by itself only in a column that is exactly INTEGER."""

documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("parent_id", String(64), ForeignKey("documents.id")),
    Column("flow", PlainText),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index(None, "state", "received_at"),
    Index(None, "received_at"),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("seq", Counter, primary_key=True, autoincrement=True),
    Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
    Column("name", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("parent_id", String(64), ForeignKey("documents.id")),
    Index(None, "document_id"),
    Index(None, "parent_id"),
)

step_results = Table(
    "step_results",
    metadata,
    Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("json", PlainText),
    Column("compressed", LargeBinary),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("document_id", String(64)),
    Column("kind", PlainText, nullable=False),
    Column("actor", PlainText, nullable=False),
    Column("data", PlainText, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("salt", String(32)),
    Index(None, "document_id", "seq"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

operations, receipts, departures, operation_payloads, alarms = operation_tables(metadata)
outbox, calls, targets = posting_tables(metadata)
waivers, comments, drafts, summaries, saved_views, view_defaults = desk_tables(metadata, Counter)
waits, wait_orders, dossier_keys, dossier_papers = waiting_tables(metadata)
alerts = alert_tables(metadata)
holds, erasures = retention_tables(metadata, Counter)
sources, source_changes, source_calls = source_tables(metadata)
search_documents, search_words = search_tables(metadata, Counter)
people, people_groups, group_members, grants = people_tables(metadata)
sessions, service_tokens, sign_in_links, sign_in_brakes = entry_tables(metadata)

claims = Table(
    "claims",
    metadata,
    Column("key_digest", String(64), primary_key=True),
    Column("business_key", PlainText, nullable=False),
    Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
    Column("fingerprint", JsonText, nullable=False),
    Index(None, "document_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("queue", PlainText, nullable=False),
    Column("reasons", JsonText, nullable=False),
    Column("message", PlainText, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("team", PlainText),
    Column("priority", Integer, nullable=False, server_default="3"),
    Column("due_at", Moment),
    Column("assignee", PlainText),
    Column("taken_by", PlainText),
    Column("taken_until", Moment),
    Index(None, "document_id", "id"),
    Index(None, "queue", "opened_at"),
    Index(
        "uq_reviews_open_document_id",
        "document_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

vendors = master_table(metadata, master_kinds.VENDORS)

parties, party_keys, party_words, word_stumps = party_tables(metadata)

orders = master_table(metadata, master_kinds.ORDERS)
"""Purchase orders; amounts are decimal text."""

order_lines = master_table(metadata, master_kinds.ORDER_LINES)
goods_receipts = master_table(metadata, master_kinds.GOODS_RECEIPTS)

masters: Mapping[str, Table] = {
    kind.name: metadata.tables[kind.table] if kind.table in metadata.tables else master_table(metadata, kind)
    for kind in master_kinds.KINDS
}
"""The table of every kind of master data, by its name."""

master_changes = Table(
    "master_changes",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("by", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
)
"""Imports of master data: when, by whom, from which file or system."""

master_history = Table(
    "master_history",
    metadata,
    Column("seq", Counter, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("key", PlainText, nullable=False),
    Column("row", JsonText, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("since", Moment),
    Column("until", Moment, nullable=False),
    Column("change_id", Integer),
    Column("ended_by", Integer),
    Index(None, "kind", "key", "until"),
)
"""Rows of master data as they were from `since` up to `until`; the row as it is now stands in the table of its kind."""

billings = Table(
    "billings",
    metadata,
    Column("document_id", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", PlainText, nullable=False),
    Column("order_line", PlainText, nullable=False),
    Column("receipt", PlainText, nullable=False),
    Column("receipt_line", PlainText, nullable=False),
    Column("quantity", PlainText, nullable=False),
    Column("amount", PlainText, nullable=False),
    Index(None, "number"),
)
"""What our own documents billed of order lines and receipt lines, posted or about to be; amounts are decimal text."""

workers = Table(
    "workers",
    metadata,
    Column("executor_id", PlainText, primary_key=True),
    Column("host", PlainText, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("beat_at", Moment, nullable=False),
    Column("taken_by", PlainText),
    Column("taken_at", Moment),
    Index(None, "beat_at"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("seq", Counter, primary_key=True, autoincrement=True),
    Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("path", PlainText, nullable=False),
    Column("value", PlainText),
    Column("page", Integer),
    Column("box", JsonText),
    Column("by", PlainText, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "document_id", "seq"),
)
"""What people said a value is; `value` is null where they said that the document does not show it."""

layouts = Table(
    "layouts",
    metadata,
    Column("identity", PlainText, primary_key=True),
    Column("field", PlainText, primary_key=True),
    Column("placing", JsonText, nullable=False),
    Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
    Column("learned_at", Moment, nullable=False),
)
"""Where a field stands on the paper of one vendor, by what identifies the vendor; a later correction replaces it."""

variances = Table(
    "variances",
    metadata,
    Column("seq", Counter, primary_key=True, autoincrement=True),
    Column("document_id", String(64), ForeignKey("documents.id"), nullable=False),
    Column("vendor", PlainText, nullable=False),
    Column("item", PlainText, nullable=False),
    Column("currency", PlainText, nullable=False),
    Column("amount", PlainText, nullable=False),
    Column("used", PlainText, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "document_id"),
    Index(None, "vendor", "item", "currency", "seq"),
)
"""What each invoice was let pass inside the tolerances; amounts and shares are decimal text."""

drifts = Table(
    "drifts",
    metadata,
    Column("vendor", PlainText, primary_key=True),
    Column("item", PlainText, primary_key=True),
    Column("currency", PlainText, primary_key=True),
    Column("state", JsonText, nullable=False),
)
"""The variances of a vendor and item, added up; can always be made anew from them."""

accepted_invoices = Table(
    "accepted_invoices",
    metadata,
    Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("vendor", PlainText, nullable=False),
    Column("currency", PlainText, nullable=False),
    Column("amount", PlainText, nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("has_order", Boolean, nullable=False),
    Index(None, "vendor", "issued_on"),
)
"""Invoices that went through, by vendor and date (ISO 8601), to see amounts that are billed around a limit."""

signatures = Table(
    "signatures",
    metadata,
    Column("seq", Counter, primary_key=True, autoincrement=True),
    Column("document_id", PlainText, nullable=False, unique=True),
    Column("issued_on", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("data", PlainText, nullable=False),
)
"""What each document claims (`Signature` as JSON), in the order of claiming; `issued_on` is a day's ordinal, 0 unknown."""

signature_keys = Table(
    "signature_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("issued_on", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "seq"),
    sqlite_with_rowid=False,
)
"""Hashed keys under which copies of a document are looked for."""

distinct_claims = Table(
    "distinct_claims",
    metadata,
    Column("document_id", PlainText, primary_key=True),
    Column("other_id", PlainText, primary_key=True),
    Column("by", PlainText, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "other_id"),
)
"""Pairs of documents of which a person said that they are two claims; the smaller id stands first."""

conventions = Table(
    "conventions",
    metadata,
    Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("vendor_id", PlainText, nullable=False),
    Column("currency", PlainText, nullable=False),
    Column("fits", JsonText, nullable=False),
    Column("learned_at", Moment, nullable=False),
    Index(None, "vendor_id", "currency", "learned_at"),
)
"""Rounding conventions that give the figures of an invoice exactly, of each supplier's invoices that went through."""

outcomes = Table(
    "outcomes",
    metadata,
    Column("document_id", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("ruleset", PlainText, nullable=False),
    Column("vendor_group", PlainText, nullable=False),
    Column("currency", PlainText, nullable=False),
    Column("amount", PlainText),
    Column("confidences", JsonText, nullable=False),
    Column("share_permille", Integer, nullable=False),
    Column("is_straight", Boolean, nullable=False),
    Column("wrong", JsonText),
    Column("reviewed_at", Moment),
    Index(None, "ruleset", "reviewed_at"),
)
"""How sure the machine was of each document, with which probability people look at it, and what they found."""

automation = Table(
    "automation",
    metadata,
    Column("ruleset", PlainText, primary_key=True),
    Column("steps", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("by", PlainText, nullable=False),
)
"""How many steps the automation of a ruleset stands down since when, and who said so; audits before that do not count."""

oldest_program = Table(
    "oldest_program",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", String(8), nullable=False),
)
"""One row: the revision of the oldest program that works on these tables. A migration that takes something away raises it."""

keyed_calls, webhooks, webhook_deliveries = http_tables(metadata)
"""Answers to requests with a key of the caller's, who is told of events, and what is told."""

kpi_documents, kpi_reasons, kpi_mark, review_efforts, roi_inputs = kpi_tables(metadata, Counter)
