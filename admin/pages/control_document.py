"""The page of one document for those who only look: its story as `postroom show` tells it, and the way to its operations."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from admin.http import reach
from admin.http.who import Needs
from admin.pages.field_names import label, shown_amount, shown_date
from admin.pages.shell import language_of, page
from engine.model.field import Field
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.model.sensitive import group_of
from engine.runtime import merged, story, versions
from engine.runtime.house import House
from engine.runtime.people import reach as rights
from engine.stages.cover import covered, values
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/documents")
Reader = Annotated[Asker, Depends(Needs("read_documents"))]
Shown = Annotated[tuple[FieldGroup, ...], Query()]
_QUIET = frozenset({"findings", "digests", "entries", "files"})
_LONGEST = 160


class Row(NamedTuple):
    """One value with where it comes from."""

    path: str
    value: str
    raw: str
    confidence: float
    origin: str


@router.get("/{document_id}")
def one(request: Request, asker: Reader, document_id: str, reveal: Shown = ()) -> HTMLResponse:
    """Show one document: where it stands, what was read, why it went where it went, what was written, who did what."""
    house: House = request.app.state.house
    found = reach.document(house, asker, "read_documents", document_id)
    hidden = reach.hidden(house, asker, found.id, reveal)
    told, language = story.story(house, found.id), language_of(request)
    known = values(told.model_dump(mode="json"), hidden)

    def cover(data: Any) -> Any:
        return covered(data, known, hidden)

    with reading(house.engine) as tx:
        may_see = asker.sees(rights.subject(tx, house, found.id))
        is_part = merged.became(tx, found.id) is not None
    content = versions.kept(house.settings.content_folder(), told.decision.digests) if told.decision else ()
    return page(
        request, "control/document.html.j2", told=told, line=story.line(told), rows=_rows(told, hidden, cover),
        label=label, cover=cover, is_masked=lambda name: group_of(name) in hidden, content=content,
        may_reveal=sorted(hidden & may_see), may_operations=asker.may("read_operations"),
        is_part=is_part, may_review=told.document.state == "in_review", details=lambda data: _details(cover(data)),
        amount=lambda text: shown_amount(text, language), day=lambda text: shown_date(text, language),
    )  # fmt: skip


def _rows(told: story.Story, hidden: frozenset[FieldGroup], cover: Any) -> list[Row]:
    if told.record is None:
        return []
    rows = []
    for path, field in told.record.walk():
        is_hidden = group_of(path) in hidden
        value, raw = ("••••", "") if is_hidden else (cover(field.value), cover(field.raw or ""))
        rows.append(Row(path, value, raw if raw != value else "", field.confidence, cover(_origin(field))))
    return rows


def _origin(field: Field) -> str:
    """Return where a value comes from, in a few words."""
    where = field.provenance
    parts = [label(where.how), f"p. {where.page}" if where.page is not None else "", where.pointer or "",
             ", ".join(where.source), where.by]  # fmt: skip
    return " · ".join(one for one in parts if one)


def _details(data: Any) -> str:
    """Return what an entry of the ledger says beside its kind, shortened."""
    shown = [
        f"{name}: {str(one)[:_LONGEST]}"
        for name, one in data.items()
        if name not in _QUIET and one not in (None, "", [])
    ]
    return " · ".join(shown)
