"""The start page: what waits in the review of the teams of who asks."""

from datetime import datetime
from typing import Annotated, NamedTuple

from babel.dates import format_datetime
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from admin.http.who import Needs
from admin.pages.shell import language_of, page
from engine.model.person import Asker
from engine.runtime import story
from engine.runtime.house import House
from engine.runtime.people import reach
from engine.store import reviews
from engine.store.database import reading
from engine.store.reviews import ReviewItem

router = APIRouter(include_in_schema=False)
_MOST = 100


class Row(NamedTuple):
    """One document that waits."""

    item: ReviewItem
    line: story.Line
    due: str
    is_late: bool


@router.get("/")
def start(request: Request, asker: Annotated[Asker, Depends(Needs("read_documents"))]) -> HTMLResponse:
    """Show the most urgent documents in review that are in the reach of who asks."""
    house: House = request.app.state.house
    teams = asker.teams()
    with reading(house.engine) as tx:
        waiting = [one for one in reviews.open_items(tx) if not teams or one.team in teams or one.team is None]
        shown = reach.seen(tx, house, asker, waiting, document_id=lambda one: one.document_id, most=_MOST + 1)
    rows = [_row(request, house, one) for one in shown[:_MOST]]
    return page(request, "start.html.j2", rows=rows, is_cut=len(shown) > _MOST)


def _row(request: Request, house: House, item: ReviewItem) -> Row:
    now: datetime = house.clock.now()
    due = format_datetime(item.due_at, "short", locale=language_of(request)) if item.due_at else ""
    return Row(item, story.line(story.story(house, item.document_id)), due, bool(item.due_at and item.due_at < now))
