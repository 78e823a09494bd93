"""Documents that are one paper: ticked in the list, put in order, and made one; and taken apart again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from admin.http.form_token import refuse_forged
from admin.pages.desk import reached
from admin.pages.desk_acts import Corrector, Seen, Why, house_for
from admin.pages.shell import page
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.runtime import workflow
from engine.runtime.desk import merging
from engine.runtime.desk.merging import MOST, Part
from engine.runtime.house import House
from engine.store import summaries
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/desk", dependencies=[Depends(refuse_forged)])
Ticked = Annotated[list[str], Form(max_length=MOST)]
Places = Annotated[list[Annotated[int, Form(ge=1, le=1000)]], Form(max_length=MOST)]


def ordering(request: Request, asker: Asker, ticked: list[str]) -> Response:
    """Show the ticked documents, so that somebody says in which order their pages follow."""
    house: House = request.app.state.house
    parts = [_part(request, asker, one) for one in ticked]
    with reading(house.engine) as tx:
        lines = summaries.some(tx, [one.id for one in parts])
    rows = [(one, reached(house, asker, one.id), lines.get(one.id)) for one in parts]
    return page(request, "desk/merge.html.j2", rows=rows)


@router.post("/merge")
def merge(request: Request, asker: Corrector, ticked: Ticked, place: Places) -> Response:
    """Make one document of several (`ID:REVISION`), in the order of their places."""
    if len(place) != len(ticked):
        raise HTTPException(422, "Give each document its place.")
    house: House = request.app.state.house
    chosen = [one for _, one in sorted(zip(place, ticked, strict=True), key=lambda pair: pair[0])]
    parts = [_part(request, asker, one) for one in chosen]
    try:
        done = merging.merge(house, parts, by=asker.name)
    except PostroomError as e:
        return page(request, "desk/refused.html.j2", status=409, message=e.message, back="")
    if done.is_new:
        workflow.enqueue(done.id, done.revision)
    return RedirectResponse(f"/desk/{done.id}", status_code=303)


@router.post("/{document_id}/unmerge")
def unmerge(request: Request, document_id: str, asker: Corrector, revision: Seen, why: Why = "") -> Response:
    """Reject a document that was made of several, and judge these by themselves again."""
    house = house_for(request, asker, document_id, "correct_documents")
    try:
        begun = merging.undo(house, document_id, revision=revision, by=asker.name, why=why)
    except PostroomError as e:
        return page(request, "desk/refused.html.j2", status=409, message=e.message, back=document_id)
    for one in begun:
        workflow.enqueue(one.id, one.revision)
    return RedirectResponse(f"/desk/{document_id}", status_code=303)


def _part(request: Request, asker: Asker, ticked: str) -> Part:
    """Return a document as it was seen, when somebody may correct it. Raises HTTPException."""
    document_id, _, seen = ticked.rpartition(":")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 7):  # noqa: PLR2004 - six digits of revisions are enough
        raise HTTPException(422, "Tick documents in the list.")
    house_for(request, asker, document_id, "correct_documents")
    return Part(id=document_id, revision=max(int(seen), 1))
