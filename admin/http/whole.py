"""What programs ask about a whole document: read it as something else, let it wait, take it back and judge it again."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import Field

from admin.http import reach, validators
from admin.http.corrections import Begun
from admin.http.reviews import REFUSED, Answer, Decider, Stands, decided, standing
from admin.http.who import Needs
from engine.model.document import DocumentType
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.runtime import corrections, workflow
from engine.runtime.desk import asking_anew
from engine.runtime.desk.taking import Gone
from engine.runtime.house import House

router = APIRouter(prefix="/api/v1", tags=["reviews"])
_LONGEST = 2000
Corrector = Annotated[Asker, Depends(Needs("correct_documents"))]


class AsType(Answer):
    """What a document is."""

    type: DocumentType


class Reopening(Answer):
    """Why a document is judged again; the ledger keeps it beside what is taken back."""

    why: Annotated[str, Field(min_length=1, max_length=_LONGEST)]


@router.get("/types", summary="What a document can be said to be", dependencies=[Depends(Needs("read_documents"))])
def types(request: Request) -> list[DocumentType]:
    """Return the types that live flows take, in their order."""
    return list(corrections.types(request.app.state.house))


@router.post("/documents/{document_id}/type", status_code=202, summary="Read it as another type", responses=REFUSED)
def retype(request: Request, document_id: str, said: AsType, asker: Corrector) -> Begun:
    """Have a document read and judged as another type; refused once something of it was sent."""
    house, found = _correctable(request, asker, document_id)
    by = reach.actor(asker, said.by)
    return _begun(found, lambda: asking_anew.retype(house, found, said.type, revision=said.revision, by=by))


@router.post("/documents/{document_id}/wait", summary="Let it wait for its orders", responses=REFUSED)
def wait(request: Request, document_id: str, said: Answer, asker: Decider) -> Stands:
    """Let a document that is held wait until something comes for the orders that it names."""
    house, found = decided(request, asker, document_id)
    by = reach.actor(asker, said.by)
    try:
        asking_anew.wait(house, found, revision=said.revision, by=by, why=said.why)
    except PostroomError as e:
        raise _told(e) from e
    return standing(house, found)


@router.post("/documents/{document_id}/reopen", status_code=202, summary="Judge it again", responses=REFUSED)
def reopen(request: Request, document_id: str, said: Reopening, asker: Corrector) -> Begun:
    """Take back what stands in targets and would be written otherwise, and judge a settled document again."""
    house, found = _correctable(request, asker, document_id)
    by = reach.actor(asker, said.by)
    return _begun(found, lambda: asking_anew.reopen(house, found, revision=said.revision, by=by, why=said.why))


def _correctable(request: Request, asker: Asker, document_id: str) -> tuple[House, str]:
    house: House = request.app.state.house
    found = reach.document(house, asker, "correct_documents", document_id)
    validators.hold(request, found.revision)
    return house, found.id


def _begun(document_id: str, act: Callable[[], int]) -> Begun:
    """Begin a revision and queue it. Raises HTTPException 412 for what changed meanwhile, 422 for no such type, 409."""
    try:
        revision = act()
    except PostroomError as e:
        raise _told(e) from e
    workflow.enqueue(document_id, revision)
    return Begun(id=document_id, revision=revision, href=f"/api/v1/documents/{document_id}")


def _told(error: PostroomError) -> HTTPException:
    kinds = ((Gone, 412), (corrections.Refused, 422))
    return HTTPException(next((status for kind, status in kinds if isinstance(error, kind)), 409), error.message)
