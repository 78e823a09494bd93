"""What was let pass inside the tolerances, added up by vendor and item."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "variances",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_variances_document_id_documents"),
        sa.PrimaryKeyConstraint("seq", name="pk_variances"),
    )
    op.create_index("ix_variances_document_id", "variances", ["document_id"])
    op.create_index("ix_variances_vendor_item_currency_seq", "variances", ["vendor", "item", "currency", "seq"])
    op.create_table(
        "drifts",
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vendor", "item", "currency", name="pk_drifts"),
    )
    op.create_table(
        "accepted_invoices",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("has_order", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_accepted_invoices_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", name="pk_accepted_invoices"),
    )
    op.create_index("ix_accepted_invoices_vendor_issued_on", "accepted_invoices", ["vendor", "issued_on"])


def downgrade() -> None:
    op.drop_table("accepted_invoices")
    op.drop_table("drifts")
    op.drop_table("variances")
