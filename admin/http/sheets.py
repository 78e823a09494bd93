"""The pages of a document: sizes, pictures and words, with what stays masked blacked out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel

from admin.http import reach
from admin.http.who import Needs
from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.page import Page
from engine.model.person import Asker
from engine.runtime.desk import pages
from engine.runtime.house import House
from engine.stages.cover_page import uncovered

router = APIRouter(prefix="/api/v1/documents/{document_id}/pages", tags=["documents"])
Reader = Annotated[Asker, Depends(Needs("read_documents"))]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "Unknown id, or no such page"}}
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}


class Sheet(BaseModel):
    """One page, upright."""

    number: int
    width: float
    """Points (1/72 inch)."""
    height: float
    picture: str
    words: str


class Word(BaseModel):
    """One word with its box in points: left, top, right, bottom."""

    text: str
    box: tuple[float, float, float, float]


@router.get("", summary="The pages of a document", responses=_UNKNOWN)
def sheets(request: Request, document_id: str, asker: Reader) -> list[Sheet]:
    """Return the pages that were read; none for data without pages."""
    house: House = request.app.state.house
    found = reach.document(house, asker, "read_documents", document_id)
    begin = f"/api/v1/documents/{found.id}/pages"
    return [
        Sheet(
            number=one.number, width=one.width, height=one.height, picture=f"{begin}/{one.number}.jpg",
            words=f"{begin}/{one.number}/words",
        )
        for one in pages.pages(house, found)
    ]  # fmt: skip


@router.get(
    "/{number}.jpg", summary="The picture of a page", response_class=Response, responses={**_UNKNOWN, **_PICTURE}
)
def picture(
    request: Request, document_id: str, number: Number, asker: Reader, reveal: reach.Reveal = [],  # noqa: B006 - FastAPI copies it
    small: Annotated[bool, Query(description="A small one, 180 pixels on its longer side")] = False,  # noqa: FBT002
) -> Response:  # fmt: skip
    """Return the upright picture of a page (JPEG), with what stays masked blacked out."""
    house: House = request.app.state.house
    found, sheet, boxes = _page(house, asker, document_id, number, reveal)
    try:
        return Response(pages.picture(house, found, sheet, boxes, is_small=small), media_type="image/jpeg")
    except (ReadError, LookupError) as e:
        raise HTTPException(404, "This kind of file has no pages to show.") from e


@router.get("/{number}/words", summary="The words of a page", responses=_UNKNOWN)
def words(request: Request, document_id: str, number: Number, asker: Reader, reveal: reach.Reveal = []) -> list[Word]:  # noqa: B006 - FastAPI copies it
    """Return the words of a page with their boxes; without those that stay masked."""
    _, sheet, boxes = _page(request.app.state.house, asker, document_id, number, reveal)
    return [Word(text=one[0], box=(one[1], one[2], one[3], one[4])) for one in uncovered(sheet.words, boxes)]


def _page(
    house: House, asker: Asker, document_id: str, number: int, reveal: reach.Reveal
) -> tuple[Document, Page, tuple[Box, ...]]:  # fmt: skip
    """Return a document, its page, and the boxes that stay masked. Raises HTTPException 404, 403."""
    found = reach.document(house, asker, "read_documents", document_id)
    try:
        sheet = pages.page_of(house, found, number)
    except LookupError as e:
        raise HTTPException(404, f"It has no page {number}.") from e
    return found, sheet, pages.hidden_on(house, found, sheet, reach.hidden(house, asker, found.id, reveal))
