"""Key figures and what the hub saves, over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field, field_validator

from admin.http.who import Needs
from engine.model.errors import PostroomError
from engine.model.kpi import Group, Step
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import kpi, kpi_export, kpi_roi
from engine.runtime.house import House
from engine.runtime.kpi import Kpi, Wanted
from engine.runtime.kpi_roi import Inputs, Roi
from engine.runtime.people.reach import is_everywhere
from engine.stages.cover import covered

router = APIRouter(prefix="/api/v1", tags=["figures"])
Reader = Annotated[Asker, Depends(Needs("read_status"))]
Narrow = Annotated[str, Query(max_length=120)]


class Ask(BaseModel):
    """What somebody asks for; what is empty does not restrict."""

    by: Group = "all"
    step: Step = "month"
    day: date | None = Field(default=None, ge=date(1971, 1, 1), le=date(9990, 1, 1))
    """Any day of the period; today."""
    type: str = Field(default="", max_length=60)
    entity: str = Field(default="", max_length=120)
    queue: str = Field(default="", max_length=120)
    team: str = Field(default="", max_length=120)
    vendor: str = Field(default="", max_length=120)


class Typed(Ask):
    """The same as a form of a page sends it: a field without anything typed is there and empty."""

    @field_validator("day", mode="before")
    @classmethod
    def _nothing_typed(cls, given: object) -> object:
        return None if given == "" else given


Asked = Annotated[Ask, Query()]


def wanted(house: House, asker: Asker, ask: Ask) -> Wanted:
    """Return what is wanted. Raises HTTPException 403: vendors are told apart only for who reads every document."""
    if (ask.by == "vendor" or ask.vendor) and not is_everywhere(asker, "read_documents"):
        raise HTTPException(403, "Figures by vendor are for those who may read every document.")
    given = {name: one or None for name, one in ask.model_dump(exclude={"by", "step", "day"}).items()}
    return Wanted(by=ask.by, step=ask.step, day=ask.day or house.clock.now().date(), **given)


@router.get("/kpi", summary="Key figures of a period")
def figures(request: Request, asker: Reader, ask: Asked) -> Kpi:
    """Return figures of a day, week or month by group, beside the period before, with a trend of twelve periods.

    What each figure means stands in the reference, page "Key figures". A document belongs to the period in which it came in.
    """
    return found_for(request, asker, ask)


@router.get("/kpi/groups", summary="What key figures can be restricted to")
def groups(request: Request, _asker: Reader) -> Mapping[Group, Sequence[str]]:
    """Return the types, entities, queues and teams that figures know."""
    return kpi.choices(request.app.state.house)


@router.get(
    "/kpi/export.{form}", summary="Key figures as a file", response_class=Response,
    responses={406: {"description": "The library that writes this form is not installed"}},
)  # fmt: skip
def export(request: Request, asker: Reader, ask: Asked, form: kpi_export.Form) -> Response:
    """Return the same as CSV or Parquet: a row for each group, of the period and of the one before."""
    return exported(found_for(request, asker, ask), form)


@router.get("/roi", summary="What a period saved")
def saved(request: Request, asker: Reader, ask: Asked) -> Roi:
    """Return time and errors saved, reckoned with the inputs that the caller keeps, once sure and once with provisional documents."""
    house: House = request.app.state.house
    found = found_for(request, asker, ask)
    return kpi_roi.reckoned(found.total.now, kpi_roi.inputs_of(house, asker.name))


@router.put("/roi/inputs", summary="Keep what to reckon with")
def keep(request: Request, asker: Reader, inputs: Inputs) -> Inputs:
    """Keep the inputs of the caller in this environment. 422 for what is no amount or share."""
    try:
        return kpi_roi.keep(request.app.state.house, asker.name, {name: str(one) for name, one in inputs})
    except PostroomError as e:
        raise HTTPException(422, e.message) from e


def exported(found: Kpi, form: kpi_export.Form) -> Response:
    """Return figures as a file to be kept. Raises HTTPException 406 where the library for it is not installed."""
    try:
        content = kpi_export.written(kpi.rows(found), form)
    except kpi_export.NoParquet as e:
        raise HTTPException(406, e.message) from e
    name = f"figures-{found.wanted.step}-{found.begins}-by-{found.wanted.by}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kpi_export.MEDIA[form], headers=headers)


def found_for(request: Request, asker: Asker, ask: Ask, *, most: int | None = None) -> Kpi:
    """Return figures, of the `most` largest groups, without account numbers: names of vendors are what documents say.

    Raises HTTPException 403.
    """
    house: House = request.app.state.house
    found = kpi.recent(house, wanted(house, asker, ask))
    found = found.model_copy(update={"groups": found.groups[:most]})
    return Kpi.model_validate(covered(found.model_dump(mode="json"), frozenset(), GROUPS))
