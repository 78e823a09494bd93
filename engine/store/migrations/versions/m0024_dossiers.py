"""Dossiers: papers that come one by one and count together."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dossier_keys",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("type", "name")),
        *(sa.Column(name, sa.String(length=64), nullable=False) for name in ("digest", "dossier")),
        sa.PrimaryKeyConstraint("type", "name", "digest", name="pk_dossier_keys"),
        sa.ForeignKeyConstraint(["dossier"], ["documents.id"], name="fk_dossier_keys_dossier_documents"),
    )
    op.create_index("ix_dossier_keys_dossier", "dossier_keys", ["dossier"])
    op.create_table(
        "dossier_papers",
        *(sa.Column(name, sa.String(length=64), nullable=False) for name in ("document_id", "dossier")),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_dossier_papers"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_dossier_papers_document_id_documents"),
        sa.ForeignKeyConstraint(["dossier"], ["documents.id"], name="fk_dossier_papers_dossier_documents"),
    )
    op.create_index("ix_dossier_papers_dossier", "dossier_papers", ["dossier"])


def downgrade() -> None:
    op.drop_index("ix_dossier_papers_dossier", "dossier_papers")
    op.drop_table("dossier_papers")
    op.drop_index("ix_dossier_keys_dossier", "dossier_keys")
    op.drop_table("dossier_keys")
