"""What people do with operations on pages: each form is one verb of the runtime, with a reason, and leads back."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from admin.http import reach
from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.shell import marked, page, say
from engine.model.person import Asker
from engine.model.rights import Verb
from engine.runtime import operation_edit, operations
from engine.runtime.house import House
from engine.runtime.operations import Answer, Refused

router = APIRouter(include_in_schema=False, prefix="/control/operations", dependencies=[Depends(refuse_forged)])
_LONGEST = 2000
Releaser = Annotated[Asker, Depends(Needs("release_operations"))]
Editor = Annotated[Asker, Depends(Needs("edit_operations"))]
Why = Annotated[str, Form(max_length=_LONGEST)]
Key = Annotated[list[str], Form(max_length=200)]


@router.post("/retry")
def retry_some(request: Request, asker: Releaser, keys: Key, why: Why = "") -> Response:
    """Send several operations again, and say of how many it was refused."""
    house: House = request.app.state.house
    found = [reach.operation(house, asker, "release_operations", one).key for one in keys]
    try:
        answers = operations.retry(house, found, by=asker.name, why=_said(why))
    except Refused as e:
        return _refused(request, e.message, "")
    refused = [one for one in answers if one.refused]
    if refused:
        words = "; ".join(f"{one.key}: {one.refused}" for one in refused[:5])
        return _refused(request, f"{len(answers) - len(refused)} / {len(answers)}. {words}", "")
    return RedirectResponse("/control/operations", status_code=303)


@router.post("/{key}/retry")
def retry(request: Request, asker: Releaser, key: str, why: Why = "", now: Annotated[str, Form()] = "") -> Response:
    """Send an operation again; with `now` in spite of closed windows and freezes."""
    house, found = _found(request, asker, "release_operations", key)

    def act() -> list[Answer]:
        answers = operations.retry(house, [found], by=asker.name, why=_said(why), at_once=bool(now))
        if answers[0].refused:
            raise Refused(answers[0].refused)
        return answers

    return _done(request, found, act)


@router.post("/{key}/settle")
def settle(
    request: Request, asker: Releaser, key: str, outcome: Annotated[str, Form(pattern="^(committed|absent)$")],
    why: Why = "", external_id: Annotated[str, Form(max_length=500)] = "",
    link: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    """Note what a person saw in the target."""
    house, found = _found(request, asker, "release_operations", key)
    return _done(request, found, lambda: [operations.settle(
        house, found, stands=outcome == "committed", external_id=external_id, link=link, by=asker.name, why=why
    )])  # fmt: skip


@router.post("/{key}/edit")
def edit(
    request: Request, asker: Editor, key: str, path: Annotated[str, Form(max_length=500)],
    value: Annotated[str, Form(max_length=10_000)] = "", why: Why = "",
) -> Response:  # fmt: skip
    """Change one leaf of what is sent."""
    house, found = _found(request, asker, "edit_operations", key)

    def act() -> list[Answer]:
        made = operation_edit.edit(house, found, {path: value}, by=asker.name, why=why)
        return [Answer(made.key, made.state)]

    return _done(request, found, act)


@router.post("/{key}/cancel")
def cancel(request: Request, asker: Releaser, key: str, why: Why = "") -> Response:
    """Call an operation off, and what comes after it."""
    house, found = _found(request, asker, "release_operations", key)
    return _done(request, found, lambda: operations.cancel(house, found, by=asker.name, why=why))


@router.post("/{key}/park")
def park(request: Request, asker: Releaser, key: str, why: Why = "") -> Response:
    """Keep an operation here until somebody brings it forward."""
    house, found = _found(request, asker, "release_operations", key)
    return _done(request, found, lambda: [operations.park(house, found, by=asker.name, why=why)])


def _found(request: Request, asker: Asker, verb: Verb, key: str) -> tuple[House, str]:
    house: House = request.app.state.house
    return house, reach.operation(house, asker, verb, key).key


def _said(why: str) -> str:
    """Return a reason. Raises Refused without one: what people do on pages always says why."""
    if not why.strip():
        raise Refused("Say why; it stands in the ledger beside your name.")
    return why


def _done(request: Request, key: str, act: Callable[[], list[Answer]]) -> Response:
    """Do it and show the operation as it stands then, or say why it was refused."""
    house: House = request.app.state.house
    short = operations.find(house, key).short_key
    try:
        answers = act()
    except Refused as e:
        return _refused(request, e.message, short)
    words = say(request)(marked("Done. It stands now as: {state}")).format(state=answers[0].state)
    return RedirectResponse(f"/control/operations/{short}?{urlencode({'done': words})}", status_code=303)


def _refused(request: Request, message: str, back: str) -> Response:
    return page(request, "control/refused.html.j2", status=409, message=message, back=back)
