"""Upload documents and follow them."""

import tempfile
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from admin.http import reach, validators
from admin.http.body import copy
from admin.http.paging import After, cursor, place, unknown
from admin.http.who import Needs
from engine.content.when import Seen
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.model.sensitive import GROUPS
from engine.runtime import intake, story, workflow
from engine.runtime.house import House
from engine.runtime.overview import Overview, overview
from engine.runtime.people.reach import is_everywhere, seen
from engine.store import documents
from engine.store.database import reading

router = APIRouter(prefix="/api/v1", tags=["documents"])

_IN_MEMORY = 1 << 20
_LOOKED_THROUGH = 1000
"""Of the latest documents, so many are looked through for those that one may read."""


class Page(BaseModel):
    """Documents, the latest first."""

    documents: list[story.Line]
    next: str | None
    """What to give as `after` for the next page; null on the last one."""


class Accepted(BaseModel):
    """What became of an upload."""

    id: str
    """SHA-256 of the bytes: the same bytes have the same id."""
    is_new: bool
    state: str
    href: str


@router.post(
    "/documents", status_code=202, summary="Upload one document",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}, "multipart/form-data": {"schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}}}}},
    responses={413: {"description": "Larger than POSTROOM_MAX_BYTES"}, 422: {"description": "Unknown flow"}},
)  # fmt: skip
async def upload(
    request: Request,
    response: Response,
    _asker: Annotated[Asker, Depends(Needs("upload_documents"))],
    name: Annotated[str, Query(max_length=500, description="File name, for people; else that of the form.")] = "",
    flow: Annotated[str | None, Query(description="Flow to use instead of the one chosen by type.")] = None,
) -> Accepted:
    """Take the raw body, or the one file of a form, as one document: streamed to disk, bounded, stored and queued before the answer."""
    house: House = request.app.state.house
    if flow is not None and house.library.flow_for(Seen(type="unknown"), flow) is None:
        raise HTTPException(422, f"There is no flow {flow}.")
    limit = house.settings.max_bytes
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
        given = await copy(request, cast("BinaryIO", body), limit=limit)
        arrival = await run_in_threadpool(
            intake.accept, house, cast("BinaryIO", body), name=name or given or "upload", source="api", flow=flow
        )
    document = arrival.document
    if document.state == "received":
        await run_in_threadpool(workflow.enqueue, document.id, document.revision)
    href = f"/api/v1/documents/{document.id}"
    response.headers["Location"] = href
    return Accepted(id=document.id, is_new=arrival.is_new, state=document.state, href=href)


@router.get("/documents", summary="The latest documents")
def recent(
    request: Request,
    asker: Annotated[Asker, Depends(Needs("read_documents"))],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: After = None,
) -> Page:
    """Return one line for each of the latest documents that you may read, newest first.

    For who reaches only some, a page may hold less than `limit`, or none, and still have a `next`.
    """
    house: House = request.app.state.house
    depth = limit if is_everywhere(asker, "read_documents") else max(limit, _LOOKED_THROUGH)
    with reading(house.engine) as tx:
        found = documents.recent(tx, depth + 1, after=_place(after))
        reached = seen(tx, house, asker, found[:depth], document_id=lambda one: one.id, most=limit + 1)
    shown = reached[:limit]
    last = shown[-1] if len(reached) > limit else found[depth - 1] if len(found) > depth else None
    return Page(
        documents=[_line(one, GROUPS) for one in story.stories(house, [one.id for one in shown])],
        next=cursor(last.received_at.isoformat(), last.id) if last else None,
    )


@router.get(
    "/documents/{document_id}", summary="Where a document stands", responses={404: {"description": "Unknown id"}}
)
def document_line(
    request: Request, response: Response, document_id: str, asker: Annotated[Asker, Depends(Needs("read_documents"))], reveal: reach.Reveal = []  # noqa: B006 - FastAPI copies it
) -> story.Line:  # fmt: skip
    """Return the document's line: type, vendor, number, total, route, reasons, target reference."""
    house: House = request.app.state.house
    found = reach.document(house, asker, "read_documents", document_id)
    validators.show(response, found.revision)
    return _line(story.story(house, found.id), reach.hidden(house, asker, found.id, reveal))


@router.get(
    "/documents/{document_id}/story", summary="A document's whole story", responses={404: {"description": "Unknown id"}}
)
def document_story(
    request: Request, response: Response, document_id: str, asker: Annotated[Asker, Depends(Needs("read_documents"))], reveal: reach.Reveal = []  # noqa: B006 - FastAPI copies it
) -> dict[str, Any]:  # fmt: skip
    """Return fields with their origin, findings, the decision with its rules, operations, receipts and ledger entries.

    Bank details and numbers of identity are masked unless they are revealed.
    """
    house: House = request.app.state.house
    found = reach.document(house, asker, "read_documents", document_id)
    hidden = reach.hidden(house, asker, found.id, reveal)
    told = story.story(house, found.id)
    validators.show(response, told.document.revision)
    return cast("dict[str, Any]", reach.masked(told, told.model_dump(mode="json"), hidden))


@router.get("/status", summary="Counts by state")
def status(request: Request, _asker: Annotated[Asker, Depends(Needs("read_status"))]) -> Overview:
    """Return counts of documents, operations and open reviews."""
    return overview(request.app.state.house)


def _place(after: str | None) -> tuple[datetime, str] | None:
    """Return the moment and id that a cursor stands for. Raises Told `invalid`."""
    if after is None:
        return None
    at, document_id = place(after, parts=2)
    try:
        return datetime.fromisoformat(at).astimezone(UTC), document_id
    except (ValueError, OverflowError) as e:
        raise unknown() from e


def _line(told: story.Story, hidden: frozenset[FieldGroup]) -> story.Line:
    return story.Line.model_validate(reach.masked(told, story.line(told).model_dump(mode="json"), hidden))
