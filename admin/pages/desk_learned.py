"""What corrections taught of vendors' paper: each with the document that taught it; accepted into content, or refused."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.field_names import label
from admin.pages.shell import page
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import layouts
from engine.runtime.desk import lessons
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts
from engine.runtime.layouts import Known
from engine.runtime.people import reach
from engine.stages.cover import covered
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/desk/learned")
Reader = Annotated[Asker, Depends(Needs("read_content", "correct_documents"))]
Editor = Annotated[Asker, Depends(Needs("edit_content"))]


@router.get("")
def learned(request: Request, asker: Reader, told: str = "") -> HTMLResponse:
    """Show what was learned, the newest first, and what became of it."""
    house: House = request.app.state.house
    found: dict[tuple[str, str, str], list[Known]] = {}
    for one in layouts.overview(house):
        found.setdefault((one.document, one.at, one.book), []).append(one)
    with reading(house.engine) as tx:
        seen: Mapping[str, bool] = {
            document: reach.may(tx, house, asker, "read_documents", document) for document, _, _ in found if document
        }
    groups = sorted(found.items(), key=lambda one: one[0][1], reverse=True)
    return page(
        request, "desk/learned.html.j2", groups=groups, seen=seen, label=label, told=told[:200],
        may_edit=asker.may("edit_content"), cover=lambda text: covered(text, frozenset(), GROUPS),
    )  # fmt: skip


@router.post("/accept", dependencies=[Depends(refuse_forged)])
def accept(request: Request, asker: Editor, name: Annotated[str, Form(max_length=60)]) -> Response:
    """Write what was learned into the next version of a file of layouts, to be pinned and promoted."""
    try:
        made = layouts.export(request.app.state.house, name, by=asker.name)
    except PostroomError as e:
        return page(request, "desk/refused.html.j2", status=409, message=e.message, back="learned")
    told = "" if made is None else f"layout/{made.book.ref}"
    if told:
        drafts.note_begun(request.app.state.house, told, by=asker.name)
    return RedirectResponse(f"/desk/learned?told={told}", status_code=303)


@router.post("/refuse", dependencies=[Depends(refuse_forged)])
def refuse(request: Request, asker: Editor, document: Annotated[str, Form(max_length=64)]) -> Response:
    """Forget what a document taught."""
    try:
        lessons.refuse(request.app.state.house, document, by=asker.name)
    except PostroomError as e:
        return page(request, "desk/refused.html.j2", status=409, message=e.message, back="learned")
    return RedirectResponse("/desk/learned", status_code=303)
