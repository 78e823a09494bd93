"""Webhooks: who is told of events, how that went, and telling again."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from admin.http import validators
from admin.http.pace import Heavy
from admin.http.paging import After, cursor, place, unknown
from admin.http.problem_types import Told as Refusal
from admin.http.who import Needs
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.runtime.people.reach import is_everywhere
from engine.runtime.webhooks import subscriptions
from engine.runtime.webhooks.subscriptions import Changed, Refused, Unknown
from engine.store.webhooks import Delivery, DeliveryState, Webhook

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])
_LONGEST = 2000
_MOST_SEQ = 2**62
Events = Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=50)]
Url = Annotated[str, Field(min_length=8, max_length=_LONGEST)]
_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "Unknown webhook or event"}, 409: {"description": "Not possible as it stands"}
}  # fmt: skip


def everywhere(asker: Annotated[Asker, Depends(Needs("edit_content"))]) -> Asker:
    """Return who asks. Events are of all documents, so a right within bounds is not enough. Raises HTTPException 403."""
    if not is_everywhere(asker, "edit_content"):
        raise HTTPException(403, "You have not the right to edit content everywhere.")
    return asker


Admin = Annotated[Asker, Depends(everywhere)]


class Wanted(BaseModel):
    """Where and of what somebody wants to be told."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    """`https`, at a public address, or at one that the environment allows."""
    events: Events
    """Names such as `document.posted`, groups such as `document.*`, or `*`."""


class Change(BaseModel):
    """What is to be otherwise; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: Events | None = None
    is_active: bool | None = None
    """False: told of nothing. True: told again, also of what waits."""


class Shown(BaseModel):
    """A webhook as it stands."""

    id: str
    url: str
    events: list[str]
    is_active: bool
    failures: int
    """Since it last took something."""
    failing_since: datetime | None
    rests_until: datetime | None
    why: str
    """Why it fails, or was switched off."""
    waiting: int
    """Events that wait to be told."""
    made_by: str
    made_at: datetime


class Made(Shown):
    """A new webhook, with what is shown once."""

    secret: str
    """By which messages are signed (Standard Webhooks, `whsec_...`). Keep it; it is not shown again."""


class Secret(BaseModel):
    """A new secret."""

    secret: str
    """Not shown again. For a day messages are signed with the old one too."""


class Tried(BaseModel):
    """A test event that is on its way."""

    event: str


class Told(BaseModel):
    """What was told, or is to be."""

    event: str
    """The header `webhook-id` and the `id` of the CloudEvent: the same at every try."""
    type: str
    state: DeliveryState
    attempts: int
    status: int | None
    """What the other side answered last."""
    error: str
    made_at: datetime
    next_at: datetime | None
    """When it is tried again."""
    ended_at: datetime | None


class ToldPage(BaseModel):
    """What was told, the newest first."""

    deliveries: list[Told]
    next: str | None
    """What to give as `after` for the next page; null on the last one."""


class Hooks(BaseModel):
    """All webhooks: there are a hundred at most."""

    webhooks: list[Shown]


@router.get("", summary="Who is told of events")
def show_all(request: Request, _asker: Admin) -> Hooks:
    """Return every webhook and how it stands."""
    house: House = request.app.state.house
    return Hooks(webhooks=[_shown(hook, waiting) for hook, waiting in subscriptions.everyone(house)])


@router.post("", status_code=201, summary="Have somebody told of events", dependencies=[Depends(Heavy())])
def add(request: Request, response: Response, wanted: Wanted, asker: Admin) -> Made:
    """Have a URL told of what happens from now on, as signed CloudEvents. The secret is shown this once."""
    house: House = request.app.state.house
    try:
        hook, secret = subscriptions.add(house, wanted.url, wanted.events, hand=_hand(asker))
    except Refused as e:
        raise HTTPException(422, e.message) from e
    response.headers["Location"] = f"/api/v1/webhooks/{hook.id}"
    return Made(**_shown(hook, 0).model_dump(), secret=secret)


@router.get("/{webhook_id}", summary="How a webhook stands", responses=_REFUSED)
def show(request: Request, response: Response, webhook_id: str, _asker: Admin) -> Shown:
    """Return one webhook."""
    house: House = request.app.state.house
    hook = _found(house, webhook_id)
    validators.show(response, hook.version)
    return _shown(hook, dict((one.id, waiting) for one, waiting in subscriptions.everyone(house)).get(hook.id, 0))  # noqa: C402 - pairs


@router.patch("/{webhook_id}", summary="Change a webhook", responses=_REFUSED)
def change(request: Request, webhook_id: str, wanted: Change, asker: Admin) -> Shown:
    """Change where and of what somebody is told, or switch it on or off."""
    house: House = request.app.state.house
    hook = _found(house, webhook_id)
    validators.hold(request, hook.version)
    try:
        changed = subscriptions.change(
            house, hook.id, hand=_hand(asker), url=wanted.url, wanted=wanted.events, is_active=wanted.is_active,
            seen=hook.version if validators.is_seen(request) else None,
        )  # fmt: skip
    except Changed as e:
        raise Refusal("changed", e.message) from e
    except Refused as e:
        raise HTTPException(422, e.message) from e
    return _shown(changed, 0)


@router.delete("/{webhook_id}", status_code=204, summary="Tell somebody of nothing any more", responses=_REFUSED)
def remove(request: Request, webhook_id: str, asker: Admin) -> Response:
    """Take a webhook away, with what waits to be told."""
    house: House = request.app.state.house
    hook = _found(house, webhook_id)
    validators.hold(request, hook.version)
    subscriptions.remove(house, hook.id, hand=_hand(asker))
    return Response(status_code=204)


@router.post("/{webhook_id}/secret", summary="Make a new secret", responses=_REFUSED)
def rotate(request: Request, webhook_id: str, asker: Admin) -> Secret:
    """Make a new secret; for a day messages are signed with the old one too."""
    house: House = request.app.state.house
    return Secret(secret=subscriptions.rotate(house, _found(house, webhook_id).id, hand=_hand(asker)))


@router.post(
    "/{webhook_id}/test", status_code=202, summary="Tell a test event", responses=_REFUSED,
    dependencies=[Depends(Heavy())],
)  # fmt: skip
def try_out(request: Request, webhook_id: str, asker: Admin) -> Tried:
    """Have a worker tell a test event; the list of what was told says what came of it."""
    house: House = request.app.state.house
    return Tried(event=subscriptions.try_out(house, _found(house, webhook_id).id, hand=_hand(asker)))


@router.get("/{webhook_id}/deliveries", summary="What a webhook was told", responses=_REFUSED)
def told(
    request: Request, webhook_id: str, _asker: Admin, state: DeliveryState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50, after: After = None,
) -> ToldPage:  # fmt: skip
    """Return what was told in the last 30 days and what waits, the newest first."""
    house: House = request.app.state.house
    hook = _found(house, webhook_id)
    lines = subscriptions.told(house, hook.id, state=state, before=_before(after), limit=limit + 1)
    following = cursor(str(lines[limit - 1].seq)) if len(lines) > limit else None
    return ToldPage(deliveries=[_told(one) for one in lines[:limit]], next=following)


@router.post(
    "/{webhook_id}/deliveries/{event_id}/tell-again", status_code=202, summary="Tell an event once more",
    responses=_REFUSED,
)  # fmt: skip
def tell_again(request: Request, webhook_id: str, event_id: str, asker: Admin) -> Told:
    """Have an event told once more, with the same id."""
    house: House = request.app.state.house
    try:
        return _told(subscriptions.tell_again(house, _found(house, webhook_id).id, event_id, hand=_hand(asker)))
    except Unknown as e:
        raise HTTPException(404, e.message) from e


def _found(house: House, webhook_id: str) -> Webhook:
    try:
        return subscriptions.find(house, webhook_id)
    except Unknown as e:
        raise HTTPException(404, e.message) from e


def _before(after: str | None) -> int | None:
    if after is None:
        return None
    (spelled,) = place(after, parts=1)
    if not spelled.isascii() or not spelled.isdigit() or int(spelled[:20]) > _MOST_SEQ:
        raise unknown()
    return int(spelled)


def _hand(asker: Asker) -> Hand:
    return Hand(asker.name, asker.where)


def _shown(hook: Webhook, waiting: int) -> Shown:
    known = {name: getattr(hook, name) for name in Shown.model_fields if name != "waiting"}
    return Shown(**{**known, "events": list(hook.events)}, waiting=waiting)


def _told(one: Delivery) -> Told:
    return Told(
        event=one.event_id, type=one.type, state=one.state, attempts=one.attempts, status=one.status, error=one.error,
        made_at=one.made_at, next_at=one.next_at if one.state == "pending" else None, ended_at=one.ended_at,
    )  # fmt: skip
