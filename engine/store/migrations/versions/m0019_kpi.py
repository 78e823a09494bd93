"""Figures of each document for the KPI pages, what answers took on the desk, and the inputs of the ROI page."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
COUNTS = (
    "arrivals", "operations", "ended", "committed", "retries", "answers", "measured", "seconds", "keys", "clicks",
    "values_seen", "values_wrong",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "kpi_documents",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("entity", "queue", "team")),
        *(sa.Column(name, sa.BigInteger()) for name in ("confirmed", "touched", "reviewed", "posting", "cycle")),
        sa.Column("stake", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("document_id", name="pk_kpi_documents"),
    )
    op.create_index("ix_kpi_documents_day", "kpi_documents", ["day"])
    op.create_table(
        "kpi_reasons",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "reason", name="pk_kpi_reasons"),
    )
    op.create_table(
        "kpi_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_mark"),
    )
    op.execute("INSERT INTO kpi_mark (id, seq) VALUES (1, 0)")
    op.create_table(
        "review_efforts",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("revision", "seconds", "keys", "clicks")),
        sa.PrimaryKeyConstraint("seq", name="pk_review_efforts"),
    )
    op.create_index("ix_review_efforts_document_id", "review_efforts", ["document_id"])
    op.create_table(
        "roi_inputs",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("environment", "person", name="pk_roi_inputs"),
    )


def downgrade() -> None:
    for name in ("roi_inputs", "review_efforts", "kpi_mark", "kpi_reasons", "kpi_documents"):
        op.drop_table(name)
