"""Views of the list of the desk that people named: filters, search and order, one's own or a team's."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlalchemy import Connection, delete, func, or_, select, update

from engine.model.value import Value
from engine.store import tables
from engine.store.summaries import Order
from engine.store.writing import insert_new, upsert

_VIEWS, _DEFAULTS = tables.saved_views, tables.view_defaults
Whose = Literal["mine", "team", "late", "all"]


class Look(Value):
    """What somebody wants to see of the list; what is empty does not restrict."""

    view: Whose = "team"
    queue: str = Field(default="", max_length=80)
    text: str = Field(default="", max_length=200)
    order: Order = "urgent"
    reason: str = Field(default="", max_length=80)
    kind: str = Field(default="", max_length=40)
    """Type of document."""


class SavedView(Value):
    """A view with a name."""

    id: int
    name: str
    team: str | None
    """Whose it is; None: its maker's own."""
    holder: str
    """Id of the person or token that saved it last."""
    by: str
    look: Look
    changed_at: datetime


_COLUMNS = [_VIEWS.c[name] for name in SavedView.model_fields]


def seen(tx: Connection, holder: str, teams: Collection[str] | None) -> list[SavedView]:
    """Return one's own views and those of teams (None: of all), by name."""
    shared = _VIEWS.c.team.is_not(None) if teams is None else _VIEWS.c.team.in_(list(teams))
    own = _VIEWS.c.team.is_(None) & (_VIEWS.c.holder == holder)
    query = select(*_COLUMNS).where(or_(own, shared)).order_by(_VIEWS.c.key, _VIEWS.c.id)
    return [SavedView.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def count(tx: Connection, holder: str) -> int:
    """Return how many views somebody saved."""
    return tx.execute(select(func.count()).where(_VIEWS.c.holder == holder)).scalar_one()


def save(
    tx: Connection, name: str, look: Look, *, team: str | None, holder: str, by: str, at: datetime
) -> int:  # fmt: skip
    """Keep a view, in the place of one of that name in the same place (capitals do not tell names apart); return its id."""
    row = {
        "place": f"mine:{holder}" if team is None else f"team:{team}", "key": name.casefold(), "name": name, "team": team,
        "holder": holder, "by": by, "look": look.model_dump(mode="json"), "changed_at": at,
    }  # fmt: skip
    same = (_VIEWS.c.place == row["place"], _VIEWS.c.key == row["key"])
    if not insert_new(tx, _VIEWS, row, by=("place", "key")):
        tx.execute(update(_VIEWS).where(*same).values(**row))
    found: int = tx.execute(select(_VIEWS.c.id).where(*same)).scalar_one()
    return found


def drop(tx: Connection, view_id: int) -> None:
    """Take a view away; whoever opened the list with it opens it without."""
    tx.execute(delete(_DEFAULTS).where(_DEFAULTS.c.view_id == view_id))
    tx.execute(delete(_VIEWS).where(_VIEWS.c.id == view_id))


def default(tx: Connection, holder: str) -> int | None:
    """Return the id of the view with which somebody opens the list, or None."""
    return tx.execute(select(_DEFAULTS.c.view_id).where(_DEFAULTS.c.holder == holder)).scalar_one_or_none()


def set_default(tx: Connection, holder: str, view_id: int | None) -> None:
    """Let the list open with a view, or as it is."""
    if view_id is None:
        tx.execute(delete(_DEFAULTS).where(_DEFAULTS.c.holder == holder))
    else:
        upsert(tx, _DEFAULTS, [{"holder": holder, "view_id": view_id}])
