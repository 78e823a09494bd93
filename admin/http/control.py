"""The control room over HTTP, and the search over everything."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from admin.http.operations import covered_line
from admin.http.who import Needs
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import searching
from engine.runtime.control import Control, Period, control
from engine.stages.cover import covered
from engine.store.operation_list import OperationLine
from engine.store.summaries import Summary

router = APIRouter(prefix="/api/v1", tags=["control room"])


class Hit(BaseModel):
    """A document that holds every word."""

    id: str
    name: str
    state: str
    line: Summary
    operations: list[OperationLine]
    """Those of its operations that the words name."""
    href: str


class Hits(BaseModel):
    """What was found, the latest first."""

    documents: list[Hit]
    is_complete: bool
    """False when there is more than was asked for: say more words."""


@router.get("/control", summary="Where everything is at this moment")
def everything(
    request: Request, _asker: Annotated[Asker, Depends(Needs("read_status"))], period: Annotated[Period, Query()] = "week"
) -> Control:  # fmt: skip
    """Return the flow of a period by stage, operations by state, targets, sources, alarms and workers."""
    found = control(request.app.state.house, period=period)
    return Control.model_validate(covered(found.model_dump(mode="json"), frozenset(), GROUPS))


@router.get("/search", summary="Search over everything")
def search(
    request: Request, asker: Annotated[Asker, Depends(Needs("read_documents"))],
    text: Annotated[str, Query(min_length=1, max_length=200)], limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Hits:  # fmt: skip
    """Return documents that hold every word of a text: of id, names, numbers, values of the record, operations, target ids.

    A word is the beginning of what stands there, letters and digits only. Masked values are found by who may see them.
    """
    house = request.app.state.house
    found = searching.find(house, asker, text, most=limit + 1)
    hits = [
        Hit(
            id=one.document.id, name=one.document.name, state=one.document.state,
            line=Summary.model_validate(covered(one.summary.model_dump(), frozenset(), GROUPS)),
            operations=[covered_line(house, line) for line in one.operations],
            href=f"/api/v1/documents/{one.document.id}",
        )
        for one in found[:limit]
    ]  # fmt: skip
    return Hits(documents=hits, is_complete=len(found) <= limit)
