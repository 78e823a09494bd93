"""The tables of the search over everything: which words stand in which document, public ones and masked ones apart."""

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from engine.store.columns import PlainText

LONGEST_WORD = 80
_WORD = String(LONGEST_WORD, collation="C").with_variant(String(LONGEST_WORD), "sqlite")
"""Compared byte by byte in both databases, so that the beginning of a word is a range of the index."""


def search_tables(metadata: MetaData, counter: TypeEngine[int]) -> tuple[Table, Table]:
    """Return `search_documents` (all words of each document, in rows of text) and `search_words` (the index of words)."""
    found = Table(
        "search_documents",
        metadata,
        Column("seq", counter, primary_key=True, autoincrement=True),
        Column("document_id", String(64), ForeignKey("documents.id"), nullable=False, unique=True),
        *(Column(name, PlainText, nullable=False, server_default="") for name in ("words", "bank", "identity")),
    )
    words = Table(
        "search_words",
        metadata,
        Column("word", _WORD, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("kind", String(8), primary_key=True),
        sqlite_with_rowid=False,
    )
    return found, words
