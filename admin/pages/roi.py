"""The page of what the hub saves: inputs that everybody keeps for themselves, and every formula with its numbers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from admin.http.form_token import refuse_forged
from admin.http.kpi import Ask, Typed, found_for
from admin.http.who import Needs
from admin.pages.field_names import shown_amount
from admin.pages.kpi import STEP_NAMES, Words, address
from admin.pages.shell import page
from engine.model.kpi import STEPS
from engine.model.person import Asker
from engine.runtime import kpi_roi
from engine.runtime.house import House
from engine.runtime.kpi_roi import FORMULAS, INPUTS

router = APIRouter(include_in_schema=False, prefix="/roi")
Reader = Annotated[Asker, Depends(Needs("read_status"))]
Asked = Annotated[Typed, Query()]


@router.get("")
def saved(request: Request, asker: Reader, ask: Asked) -> HTMLResponse:
    """Show what a period saved."""
    house: House = request.app.state.house
    return _page(request, asker, ask, dict(kpi_roi.inputs_of(house, asker.name)))


@router.post("", dependencies=[Depends(refuse_forged)])
async def keep(request: Request, asker: Reader, ask: Asked) -> Response:
    """Keep what to reckon with."""
    house: House = request.app.state.house
    given = {name: one for name, one in (await request.form()).items() if isinstance(one, str)}
    try:
        kpi_roi.keep(house, asker.name, given)
    except kpi_roi.Refused as e:
        typed = {one.name: given.get(one.name, "") for one in INPUTS}
        return _page(request, asker, ask, typed, problem=e.message)
    return RedirectResponse(f"/roi?{address(ask)}", status_code=303)


def _page(
    request: Request, asker: Asker, ask: Ask, typed: Mapping[str, Decimal | str], *, problem: str = ""
) -> HTMLResponse:
    house: House = request.app.state.house
    found, words = found_for(request, asker, ask), Words(request)
    roi = kpi_roi.reckoned(found.total.now, kpi_roi.inputs_of(house, asker.name))

    def told(amount: Decimal, unit: str) -> str:
        text = shown_amount(str(amount), words.language)
        return f"{text} {roi.inputs.currency}" if unit == "money" else f"{text} {unit}" if unit == "h" else text

    return page(
        request, "kpi/roi.html.j2", status=422 if problem else 200, found=found, ask=ask, roi=roi, inputs=INPUTS,
        formulas=FORMULAS, typed={name: str(one) for name, one in typed.items()}, told=told, problem=problem, words=words,
        address=address(ask), steps=STEPS, step_names=STEP_NAMES, environment=house.library.environment.name,
    )  # fmt: skip
