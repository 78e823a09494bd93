"""Operations over HTTP: the same list, story and verbs as `postroom operations`."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from admin.http import reach, validators
from admin.http.paging import After, cursor, place, unknown
from admin.http.who import Needs
from engine.model.operation import Operation, OperationState
from engine.model.person import Asker
from engine.model.rights import Verb
from engine.model.sensitive import GROUPS
from engine.runtime import operation_edit, operation_story, operations
from engine.runtime.house import House
from engine.runtime.operation_story import OperationStory
from engine.runtime.operations import Answer, Refused
from engine.runtime.people.reach import is_everywhere, may
from engine.stages.cover import covered, values
from engine.store import documents, operation_list
from engine.store import operations as stored
from engine.store.database import reading
from engine.store.operation_list import OperationLine, Search

router = APIRouter(prefix="/api/v1", tags=["operations"])
_MOST_KEYS = 1000
_MOST_HOURS = 100 * 8766
_RESPONSES: dict[int | str, dict[str, object]] = {
    404: {"description": "Unknown key"}, 409: {"description": "Not allowed as it stands; the detail says what is"}
}  # fmt: skip

T = TypeVar("T")
Person = Annotated[str | None, Field(min_length=1, max_length=200)]
Reader = Annotated[Asker, Depends(Needs("read_operations"))]
Releaser = Annotated[Asker, Depends(Needs("release_operations"))]
Editor = Annotated[Asker, Depends(Needs("edit_operations"))]
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

    by: Person = None
    """For programs that may speak for others; a person speaks for oneself."""
    why: Reason


class Again(BaseModel):
    """What is to be sent again: some operations, or exactly those that failed."""

    by: Person = None
    """For programs that may speak for others; a person speaks for oneself."""
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
    older_hours: Annotated[float | None, Field(ge=0, le=_MOST_HOURS)] = None
    """Only what has stood as it stands for so long."""
    text: Annotated[str | None, Field(max_length=200)] = None
    """A part of the key, of the target's words or of its id."""
    after: After = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


@router.get("/operations", summary="Operations by state, target, document, flow, age and text")
def page(request: Request, asked: Annotated[Asked, Query()], asker: Reader) -> Page:
    """Return one page with the counts of all that are looked for; for who reaches only some, of those on the page."""
    house: House = request.app.state.house
    before = house.clock.now() - timedelta(hours=asked.older_hours) if asked.older_hours is not None else None
    wanted = Search(
        states=tuple(asked.state), target=asked.target, document=asked.document, flow=asked.flow,
        changed_before=before, text=asked.text,
    )  # fmt: skip
    after = place(asked.after, parts=1)[0] if asked.after is not None else None
    with reading(house.engine) as tx:
        try:
            lines = operation_list.page(tx, wanted, after=after, limit=asked.limit + 1)
        except LookupError as e:
            raise unknown() from e
        counts = operation_list.counts(tx, wanted)
        shown = lines[: asked.limit]
        reached = [one for one in shown if may(tx, house, asker, "read_operations", one.document_id)]
    if len(reached) < len(shown) or not is_everywhere(asker, "read_operations"):
        counts = Counter(one.state for one in reached)
    following = cursor(shown[-1].key) if len(lines) > asked.limit else None
    return Page(operations=[covered_line(house, one) for one in reached], counts=counts, next=following)


@router.post("/operations/retry", status_code=202, summary="Send operations again", responses=_RESPONSES)
def retry(request: Request, wanted: Again, asker: Releaser) -> list[Done]:
    """Have workers send what failed or waits; what may have left before is looked for first. Each says what became of it."""
    house: House = request.app.state.house
    if bool(wanted.keys) is wanted.failed:
        raise HTTPException(422, "Name `keys`, or say `failed` for all that failed.")
    keys = (
        _failed(house, asker, wanted.target)
        if wanted.failed
        else [reach.operation(house, asker, "release_operations", one).key for one in wanted.keys]
    )
    by = reach.actor(asker, wanted.by)
    try:
        answers = operations.retry(house, keys, by=by, why=wanted.why, at_once=wanted.now)
    except Refused as e:
        raise HTTPException(422, e.message) from e
    return [_done(answer) for answer in answers]


@router.get("/operations/{key}", summary="The story of an operation", responses=_RESPONSES)
def show(request: Request, response: Response, key: str, asker: Reader) -> OperationStory:
    """Return what is sent with its lineage, every try, receipts and what to do next; `key` is a short key or its beginning."""
    house: House = request.app.state.house
    found = reach.operation(house, asker, "read_operations", key)
    validators.show(response, *_version(found))
    return told(house, found)


def told(house: House, operation: Operation) -> OperationStory:
    """Return the story of an operation without masked values."""
    whole = operation_story.story(house, operation.key).model_dump(mode="json")
    with reading(house.engine) as tx:
        # the words of a target name what the document holds, also what is not sent
        record = documents.latest(tx, operation.document_id, "record")
    hides = values([whole, operation.model_dump(mode="json"), record], GROUPS)
    return OperationStory.model_validate_json(json.dumps(covered(whole, hides, GROUPS)))


@router.post("/operations/{key}/edit", summary="Change what is sent", responses=_RESPONSES)
def edit(request: Request, key: str, wanted: Edited, asker: Editor) -> Done:
    """Change leaves of the payload of an operation that failed; the target's schema is held against it."""
    house: House = request.app.state.house
    found, by = _reached(request, asker, "edit_operations", key), reach.actor(asker, wanted.by)

    def change() -> Answer:
        done = operation_edit.edit(house, found, wanted.values, by=by, why=wanted.why)
        return Answer(done.key, done.state)

    return _done(_allowed(change))


@router.post("/operations/{key}/settle", summary="Say what stands in the target", responses=_RESPONSES)
def settle(request: Request, key: str, said: Settled, asker: Releaser) -> Done:
    """Note that an operation stands in the target, or surely does not; then it is sent again."""
    house: House = request.app.state.house
    found, by = _reached(request, asker, "release_operations", key), reach.actor(asker, said.by)
    stands = said.outcome == "committed"
    return _done(_allowed(lambda: operations.settle(
        house, found, stands=stands, external_id=said.external_id, link=said.link, by=by, why=said.why
    )))  # fmt: skip


@router.post("/operations/{key}/cancel", summary="Call an operation off", responses=_RESPONSES)
def cancel(request: Request, key: str, said: Said, asker: Releaser) -> list[Done]:
    """Call off what surely did not leave; what comes after it is parked."""
    house: House = request.app.state.house
    found, by = _reached(request, asker, "release_operations", key), reach.actor(asker, said.by)
    return [_done(one) for one in _allowed(lambda: operations.cancel(house, found, by=by, why=said.why))]


@router.post("/operations/{key}/park", summary="Keep an operation here", responses=_RESPONSES)
def park(request: Request, key: str, said: Said, asker: Releaser) -> Done:
    """Keep an operation until a person brings it forward."""
    house: House = request.app.state.house
    found, by = _reached(request, asker, "release_operations", key), reach.actor(asker, said.by)
    return _done(_allowed(lambda: operations.park(house, found, by=by, why=said.why)))


def _reached(request: Request, asker: Asker, verb: Verb, key: str) -> str:
    """Return the key of an operation that somebody may do something with, as it was seen. Raises HTTPException."""
    found = reach.operation(request.app.state.house, asker, verb, key)
    validators.hold(request, *_version(found))
    return found.key


def _version(operation: Operation) -> tuple[object, ...]:
    """Return what changes with every change of an operation."""
    return operation.state, operation.attempts, operation.payload_digest[:16]


def _failed(house: House, asker: Asker, target: str | None) -> list[str]:
    """Return the keys of what failed, within the reach of who asks."""
    keys = operations.failed(house, target=target)
    with reading(house.engine) as tx:
        found = stored.of_keys(tx, keys)
        return [key for key in keys if may(tx, house, asker, "release_operations", found[key].document_id)]


def covered_line(house: House, line: OperationLine) -> OperationLine:
    """Return a line without masked values in the target's words."""
    if not line.error:
        return line
    with reading(house.engine) as tx:
        record = documents.latest(tx, line.document_id, "record")
    words = covered(line.error, values(record, GROUPS), GROUPS)
    return line.model_copy(update={"error": words})


def _allowed(act: Callable[[], T]) -> T:
    try:
        return act()
    except Refused as e:
        raise HTTPException(409, e.message) from e


def _done(answer: Answer) -> Done:
    return Done(key=answer.key, state=answer.state, refused=answer.refused)
