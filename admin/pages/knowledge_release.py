"""From a draft to production on pages: agreements, release, the gate with its report, promotion and the way back."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.knowledge import Reader, folder, opened, versions
from admin.pages.knowledge_edit import Editor, refused
from admin.pages.knowledge_names import KINDS, STATES
from admin.pages.shell import page
from admin.reports.promotion import as_html
from engine.content.environment import load_environments
from engine.content.ownership import load_ownership
from engine.model.errors import ContentError, PostroomError
from engine.model.gate import GateReport
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime.house import House
from engine.runtime.knowledge_desk import gate, pieces, releasing
from engine.runtime.promotion import kept
from engine.stages.cover import covered

router = APIRouter(include_in_schema=False, prefix="/knowledge", dependencies=[Depends(refuse_forged)])
Agreeing = Annotated[Asker, Depends(Needs("edit_content", "promote"))]
Promoter = Annotated[Asker, Depends(Needs("promote"))]
Name = Annotated[str, Form(max_length=120)]
_MOST = 100
"""Documents that a report names on its page; the whole of it is a file."""


@router.get("/environments")
def environments(request: Request, asker: Reader) -> HTMLResponse:
    """Show what is live where, who made it so, and which reports the gate wrote."""
    house: House = request.app.state.house
    root = folder(request)
    try:
        known, wrong = load_environments(root / "environments"), ""
        live = {name: gate.live(house, name) for name in known}
    except ContentError as e:
        known, live, wrong = {}, {}, e.message
    flows = [one for one in pieces.overview(root) if one.kind == "flow"]
    return page(
        request, "knowledge/environments.html.j2", known=known, live=live, wrong=wrong, reports=gate.reports(house),
        ours=house.library.environment.name, flows=[one for one in flows if not one.live_in] + [o for o in flows if o.live_in],
        may_promote=asker.may("promote"), may_look=asker.may("promote") or asker.may("edit_content"),
    )  # fmt: skip


@router.post("/environments/{name}/rollback")
def rollback(request: Request, asker: Promoter, name: str) -> Response:
    """Make what was live before live again."""
    try:
        gate.rollback(request.app.state.house, name, by=asker.name)
    except PostroomError as e:
        return refused(request, e.message, "/knowledge/environments")
    return RedirectResponse("/knowledge/environments", status_code=303)


@router.post("/gate")
def look(request: Request, asker: Agreeing, candidate: Name, to: Name) -> Response:
    """Begin to look through the gate."""
    one = gate.begin(request.app.state.house, candidate.removeprefix("flow/"), to, by=asker.name)
    return RedirectResponse(f"/knowledge/gate/{one.id}", status_code=303)


@router.get("/gate/{look_id}")
def progress(request: Request, asker: Reader, look_id: str) -> Response:  # noqa: ARG001 - the right is what counts
    """Show how far a look is, and lead to its report."""
    one = gate.state(look_id)
    if one is None:
        raise HTTPException(404, "There is no such look, or the hub was started anew since.")
    is_asked_again = bool(request.headers.get("HX-Request"))
    if one.phase == "done":
        to = f"/knowledge/report/{one.report}"
        return Response(headers={"HX-Redirect": to}) if is_asked_again else RedirectResponse(to, status_code=303)
    template = "knowledge/looking.html.j2" if is_asked_again else "knowledge/gate.html.j2"
    return page(request, template, look=one, seconds=round(time.monotonic() - one.begun))


@router.get("/report/{report_id}")
def report(request: Request, asker: Reader, report_id: str) -> HTMLResponse:
    """Show a report of the gate, who agreed to it, and let it be promoted."""
    house: House = request.app.state.house
    seen = _report(house, report_id)
    given = kept.agreements(house, seen.id)
    wrote = gate.writers(house, seen)
    live = gate.live(house, seen.environment)
    return page(
        request, "knowledge/report.html.j2", report=seen, given=given, wrote=sorted(wrote), most=_MOST,
        missing=[team for team in seen.approvals if team not in {one.team for one in given}],
        teams=_teams(request, asker), may_promote=asker.may("promote"), changes=seen.changes[:_MOST],
        may_agree=_may_agree(asker) and asker.name not in wrote and asker.name != seen.by,
        cover=_covered,
        subjects={one.document_id: one for one in seen.subjects},
        is_live=live is not None and live.report == seen.id, is_old=live is not None and live.number != seen.live_set,
    )  # fmt: skip


@router.get("/report/{report_id}/file")
def report_file(request: Request, asker: Reader, report_id: str) -> Response:  # noqa: ARG001
    """Return a report as one page to file."""
    seen = _report(request.app.state.house, report_id)
    name = f"{seen.candidate.replace('@', '-v')}-{seen.environment}-{seen.id[:12]}.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(as_html(seen), media_type="text/html", headers=headers)


@router.post("/report/{report_id}/agree")
def agree_to_report(request: Request, asker: Agreeing, report_id: str, team: Name) -> Response:
    """Agree to a report for a team."""
    house: House = request.app.state.house
    seen = _report(house, report_id)
    _refuse_other_team(request, asker, team)
    try:
        gate.agree(house, seen, team=team, by=asker.name)
    except PostroomError as e:
        return refused(request, e.message, f"/knowledge/report/{report_id}")
    return RedirectResponse(f"/knowledge/report/{report_id}", status_code=303)


@router.post("/report/{report_id}/promote")
async def promote(
    request: Request, asker: Promoter, report_id: str, accepts: Annotated[str, Form(max_length=5)] = ""
) -> Response:  # fmt: skip
    """Make live what a report is about."""
    house: House = request.app.state.house
    seen = await run_in_threadpool(_report, house, report_id)
    try:
        await run_in_threadpool(gate.promote, house, seen, by=asker.name, accepts_bindings=accepts == "yes")
    except PostroomError as e:
        return refused(request, e.message, f"/knowledge/report/{report_id}")
    return RedirectResponse("/knowledge/environments?promoted=1", status_code=303)


# after what has a name of its own: any piece may be meant here
@router.get("/{kind}/{called}/release")
def standing(request: Request, asker: Reader, kind: str, called: str) -> HTMLResponse:
    """Show what a version pins, who agreed, and what is missing."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    try:
        here, wrong = releasing.standing(house, found.piece.ref, by=asker.name), ""
        wrote = releasing.writers(house, here)
    except PostroomError as e:
        here, wrong, wrote = None, e.message, frozenset()
    return page(
        request, "knowledge/release.html.j2", piece=found.piece, standing=here, wrong=wrong, wrote=sorted(wrote), kinds=KINDS,
        states=STATES, versions=versions(folder(request), found.piece), teams=_teams(request, asker), tab="release",
        may_agree=_may_agree(asker) and asker.name not in wrote, may_release=asker.may("edit_content"),
        environments=_environments(request),
    )  # fmt: skip


@router.post("/{kind}/{called}/agree")
def agree(request: Request, asker: Agreeing, kind: str, called: str, team: Name) -> Response:
    """Agree to a version for a team."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    _refuse_other_team(request, asker, team)
    try:
        releasing.agree(house, found.piece.ref, team=team, by=asker.name)
    except PostroomError as e:
        return refused(request, e.message, f"/knowledge/{kind}/{called}/release")
    return RedirectResponse(f"/knowledge/{kind}/{called}/release", status_code=303)


@router.post("/{kind}/{called}/release")
def release(request: Request, asker: Editor, kind: str, called: str) -> Response:
    """Freeze a version and all it pins."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    try:
        releasing.freeze(house, found.piece.ref, by=asker.name)
    except PostroomError as e:
        return refused(request, e.message, f"/knowledge/{kind}/{called}/release")
    return RedirectResponse(f"/knowledge/{kind}/{called}/release", status_code=303)


def _covered(value: object) -> str:
    """Return one side of a difference, without account numbers."""
    return "—" if value is None else str(covered(str(value), frozenset(), GROUPS))


def _report(house: House, report_id: str) -> GateReport:
    try:
        return kept.find(house, report_id)
    except PostroomError as e:
        raise HTTPException(404, e.message) from e


def _may_agree(asker: Asker) -> bool:
    return asker.kind == "person" and (asker.may("promote") or asker.may("edit_content"))


def _teams(request: Request, asker: Asker) -> list[str]:
    """Return for which teams somebody may speak: those that their rights name, all where none is named."""
    try:
        teams = load_ownership(folder(request)).teams
    except ContentError:
        return []
    own = asker.teams()
    return [one for one in teams if not own or one in own]


def _refuse_other_team(request: Request, asker: Asker, team: str) -> None:
    if asker.kind != "person" or team not in _teams(request, asker):
        raise HTTPException(403, f"You do not speak for {team}.")


def _environments(request: Request) -> list[str]:
    return [one.name for one in pieces.overview(folder(request)) if one.kind == "environment"]
