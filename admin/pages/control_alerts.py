"""The page of alerts: by which ways people are told of alarms, what was told with which result, and a test message."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from admin.http.alerts import Reader, Trier
from admin.http.form_token import refuse_forged
from admin.pages.field_names import label
from admin.pages.shell import marked, page
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import alarms
from engine.runtime.alerts import messenger, standing
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.stages.cover import covered

router = APIRouter(include_in_schema=False, prefix="/control/alerts", dependencies=[Depends(refuse_forged)])
PAGE = 50
STATE_WORDS = {"pending": marked("waits"), "sent": marked("went out"), "failed": marked("given up")}
KIND_WORDS = {"email": marked("E-mail"), "slack": marked("Slack"), "teams": marked("Teams")}
EVENT_WORDS = {"raised": marked("began"), "cleared": marked("over")}
Before = Annotated[int | None, Query(ge=1, le=10**12)]


@router.get("")
def shown(
    request: Request, asker: Reader, way: Annotated[str, Query(max_length=80)] = "", before: Before = None
) -> HTMLResponse:
    """Show the policy as it is read, alarms that are raised, and what was told."""
    return _page(request, asker, way=way, before=before)


@router.post("/{name}/test")
def try_out(request: Request, name: str, asker: Trier) -> Response:
    """Send a test message by one way and say what came of it."""
    house: House = request.app.state.house
    if name not in house.library.environment.alerts:
        raise HTTPException(404, "There is nothing at this address.")
    try:
        messenger.try_out(house, name, hand=Hand(asker.name, asker.where))
    except PostroomError as e:
        return _page(request, asker, tried=name, why=e.message, status=409)
    return _page(request, asker, tried=name)


def _page(
    request: Request, asker: Asker, *, way: str = "", before: int | None = None, tried: str = "", why: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    house: House = request.app.state.house
    told = messenger.latest(house, limit=PAGE + 1, way=way or None, before=before)
    return page(
        request, "control/alerts.html.j2", status=status, environment=house.library.environment.name,
        ways=standing.ways(house), way=way, tried=tried, why=why, label=label,
        alarms=[(one, standing.told_by(house, one)) for one in alarms.raised(house)],
        told=told[:PAGE], following=told[PAGE - 1].seq if len(told) > PAGE else None,
        state_words=STATE_WORDS, kind_words=KIND_WORDS, event_words=EVENT_WORDS,
        may_try=asker.may("release_operations") or asker.may("edit_content"),
        cover=lambda text: covered(text, frozenset(), GROUPS),
    )  # fmt: skip
