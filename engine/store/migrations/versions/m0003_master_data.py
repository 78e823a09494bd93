"""Kinds of master data, their history, and what our own documents billed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ADDED = {
    "vendors": "group phone website parent_id status",
    "orders": "kind limit valid_from valid_to entity payment_terms",
    "order_lines": "supplier_item_code gtin price_base price_unit amount received accepted billed_quantity billed_amount receipt_required inspection_required delivery_date tax_rate elsewhere_quantity elsewhere_amount",
}
"""Columns that tables of before get, by table."""

NEW = {
    "customers": (
        "id",
        "name tax_id registration_id iban email street postcode city country currency payment_terms gl_account cost_centre tax_code group phone website parent_id status name_key",
        "tax_id",
    ),
    "contacts": ("id", "party party_id name email phone role", "email party_id"),
    "items": ("code", "description gtin unit group gl_account tax_code status", "gtin"),
    "item_units": ("item_code unit", "factor gtin", "gtin"),
    "item_references": ("vendor_id supplier_item_code", "item_code gtin description unit", "item_code"),
    "goods_receipts": (
        "receipt line",
        "number order_line quantity unit accepted delivery_note received_on billed_quantity number_key",
        "delivery_note number_key",
    ),
    "contracts": (
        "number",
        "party party_id title currency amount period limit valid_from valid_to entity payment_terms status",
        "party_id",
    ),
    "gl_accounts": ("number entity", "name type status valid_from valid_to", ""),
    "cost_centres": ("code entity", "name owner status valid_from valid_to", ""),
    "tax_codes": ("code entity valid_from", "name country rate category direction valid_to", ""),
    "payment_terms": (
        "code",
        "text due_days end_of_month discount_days discount_percent second_discount_days second_discount_percent",
        "",
    ),
    "exchange_rates": ("from_currency to_currency rate_type date", "rate per", ""),
}
"""Tables that are new: key columns, other columns, columns with an index."""

MARKS = ("is_active", "since", "change_id")


def upgrade() -> None:
    with op.batch_alter_table("order_lines") as batch:
        batch.alter_column("line", type_=sa.Text(), existing_type=sa.String(length=32), existing_nullable=False)
    for table, names in ADDED.items():
        for column in (*map(_text, names.split()), *_marks()):
            op.add_column(table, column)
    for table, (key, names, indexed) in NEW.items():
        _create(table, key.split(), names.split())
        for name in indexed.split():
            op.create_index(f"ix_{table}_{name}", table, [name])
    _create_changes()
    _create_billings()


def downgrade() -> None:
    for table in ("billings", "master_history", "master_changes", *reversed(NEW)):
        op.drop_table(table)
    for table, names in ADDED.items():
        for name in (*MARKS, *names.split()):
            op.drop_column(table, name)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _marks() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=True),
    )


def _create(table: str, key: list[str], names: list[str]) -> None:
    keys = (sa.Column(name, sa.Text(), nullable=False) for name in key)
    op.create_table(table, *keys, *map(_text, names), *_marks(), sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"))


def _create_changes() -> None:
    op.create_table(
        "master_changes",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_master_changes"),
    )
    op.create_table(
        "master_history",
        sa.Column("seq", COUNTER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_master_history"),
    )
    op.create_index("ix_master_history_kind_key_until", "master_history", ["kind", "key", "until"])


def _create_billings() -> None:
    op.create_table(
        "billings",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("number", "order_line", "receipt", "receipt_line", "quantity", "amount")
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_billings"),
    )
    op.create_index("ix_billings_number", "billings", ["number"])
