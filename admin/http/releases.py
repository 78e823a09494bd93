"""From a draft to production over HTTP: agreements, release, the gate with its report, promotion and the way back.

Agreements are given by people: a token is nobody's yes.
"""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from admin.http.content import REFUSED, opened
from admin.http.pace import Heavy
from admin.http.who import Needs
from engine.content.environment import load_environments
from engine.content.live import LiveSet
from engine.content.ownership import load_ownership
from engine.model.errors import PostroomError
from engine.model.gate import GateReport
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime.house import House
from engine.runtime.knowledge_desk import gate, releasing
from engine.runtime.knowledge_desk.gate import Look, Past
from engine.runtime.promotion import kept
from engine.runtime.promotion.kept import Agreement
from engine.runtime.release import Standing
from engine.stages.cover import covered

router = APIRouter(prefix="/api/v1", tags=["releases"])
Editor = Annotated[Asker, Depends(Needs("edit_content"))]
Reader = Annotated[Asker, Depends(Needs("read_content"))]
Agreeing = Annotated[Asker, Depends(Needs("edit_content", "promote"))]
Promoter = Annotated[Asker, Depends(Needs("promote"))]
Name = Annotated[str, Field(min_length=1, max_length=120)]


class Team(BaseModel):
    """For which team somebody agrees."""

    team: Name


class Candidate(BaseModel):
    """What is looked at, and where it is to be live."""

    candidate: Name
    """A flow version, `ap_invoice@2`."""
    environment: Name


class Yes(BaseModel):
    """What a promotion takes beside the right."""

    accepts_bindings: bool = False
    """That targets are bound elsewhere here than where the version was tried."""


class Environments(BaseModel):
    """What is live where, and the reports of the gate that were made last."""

    environments: dict[str, LiveSet | None]
    """Null where the environment's file names the flows."""
    reports: list[Past]


class Looking(BaseModel):
    """How far a look through the gate is."""

    look: Look
    href: str


@router.get("/content/{kind}/{called}/release", summary="How far a release is", responses=REFUSED)
def standing(request: Request, kind: str, called: str, asker: Reader) -> Standing:
    """Return what a version pins, who agreed, and what is missing if you released it."""
    return releasing.standing(request.app.state.house, opened(request, kind, called).piece.ref, by=asker.name)


@router.post("/content/{kind}/{called}/agree", summary="Agree to a version", responses=REFUSED)
def agree(request: Request, kind: str, called: str, said: Team, asker: Agreeing) -> Standing:
    """Agree to a version for a team, as a person who wrote no part of it."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    _refuse_other_team(house, asker, said.team)
    releasing.agree(house, found.piece.ref, team=said.team, by=asker.name)
    return releasing.standing(house, found.piece.ref, by=asker.name)


@router.post("/content/{kind}/{called}/release", summary="Release a version", responses=REFUSED)
def release(request: Request, kind: str, called: str, asker: Editor) -> Standing:
    """Freeze a version and all it pins."""
    return releasing.freeze(request.app.state.house, opened(request, kind, called).piece.ref, by=asker.name)


@router.get("/environments", summary="What is live where")
def environments(request: Request, _asker: Reader) -> Environments:
    """Return the live set of each environment, and the reports that the gate wrote last."""
    house: House = request.app.state.house
    known = load_environments(house.settings.content_folder() / "environments")
    return Environments(environments={name: gate.live(house, name) for name in known}, reports=gate.reports(house))


@router.post("/environments/{name}/rollback", summary="Make live what was live before", responses=REFUSED)
def rollback(request: Request, name: str, asker: Promoter) -> LiveSet:
    """Make what was live before live again."""
    return gate.rollback(request.app.state.house, name, by=asker.name)


@router.post(
    "/gate", status_code=202, summary="Look through the gate", responses=REFUSED, dependencies=[Depends(Heavy(6))]
)
def look(request: Request, response: Response, wanted: Candidate, asker: Agreeing) -> Looking:
    """Begin to judge history by a version and by what is live; `href` tells how far it is."""
    one = gate.begin(request.app.state.house, wanted.candidate.removeprefix("flow/"), wanted.environment, by=asker.name)
    response.headers["Location"] = f"/api/v1/gate/{one.id}"
    return Looking(look=one, href=f"/api/v1/gate/{one.id}")


@router.get("/gate/{look_id}", summary="How far a look is", responses=REFUSED)
def progress(look_id: str, _asker: Reader) -> Looking:
    """Return how far a look is; `report` names the report once it is done. Looks are kept by the process that makes them."""
    one = gate.state(look_id)
    if one is None:
        raise HTTPException(404, "There is no such look, or the hub was started anew since.")
    return Looking(look=one, href=f"/api/v1/reports/{one.report}" if one.report else f"/api/v1/gate/{one.id}")


@router.get("/reports/{report_id}", summary="A report of the gate", responses=REFUSED)
def report(request: Request, report_id: str, _asker: Reader) -> dict[str, Any]:
    """Return a report with what it found, who agreed to it, and who wrote a part; account numbers are masked."""
    house: House = request.app.state.house
    seen = _report(house, report_id)
    told = {
        "id": seen.id, "report": seen.model_dump(mode="json"), "wrote": sorted(gate.writers(house, seen)),
        "agreed": [one.model_dump(mode="json") for one in kept.agreements(house, seen.id)],
    }  # fmt: skip
    return cast("dict[str, Any]", covered(told, frozenset(), GROUPS))


@router.post("/reports/{report_id}/agree", summary="Agree to a report", responses=REFUSED)
def agree_to_report(request: Request, report_id: str, said: Team, asker: Agreeing) -> list[Agreement]:
    """Agree to a report for a team, as a person who wrote no part of what it is about."""
    house: House = request.app.state.house
    seen = _report(house, report_id)
    _refuse_other_team(house, asker, said.team)
    gate.agree(house, seen, team=said.team, by=asker.name)
    return list(kept.agreements(house, seen.id))


@router.post("/reports/{report_id}/promote", summary="Promote what a report is about", responses=REFUSED)
def promote(request: Request, report_id: str, said: Yes, asker: Promoter) -> LiveSet:
    """Make live what a report is about, when policy and agreements allow."""
    house: House = request.app.state.house
    return gate.promote(house, _report(house, report_id), by=asker.name, accepts_bindings=said.accepts_bindings)


def _report(house: House, report_id: str) -> GateReport:
    try:
        return kept.find(house, report_id)
    except PostroomError as e:
        raise HTTPException(404, e.message) from e


def _refuse_other_team(house: House, asker: Asker, team: str) -> None:
    """Refuse a yes of a program, or for a team that somebody does not speak for (HTTPException 403)."""
    teams, own = load_ownership(house.settings.content_folder()).teams, asker.teams()
    if asker.kind != "person" or team not in teams or (own and team not in own):
        raise HTTPException(403, f"You do not speak for {team}.")
