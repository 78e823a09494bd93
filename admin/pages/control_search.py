"""The search over everything: one field on every page, and what it finds."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from admin.http.who import Needs
from admin.pages.field_names import label, shown_amount, shown_date
from admin.pages.shell import language_of, page
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import searching
from engine.stages.cover import covered

router = APIRouter(include_in_schema=False, prefix="/search")
MOST = 50


@router.get("")
def search(
    request: Request, asker: Annotated[Asker, Depends(Needs("read_documents"))],
    text: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:  # fmt: skip
    """Show the documents that hold every word, the latest first."""
    language = language_of(request)
    found = searching.find(request.app.state.house, asker, text, most=MOST + 1) if text.strip() else []
    return page(
        request, "control/search.html.j2", text=text, found=found[:MOST], more=len(found) > MOST, label=label,
        cover=lambda words: covered(words, frozenset(), GROUPS), amount=lambda value: shown_amount(value, language),
        day=lambda value: shown_date(value, language),
    )  # fmt: skip
