"""What readings were worth, steps down of automation, and how urgent review items are."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.add_column("reviews", sa.Column("team", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("priority", sa.Integer(), server_default="3", nullable=False))
    op.add_column("reviews", sa.Column("due_at", MOMENT, nullable=True))
    op.create_table(
        "outcomes",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("vendor_group", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("confidences", sa.Text(), nullable=False),
        sa.Column("share_permille", sa.Integer(), nullable=False),
        sa.Column("is_straight", sa.Boolean(), nullable=False),
        sa.Column("wrong", sa.Text(), nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_outcomes_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_ruleset_reviewed_at", "outcomes", ["ruleset", "reviewed_at"])
    op.create_table(
        "automation",
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ruleset", name="pk_automation"),
    )


def downgrade() -> None:
    op.drop_table("automation")
    op.drop_table("outcomes")
    for name in ("due_at", "priority", "team"):
        op.drop_column("reviews", name)
