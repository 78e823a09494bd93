"""Retention over HTTP: what is due, what is held, and erasures by two people."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from admin.http.pace import Heavy
from admin.http.who import Needs
from engine.content.retention_policy import Keep
from engine.model.document import DocumentType
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.runtime import erasing
from engine.runtime.erasing import Looked, Scope
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.runtime.people.reach import is_everywhere
from engine.store import retention as store
from engine.store.database import reading
from engine.store.retention import Erasure, Hold

router = APIRouter(prefix="/api/v1", tags=["retention"])
_REFUSED: dict[int | str, dict[str, Any]] = {409: {"description": "Not possible as it stands"}}
_MOST_NUMBER = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=_MOST_NUMBER)]
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Id = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def everywhere(asker: Annotated[Asker, Depends(Needs("erase_documents"))]) -> Asker:
    """Return who asks. Documents are found over all teams, so a right within bounds is not enough. Raises HTTPException 403."""
    if not is_everywhere(asker, "erase_documents"):
        raise HTTPException(403, "You have not the right to erase documents everywhere.")
    return asker


Keeper = Annotated[Asker, Depends(everywhere)]


class Rules(BaseModel):
    """Rules of retention; the first that fits counts."""

    rules: tuple[Keep, ...]


class DueDocument(BaseModel):
    """A document whose time is over."""

    document_id: str
    name: str
    type: str | None
    since: date
    why: str
    is_erased_next: bool
    """The next run of retention erases it; else it is only reported."""


class DueList(BaseModel):
    """What is due, the first thousand by id."""

    documents: list[DueDocument]


class HoldWanted(BaseModel):
    """What is to be held: all that is named has to fit."""

    model_config = ConfigDict(extra="forbid")

    document_id: Id | None = None
    vendor_id: Word | None = None
    type: DocumentType | None = None
    entity: Word | None = None
    why: Word


class Holds(BaseModel):
    """The holds that stand."""

    holds: list[Hold]


class ErasureWanted(BaseModel):
    """What somebody wants to have erased."""

    model_config = ConfigDict(extra="forbid")

    documents: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    why: Word


class Named(BaseModel):
    """Documents by id."""

    model_config = ConfigDict(extra="forbid")

    documents: Annotated[list[Id], Field(max_length=1000)]


class Erasures(BaseModel):
    """Erasures that wait for a second person."""

    erasures: list[Erasure]


class Held(BaseModel):
    """A new hold."""

    hold: int
    at: datetime


@router.get("/retention/rules", summary="How long documents are kept")
def rules(request: Request, _asker: Keeper) -> Rules:
    """Return the rules of the environment, in the order in which they count."""
    return Rules(rules=erasing.rows_of(request.app.state.house))


@router.get("/retention/due", summary="Documents whose time is over", dependencies=[Depends(Heavy())])
def due(request: Request, _asker: Keeper) -> DueList:
    """Return what is due by the rules of the environment."""
    house: House = request.app.state.house
    found = [
        DueDocument(
            document_id=one.kept.id, name=one.kept.name, type=one.kept.type, since=one.since, why=one.why,
            is_erased_next=one.is_erased,
        )
        for one in erasing.due(house, most=1000)
    ]  # fmt: skip
    return DueList(documents=found)


@router.get("/holds", summary="What nobody may erase")
def holds(request: Request, _asker: Keeper) -> Holds:
    """Return the holds that stand."""
    with reading(request.app.state.house.engine) as tx:
        return Holds(holds=store.holds(tx))


@router.post("/holds", status_code=201, summary="Hold documents", responses=_REFUSED)
def hold(request: Request, wanted: HoldWanted, asker: Keeper) -> Held:
    """Hold what fits all that is named, also what comes later."""
    house: House = request.app.state.house
    pairs: tuple[tuple[Scope, str | None], ...] = (
        ("document_id", wanted.document_id), ("vendor_id", wanted.vendor_id), ("type", wanted.type), ("entity", wanted.entity),
    )  # fmt: skip
    try:
        number = erasing.hold(house, {name: one for name, one in pairs if one}, why=wanted.why, hand=hand_of(asker))
    except PostroomError as e:
        raise HTTPException(422, e.message) from e
    return Held(hold=number, at=house.clock.now())


@router.post("/holds/{number}/release", summary="End a hold", responses=_REFUSED)
def release(request: Request, number: Number, asker: Keeper) -> Holds:
    """End a hold and return those that stand."""
    house: House = request.app.state.house
    try:
        erasing.end_hold(house, number, hand=hand_of(asker))
    except PostroomError as e:
        raise HTTPException(409, e.message) from e
    return holds(request, asker)


@router.get("/erasures", summary="Erasures that wait for a second person")
def waiting(request: Request, _asker: Keeper) -> Erasures:
    """Return what was asked for and not confirmed."""
    with reading(request.app.state.house.engine) as tx:
        return Erasures(erasures=store.waiting(tx))


@router.get("/erasures/subject", summary="Documents about somebody", dependencies=[Depends(Heavy())])
def about(
    request: Request, asker: Keeper, vendor: Annotated[str, Query(max_length=200)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
) -> Named:  # fmt: skip
    """Return the ids of documents of a vendor (id, or name as it is written) and of those in which all of some words stand.

    In masked values is looked only for who may see them. At most 1,000.
    """
    found = erasing.about(request.app.state.house, vendor=vendor, words=words, groups=seen(asker))
    return Named(documents=found)


@router.post("/erasures/preview", summary="What an erasure would do", responses=_REFUSED)
def preview(request: Request, wanted: Named, _asker: Keeper) -> Looked:
    """Return what would be erased, with what came in the same mail or bundle, and what may not be and why."""
    try:
        return erasing.look(request.app.state.house, wanted.documents)
    except PostroomError as e:
        raise HTTPException(409, e.message) from e


@router.post("/erasures", status_code=201, summary="Ask for documents to be erased", responses=_REFUSED)
def ask(request: Request, wanted: ErasureWanted, asker: Keeper) -> Erasure:
    """Ask for an erasure; another person confirms it."""
    try:
        return erasing.ask(request.app.state.house, wanted.documents, why=wanted.why, hand=hand_of(asker))
    except PostroomError as e:
        raise HTTPException(409, e.message) from e


@router.post("/erasures/{number}/confirm", summary="Erase what another person asked for", responses=_REFUSED)
def confirm(request: Request, number: Number, asker: Keeper) -> Erasure:
    """Erase it. What is erased cannot be brought back. Only a person confirms, and not the one who asked."""
    if asker.kind != "person":
        raise HTTPException(409, "A program does not confirm an erasure.")
    try:
        return erasing.confirm(request.app.state.house, number, hand=hand_of(asker))
    except PostroomError as e:
        raise HTTPException(409, e.message) from e


def seen(asker: Asker) -> frozenset[FieldGroup]:
    """Return the masked groups that somebody may see somewhere."""
    return frozenset(group for grant in asker.grants for group in grant.fields)


def hand_of(asker: Asker) -> Hand:
    """Return who acts, as the ledger names them."""
    return Hand(asker.name, asker.where)
