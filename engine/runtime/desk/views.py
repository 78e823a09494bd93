"""Saved views of the list of the desk: named, shared with a team or not, one of them the list to begin with."""

from collections.abc import Collection
from typing import NamedTuple

from engine.content.ownership import load_ownership
from engine.model.person import Asker
from engine.runtime.desk.taking import Refused
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, note
from engine.store import views as store
from engine.store.database import reading, transaction
from engine.store.views import Look, SavedView

MOST = 100
"""Views that one person or program saves."""
_LONGEST = 80


class Views(NamedTuple):
    """What somebody chooses from."""

    views: tuple[SavedView, ...]
    default: int | None
    """Id of the view with which the list opens for them."""


def of(house: House, asker: Asker) -> Views:
    """Return one's own views and those of one's teams; who is bound to no team sees those of all."""
    with reading(house.engine) as tx:
        found = store.seen(tx, asker.id, _bounds(asker))
        default = store.default(tx, asker.id)
    # whoever left a team opens the list without its view
    return Views(tuple(found), default if default in {one.id for one in found} else None)


def teams(house: House, asker: Asker) -> tuple[str, ...]:
    """Return the teams with which somebody may share a view: one's own, or all of who decides and is bound to none."""
    if not (asker.may("correct_documents") or asker.may("approve_documents")):
        return ()
    known = load_ownership(house.settings.content_folder()).teams
    return tuple(sorted(asker.teams() or known))


def save(
    house: House, asker: Asker, name: str, look: Look, *, team: str | None = None, is_default: bool = False
) -> SavedView:  # fmt: skip
    """Keep a view under a name, in the place of one of that name. Raises Refused for no name, too many, a team not one's own."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise Refused(f"Give it a name of up to {_LONGEST} characters.")
    if team is not None and team not in teams(house, asker):
        raise Refused(f"You do not share views with {team}. Your teams: {', '.join(teams(house, asker)) or 'none'}.")
    with transaction(house.engine) as tx:
        if store.count(tx, asker.id) >= MOST:
            raise Refused(f"You have {MOST} views. Delete one first.")
        made = store.save(tx, name, look, team=team, holder=asker.id, by=asker.name, at=house.clock.now())
        if is_default:
            store.set_default(tx, asker.id, made)
        if team is not None:
            note(tx, house, Hand(asker.name, asker.where), "view_shared", {"view": name, "team": team})
    return found(house, asker, made)


def found(house: House, asker: Asker, view_id: int) -> SavedView:
    """Return a view that somebody sees. Raises LookupError."""
    for one in of(house, asker).views:
        if one.id == view_id:
            return one
    raise LookupError("There is no such view.")


def delete(house: House, asker: Asker, view_id: int) -> None:
    """Take one's own view away, or one of a team with which one shares views. Raises LookupError, Refused."""
    one = found(house, asker, view_id)
    if one.team is not None and one.holder != asker.id and one.team not in teams(house, asker):
        raise Refused(f"It is a view of {one.team}: somebody of that team deletes it.")
    with transaction(house.engine) as tx:
        store.drop(tx, view_id)
        if one.team is not None:
            note(tx, house, Hand(asker.name, asker.where), "view_deleted", {"view": one.name, "team": one.team})


def begin_with(house: House, asker: Asker, view_id: int | None) -> None:
    """Let the list open with a view, or as it is. Raises LookupError for one that is not seen."""
    if view_id is not None:
        found(house, asker, view_id)
    with transaction(house.engine) as tx:
        store.set_default(tx, asker.id, view_id)


def _bounds(asker: Asker) -> Collection[str] | None:
    return asker.teams() or None
