"""The oldest program that works on these tables, so that programs of two versions may run side by side."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    made = op.create_table(
        "oldest_program",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oldest_program"),
    )
    op.bulk_insert(made, [{"id": 1, "revision": "0022"}])


def downgrade() -> None:
    op.drop_table("oldest_program")
