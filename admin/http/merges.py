"""Where people, or the programs that they use, say that several documents are one paper, or that they are not."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from admin.http import reach, validators
from admin.http.corrections import Begun
from admin.http.pace import Heavy
from admin.http.who import Needs
from engine.model.errors import ReadError
from engine.model.person import Asker
from engine.runtime import workflow
from engine.runtime.desk import merging
from engine.runtime.desk.merging import MOST, Part
from engine.runtime.desk.taking import Gone, Refused
from engine.runtime.house import House

router = APIRouter(prefix="/api/v1", tags=["reviews"])
Corrector = Annotated[Asker, Depends(Needs("correct_documents"))]
_LONGEST = 2000
By = Annotated[str | None, Field(min_length=1, max_length=200)]
_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "Unknown id"}, 409: {"description": "They cannot become one; the answer says why"},
    412: {"description": "One is not any more what you saw"},
}  # fmt: skip


class MergePart(BaseModel):
    """A document as you saw it."""

    document: Annotated[str, Field(min_length=1, max_length=64)]
    revision: Annotated[int, Field(ge=1, le=1_000_000)]


class OnePaper(BaseModel):
    """Documents that are one paper."""

    parts: Annotated[list[MergePart], Field(min_length=2, max_length=MOST)]
    """In the order of their pages."""
    by: By = None
    """For programs that may speak for others; a person speaks for oneself."""


class NotOne(BaseModel):
    """Why a document that was made of several is not one."""

    revision: Annotated[int, Field(ge=1, le=1_000_000)]
    why: Annotated[str, Field(min_length=1, max_length=_LONGEST)]
    by: By = None


@router.post(
    "/merges", status_code=202, summary="Make one document of several", responses=_REFUSED, dependencies=[Depends(Heavy())]
)  # fmt: skip
def merge(request: Request, wanted: OnePaper, asker: Corrector) -> Begun:
    """Put the pages of documents in review into one, in this order; the same again changes nothing.

    The parts end as unpacked and lead to it. What was sent, or was taken for an e-invoice twice, is not merged.
    """
    house: House = request.app.state.house
    parts = [
        Part(id=reach.document(house, asker, "correct_documents", one.document).id, revision=one.revision)
        for one in wanted.parts
    ]
    try:
        done = merging.merge(house, parts, by=reach.actor(asker, wanted.by))
    except (Refused, ReadError) as e:
        raise HTTPException(412 if isinstance(e, Gone) else 409, e.message) from e
    if done.is_new:
        workflow.enqueue(done.id, done.revision)
    return Begun(id=done.id, revision=done.revision, href=f"/api/v1/documents/{done.id}")


@router.post("/documents/{document_id}/unmerge", status_code=202, summary="Take a merge back", responses=_REFUSED)
def unmerge(request: Request, document_id: str, said: NotOne, asker: Corrector) -> list[Begun]:
    """Reject a document that was made of several, and judge these by themselves again."""
    house: House = request.app.state.house
    found = reach.document(house, asker, "correct_documents", document_id)
    validators.hold(request, found.revision)
    by = reach.actor(asker, said.by)
    try:
        begun = merging.undo(house, found.id, revision=said.revision, by=by, why=said.why)
    except Refused as e:
        raise HTTPException(412 if isinstance(e, Gone) else 409, e.message) from e
    for one in begun:
        workflow.enqueue(one.id, one.revision)
    return [Begun(id=one.id, revision=one.revision, href=f"/api/v1/documents/{one.id}") for one in begun]
