"""What version a target gave to what it wrote, and where people see it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("version", "link"):
        op.add_column("receipts", sa.Column(name, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for name in ("link", "version"):
        op.drop_column("receipts", name)
