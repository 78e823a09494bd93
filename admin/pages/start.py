"""The address without a path leads to where somebody works."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from admin.http.who import current_person
from engine.model.person import Asker

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(asker: Annotated[Asker, Depends(current_person)]) -> RedirectResponse:
    """Lead to the desk, or who may not read documents to their own page."""
    return RedirectResponse("/desk" if asker.may("read_documents") else "/me", status_code=303)
