"""Where people, or the programs that they use, say that a file is to be cut."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from admin.http import reach, validators
from admin.http.corrections import Begun
from admin.http.who import Needs
from engine.model.person import Asker
from engine.runtime import corrections, cut_by_hand, workflow
from engine.runtime.house import House

router = APIRouter(prefix="/api/v1", tags=["documents"])
_MOST = 2000


class Where(BaseModel):
    """Where a file is to be cut."""

    by: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """For programs that may speak for others; a person speaks for oneself."""
    at: Annotated[list[Annotated[int, Field(ge=1, le=1_000_000)]], Field(max_length=_MOST)]
    """Pages on which the second and later documents begin (1-based); an empty list says that it is one document."""


@router.post(
    "/documents/{document_id}/split", status_code=202, summary="Say where to cut a file of several documents",
    responses={404: {"description": "Unknown id"}, 422: {"description": "Pages that are not there, or too late"}},
)  # fmt: skip
def split(
    request: Request, document_id: str, where: Where, asker: Annotated[Asker, Depends(Needs("correct_documents"))]
) -> Begun:
    """Note the answer, end the review, and make the parts documents of their own; the same answer again does nothing."""
    house: House = request.app.state.house
    found = reach.document(house, asker, "correct_documents", document_id)
    validators.hold(request, found.revision)
    try:
        given = cut_by_hand.answer(house, found.id, begins=where.at, by=reach.actor(asker, where.by))
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    except corrections.Refused as e:
        raise HTTPException(422, e.message) from e
    workflow.enqueue(found.id, given.revision)
    return Begun(id=found.id, revision=given.revision, href=f"/api/v1/documents/{found.id}")
