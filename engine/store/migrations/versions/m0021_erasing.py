"""Holds and erasures; a salt in new entries of the ledger, and emptying one as the one change that the database lets through.

What is left of an emptied entry, its hash, tells nothing about what stood there once the salt is gone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
_KEPT = ("seq", "at", "document_id", "kind", "actor", "previous_hash", "hash")
_EMPTIES = {
    "sqlite": "NEW.data = '' AND NEW.salt IS NULL AND NEW.document_id IS NOT NULL AND "
    + " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _KEPT),
    "postgresql": "NEW.data = '' AND NEW.salt IS NULL AND NEW.document_id IS NOT NULL AND "
    + " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in _KEPT),
}
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the ledger is append only'); END"


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=True),
        sa.Column("vendor_id", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("entity", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_table(
        "erasures",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.add_column("ledger", sa.Column("salt", sa.String(32), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_no_update")
        op.execute(f"CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger WHEN NOT ({_EMPTIES['sqlite']}) {_REFUSE}")
        return
    op.execute("DROP TRIGGER ledger_append_only ON ledger")
    op.execute(
        "CREATE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    )
    op.execute(
        f"CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger FOR EACH ROW WHEN (NOT ({_EMPTIES['postgresql']})) "
        "EXECUTE FUNCTION ledger_refuse()"
    )


def downgrade() -> None:
    op.drop_table("erasures")
    op.drop_table("holds")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_no_update")
        op.drop_column("ledger", "salt")
        op.execute(f"CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger {_REFUSE}")
        return
    op.execute("DROP TRIGGER ledger_no_update ON ledger")
    op.execute("DROP TRIGGER ledger_append_only ON ledger")
    op.drop_column("ledger", "salt")
    op.execute(
        "CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    )
