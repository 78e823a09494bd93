"""What people at the review desk let pass, said and typed; who has which item; and one line about each document."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("reviews", sa.Column("assignee", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("taken_by", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("taken_until", MOMENT, nullable=True))
    _told_by_people()
    op.create_table(
        "summaries",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=32), server_default="", nullable=False),
        *(
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("entity", "vendor_id", "vendor", "number", "po_number")
        ),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("total", sa.Text(), server_default="", nullable=False),
        sa.Column("stake", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("issued_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("due_on", sa.String(length=10), server_default="", nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("references", sa.Text(), server_default="", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_summaries_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", name="pk_summaries"),
    )
    op.create_index("ix_summaries_type", "summaries", ["type"])
    op.create_index("ix_summaries_vendor_id", "summaries", ["vendor_id"])


def _told_by_people() -> None:
    op.create_table(
        "waivers",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_waivers_document_id_documents"),
        sa.PrimaryKeyConstraint("seq", name="pk_waivers"),
    )
    op.create_index("ix_waivers_document_id_seq", "waivers", ["document_id", "seq"])
    op.create_table(
        "comments",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_comments_document_id_documents"),
        sa.PrimaryKeyConstraint("seq", name="pk_comments"),
    )
    op.create_index("ix_comments_document_id_seq", "comments", ["document_id", "seq"])
    op.create_table(
        "drafts",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_drafts_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", "by", name="pk_drafts"),
    )


def downgrade() -> None:
    for name in ("summaries", "drafts", "comments", "waivers"):
        op.drop_table(name)
    for name in ("taken_until", "taken_by", "assignee"):
        op.drop_column("reviews", name)
