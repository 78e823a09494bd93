"""The start page: what waits in the review of the teams of who asks."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from admin.http.reach import masked
from admin.http.who import Needs
from admin.pages.shell import page
from engine.model.person import Asker
from engine.runtime import story
from engine.runtime.house import House
from engine.runtime.people import reach
from engine.stages.cover import GROUPS
from engine.store import reviews
from engine.store.database import reading
from engine.store.reviews import ReviewItem

router = APIRouter(include_in_schema=False)
_MOST = 100


class Row(NamedTuple):
    """One document that waits."""

    item: ReviewItem
    line: story.Line
    why: str
    is_late: bool


@router.get("/")
def start(request: Request, asker: Annotated[Asker, Depends(Needs("read_documents"))]) -> HTMLResponse:
    """Show the most urgent documents in review that are in the reach of who asks."""
    house: House = request.app.state.house
    teams = asker.teams()
    with reading(house.engine) as tx:
        waiting = [one for one in reviews.open_items(tx) if not teams or one.team in teams or one.team is None]
        shown = reach.seen(tx, house, asker, waiting, document_id=lambda one: one.document_id, most=_MOST + 1)
    rows = [_row(house, one) for one in shown[:_MOST]]
    return page(request, "start.html.j2", rows=rows, is_cut=len(shown) > _MOST)


def _row(house: House, item: ReviewItem) -> Row:
    is_late = item.due_at is not None and item.due_at < house.clock.now()
    told = story.story(house, item.document_id)
    line = story.Line.model_validate(masked(told, story.line(told).model_dump(mode="json"), GROUPS))
    words = masked(told, item.message, GROUPS)
    return Row(item, line, str(words), is_late)
