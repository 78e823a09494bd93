"""Releasing on pages: who agrees is who signed in, and nobody agrees to what they wrote or release themselves."""

from functools import lru_cache
from pathlib import Path

from engine.content.ownership import load_ownership
from engine.content.release_record import Approval, ReleaseRecord, write_record
from engine.model.errors import PostroomError
from engine.runtime import release
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts
from engine.runtime.release import Standing
from engine.store import ledger
from engine.store.database import transaction

AGREED, RELEASED = "content_agreed", "content_released"


def standing(house: House, ref: str, *, by: str) -> Standing:
    """Return how far the release of a version is, and what is missing if this person released it. Raises ContentError."""
    root = house.settings.content_folder()
    here = release.pieces_of(root, ref)
    here = release.judged(here, _faults(root, here.ref, here.digest), by)
    wrote = writers(house, here)
    own = [
        f"{one.who} wrote a part of it, so their agreement for {one.team} does not count"
        for one in here.approvals
        if one.who.casefold() in {name.casefold() for name in wrote} and not here.is_released
    ]
    return here.model_copy(update={"missing": (*here.missing, *own)})


def writers(house: House, here: Standing) -> frozenset[str]:
    """Return who wrote the pieces on pages that this release would freeze."""
    fresh = [one.ref for one in here.pieces if not one.is_released]
    return frozenset[str]().union(*drafts.authors(house, fresh).values())


@lru_cache(maxsize=32)
def _faults(root: Path, ref: str, digest: str) -> tuple[str, ...]:  # noqa: ARG001 - the digest makes the difference
    """Return what lint and examples say against a version, looked at once for everything that it pins."""
    return release.faults(root, release.pieces_of(root, ref))


def agree(house: House, ref: str, *, team: str, by: str) -> None:
    """Keep somebody's yes to a version for a team. Raises PostroomError for those who wrote a part of it."""
    root = house.settings.content_folder()
    teams = load_ownership(root).teams
    if team not in teams:
        raise PostroomError(f"There is no team {team!r}; there are: {', '.join(teams)}.")
    here = release.pieces_of(root, ref)
    if here.is_released:
        raise PostroomError(f"{here.ref} is released already.")
    if by.casefold() in {name.casefold() for name in writers(house, here)}:
        raise PostroomError(f"{by} wrote a part of {here.ref}; somebody else of {team} has to agree.")
    if (team, by) not in {(one.team, one.who) for one in here.approvals}:
        given = Approval(team=team, who=by, at=house.clock.now(), digest=here.digest)
        write_record(root, ReleaseRecord(ref=here.ref, digest=here.digest, approvals=(*here.approvals, given)))
        _note(house, AGREED, by, {"ref": here.ref, "digest": here.digest, "team": team})


def freeze(house: House, ref: str, *, by: str) -> Standing:
    """Release a version. Raises PostroomError naming the first thing that is missing."""
    here = standing(house, ref, by=by)
    if here.missing:
        raise PostroomError(f"{here.ref} is not released: {here.missing[0]}.")
    done = release.release(house.settings.content_folder(), ref, by=by, approved_by=(), at=house.clock.now())
    _note(house, RELEASED, by, {"ref": done.ref, "digest": done.digest})
    return done


def _note(house: House, kind: str, by: str, data: dict[str, str]) -> None:
    with transaction(house.engine) as tx:
        ledger.append(tx, at=house.clock.now(), document_id=None, kind=kind, actor=by, data=data)
