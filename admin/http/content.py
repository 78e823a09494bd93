"""Content over HTTP: drafts are begun, edited, checked, tried and taken up by the same verbs as on the pages."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from admin.http import validators
from admin.http.pace import Heavy
from admin.http.problem_types import Told
from admin.http.who import Needs
from engine.content.lint.finding import LintFinding
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import rules
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts, examining, pieces, taking_up, trying
from engine.runtime.knowledge_desk.drafts import Broken, Changed
from engine.runtime.knowledge_desk.examining import Examples
from engine.runtime.knowledge_desk.pieces import NotThere, Piece, Text
from engine.runtime.people import reach
from engine.stages.cover import covered
from engine.store.database import reading

router = APIRouter(prefix="/api/v1/content", tags=["content"])
_LONGEST = 2_000_000
_MOST_TRIED = 8
_LOOKED_THROUGH = 100
Editor = Annotated[Asker, Depends(Needs("edit_content"))]
Reader = Annotated[Asker, Depends(Needs("read_content"))]
Typed = Annotated[str, Field(max_length=_LONGEST)]
REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "Unknown piece"}, 409: {"description": "Not possible as it stands"}
}  # fmt: skip
_HEAVY = [Depends(Heavy())]


class Pieces(BaseModel):
    """Everything in the content folder."""

    pieces: list[Piece]


class Shown(BaseModel):
    """A piece with its text."""

    piece: Piece
    text: str
    digest: str
    """SHA-256 of the text; the ETag begins with it."""


class NewText(BaseModel):
    """What is to stand in the file of a draft."""

    text: Typed
    seen: Annotated[str | None, Field(max_length=64)] = None
    """Digest of the text that was edited; `If-Match` says the same."""


class Saved(BaseModel):
    """A draft that was saved."""

    digest: str


class Draft(BaseModel):
    """A draft that was begun or changed."""

    ref: str
    href: str


class Typing(BaseModel):
    """A text that is to be checked; when it is not given, what is saved is."""

    text: Typed | None = None


class Checked(BaseModel):
    """What lint says of a text."""

    findings: list[LintFinding]


class Taker(BaseModel):
    """The flow whose next version is to rest on a draft."""

    flow: Annotated[str, Field(min_length=1, max_length=120)]


class Wanted(BaseModel):
    """Documents on which a draft is tried: among the last hundred that were judged."""

    documents: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=_MOST_TRIED)]


@router.get("", summary="Every version of every piece of content")
def overview(request: Request, _asker: Reader) -> Pieces:
    """Return rulesets, tables, matrices, flows and the rest, the newest version first, with where each is live."""
    house: House = request.app.state.house
    return Pieces(pieces=list(pieces.overview(house.settings.content_folder())))


@router.get("/{kind}/{called}", summary="A piece with its text", responses=REFUSED)
def show(request: Request, response: Response, kind: str, called: str, _asker: Reader) -> Shown:
    """Return one version of a piece, `ruleset/ap_invoice@2`."""
    found = opened(request, kind, called)
    validators.show(response, found.digest)
    return Shown(piece=found.piece, text=found.text, digest=found.digest)


@router.get("/{kind}/{called}/differences", summary="What is different from the live version", responses=REFUSED)
def differences(request: Request, kind: str, called: str, _asker: Reader) -> dict[str, Any]:
    """Return `before`, the version it is compared with (null: there is none), and `differences` in words."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    before, changes = trying.differences(house.settings.content_folder(), found.piece)
    return {"before": before, "differences": [one.model_dump(mode="json") for one in changes]}


@router.post("/{kind}/{called}/begin", status_code=201, summary="Begin the next version", responses=REFUSED)
def begin(request: Request, kind: str, called: str, asker: Editor) -> Draft:
    """Copy a version into the next one, to be edited."""
    found = opened(request, kind, called)
    return _draft(drafts.begin(request.app.state.house, found.piece.ref, by=asker.name))


@router.put("/{kind}/{called}", summary="Save the text of a draft", responses=REFUSED)
def save(request: Request, kind: str, called: str, wanted: NewText, asker: Editor) -> Saved:
    """Put a text into the file of a draft; refused when the content would not load, or somebody else changed it."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    validators.hold(request, found.digest)
    seen = wanted.seen or (found.digest if validators.is_seen(request) else "")
    if not seen:
        raise Told("invalid", "Say what you edited: `seen`, or the header If-Match.")
    try:
        return Saved(digest=drafts.save(house, found.piece.ref, wanted.text, seen=seen, by=asker.name))
    except Changed as e:
        raise Told("changed", e.message) from e
    except Broken as e:
        words = "; ".join(f"line {one.line}: {one.message}" if one.line else one.message for one in e.findings[:3])
        raise Told("invalid", words) from e


@router.delete("/{kind}/{called}", status_code=204, summary="Take a draft away", responses=REFUSED)
def discard(request: Request, kind: str, called: str, asker: Editor) -> Response:
    """Take a draft away that nothing else names."""
    found = opened(request, kind, called)
    validators.hold(request, found.digest)
    drafts.discard(request.app.state.house, found.piece.ref, by=asker.name)
    return Response(status_code=204)


@router.post("/{kind}/{called}/check", summary="Lint a text", responses=REFUSED, dependencies=_HEAVY)
def check(request: Request, kind: str, called: str, typing: Typing, _asker: Reader) -> Checked:
    """Return what lint says of a text in the place of a piece. Nothing is kept."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    text = found.text if typing.text is None else typing.text
    return Checked(findings=list(examining.lint(house.settings.content_folder(), found.piece, text)))


@router.post("/{kind}/{called}/examples", summary="Run the examples of a piece", responses=REFUSED, dependencies=_HEAVY)
def examples(request: Request, kind: str, called: str, _asker: Reader) -> Examples:
    """Run the examples that stand in a piece, and return those that do not hold."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    return examining.examples(house.settings.content_folder(), found.piece, found.text)


@router.post("/{kind}/{called}/try", summary="Try a piece on documents", responses=REFUSED, dependencies=_HEAVY)
def try_it(request: Request, kind: str, called: str, wanted: Wanted, asker: Reader) -> dict[str, Any]:
    """Judge or map documents by a piece, without effect; bank details and numbers of identity are masked."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    chosen = [one for one in _last(house, asker) if one.id in wanted.documents]
    tried = trying.tried(house, found.piece.ref, found.text, chosen)
    told = {"tried": [one.model_dump(mode="json") for one in tried]}
    return cast("dict[str, Any]", covered(told, frozenset(), GROUPS))


@router.get("/{kind}/{called}/takers", summary="Flows that can take a piece up", responses=REFUSED)
def takers(request: Request, kind: str, called: str, _asker: Reader) -> list[str]:
    """Return the names of flows whose newest version names a piece of this kind and name."""
    house: House = request.app.state.house
    return taking_up.takers(house.settings.content_folder(), opened(request, kind, called).piece.ref)


@router.post("/{kind}/{called}/take-up", status_code=201, summary="Let a flow rest on a draft", responses=REFUSED)
def take_up(request: Request, kind: str, called: str, taker: Taker, asker: Editor) -> Draft:
    """Let the next version of a flow rest on a draft; return that version."""
    found = opened(request, kind, called)
    return _draft(taking_up.take_up(request.app.state.house, found.piece.ref, taker.flow, by=asker.name))


def opened(request: Request, kind: str, called: str) -> Text:
    """Return a piece with its text. Raises HTTPException 404."""
    house: House = request.app.state.house
    try:
        return pieces.open_piece(house.settings.content_folder(), f"{kind}/{called}")
    except NotThere as e:
        raise HTTPException(404, e.message) from e
    except PostroomError as e:
        raise HTTPException(409, e.message) from e


def _draft(ref: str) -> Draft:
    return Draft(ref=ref, href=f"/api/v1/content/{ref}")


def _last(house: House, asker: Asker) -> list[Document]:
    """Return the last documents that somebody may read."""
    with reading(house.engine) as tx:
        latest = rules.last(house, _LOOKED_THROUGH)
        return reach.seen(tx, house, asker, latest, document_id=lambda one: one.id, most=_LOOKED_THROUGH)
