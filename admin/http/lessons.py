"""What corrections taught of vendors' paper: listed, written into a file as a draft, or refused."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from admin.http.content import Draft
from admin.http.who import Needs
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import layouts
from engine.runtime.desk import lessons
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts
from engine.runtime.layouts import Known
from engine.runtime.people import reach
from engine.stages.cover import covered, values
from engine.store.database import reading

router = APIRouter(prefix="/api/v1/lessons", tags=["content"])
Reader = Annotated[Asker, Depends(Needs("read_content", "correct_documents"))]
Editor = Annotated[Asker, Depends(Needs("edit_content"))]
_REFUSED: dict[int | str, dict[str, Any]] = {409: {"description": "Nothing was learned that could be taken"}}


class Lessons(BaseModel):
    """Places that values are read from, by vendor and field."""

    lessons: list[Known]


class Book(BaseModel):
    """The file that what was learned is written into."""

    name: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$", max_length=60)]
    """`suppliers` makes `layout/suppliers@1`, then `@2`."""


class Forgotten(BaseModel):
    """How many places are not read from any more."""

    places: int


@router.get("", summary="What corrections taught")
def learned(request: Request, asker: Reader) -> Lessons:
    """Return where values stand on the paper of vendors. Numbers of identity are masked; documents out of reach are not named."""
    house: House = request.app.state.house
    found = layouts.overview(house)
    with reading(house.engine) as tx:
        seen = {
            one: reach.may(tx, house, asker, "read_documents", one) for one in {each.document for each in found} if one
        }
    return Lessons(lessons=[_shown(one, is_seen=seen.get(one.document, False)) for one in found])


@router.post("/export", status_code=201, summary="Write what was learned into a file", responses=_REFUSED)
def export(request: Request, book: Book, asker: Editor) -> Draft:
    """Write what corrections taught into the next version of a file of layouts, to be pinned, released and promoted."""
    house: House = request.app.state.house
    done = layouts.export(house, book.name, by=asker.name)
    if done is None:
        raise HTTPException(409, "Nothing was learned that no file says.")
    ref = f"layout/{done.book.ref}"
    drafts.note_begun(house, ref, by=asker.name)
    return Draft(ref=ref, href=f"/api/v1/content/{ref}")


@router.post("/{document_id}/refuse", summary="Forget what a document taught", responses=_REFUSED)
def refuse(request: Request, document_id: str, asker: Editor) -> Forgotten:
    """Forget what a document taught. What was written into a file stays there."""
    try:
        return Forgotten(places=lessons.refuse(request.app.state.house, document_id, by=asker.name))
    except PostroomError as e:
        raise HTTPException(409, e.message) from e


def _shown(one: Known, *, is_seen: bool) -> Known:
    kind, _, value = one.identity.partition(":")
    known = values({kind: value}, GROUPS)
    identity = covered(one.identity, known, GROUPS)
    return one.model_copy(update={"identity": identity, "document": one.document if is_seen else ""})
