"""What is on its way to targets, the calls that run, and how each target is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index("ix_receipts_external_id", "receipts", ["external_id"])
    op.create_table(
        "outbox",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("waits_for", sa.Text(), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["operations.key"], name="fk_outbox_key_operations"),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    for columns in (["target", "seq"], ["target", "next_at"], ["lane", "seq"], ["document_id"], ["call_id"]):
        op.create_index(f"ix_outbox_{'_'.join(columns)}", "outbox", columns)
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("executor_id", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_target_began_at", "calls", ["target", "began_at"])
    op.create_index("ix_calls_executor_id", "calls", ["executor_id"])
    op.create_table(
        "targets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("throttled_until", MOMENT, nullable=True),
        sa.Column("probe", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_targets"),
    )


def downgrade() -> None:
    for name in ("targets", "calls", "outbox"):
        op.drop_table(name)
    op.drop_index("ix_receipts_external_id", table_name="receipts")
