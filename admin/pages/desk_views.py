"""Saved views of the list of the desk: kept, deleted, and the one that the list opens with."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from admin.http.form_token import refuse_forged
from admin.pages.desk import Reader, address
from admin.pages.shell import page
from engine.runtime.desk import views
from engine.runtime.desk.taking import Refused
from engine.runtime.house import House
from engine.store.summaries import Order
from engine.store.views import Look, Whose

router = APIRouter(include_in_schema=False, prefix="/desk/views", dependencies=[Depends(refuse_forged)])
Number = Annotated[int, Form(ge=1, le=2**31 - 1)]
Word = Annotated[str, Field(max_length=200)]


class Kept(BaseModel):
    """The form by which somebody keeps what the list shows."""

    name: Word
    view: Whose = "team"
    queue: Annotated[str, Field(max_length=80)] = ""
    text: Word = ""
    order: Order = "urgent"
    reason: Annotated[str, Field(max_length=80)] = ""
    kind: Annotated[str, Field(max_length=40)] = ""
    team: Annotated[str, Field(max_length=80)] = ""
    is_default: str = ""


@router.post("")
def save(request: Request, asker: Reader, kept: Annotated[Kept, Form()]) -> Response:
    """Keep what the list shows under a name."""
    look = Look.model_validate(kept.model_dump(include=set(Look.model_fields)))
    is_default = kept.is_default == "yes"
    try:
        views.save(request.app.state.house, asker, kept.name, look, team=kept.team or None, is_default=is_default)
    except Refused as e:
        return page(request, "desk/refused.html.j2", status=409, message=e.message, back="")
    return RedirectResponse(address(look), status_code=303)


@router.post("/default")
def begin_with(request: Request, asker: Reader, number: Annotated[int, Form(ge=0, le=2**31 - 1)]) -> Response:
    """Open the list with a view; 0: as it is."""
    return _changed(request, lambda house: views.begin_with(house, asker, number or None))


@router.post("/delete")
def delete(request: Request, asker: Reader, number: Number) -> Response:
    """Take a view away."""
    return _changed(request, lambda house: views.delete(house, asker, number))


def _changed(request: Request, change: Callable[[House], None]) -> Response:
    try:
        change(request.app.state.house)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    except Refused as e:
        return page(request, "desk/refused.html.j2", status=409, message=e.message, back="")
    return RedirectResponse("/desk?view=team", status_code=303)
