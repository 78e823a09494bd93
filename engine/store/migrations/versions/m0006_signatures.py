"""What documents claim, under keys by which a second copy is found."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signatures",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_signatures"),
        sa.UniqueConstraint("document_id", name="uq_signatures_document_id"),
    )
    op.create_table(
        "signature_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issued_on", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "issued_on", "seq", name="pk_signature_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_signature_keys_seq", "signature_keys", ["seq"])
    op.create_table(
        "distinct_claims",
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "other_id", name="pk_distinct_claims"),
    )
    op.create_index("ix_distinct_claims_other_id", "distinct_claims", ["other_id"])


def downgrade() -> None:
    op.drop_table("distinct_claims")
    op.drop_table("signature_keys")
    op.drop_table("signatures")
