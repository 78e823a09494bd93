"""The tables of views that people saved of the list of the desk."""

from sqlalchemy import Column, ForeignKey, MetaData, String, Table, UniqueConstraint
from sqlalchemy.types import TypeEngine

from engine.store.columns import JsonText, Moment, PlainText


def view_tables(metadata: MetaData, counter: TypeEngine[int]) -> tuple[Table, Table]:
    """Return `saved_views` and `view_defaults`: what people named, and which of them the list opens with."""
    views = Table(
        "saved_views",
        metadata,
        Column("id", counter, primary_key=True, autoincrement=True),
        Column("place", PlainText, nullable=False),
        Column("key", PlainText, nullable=False),
        Column("name", PlainText, nullable=False),
        Column("team", PlainText),
        Column("holder", String(64), nullable=False),
        Column("by", PlainText, nullable=False),
        Column("look", JsonText, nullable=False),
        Column("changed_at", Moment, nullable=False),
        UniqueConstraint("place", "key"),
    )
    defaults = Table(
        "view_defaults",
        metadata,
        Column("holder", String(64), primary_key=True),
        Column("view_id", counter, ForeignKey("saved_views.id", ondelete="CASCADE"), nullable=False, index=True),
    )
    return views, defaults
