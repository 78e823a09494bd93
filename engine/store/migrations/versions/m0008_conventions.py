"""How suppliers round."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "conventions",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("vendor_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("fits", sa.Text(), nullable=False),
        sa.Column("learned_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_conventions_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", name="pk_conventions"),
    )
    op.create_index(
        "ix_conventions_vendor_id_currency_learned_at", "conventions", ["vendor_id", "currency", "learned_at"]
    )


def downgrade() -> None:
    op.drop_table("conventions")
