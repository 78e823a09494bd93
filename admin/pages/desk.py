"""The review desk: the list of what waits, and one document beside its pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from babel.dates import format_timedelta
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from admin.http.reach import hidden
from admin.http.who import Needs
from admin.pages.field_names import label, shown_amount, shown_date, shown_quantity
from admin.pages.shell import language_of, page
from engine.model.document import SETTLED, Document
from engine.model.errors import ReadError
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.model.sensitive import GROUPS, group_of
from engine.runtime import corrections
from engine.runtime.desk import answering, pages, viewing, views
from engine.runtime.house import House
from engine.runtime.people import reach
from engine.stages.cover import covered, values
from engine.stages.cover_page import uncovered
from engine.store import documents, summaries
from engine.store.database import reading
from engine.store.summaries import Listed, Order, Wanted
from engine.store.views import Look, Whose

router = APIRouter(include_in_schema=False, prefix="/desk")
PAGE = 50
Shown = Annotated[tuple[FieldGroup, ...], Query()]
_KEEP = {"Cache-Control": "private, max-age=3600"}
Reader = Annotated[Asker, Depends(Needs("read_documents"))]


class Filters:
    """What a person wants to see of the list."""

    def __init__(
        self, view: Whose = "team", queue: Annotated[str, Query(max_length=80)] = "",
        text: Annotated[str, Query(max_length=200)] = "", order: Order = "urgent",
        reason: Annotated[str, Query(max_length=80)] = "", kind: Annotated[str, Query(max_length=40)] = "",
        start: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> None:  # fmt: skip
        self.view, self.queue, self.text, self.order = view, queue, text, order
        self.reason, self.kind, self.start = reason, kind, start

    def look(self) -> Look:
        """Return what a saved view keeps of it."""
        return Look(
            view=self.view, queue=self.queue, text=self.text, order=self.order, reason=self.reason, kind=self.kind
        )  # fmt: skip

    def wanted(self, asker: Asker, now: datetime) -> Wanted:
        """Return what to ask the store for."""
        teams = tuple(sorted(asker.teams())) or None
        return Wanted(
            within=reach.within(asker), only_open=True, queue=self.queue or None, text=self.text, order=self.order,
            reason=self.reason or None, type=self.kind or None, teams=teams if self.view != "all" else None,
            assignee=asker.name if self.view == "mine" else None, overdue_at=now if self.view == "late" else None,
        )  # fmt: skip


@router.get("")
def waiting(request: Request, asker: Reader, filters: Annotated[Filters, Depends()]) -> Response:
    """Show what waits for people, the most urgent first; without a choice the view that somebody begins with."""
    house: House = request.app.state.house
    saved = views.of(house, asker)
    begin = next((one for one in saved.views if one.id == saved.default), None)
    if begin is not None and not request.url.query:
        return RedirectResponse(address(begin.look), status_code=303)
    now, language = house.clock.now(), language_of(request)
    wanted = filters.wanted(asker, now)
    with reading(house.engine) as tx:
        rows = summaries.listed(tx, wanted, most=PAGE + 1, skip=filters.start)
        count = summaries.count(tx, wanted)
    is_part = "HX-Request" in request.headers
    template = "desk/rows.html.j2" if is_part else "desk/list.html.j2"
    return page(
        request, template, rows=rows[:PAGE], count=count, is_part=is_part, filters=filters, more=len(rows) > PAGE, step=PAGE,
        saved=saved, look=filters.look(), address=address, sharing=views.teams(house, asker),
        queues=answering.queues(house), now=now, label=label, cover=lambda text: covered(text, frozenset(), GROUPS),
        amount=lambda text: shown_amount(text, language), day=lambda text: shown_date(text, language),
        due=lambda at: format_timedelta(at - now, add_direction=True, locale=language),
    )  # fmt: skip


@router.get("/{document_id}")
def one(request: Request, asker: Reader, document_id: str, reveal: Shown = ()) -> HTMLResponse:
    """Show one document beside its pages, with what has to be decided."""
    house: House = request.app.state.house
    document = reached(house, asker, document_id)
    language = language_of(request)
    if document.state not in SETTLED:
        return page(request, "desk/working.html.j2", document=document)
    seen = viewing.sight(house, document.id, by=asker.name)
    masked = hidden(house, asker, document.id, reveal)
    known = values([one.model_dump(mode="json") for one in (seen.record, seen.vendor) if one is not None], masked)
    with reading(house.engine) as tx:
        may_see = asker.sees(reach.subject(tx, house, document.id))
    shown = [(one.number, one.width, one.height) for one in pages.pages(house, document)]
    return page(
        request, "desk/document.html.j2", sight=seen, pages=shown, label=label, queues=answering.queues(house),
        cover=lambda text: covered(text, known, masked), is_masked=lambda path: group_of(path) in masked,
        may_reveal=sorted(masked & may_see), revealed=sorted(GROUPS - masked),
        may_correct=asker.may("correct_documents"), may_approve=asker.may("approve_documents"),
        amount=lambda text: shown_amount(text, language), day=lambda text: shown_date(text, language),
        following=_next(house, asker, document.id), types=corrections.types(house),
        quantity=lambda number: shown_quantity(number, language),
    )  # fmt: skip


@router.get("/{document_id}/state")
def state(request: Request, asker: Reader, document_id: str) -> Response:
    """Tell a page that waits for the machine to go on as soon as it is done."""
    document = reached(request.app.state.house, asker, document_id)
    if document.state not in SETTLED:
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


@router.get("/{document_id}/pages/{number}.jpg")
def picture(
    request: Request, asker: Reader, document_id: str, number: int, reveal: Shown = (),
    small: Annotated[bool, Query()] = False,  # noqa: FBT002
) -> Response:  # fmt: skip
    """Return the upright picture of a page, with what stays masked blacked out; a small one for the strip."""
    house: House = request.app.state.house
    document = reached(house, asker, document_id)
    try:
        sheet = pages.page_of(house, document, number)
        boxes = pages.hidden_on(house, document, sheet, masked_of(house, asker, document, reveal))
        content = pages.picture(house, document, sheet, boxes, is_small=small)
    except (LookupError, ReadError) as e:
        raise HTTPException(404, str(e)) from e
    return Response(content, media_type="image/jpeg", headers=_KEEP)


@router.get("/{document_id}/pages/{number}/words")
def words(request: Request, asker: Reader, document_id: str, number: int, reveal: Shown = ()) -> JSONResponse:
    """Return the words of a page with their boxes, in points: [text, x0, top, x1, bottom]; without those that stay masked."""
    house: House = request.app.state.house
    document = reached(house, asker, document_id)
    try:
        sheet = pages.page_of(house, document, number)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    boxes = pages.hidden_on(house, document, sheet, masked_of(house, asker, document, reveal))
    return JSONResponse([[*word[:5]] for word in uncovered(sheet.words, boxes)], headers=_KEEP)


def address(look: Look) -> str:
    """Return the address of the list as a view shows it."""
    return f"/desk?{urlencode({name: one for name, one in look.model_dump(mode='json').items() if one})}"


def masked_of(house: House, asker: Asker, document: Document, reveal: Sequence[FieldGroup]) -> frozenset[FieldGroup]:
    """Return what stays masked on a page; that it was revealed is noted where the document is shown."""
    if not reveal:
        return GROUPS
    with reading(house.engine) as tx:
        return GROUPS - (set(reveal) & asker.sees(reach.subject(tx, house, document.id)))


def reached(house: House, asker: Asker, document_id: str) -> Document:
    """Return a document that somebody may read. Raises HTTPException 404 for others: that they exist is not told."""
    with reading(house.engine) as tx:
        document = documents.get(tx, document_id)
        if document is not None and reach.may(tx, house, asker, "read_documents", document.id):
            return document
    raise HTTPException(404, "There is no such document.")


def _next(house: House, asker: Asker, document_id: str) -> str | None:
    """Return the id of the most urgent other document that nobody is at work on."""
    wanted = Filters().wanted(asker, house.clock.now())
    with reading(house.engine) as tx:
        found: Sequence[Listed] = summaries.listed(tx, wanted, most=25)
    free = (row.document_id for row in found if row.taken_by in {None, asker.name})
    return next((one for one in free if one != document_id), None)
