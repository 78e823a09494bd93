"""What waits for people, and their answers: the verbs of the desk for programs."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from admin.http import reach
from admin.http.paging import After, cursor, place, unknown
from admin.http.who import Needs
from engine.model.document import State
from engine.model.person import Asker
from engine.model.rights import Verb
from engine.model.sensitive import GROUPS
from engine.runtime import workflow
from engine.runtime.desk import answering, taking
from engine.runtime.desk.taking import Gone, Refused
from engine.runtime.house import House
from engine.runtime.people import duties
from engine.runtime.people.reach import may, within
from engine.stages.cover import covered
from engine.store import documents, summaries
from engine.store.database import reading
from engine.store.summaries import Listed, Order, Wanted

router = APIRouter(prefix="/api/v1", tags=["reviews"])
_LONGEST = 2000
_ANCHORS = 5
"""Items of a page by which the next one finds its place."""
_MOST_DIGITS = 10
_DECIDING: tuple[Verb, ...] = ("correct_documents", "approve_documents")
Decider = Annotated[Asker, Depends(Needs("correct_documents", "approve_documents"))]
REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "Unknown id"},
    409: {"description": "Not possible as things stand; the answer says why"},
}


class Item(BaseModel):
    """A document that waits for people."""

    document: str
    revision: int
    queue: str
    team: str | None
    reasons: list[str]
    message: str
    priority: int
    opened_at: datetime | None
    due_at: datetime | None
    assignee: str | None
    taken_by: str | None
    taken_until: datetime | None
    type: str
    vendor: str
    number: str
    total: str
    currency: str


class Page(BaseModel):
    """Items in the order that is wanted."""

    reviews: list[Item]
    next: str | None
    """What to give as `after` for the next page; null on the last one."""


class Answer(BaseModel):
    """What somebody says about a document as they saw it."""

    revision: Annotated[int, Field(ge=1)]
    """The revision that was seen: what changed meanwhile is not overwritten."""
    why: Annotated[str, Field(max_length=_LONGEST)] = ""
    by: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """For programs that may speak for others; a person speaks for oneself."""


class PassOn(Answer):
    """To which queue an item goes."""

    queue: Annotated[str, Field(min_length=1, max_length=80)]


class Comment(BaseModel):
    """Words about a document; with `to` they ask somebody."""

    text: Annotated[str, Field(min_length=1, max_length=_LONGEST)]
    to: Annotated[str | None, Field(max_length=120)] = None
    by: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class Stands(BaseModel):
    """Where the document stands after the answer."""

    id: str
    state: State
    revision: int
    href: str


@router.get("/reviews", summary="What waits for people")
def waiting(
    request: Request, asker: Annotated[Asker, Depends(Needs("read_documents"))],
    queue: Annotated[str | None, Query(max_length=80)] = None, text: Annotated[str, Query(max_length=200)] = "",
    reason: Annotated[str | None, Query(max_length=80)] = None, order: Order = "urgent",
    limit: Annotated[int, Query(ge=1, le=200)] = 50, after: After = None,
) -> Page:  # fmt: skip
    """Return the open items that you reach, in the order that is wanted; account numbers in messages are masked.

    The next page begins after the last item of this one that is still open, whatever came in or was answered meanwhile.
    """
    wanted = Wanted(within=within(asker), only_open=True, queue=queue, text=text, reason=reason, order=order)
    house: House = request.app.state.house
    with reading(house.engine) as tx:
        skip = _skip(tx, wanted, after)
        rows = summaries.listed(tx, wanted, most=limit + 1, skip=skip)
    shown = rows[:limit]
    last = [one.document_id for one in reversed(shown[-_ANCHORS:])]
    following = cursor(str(skip + len(shown) - len(last)), *last) if len(rows) > limit else None
    return Page(reviews=[_item(row) for row in shown], next=following)


@router.get("/queues", summary="Queues that documents wait in", dependencies=[Depends(Needs("read_documents"))])
def queues(request: Request) -> list[str]:
    """Return the queues that live flows send to."""
    return list(answering.queues(request.app.state.house))


@router.post("/documents/{document_id}/approve", status_code=202, summary="Let pass what rules hold", responses=REFUSED)
def approve(request: Request, document_id: str, answer: Answer, asker: Decider) -> Stands:
    """Let pass what the rules hold in a document as it stands, and judge it anew. An approver is always a person."""
    house, found = decided(request, asker, document_id)

    def act() -> None:
        begun = answering.approve(
            house, found, revision=answer.revision, by=reach.actor(asker, answer.by), why=answer.why,
            objections=duties.objections(house, asker, found),
        )  # fmt: skip
        workflow.enqueue(found, begun)

    return _answered(house, found, act)


@router.post("/documents/{document_id}/reject", summary="End a document for good", responses=REFUSED)
def reject(request: Request, document_id: str, answer: Answer, asker: Decider) -> Stands:
    """End a document; the reason is needed. What stands in a target has to be taken back first."""
    house, found = decided(request, asker, document_id)
    by = reach.actor(asker, answer.by)
    return _answered(
        house, found, lambda: answering.reject(house, found, revision=answer.revision, by=by, why=answer.why)
    )


@router.post("/documents/{document_id}/pass-on", summary="Hand the item to another queue", responses=REFUSED)
def pass_on(request: Request, document_id: str, answer: PassOn, asker: Decider) -> Stands:
    """Hand the item to another queue and the team that owns it."""
    house, found = decided(request, asker, document_id)
    by = reach.actor(asker, answer.by)
    return _answered(
        house, found,
        lambda: answering.pass_on(house, found, queue=answer.queue, revision=answer.revision, by=by, why=answer.why),
    )  # fmt: skip


@router.post("/documents/{document_id}/comments", summary="Say something, or ask somebody", responses=REFUSED)
def comment(request: Request, document_id: str, said: Comment, asker: Decider) -> Stands:
    """Keep a comment; with `to` the item becomes theirs."""
    house, found = decided(request, asker, document_id)
    by = reach.actor(asker, said.by)
    return _answered(house, found, lambda: answering.say(house, found, said.text, by=by, to=said.to))


@router.post("/documents/{document_id}/take", summary="Take the item for a while", responses=REFUSED)
def take(request: Request, document_id: str, asker: Decider) -> Stands:
    """Take the item for 15 minutes, or renew that; others are refused meanwhile."""
    house, found = decided(request, asker, document_id)
    return _answered(house, found, lambda: taking.take(house, found, by=asker.name))


@router.post("/documents/{document_id}/give-back", summary="Let others have the item", responses=REFUSED)
def give_back(request: Request, document_id: str, asker: Decider) -> Stands:
    """Let others have an item that you took."""
    house, found = decided(request, asker, document_id)
    return _answered(house, found, lambda: taking.give_back(house, found, by=asker.name))


def decided(request: Request, asker: Asker, document_id: str) -> tuple[House, str]:
    """Return the house and the whole id of a document that somebody may decide about. Raises HTTPException."""
    house: House = request.app.state.house
    found = reach.document(house, asker, "read_documents", document_id)
    with reading(house.engine) as tx:
        if not any(may(tx, house, asker, verb, found.id) for verb in _DECIDING):
            raise HTTPException(403, "You have not the right to decide about this document.")
    return house, found.id


def _answered(house: House, document_id: str, act: Callable[[], object]) -> Stands:
    try:
        act()
    except Refused as e:
        raise HTTPException(412 if isinstance(e, Gone) else 409, e.message) from e
    return standing(house, document_id)


def standing(house: House, document_id: str) -> Stands:
    """Return where a document stands. Raises HTTPException 404 for one that is gone."""
    with reading(house.engine) as tx:
        document = documents.get(tx, document_id)
    if document is None:
        raise HTTPException(404, "There is no such document.")
    return Stands(
        id=document.id, state=document.state, revision=document.revision, href=f"/api/v1/documents/{document.id}"
    )


def _skip(tx: Connection, wanted: Wanted, after: str | None) -> int:
    """Return how many items were shown before a cursor. Raises Told `invalid`."""
    if after is None:
        return 0
    before, *anchors = place(after) or ("",)
    if not (before.isascii() and before.isdigit() and len(before) < _MOST_DIGITS and len(anchors) <= _ANCHORS):
        raise unknown()
    found = summaries.place(tx, wanted, anchors)
    # all of them were answered meanwhile: then what follows them stands where they did
    return int(before) if found is None else found


def _item(row: Listed) -> Item:
    line = row.summary
    return Item(
        document=row.document_id, revision=row.revision, queue=row.queue, team=row.team, reasons=list(row.reasons),
        message=str(covered(row.message, frozenset(), GROUPS)), priority=row.priority, opened_at=row.opened_at,
        due_at=row.due_at, assignee=row.assignee, taken_by=row.taken_by, taken_until=row.taken_until, type=line.type,
        vendor=line.vendor, number=line.number, total=line.total, currency=line.currency,
    )  # fmt: skip
