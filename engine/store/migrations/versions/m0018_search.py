"""The words by which people look for documents, and what lists of the control room are ordered by."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(80, collation="C").with_variant(sa.String(80), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("words", "bank", "identity")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_search_documents_document_id_documents"),
        sa.PrimaryKeyConstraint("seq", name="pk_search_documents"),
        sa.UniqueConstraint("document_id", name="uq_search_documents_document_id"),
    )
    op.create_table(
        "search_words",
        sa.Column("word", WORD, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("word", "seq", "kind", name="pk_search_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_operations_planned_at_key", "operations", ["planned_at", "key"])
    op.create_index("ix_operations_target_state_changed_at", "operations", ["target", "state", "changed_at"])
    op.create_index("ix_reviews_document_id_id", "reviews", ["document_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_reviews_document_id_id", "reviews")
    op.drop_index("ix_operations_target_state_changed_at", "operations")
    op.drop_index("ix_operations_planned_at_key", "operations")
    for name in ("search_words", "search_documents"):
        op.drop_table(name)
