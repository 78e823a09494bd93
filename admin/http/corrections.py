"""Corrections by people or by the programs that they use."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from admin.http import reach, validators
from admin.http.who import Needs
from engine.model.correction import Correction
from engine.model.field import Box
from engine.model.person import Asker
from engine.runtime import corrections, workflow
from engine.runtime.house import House

router = APIRouter(prefix="/api/v1", tags=["documents"])
_MOST = 500


class Change(BaseModel):
    """One value put right."""

    path: Annotated[str, Field(max_length=100)]
    """Header field (`total`) or cell (`lines[0].amount`)."""
    value: Annotated[str | None, Field(max_length=10_000)]
    """Canonical text; null says that the document does not show it."""
    page: Annotated[int | None, Field(ge=1)] = None
    box: tuple[float, float, float, float] | None = None
    """Where it stands: x0, top, x1, bottom in points of the upright page."""


class Changes(BaseModel):
    """What a person says about a document."""

    by: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """For programs that may speak for others; a person speaks for oneself."""
    values: Annotated[list[Change], Field(min_length=1, max_length=_MOST)]


class Begun(BaseModel):
    """The revision that was begun."""

    id: str
    revision: int
    href: str


@router.post(
    "/documents/{document_id}/corrections", status_code=202, summary="Correct values of a document",
    responses={404: {"description": "Unknown id"}, 422: {"description": "Unknown field or value of the wrong form"}},
)  # fmt: skip
def correct(
    request: Request, document_id: str, changes: Changes, asker: Annotated[Asker, Depends(Needs("correct_documents"))]
) -> Begun:
    """Note the values, learn from them where this vendor prints them, and judge the document anew."""
    house: House = request.app.state.house
    wanted = [
        Correction(path=one.path, value=one.value, page=one.page, box=Box(*one.box) if one.box else None)
        for one in changes.values
    ]
    found = reach.document(house, asker, "correct_documents", document_id)
    validators.hold(request, found.revision)
    seen = found.revision if validators.is_seen(request) else None
    try:
        revision = corrections.correct(house, found.id, wanted, by=reach.actor(asker, changes.by), seen=seen)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    except corrections.Refused as e:
        raise HTTPException(422, e.message) from e
    workflow.enqueue(found.id, revision)
    return Begun(id=found.id, revision=revision, href=f"/api/v1/documents/{found.id}")
