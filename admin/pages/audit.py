"""The audit page: who did what, when, from where; the chain walked before one's eyes; exports and lineage bundles."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from admin.http import reach
from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.field_names import label
from admin.pages.shell import page
from engine.model.operation import AuditEvent
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.runtime.audit import bundle as lineage
from engine.runtime.house import House
from engine.runtime.people import reach as rights
from engine.runtime.people.accounts import Hand, note
from engine.stages.cover import GROUPS, covered, values
from engine.store import audit, documents, ledger
from engine.store.audit import Question
from engine.store.columns import dump_json
from engine.store.database import reading, transaction
from engine.store.ledger import GENESIS, Walked

router = APIRouter(include_in_schema=False, prefix="/audit")
PAGE = 50
Reader = Annotated[Asker, Depends(Needs("read_audit"))]
Exporter = Annotated[Asker, Depends(Needs("export_audit"))]
_COLUMNS = ("seq", "at", "kind", "actor", "address", "agent", "document_id", "data", "previous_hash", "hash")
_FORMULA = re.compile(r"^[=+\-@\t\r]")
"""How a cell begins that spreadsheets would compute (OWASP, CSV injection)."""


class Entry(NamedTuple):
    """One entry of the ledger as it is shown."""

    event: AuditEvent
    address: str
    agent: str
    version: str
    data: Mapping[str, Any]
    """What else it says, masked."""
    whole: Mapping[str, Any]
    """All that it says, masked."""


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
    with reading(house.engine) as tx:
        found = audit.page(tx, filters.question(), before=before, limit=PAGE)
        kinds = audit.kinds(tx)
    entries = list(_reached(house, asker, iter(found.entries), filters.text))
    template = "rows" if request.headers.get("HX-Request") else "list"
    return page(
        request, f"audit/{template}.html.j2", entries=entries, filters=filters, kinds=kinds, label=label, said=said,
        following=found.following,
    )  # fmt: skip


@router.get("/chain")
def chain(
    request: Request, asker: Reader, seq: Annotated[int, Query(ge=0)] = 0,
    link: Annotated[str, Query(pattern="^[0-9a-f]{64}$")] = GENESIS,
) -> HTMLResponse:  # fmt: skip
    """Walk the chain on from an entry and show how far it is whole; the page asks again until it is at the end."""
    house: House = request.app.state.house
    with reading(house.engine) as tx:
        walked = ledger.verify_on(tx, Walked(seq=seq, hash=link))
    return page(request, "audit/chain.html.j2", walked=walked, asked_by=asker.name)


@router.get("/export.{form}")
def export(request: Request, asker: Exporter, filters: Asked, form: str) -> Response:
    """Hand everything out that was looked for, as CSV or JSON lines; the ledger notes who took it."""
    if form not in {"csv", "jsonl"}:
        raise HTTPException(404, "There is nothing at this address.")
    house: House = request.app.state.house
    question = filters.question()
    with transaction(house.engine) as tx:
        note(tx, house, Hand(asker.name, asker.where), "audit_exported", {"form": form, "filters": filters.items()})
    lines = _csv(house, asker, question) if form == "csv" else _json_lines(house, asker, question)
    media = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    return StreamingResponse(lines, media_type=media, headers=_attached(f"audit.{form}"))


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


def _reached(house: House, asker: Asker, found: Iterator[AuditEvent], words: str) -> Iterator[Entry]:
    """Yield the entries that somebody may read, masked; what is about no document only who reads everything.

    Words that stand only in what is masked find nothing: else whoever guesses a value would be told that it is right.
    """
    everywhere = rights.is_everywhere(asker, "read_audit")
    known = _Known(house)
    for event in found:
        if everywhere or _may(house, asker, event.document_id):
            hidden = _hidden(house, asker, event)
            entry = _entry(event, hidden, known.of(event.document_id, hidden))
            if words.lower() in f"{event.actor}\n{dump_json(event.data if not hidden else entry.whole)}".lower():
                yield entry


class _Known:
    """The masked values of documents: people and targets name them in words too."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._found: dict[tuple[str, frozenset[FieldGroup]], frozenset[str]] = {}

    def of(self, document_id: str | None, hidden: frozenset[FieldGroup]) -> frozenset[str]:
        """Return those of one document."""
        if document_id is None or not hidden:
            return frozenset()
        if (document_id, hidden) not in self._found:
            with reading(self._house.engine) as tx:
                record = documents.latest(tx, document_id, "record")
            if len(self._found) >= PAGE:
                self._found.clear()
            self._found[document_id, hidden] = values(record, hidden)
        return self._found[document_id, hidden]


def _may(house: House, asker: Asker, document_id: str | None) -> bool:
    if document_id is None:
        return False
    with reading(house.engine) as tx:
        return rights.may(tx, house, asker, "read_audit", document_id)


def _hidden(house: House, asker: Asker, event: AuditEvent) -> frozenset[FieldGroup]:
    """Return what is masked; whoever holds no right to see anything is not worth a look into the document."""
    if event.document_id is None or not any(one.fields for one in asker.grants):
        return GROUPS
    with reading(house.engine) as tx:
        return GROUPS - asker.sees(rights.subject(tx, house, event.document_id))


def _entry(event: AuditEvent, hidden: frozenset[FieldGroup], known: frozenset[str]) -> Entry:
    whole = dict(event.model_dump(mode="json")["data"])
    data = covered(whole, values(whole, hidden) | known, hidden)
    told = dict(data)
    where = data.pop("from", None)
    place = where if isinstance(where, Mapping) else {}
    version = next(
        (str(data[name]) for name in ("version", "ruleset", "mapping", "flow", "revision") if data.get(name)), ""
    )
    return Entry(event, place.get("address", ""), place.get("agent", ""), version, data, told)


def _csv(house: House, asker: Asker, question: Question) -> Iterator[str]:
    for number, row in enumerate(_rows(house, asker, question)):
        line = io.StringIO()
        writer = csv.DictWriter(line, _COLUMNS)
        if number == 0:
            writer.writeheader()
        writer.writerow({name: _cell(one) for name, one in row.items()})
        yield line.getvalue()


def _cell(one: object) -> str:
    text = dump_json(one) if isinstance(one, Mapping) else "" if one is None else str(one)
    return f"'{text}" if _FORMULA.match(text) else text


def _json_lines(house: House, asker: Asker, question: Question) -> Iterator[str]:
    for row in _rows(house, asker, question):
        yield dump_json(row) + "\n"


def _rows(house: House, asker: Asker, question: Question) -> Iterator[dict[str, Any]]:
    with reading(house.engine) as tx:
        for one in _reached(house, asker, audit.every(tx, question), question.text or ""):
            event = one.event.model_dump(mode="json")
            yield {name: event.get(name) for name in _COLUMNS} | {
                "address": one.address, "agent": one.agent, "data": one.data,
            }  # fmt: skip


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
    except ValueError as e:
        raise HTTPException(422, f"{text!r} is no day; write 2026-11-23.") from e


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
