"""The tables of the search index of parties, which `party_index` alone writes."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

from engine.store.columns import PlainText

_COUNTER = BigInteger().with_variant(Integer, "sqlite")


def party_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Return `parties`, `party_keys`, `party_words` and `word_stumps`.

    Who can be searched for (kind is `vendor` or `customer`), with the words of the name and other keys as `way key`
    lines; hashed ways to find a party, without foreign key because they are an index; how many parties of a kind have a
    word in their name; hashed stumps of words, to find a word that was read with a wrong letter.
    """
    parties = Table(
        "parties",
        metadata,
        Column("no", _COUNTER, primary_key=True, autoincrement=True),
        Column("kind", String(16), nullable=False),
        Column("id", PlainText, nullable=False),
        Column("name_key", PlainText, nullable=False),
        Column("other_keys", PlainText, nullable=False),
        Index("uq_parties_kind_id", "kind", "id", unique=True),
    )
    party_keys = Table(
        "party_keys",
        metadata,
        Column("key", BigInteger, primary_key=True, autoincrement=False),
        Column("no", BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    party_words = Table(
        "party_words",
        metadata,
        Column("kind", String(16), primary_key=True),
        Column("word", PlainText, primary_key=True),
        Column("count", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    word_stumps = Table(
        "word_stumps",
        metadata,
        Column("stump", BigInteger, primary_key=True, autoincrement=False),
        Column("word", PlainText, primary_key=True),
        sqlite_with_rowid=False,
    )
    return parties, party_keys, party_words, word_stumps
