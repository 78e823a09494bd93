"""Targets over HTTP: how they stand, and having one that is left alone asked again."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel

from admin.http.who import Needs
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.posting import breaker, standing
from engine.runtime.posting.standing import Standing

router = APIRouter(prefix="/api/v1/targets", tags=["targets"])


class Probed(BaseModel):
    """What became of the wish to ask a target again."""

    name: str
    is_probed: bool
    """False: it is not left alone, so there is nothing to do."""


@router.get("", summary="How the targets stand", dependencies=[Depends(Needs("read_status"))])
def show(request: Request) -> list[Standing]:
    """Return every target of the environment: whether it answers, why it is left alone, what waits for it."""
    return standing.standings(request.app.state.house)


@router.post("/{name}/probe", summary="Ask a target again", responses={404: {"description": "Unknown target"}})
def probe(request: Request, name: str, asker: Annotated[Asker, Depends(Needs("release_operations"))]) -> Probed:
    """Have a target that is left alone asked again with the next operation."""
    house: House = request.app.state.house
    if name not in house.library.environment.targets:
        raise HTTPException(404, "There is no target of this name.")
    return Probed(name=name, is_probed=breaker.probe_now(house, name, by=asker.name))
