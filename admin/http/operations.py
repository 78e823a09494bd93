"""Operations over HTTP: the same list, story and verbs as `postroom operations`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from engine.model.operation import OperationState
from engine.runtime import operation_edit, operation_story, operations
from engine.runtime.house import House
from engine.runtime.operation_story import OperationStory
from engine.runtime.operations import Answer, Refused
from engine.store import operation_list
from engine.store.database import reading
from engine.store.operation_list import OperationLine, Search

router = APIRouter(prefix="/api/v1", tags=["operations"])
_MOST_KEYS = 1000
_RESPONSES: dict[int | str, dict[str, object]] = {
    404: {"description": "Unknown key"}, 409: {"description": "Not allowed as it stands; the detail says what is"}
}  # fmt: skip

T = TypeVar("T")
Person = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class Page(BaseModel):
    """Operations, the last planned first."""

    operations: list[OperationLine]
    counts: dict[OperationState, int]
    """Of all that are looked for, by state."""
    next: str | None
    """What to give as `after` for the next page; null on the last one."""


class Said(BaseModel):
    """A person's word with the reason."""

    by: Person
    why: Reason


class Again(BaseModel):
    """What is to be sent again: some operations, or exactly those that failed."""

    by: Person
    why: Annotated[str, Field(max_length=2000)] = ""
    keys: Annotated[list[str], Field(max_length=_MOST_KEYS)] = []
    failed: bool = False
    """Exactly what is rejected or parked."""
    target: str | None = None
    """With `failed`: only of this target."""
    now: bool = False
    """In spite of closed windows and freezes; needs `why`."""


class Edited(Said):
    """New values by path in the payload."""

    values: Annotated[dict[str, str], Field(min_length=1, max_length=500)]


class Settled(Said):
    """What a person saw in the target."""

    outcome: Literal["committed", "absent"]
    external_id: Annotated[str, Field(max_length=500)] = ""
    link: Annotated[str, Field(max_length=2000)] = ""


class Done(BaseModel):
    """What became of one operation."""

    key: str
    state: OperationState
    refused: str
    """Why nothing was done; empty when it was."""


class Asked(BaseModel):
    """What to look for; what is not given does not restrict."""

    state: list[OperationState] = []
    target: str | None = None
    document: str | None = None
    """The beginning of a document's id."""
    flow: str | None = None
    older_hours: Annotated[float | None, Field(ge=0)] = None
    """Only what has stood as it stands for so long."""
    text: Annotated[str | None, Field(max_length=200)] = None
    """A part of the key, of the target's words or of its id."""
    after: str | None = None
    """`next` of the page before."""
    limit: Annotated[int, Field(ge=1, le=500)] = 50


@router.get("/operations", summary="Operations by state, target, document, flow, age and text")
def page(request: Request, asked: Annotated[Asked, Query()]) -> Page:
    """Return one page with the counts of all that are looked for."""
    house: House = request.app.state.house
    before = house.clock.now() - timedelta(hours=asked.older_hours) if asked.older_hours is not None else None
    wanted = Search(
        states=tuple(asked.state), target=asked.target, document=asked.document, flow=asked.flow,
        changed_before=before, text=asked.text,
    )  # fmt: skip
    with reading(house.engine) as tx:
        try:
            lines = operation_list.page(tx, wanted, after=asked.after, limit=asked.limit + 1)
        except LookupError as e:
            raise HTTPException(404, str(e)) from e
        counts = operation_list.counts(tx, wanted)
    shown = lines[: asked.limit]
    return Page(operations=shown, counts=counts, next=shown[-1].key if len(lines) > asked.limit else None)


@router.post("/operations/retry", status_code=202, summary="Send operations again")
def retry(request: Request, wanted: Again) -> list[Done]:
    """Have workers send what failed or waits; what may have left before is looked for first. Each says what became of it."""
    house: House = request.app.state.house
    if bool(wanted.keys) is wanted.failed:
        raise HTTPException(422, "Name `keys`, or say `failed` for all that failed.")
    keys = (
        operations.failed(house, target=wanted.target) if wanted.failed else [_key(house, one) for one in wanted.keys]
    )
    try:
        answers = operations.retry(house, keys, by=wanted.by, why=wanted.why, at_once=wanted.now)
    except Refused as e:
        raise HTTPException(422, e.message) from e
    return [_done(answer) for answer in answers]


@router.get("/operations/{key}", summary="The story of an operation", responses=_RESPONSES)
def show(request: Request, key: str) -> OperationStory:
    """Return what is sent with its lineage, every try, receipts and what to do next; `key` is a short key or its beginning."""
    house: House = request.app.state.house
    return operation_story.story(house, _key(house, key))


@router.post("/operations/{key}/edit", summary="Change what is sent", responses=_RESPONSES)
def edit(request: Request, key: str, wanted: Edited) -> Done:
    """Change leaves of the payload of an operation that failed; the target's schema is held against it."""
    house: House = request.app.state.house

    def change() -> Answer:
        done = operation_edit.edit(house, _key(house, key), wanted.values, by=wanted.by, why=wanted.why)
        return Answer(done.key, done.state)

    return _done(_allowed(change))


@router.post("/operations/{key}/settle", summary="Say what stands in the target", responses=_RESPONSES)
def settle(request: Request, key: str, said: Settled) -> Done:
    """Note that an operation stands in the target, or surely does not; then it is sent again."""
    house: House = request.app.state.house
    stands = said.outcome == "committed"
    return _done(_allowed(lambda: operations.settle(
        house, _key(house, key), stands=stands, external_id=said.external_id, link=said.link, by=said.by, why=said.why
    )))  # fmt: skip


@router.post("/operations/{key}/cancel", summary="Call an operation off", responses=_RESPONSES)
def cancel(request: Request, key: str, said: Said) -> list[Done]:
    """Call off what surely did not leave; what comes after it is parked."""
    house: House = request.app.state.house
    answers = _allowed(lambda: operations.cancel(house, _key(house, key), by=said.by, why=said.why))
    return [_done(one) for one in answers]


@router.post("/operations/{key}/park", summary="Keep an operation here", responses=_RESPONSES)
def park(request: Request, key: str, said: Said) -> Done:
    """Keep an operation until a person brings it forward."""
    house: House = request.app.state.house
    return _done(_allowed(lambda: operations.park(house, _key(house, key), by=said.by, why=said.why)))


def _key(house: House, name: str) -> str:
    try:
        return operations.find(house, name).key
    except Refused as e:
        raise HTTPException(404, e.message) from e


def _allowed(act: Callable[[], T]) -> T:
    try:
        return act()
    except Refused as e:
        raise HTTPException(409, e.message) from e


def _done(answer: Answer) -> Done:
    return Done(key=answer.key, state=answer.state, refused=answer.refused)
