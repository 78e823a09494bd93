"""Messages to people about alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("event", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "message")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("since", "made_at")),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("taken_until", "ended_at")),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_alerts"),
    )
    op.create_index("ix_alerts_state_next_at", "alerts", ["state", "next_at"])
    op.create_index("ix_alerts_way_ended_at", "alerts", ["way", "ended_at"])


def downgrade() -> None:
    op.drop_index("ix_alerts_way_ended_at", "alerts")
    op.drop_index("ix_alerts_state_next_at", "alerts")
    op.drop_table("alerts")
