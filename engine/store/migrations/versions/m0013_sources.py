"""How far each source was asked, what it told, and calls that were taken and not yet looked into."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("is_begun", sa.Boolean(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("lease_by", sa.Text(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_sources"),
    )
    op.create_table(
        "source_changes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("document_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_source_changes_document_id_documents"),
        sa.PrimaryKeyConstraint("id", name="pk_source_changes"),
    )
    for columns in (["source", "object", "object_key", "seq"], ["source", "seen_at"], ["document_id"]):
        op.create_index(f"ix_source_changes_{'_'.join(columns)}", "source_changes", columns)
    op.create_table(
        "source_calls",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_source_calls"),
    )
    op.create_index("ix_source_calls_source_done_at_received_at", "source_calls", ["source", "done_at", "received_at"])


def downgrade() -> None:
    for name in ("source_calls", "source_changes", "sources"):
        op.drop_table(name)
