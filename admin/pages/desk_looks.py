"""What the page of a document asks for while somebody works on it: a box read, and what each reading would lead to."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse

from admin.http.reach import hidden
from admin.pages.catalogue import catalogue
from admin.pages.desk import Reader, Shown, masked_of, reached
from admin.pages.field_names import shown_amount
from admin.pages.shell import language_of
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.sensitive import GROUPS, group_of
from engine.runtime.desk import consequences, pages, region, viewing
from engine.runtime.house import House
from engine.stages.cover import covered

router = APIRouter(include_in_schema=False, prefix="/desk")
_KEEP = {"Cache-Control": "private, max-age=3600"}
Sides = Annotated[str, Query(pattern=r"^\d{1,6}(\.\d{1,6})?(,\d{1,6}(\.\d{1,6})?){3}$")]
"""x0, top, x1, bottom in points."""


@router.get("/{document_id}/pages/{number}/region")
def box(request: Request, asker: Reader, document_id: str, number: int, at: Sides, reveal: Shown = ()) -> JSONResponse:
    """Return what stands in a box of a page (points): text, box, engine. What stays masked is not read."""
    house: House = request.app.state.house
    document = reached(house, asker, document_id)
    try:
        sheet = pages.page_of(house, document, number)
        boxes = pages.hidden_on(house, document, sheet, masked_of(house, asker, document, reveal))
        seen = region.look(house, document, sheet, Box(*map(float, at.split(","))), covered=boxes)
    except (LookupError, ReadError) as e:
        raise HTTPException(404, str(e)) from e
    told = {"text": covered(seen.text, frozenset(), masked_of(house, asker, document, reveal)), "by": seen.by}
    return JSONResponse({**told, "box": [round(side, 2) for side in seen.box]}, headers=_KEEP)


@router.get("/{document_id}/outcomes")
def outcomes(request: Request, asker: Reader, document_id: str, reveal: Shown = ()) -> JSONResponse:
    """Return by field that is asked about what each reading leads to, and whether somebody has to say which is right."""
    house: House = request.app.state.house
    document = reached(house, asker, document_id)
    masked = GROUPS - set(reveal) | hidden(house, asker, document.id, reveal) if reveal else GROUPS
    seen = viewing.sight(house, document.id, by=asker.name)
    asked = [one.path for one in seen.header if one.is_asked and group_of(one.path) not in masked]
    language = language_of(request)
    found = consequences.of_fields(house, document.id, asked)
    return JSONResponse({
        path: {"open": consequences.is_open(some), "readings": [_told(one, language) for one in some]}
        for path, some in found.items()
    })  # fmt: skip


def _told(one: consequences.Outcome, language: str) -> dict[str, object]:
    """Return a reading with what it leads to, in a sentence of the reader's language."""
    words = catalogue(language)
    posts = []
    for write in one.writes:
        amount, _, currency = write.total.partition(" ")
        total = f"{shown_amount(amount, language)} {currency}".strip() if amount else write.object
        posts.append(
            words.gettext("posts %(total)s to %(account)s") % {"total": total, "account": write.account or "?"}
        )
    says = "; ".join(posts) or words.gettext("cannot be written")
    if one.rules:
        says += " · " + words.gettext("held by %(rules)s") % {"rules": ", ".join(one.rules)}
    return {"value": one.value, "route": one.route, "queue": one.queue, "says": says}
