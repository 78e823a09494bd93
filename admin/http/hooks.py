"""Sources over HTTP: calls of systems that tell us of a change, how the sources stand, and having one asked."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from admin.http.body import bounded
from admin.http.reach import actor
from admin.http.who import Needs
from engine.model.errors import ContentError, Unauthorised
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.sources import hooks, standing
from engine.runtime.sources.standing import Beginning, SourceStanding

PATH = "/api/v1/hooks/"
"""Below it stand calls that carry a signature in the place of a token."""
router = APIRouter(prefix="/api/v1", tags=["sources"])
Releaser = Annotated[Asker, Depends(Needs("release_operations"))]
_UNKNOWN: dict[int | str, dict[str, object]] = {404: {"description": "Unknown source"}}
_CALL = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}


class Taken(BaseModel):
    """What was kept of a call."""

    new: int
    """Events that were not told before; a call that is repeated brings none."""


class Asked(BaseModel):
    """Who has a source asked."""

    by: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """For programs that may speak for others; a person speaks for oneself."""


class Reset(Asked):
    """Where a source begins anew, and why."""

    begin: Beginning
    why: Annotated[str, Field(min_length=1, max_length=2000)]


@router.post(
    "/hooks/{source}", status_code=202, summary="A system tells of a change", response_model=Taken, openapi_extra=_CALL,
    responses={401: {"description": "Not signed by the system"}, 404: {"description": "No source that takes calls"},
               413: {"description": "Larger than 1 MiB"}, 503: {"description": "The binding lacks something"}},
)  # fmt: skip
async def call(request: Request, source: str) -> Response | Taken:
    """Check the signature over the raw bytes and keep what is told; workers look into it. Needs no token.

    A call by which a system only checks that we are there (`validationToken` of Business Central) is answered with its text.
    """
    house: House = request.app.state.house
    try:
        url = hooks.address(house, source, request.url.query)
        body = b"".join([chunk async for chunk in bounded(request, hooks.MOST_BYTES)])
        greeting = await run_in_threadpool(hooks.greeting, house, source, dict(request.query_params))
        if greeting is not None:
            return PlainTextResponse(greeting)
        headers = dict(request.headers)
        new = await run_in_threadpool(hooks.take, house, source, body, headers, method=request.method, url=url)
    except LookupError as e:
        raise HTTPException(404, "There is no source of this name that takes calls.") from e
    except Unauthorised as e:
        raise HTTPException(401, e.message) from e
    except ContentError as e:
        raise HTTPException(503, "This source cannot take calls at this moment.") from e
    return Taken(new=new)


@router.get("/sources", summary="How the sources stand", dependencies=[Depends(Needs("read_status"))])
def show(request: Request) -> list[SourceStanding]:
    """Return every source of the environment: when it answered, what it told, and why it does not answer."""
    house: House = request.app.state.house
    return list(standing.standings(house))


@router.post("/sources/{source}/poll", status_code=202, summary="Have a source asked at once", responses=_UNKNOWN)
def poll(request: Request, source: str, asked: Asked, asker: Releaser) -> list[SourceStanding]:
    """Have workers ask a source now, also one that is left alone because it failed."""
    house: House = request.app.state.house
    try:
        standing.ask_now(house, source, by=actor(asker, asked.by))
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    return list(standing.standings(house))


@router.post("/sources/{source}/reset", summary="Have a source begin anew", responses=_UNKNOWN)
def reset(request: Request, source: str, asked: Reset, asker: Releaser) -> list[SourceStanding]:
    """Forget how far a source was asked; versions that were told before lead to nothing again."""
    house: House = request.app.state.house
    try:
        standing.reset(house, source, begin=asked.begin, by=actor(asker, asked.by), why=asked.why)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    return list(standing.standings(house))
