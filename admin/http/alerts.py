"""Alerts for programs: by which ways people are told of alarms, what was told with which result, and a test message."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel

from admin.http.pace import Heavy
from admin.http.paging import After, cursor, place, unknown
from admin.http.who import Needs
from engine.model.alarm import Alarm
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import alarms
from engine.runtime.alerts import messenger, standing
from engine.runtime.alerts.standing import WayStanding
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.stages.cover import covered
from engine.store.alerts import Alert, State

router = APIRouter(prefix="/api/v1/alerts", tags=["control room"])
Reader = Annotated[Asker, Depends(Needs("read_content"))]
Trier = Annotated[Asker, Depends(Needs("release_operations", "edit_content"))]
_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such way"}, 409: {"description": "It did not go out; the detail says why"}
}  # fmt: skip
_MOST_DIGITS = 15


class RaisedAlarm(BaseModel):
    """An alarm that is raised, and who is told."""

    alarm: Alarm
    told_by: list[str]
    """Names of the ways that want alarms of its kind."""


class Policy(BaseModel):
    """How people are told of alarms, and which are raised."""

    environment: str
    ways: list[WayStanding]
    alarms: list[RaisedAlarm]
    """Of the last look, the oldest first."""


class Told(BaseModel):
    """Messages of the last 30 days, the newest first."""

    alerts: list[Alert]
    next: str | None
    """What to give as `after` for the next page; null on the last one."""


class WentOut(BaseModel):
    """A test message that went out."""

    way: str


@router.get("", summary="How people are told of alarms")
def policy(request: Request, _asker: Reader) -> Policy:
    """Return the ways of the environment as they are read, how each stands, and the alarms that are raised."""
    house: House = request.app.state.house
    found = [RaisedAlarm(alarm=_plain(one), told_by=list(standing.told_by(house, one))) for one in alarms.raised(house)]
    return Policy(environment=house.library.environment.name, ways=list(standing.ways(house)), alarms=found)


@router.get("/log", summary="What was told, with which result")
def log(
    request: Request, _asker: Reader, way: Annotated[str | None, Query(max_length=80)] = None,
    state: State | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50, after: After = None,
) -> Told:  # fmt: skip
    """Return what people were told, what waits, and what did not go out and why."""
    house: House = request.app.state.house
    found = messenger.latest(house, limit=limit + 1, way=way, state=state, before=_before(after))
    following = cursor(str(found[limit - 1].seq)) if len(found) > limit else None
    shown = [Alert.model_validate(_covered(one.model_dump(mode="json"))) for one in found[:limit]]
    return Told(alerts=shown, next=following)


@router.post("/{way}/test", summary="Send a test message", responses=_REFUSED, dependencies=[Depends(Heavy(6))])
def try_out(request: Request, way: str, asker: Trier) -> WentOut:
    """Send a test message by one way at once; the ledger notes who did."""
    house: House = request.app.state.house
    if way not in house.library.environment.alerts:
        raise HTTPException(404, f"No way {way} stands under `alerts` of {house.library.environment.name}.")
    try:
        messenger.try_out(house, way, hand=Hand(asker.name, asker.where))
    except PostroomError as e:
        raise HTTPException(409, e.message) from e
    return WentOut(way=way)


def _before(after: str | None) -> int | None:
    """Return the number that a cursor stands for. Raises Told `invalid`."""
    if after is None:
        return None
    (number,) = place(after, parts=1)
    if not (number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS):
        raise unknown()
    return int(number)


def _plain(alarm: Alarm) -> Alarm:
    return Alarm.model_validate(_covered(alarm.model_dump(mode="json")))


def _covered(data: dict[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", covered(data, frozenset(), GROUPS))
