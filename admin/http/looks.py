"""What programs look at while a document is decided: what readings lead to, what stands in a box, why rules spoke, the lineage."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel

from admin.http import reach, validators
from admin.http.pace import Heavy
from admin.http.who import Needs
from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.model.sensitive import GROUPS, group_of
from engine.runtime import rules, versions
from engine.runtime.audit import bundle
from engine.runtime.desk import consequences, pages, region, viewing
from engine.runtime.desk.consequences import Outcome
from engine.runtime.house import House
from engine.runtime.people import reach as rights
from engine.runtime.people.accounts import Hand
from engine.stages.cover import covered, values
from engine.store import documents
from engine.store.database import reading

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])
Reader = Annotated[Asker, Depends(Needs("read_documents"))]
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "Unknown id, or nothing there"}}
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}, "description": "The bundle"},
    404: {"description": "Unknown id, or its bytes are no longer kept"},
}  # fmt: skip
_PATTERN = r"^\d{1,6}(\.\d{1,6})?(,\d{1,6}(\.\d{1,6})?){3}$"
Sides = Annotated[str, Query(pattern=_PATTERN, description="x0,top,x1,bottom in points of the upright page")]
Number = Annotated[int, Path(ge=1, le=1_000_000)]


class Written(BaseModel):
    """What a reading would write to one target."""

    target: str
    object: str
    total: str
    """Amount and currency; empty where the record has none."""
    account: str
    """Whom it is posted to; empty when nobody is known."""


class Leads(BaseModel):
    """What one reading of a field leads to."""

    value: str
    route: str
    queue: str
    rules: list[str]
    """What would still hold the document."""
    writes: list[Written]


class Readings(BaseModel):
    """The readings of a field, the present one first."""

    is_open: bool
    """Whether they lead to different ends, so that somebody has to say which is right."""
    readings: list[Leads]


class Outcomes(BaseModel):
    """By field what each of its readings leads to."""

    fields: dict[str, Readings]


class InBox(BaseModel):
    """What stands in a box of a page."""

    text: str
    box: tuple[float, float, float, float]
    """Around the words; what was asked for where nothing was read."""
    by: str
    """Engine and version; empty where nothing was read."""


@router.get(
    "/{document_id}/outcomes", summary="What each reading would lead to", responses=_UNKNOWN, dependencies=[Depends(Heavy(60))]
)  # fmt: skip
def outcomes(
    request: Request, response: Response, document_id: str, asker: Reader, reveal: reach.Reveal = []  # noqa: B006 - FastAPI copies it
) -> Outcomes:  # fmt: skip
    """Return by field that is asked about where each of its readings would send the document; nothing is written.

    Fields that stay masked are left out, as are those of very long documents.
    """
    house, document = _found(request, asker, document_id)
    masked = reach.hidden(house, asker, document.id, reveal)
    seen = viewing.sight(house, document.id, by=asker.name)
    asked = [one.path for one in seen.header if one.is_asked and group_of(one.path) not in masked]
    found = consequences.of_fields(house, document.id, asked)
    validators.show(response, document.revision)
    fields = {path: Readings(is_open=consequences.is_open(some), readings=_leads(some)) for path, some in found.items()}
    return Outcomes(fields=fields)


@router.get("/{document_id}/pages/{number}/region", summary="Read a part of a page", responses=_UNKNOWN)
def box(
    request: Request, document_id: str, number: Number, at: Sides, asker: Reader, reveal: reach.Reveal = []  # noqa: B006 - FastAPI copies it
) -> InBox:  # fmt: skip
    """Return what stands in a box of a page: of its text layer, else read from the pixels. What stays masked is not read."""
    house, document = _found(request, asker, document_id)
    masked = reach.hidden(house, asker, document.id, reveal)
    try:
        sheet = pages.page_of(house, document, number)
        hidden = pages.hidden_on(house, document, sheet, masked)
        seen = region.look(house, document, sheet, Box(*map(float, at.split(","))), covered=hidden)
    except (LookupError, ReadError) as e:
        raise HTTPException(404, str(e)) from e
    x0, top, x1, bottom = (round(side, 2) for side in seen.box)
    return InBox(text=covered(seen.text, frozenset(), masked), by=seen.by, box=(x0, top, x1, bottom))


@router.get("/{document_id}/explanation", summary="Why rules spoke as they did", responses=_UNKNOWN)
def explanation(
    request: Request, response: Response, document_id: str, asker: Reader,
    revision: Annotated[int | None, Query(ge=1, le=1_000_000)] = None, reveal: reach.Reveal = [],  # noqa: B006 - FastAPI copies it
) -> dict[str, Any]:  # fmt: skip
    """Return each rule with the tests that decided and the facts that it met, and whether content is still what it was."""
    house, document = _found(request, asker, document_id)
    try:
        told = rules.explained(house, document.id, revision=revision)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    masked = reach.hidden(house, asker, document.id, reveal)
    validators.show(response, document.revision)
    known = _known(house, document.id, told.revision, masked) | values(dict(told.decision.facts), masked)
    shown = {
        "revision": told.revision, "decision": told.decision.model_dump(mode="json"),
        "rules": [one.model_dump(mode="json") for one in told.rules], "changed_since": told.changed_since,
        "content": [
            one.model_dump(mode="json") for one in versions.kept(house.settings.content_folder(), told.decision.digests)
        ],
    }  # fmt: skip
    return cast("dict[str, Any]", covered(shown, known, masked))


@router.post(
    "/{document_id}/lineage", summary="Take the lineage bundle", responses=_ZIP, response_class=Response,
    dependencies=[Depends(Heavy())],
)  # fmt: skip
def lineage(
    request: Request, document_id: str, asker: Annotated[Asker, Depends(Needs("export_audit"))]
) -> Response:  # fmt: skip
    """Return the signed bundle of a document (zip), masked where you may not see; the ledger notes who took it.

    `postroom audit verify` checks it on any machine.
    """
    house: House = request.app.state.house
    found = reach.document(house, asker, "export_audit", document_id)
    validators.hold(request, found.revision)
    with reading(house.engine) as tx:
        hidden = GROUPS - asker.sees(rights.subject(tx, house, found.id))
    try:
        content = bundle.bundle(house, found.id, hand=Hand(asker.name, asker.where), hidden=hidden)
    except FileNotFoundError as e:
        raise HTTPException(404, "The bytes of this document are no longer kept.") from e
    name = {"Content-Disposition": f'attachment; filename="lineage-{found.id[:12]}.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=name)


def _found(request: Request, asker: Asker, document_id: str) -> tuple[House, Document]:
    house: House = request.app.state.house
    return house, reach.document(house, asker, "read_documents", document_id)


def _leads(found: Sequence[Outcome]) -> list[Leads]:
    return [
        Leads(
            value=one.value, route=one.route, queue=one.queue, rules=list(one.rules),
            writes=[Written(**write._asdict()) for write in one.writes],
        )
        for one in found
    ]  # fmt: skip


def _known(house: House, document_id: str, revision: int, masked: frozenset[FieldGroup]) -> frozenset[str]:
    """Return the masked values that stand in the record of a revision and in what it was matched with."""
    with reading(house.engine) as tx:
        stored: Mapping[str, Any] = {
            kind: documents.load(tx, document_id, revision, kind) for kind in ("record", "match")
        }
    return values(dict(stored), masked)
