"""What does not leave at once, payloads that people changed, deadlines, and alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.add_column("operations", sa.Column("deadline_hours", sa.Integer(), nullable=True))
    op.add_column("operations", sa.Column("due_at", MOMENT, nullable=True))
    op.create_index("ix_operations_due_at", "operations", ["due_at"])
    op.create_index("ix_receipts_at", "receipts", ["at"])
    op.create_table(
        "departures",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("leave_at", MOMENT, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("overridden_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["operations.key"], name="fk_departures_key_operations"),
        sa.PrimaryKeyConstraint("key", name="pk_departures"),
    )
    op.create_index("ix_departures_leave_at", "departures", ["leave_at"])
    op.create_index("ix_departures_document_id", "departures", ["document_id"])
    op.create_table(
        "operation_payloads",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["operations.key"], name="fk_operation_payloads_key_operations"),
        sa.PrimaryKeyConstraint("key", "number", name="pk_operation_payloads"),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
    )


def downgrade() -> None:
    for name in ("alarms", "operation_payloads", "departures"):
        op.drop_table(name)
    op.drop_index("ix_receipts_at", table_name="receipts")
    op.drop_index("ix_operations_due_at", table_name="operations")
    for name in ("due_at", "deadline_hours"):
        op.drop_column("operations", name)
