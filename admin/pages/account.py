"""The page about oneself: rights, open sessions, language."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from admin.http.form_token import refuse_forged
from admin.http.who import current_person
from admin.pages.catalogue import LANGUAGES
from admin.pages.names import FIELDS, ROLES
from admin.pages.shell import page
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.runtime.people.accounts import Hand

router = APIRouter(include_in_schema=False, dependencies=[Depends(refuse_forged)])


@router.get("/me")
def me(request: Request, asker: Annotated[Asker, Depends(current_person)]) -> Response:
    """Show who one is here, and where one is signed in."""
    house: House = request.app.state.house
    return page(
        request, "me.html.j2", sessions=stay.of_person(house, asker.id), languages=LANGUAGES,
        role_names=ROLES, field_names=FIELDS,
    )  # fmt: skip


@router.post("/me/sessions/{session_id}/end")
def end(request: Request, session_id: str, asker: Annotated[Asker, Depends(current_person)]) -> Response:
    """End one of one's own sessions."""
    house: House = request.app.state.house
    if not stay.end(house, asker.id, session_id, hand=Hand(asker.name, asker.where)):
        raise HTTPException(404, "There is no such session.")
    return RedirectResponse("/me", status_code=303)


@router.post("/me/language")
def language(
    request: Request, language: Annotated[str, Form(max_length=8)], asker: Annotated[Asker, Depends(current_person)]
) -> Response:
    """Set the language in which one reads pages."""
    if language not in LANGUAGES or asker.kind != "person":
        raise HTTPException(422, "There is no such language.")
    accounts.set_language(request.app.state.house, asker.name, language)
    return RedirectResponse("/me", status_code=303)
