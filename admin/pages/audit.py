"""The audit page: who did what, when, from where; the chain walked before one's eyes; exports and lineage bundles."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from admin.http import reach
from admin.http.audit import MEDIA
from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.field_names import label
from admin.pages.shell import page
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime.audit import bundle as lineage
from engine.runtime.audit import entries
from engine.runtime.house import House
from engine.runtime.people import reach as rights
from engine.runtime.people.accounts import Hand
from engine.store.audit import Question
from engine.store.database import reading
from engine.store.ledger import GENESIS, Walked

router = APIRouter(include_in_schema=False, prefix="/audit")
PAGE = 50
Reader = Annotated[Asker, Depends(Needs("read_audit"))]
Exporter = Annotated[Asker, Depends(Needs("export_audit"))]


class Filters:
    """What somebody looks for."""

    def __init__(
        self, who: Annotated[str, Query(max_length=200)] = "", kind: Annotated[str, Query(max_length=80)] = "",
        document: Annotated[str, Query(max_length=64)] = "", text: Annotated[str, Query(max_length=200)] = "",
        since: Annotated[str, Query(max_length=10)] = "", until: Annotated[str, Query(max_length=10)] = "",
    ) -> None:  # fmt: skip
        self.who, self.kind, self.document, self.text = who.strip(), kind, document.strip(), text.strip()
        self.since, self.until = since, until

    def question(self) -> Question:
        """Return what to ask the store. Raises HTTPException 422 for what is no day."""
        until = _day(self.until)
        return Question(
            actor=self.who or None, kind=self.kind or None, document=self.document or None, text=self.text or None,
            since=_day(self.since), until=until + timedelta(days=1) if until else None,
        )  # fmt: skip

    def items(self) -> dict[str, str]:
        """Return what is set, as an address spells it."""
        return {name: one for name, one in vars(self).items() if one}


Asked = Annotated[Filters, Depends()]


@router.get("")
def listed(
    request: Request, asker: Reader, filters: Asked, before: Annotated[int | None, Query(ge=1)] = None
) -> HTMLResponse:
    """Show entries of the ledger, the newest first."""
    house: House = request.app.state.house
    found = entries.entries(house, asker, filters.question(), before=before, limit=PAGE)
    template = "rows" if request.headers.get("HX-Request") else "list"
    return page(
        request, f"audit/{template}.html.j2", entries=found.entries, filters=filters, kinds=entries.kinds(house), label=label,
        said=said, following=found.following,
    )  # fmt: skip


@router.get("/chain")
def chain(
    request: Request, asker: Reader, seq: Annotated[int, Query(ge=0)] = 0,
    link: Annotated[str, Query(pattern="^[0-9a-f]{64}$")] = GENESIS,
) -> HTMLResponse:  # fmt: skip
    """Walk the chain on from an entry and show how far it is whole; the page asks again until it is at the end."""
    walked = entries.walk_on(request.app.state.house, Walked(seq=seq, hash=link))
    return page(request, "audit/chain.html.j2", walked=walked, asked_by=asker.name)


@router.get("/export.{form}")
def export(request: Request, asker: Exporter, filters: Asked, form: entries.Form) -> Response:
    """Hand everything out that was looked for, as CSV or JSON lines; the ledger notes who took it."""
    lines = entries.exported(request.app.state.house, asker, filters.question(), form)
    return StreamingResponse(lines, media_type=MEDIA[form], headers=_attached(f"audit.{form}"))


@router.post("/bundle/{document_id}", dependencies=[Depends(refuse_forged)])
def bundle(request: Request, asker: Exporter, document_id: str, form_token: Annotated[str, Form()] = "") -> Response:  # noqa: ARG001 - read by the dependency
    """Hand the lineage bundle of a document out, masked where the right to see is not held."""
    house: House = request.app.state.house
    found = reach.document(house, asker, "export_audit", document_id)
    with reading(house.engine) as tx:
        hidden = GROUPS - asker.sees(rights.subject(tx, house, found.id))
    try:
        content = lineage.bundle(house, found.id, hand=Hand(asker.name, asker.where), hidden=hidden)
    except FileNotFoundError as e:
        raise HTTPException(404, "The bytes of this document are no longer kept.") from e
    return Response(content, media_type="application/zip", headers=_attached(f"lineage-{found.id[:12]}.zip"))


def said(value: Any) -> str:
    """Return a value of an entry as people read it: parts with commas between them."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {said(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(said(one) for one in value)
    return str(value)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
    except ValueError as e:
        raise HTTPException(422, f"{text!r} is no day; write 2026-11-23.") from e


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
