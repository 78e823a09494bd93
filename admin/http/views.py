"""Saved views of what waits for people, for programs: one's own and those of one's teams."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from pydantic import BaseModel, Field

from admin.http.who import Needs
from engine.model.person import Asker
from engine.runtime.desk import views
from engine.runtime.desk.taking import Refused
from engine.store.views import Look, SavedView

router = APIRouter(prefix="/api/v1/views", tags=["reviews"])
Reader = Annotated[Asker, Depends(Needs("read_documents"))]
ViewId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "No such view, or not one of yours"}}
_REFUSED: dict[int | str, dict[str, Any]] = {409: {"description": "Not possible as it stands; the answer says why"}}


class SavedViews(BaseModel):
    """Views to choose from, by name."""

    views: list[SavedView]
    default: int | None
    """Id of the view with which the list opens; null: as it is."""
    teams: list[str]
    """Teams with which you may share a view."""


class NewView(BaseModel):
    """A view that is to be kept."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    """One of the same name in the same place is replaced; capitals do not tell names apart."""
    look: Look
    team: Annotated[str | None, Field(max_length=80)] = None
    """Whose it is; null: your own."""
    is_default: bool = False


class Beginning(BaseModel):
    """With which view the list opens."""

    view: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] | None


@router.get("", summary="Saved views of the review list")
def saved(request: Request, asker: Reader) -> SavedViews:
    """Return your own views and those of your teams."""
    return _views(request, asker)


@router.post("", status_code=201, summary="Save a view", responses=_REFUSED)
def save(request: Request, wanted: NewView, asker: Reader) -> SavedView:
    """Keep filters, search and order of the review list under a name."""
    try:
        return views.save(
            request.app.state.house, asker, wanted.name, wanted.look, team=wanted.team, is_default=wanted.is_default
        )
    except Refused as e:
        raise HTTPException(409, e.message) from e


@router.put("/default", summary="Open the list with a view", responses=_UNKNOWN)
def begin_with(request: Request, wanted: Beginning, asker: Reader) -> SavedViews:
    """Let the list open with a view for you, or with null as it is."""
    try:
        views.begin_with(request.app.state.house, asker, wanted.view)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    return _views(request, asker)


@router.delete("/{view_id}", status_code=204, summary="Delete a view", responses={**_UNKNOWN, **_REFUSED})
def delete(request: Request, view_id: ViewId, asker: Reader) -> Response:
    """Take your own view away, or one of your team."""
    try:
        views.delete(request.app.state.house, asker, view_id)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    except Refused as e:
        raise HTTPException(409, e.message) from e
    return Response(status_code=204)


def _views(request: Request, asker: Asker) -> SavedViews:
    house = request.app.state.house
    found = views.of(house, asker)
    return SavedViews(views=list(found.views), default=found.default, teams=list(views.teams(house, asker)))
