"""The control room: where everything is at this moment, kept up to date by asking again every few seconds."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.control_flow import NAMES, TONES, picture, table
from admin.pages.field_names import label
from admin.pages.shell import marked, page
from engine.model.operation import OPERATION_MOVES
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime.control import PERIODS, Control, Period, control
from engine.runtime.house import House
from engine.runtime.posting import breaker
from engine.runtime.sources import standing
from engine.stages.cover import covered

router = APIRouter(include_in_schema=False, prefix="/control")
Reader = Annotated[Asker, Depends(Needs("read_status"))]
Releaser = Annotated[Asker, Depends(Needs("release_operations"))]
PERIOD_NAMES = {"day": marked("Day"), "week": marked("Week"), "month": marked("Month"), "ever": marked("All")}
TARGET_WORDS = {
    "closed": marked("answers"), "open": marked("left alone"), "half_open": marked("being probed"),
}  # fmt: skip
SOURCE_WORDS = {
    "new": marked("not asked yet"), "answers": marked("answers"), "fails": marked("fails"), "silent": marked("silent"),
}  # fmt: skip
BAD_STATES = frozenset({"rejected", "parked", "unknown"})


@router.get("")
def room(request: Request, asker: Reader, period: Annotated[Period, Query()] = "week") -> HTMLResponse:
    """Show everything; the page asks for what is live again by itself."""
    shown = control(request.app.state.house, period=period)
    return _page(request, asker, "control/room.html.j2", shown)


@router.get("/live")
def live(request: Request, asker: Reader, period: Annotated[Period, Query()] = "week") -> Response:
    """Return what changes of the page; 304 to who has it already."""
    shown = control(request.app.state.house, period=period)
    answer = _page(request, asker, "control/live.html.j2", shown)
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


@router.post("/targets/{name}/probe", dependencies=[Depends(refuse_forged)])
def probe(request: Request, name: str, asker: Releaser) -> Response:
    """Have a target that is left alone asked again with the next operation."""
    house: House = request.app.state.house
    if name not in house.library.environment.targets:
        raise HTTPException(404, "There is nothing at this address.")
    breaker.probe_now(house, name, by=asker.name)
    return RedirectResponse("/control#targets", status_code=303)


@router.post("/sources/{name}/ask", dependencies=[Depends(refuse_forged)])
def ask(request: Request, name: str, asker: Releaser) -> Response:
    """Have a source asked at once."""
    house: House = request.app.state.house
    try:
        standing.ask_now(house, name, by=asker.name)
    except LookupError as e:
        raise HTTPException(404, "There is nothing at this address.") from e
    return RedirectResponse("/control#sources", status_code=303)


def _page(request: Request, asker: Asker, template: str, shown: Control) -> HTMLResponse:
    return page(
        request, template, shown=shown, drawn=picture(shown), stages=table(shown), tones=TONES, names=NAMES,
        periods={one: PERIOD_NAMES[one] for one in PERIODS}, states=list(OPERATION_MOVES), bad_states=BAD_STATES,
        target_words=TARGET_WORDS, source_words=SOURCE_WORDS, label=label, cover=_cover,
        may_release=asker.may("release_operations"), may_list=asker.may("read_operations"),
        may_read=asker.may("read_documents"), may_know=asker.may("read_content"), wrong=_wrong(shown),
    )  # fmt: skip


def _cover(text: str) -> str:
    """Return words of another system without account numbers."""
    return str(covered(text, frozenset(), GROUPS))


def _wrong(shown: Control) -> bool:
    """Tell whether somebody has to look: an alarm, a target that is left alone, a source that does not answer, no worker."""
    return bool(
        shown.alarms or not shown.workers or any(one.standing.state != "closed" for one in shown.targets)
        or any(one.state in {"fails", "silent"} for one in shown.sources)
    )  # fmt: skip
