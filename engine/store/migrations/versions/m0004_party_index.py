"""One search index for vendors and customers, as short hashed keys; those that are there are taken into it."""

import sqlalchemy as sa
from alembic import op

from engine.store import party_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_table("token_grams")
    op.drop_table("vendor_keys")
    op.create_table(
        "parties",
        sa.Column("no", COUNTER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("other_keys", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_parties"),
    )
    op.create_index("uq_parties_kind_id", "parties", ["kind", "id"], unique=True)
    op.create_table(
        "party_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "no", name="pk_party_keys"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "party_words",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", name="pk_party_words"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "word_stumps",
        sa.Column("stump", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stump", "word", name="pk_word_stumps"),
        sqlite_with_rowid=False,
    )
    party_index.rebuild(op.get_bind())
