"""What waits for an order or a receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "waits",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_waits_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", name="pk_waits"),
    )
    op.create_index("ix_waits_next_at", "waits", ["next_at"])
    op.create_table(
        "wait_orders",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_wait_orders_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", "number_key", name="pk_wait_orders"),
    )


def downgrade() -> None:
    op.drop_table("wait_orders")
    op.drop_table("waits")
