"""Views of the list of the desk that people saved."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("place", "key", "name")),
        sa.Column("team", sa.Text()),
        sa.Column("holder", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("by", "look")),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("place", "key", name="uq_saved_views_place_key"),
    )
    op.create_table(
        "view_defaults",
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("view_id", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_view_defaults"),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_views.id"], name="fk_view_defaults_view_id_saved_views", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_view_defaults_view_id", "view_defaults", ["view_id"])


def downgrade() -> None:
    op.drop_index("ix_view_defaults_view_id", "view_defaults")
    op.drop_table("view_defaults")
    op.drop_table("saved_views")
