"""What customers call our items, and the price list."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
TABLES = {
    "customer_items": ("customer_id customer_item_code", "item_code description unit", ("item_code",)),
    "sales_prices": (
        "item_code customer_id group currency unit min_quantity valid_from", "unit_price price_base valid_to", ()
    ),
}  # fmt: skip
"""Key columns, other columns, columns with an index."""


def upgrade() -> None:
    for table, (key, names, indexed) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.Text(), nullable=False) for name in key.split()),
            *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names.split()),
            sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
            sa.Column("since", MOMENT, nullable=True),
            sa.Column("change_id", sa.Integer(), nullable=True),
            sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{table}"),
        )
        for name in indexed:
            op.create_index(f"ix_{table}_{name}", table, [name])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
