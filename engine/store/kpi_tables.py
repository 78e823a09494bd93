"""The tables of the KPI pages: figures of each document, how far the ledger is counted, efforts of answers, inputs of the ROI."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from engine.store.columns import JsonText, Moment, PlainText

_COUNTS = (
    "arrivals", "operations", "ended", "committed", "retries", "answers", "measured", "seconds", "keys", "clicks",
    "values_seen", "values_wrong",
)  # fmt: skip


def kpi_tables(metadata: MetaData, counter: TypeEngine[int]) -> tuple[Table, Table, Table, Table, Table]:
    """Return `kpi_documents`, `kpi_reasons`, `kpi_mark`, `review_efforts` and `roi_inputs`.

    Figures refer to no document by a foreign key: they hold nothing of a person, and outlive a document that is erased.
    """
    reasons = Table(
        "kpi_reasons",
        metadata,
        Column("document_id", String(64), primary_key=True),
        Column("reason", PlainText, primary_key=True),
    )
    mark = Table(
        "kpi_mark",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("seq", BigInteger, nullable=False),
    )
    return _documents(metadata), reasons, mark, _efforts(metadata, counter), _inputs(metadata)


def _documents(metadata: MetaData) -> Table:
    """Keep moments as seconds since 1970 and days as days since then, so that both databases reckon with them alike."""
    return Table(
        "kpi_documents",
        metadata,
        Column("document_id", String(64), primary_key=True),
        Column("day", Integer, nullable=False),
        Column("month", Integer, nullable=False),
        Column("course", String(16), nullable=False),
        Column("type", String(60), nullable=False),
        Column("entity", PlainText, nullable=False),
        Column("queue", PlainText, nullable=False),
        Column("team", PlainText, nullable=False),
        Column("confirmed", BigInteger),
        Column("touched", BigInteger),
        Column("reviewed", BigInteger),
        Column("posting", BigInteger),
        Column("cycle", BigInteger),
        Column("stake", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        *(Column(name, Integer, nullable=False) for name in _COUNTS),
        Index(None, "day"),
    )


def _efforts(metadata: MetaData, counter: TypeEngine[int]) -> Table:
    """Keep what an answer took on the page. Who answered is not kept: this measures screens, not people."""
    return Table(
        "review_efforts",
        metadata,
        Column("seq", counter, primary_key=True, autoincrement=True),
        Column("document_id", String(64), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("seconds", Integer, nullable=False),
        Column("keys", Integer, nullable=False),
        Column("clicks", Integer, nullable=False),
        Index(None, "document_id"),
    )


def _inputs(metadata: MetaData) -> Table:
    return Table(
        "roi_inputs",
        metadata,
        Column("environment", PlainText, primary_key=True),
        Column("person", PlainText, primary_key=True),
        Column("values", JsonText, nullable=False),
        Column("at", Moment, nullable=False),
    )
