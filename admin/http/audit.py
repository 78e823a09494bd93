"""The audit for programs: who did what, when, from where; the chain walked on; everything as a file."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from admin.http.pace import Heavy
from admin.http.paging import After, cursor, place, unknown
from admin.http.problem_types import Told
from admin.http.who import Needs
from engine.model.person import Asker
from engine.runtime.audit import entries
from engine.runtime.audit.entries import Entry, Form
from engine.store.audit import Question
from engine.store.ledger import GENESIS, Walked

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
Reader = Annotated[Asker, Depends(Needs("read_audit"))]
Exporter = Annotated[Asker, Depends(Needs("export_audit"))]
MEDIA: Mapping[Form, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {one: {} for one in MEDIA.values()}, "description": "The entries"}
}
_MOST_DIGITS = 15


class AuditEntry(BaseModel):
    """One entry of the ledger; what you may not see is masked."""

    seq: int
    at: datetime
    kind: str
    actor: str
    address: str
    """From where; empty for what the hub did by itself."""
    agent: str
    document_id: str | None
    data: dict[str, Any]
    previous_hash: str
    hash: str


class Entries(BaseModel):
    """Entries, the newest first."""

    entries: list[AuditEntry]
    """Fewer than asked for, or none, where you may not read some or a rare word is sought far back."""
    next: str | None
    """What to give as `after` for older ones; null when there are none."""


class Kinds(BaseModel):
    """What kinds of entries there are."""

    kinds: list[str]


class Chain(BaseModel):
    """How far the chain of hashes was walked."""

    checked_to: int
    """Number of the last entry that was checked."""
    entries: int
    """How many there are at this moment."""
    is_whole: bool | None
    """Null while the end is not reached: ask again with `next`."""
    broken_at: int | None
    """Number of the first entry that is not what it was."""
    why: str
    next: str | None


def question(
    who: Annotated[str | None, Query(max_length=200, description="Name of who did it")] = None,
    kind: Annotated[str | None, Query(max_length=80)] = None,
    document: Annotated[str | None, Query(max_length=64, description="Beginning of a document's id")] = None,
    text: Annotated[str | None, Query(max_length=200, description="Part of what it says; what is masked is not found")] = None,
    since: Annotated[date | None, Query(description="First day, UTC")] = None,
    until: Annotated[date | None, Query(description="Last day, UTC")] = None,
) -> Question:  # fmt: skip
    """Return what to ask the store. Raises Told `invalid` for a day beyond the calendar."""
    try:
        return Question(
            actor=who or None, kind=kind or None, document=document or None, text=text or None,
            since=_begins(since), until=_begins(until + timedelta(days=1)) if until else None,
        )  # fmt: skip
    except OverflowError as e:
        raise Told("invalid", f"{until} is the last day there is; leave `until` out.") from e


Asked = Annotated[Question, Depends(question)]


@router.get("", summary="Who did what, when, from where")
def listed(
    request: Request, asker: Reader, asked: Asked, limit: Annotated[int, Query(ge=1, le=200)] = 50, after: After = None
) -> Entries:
    """Return entries of the ledger. One look goes through 50,000 of them at most; `next` goes on behind them."""
    before = None if after is None else _number(*place(after, parts=1))
    found = entries.entries(request.app.state.house, asker, asked, before=before, limit=limit)
    following = None if found.following is None else cursor(str(found.following))
    return Entries(entries=[_shown(one) for one in found.entries], next=following)


@router.get("/kinds", summary="What kinds of entries there are")
def kinds(request: Request, _asker: Reader) -> Kinds:
    """Return the values that `kind` may have, by name."""
    return Kinds(kinds=entries.kinds(request.app.state.house))


@router.get("/chain", summary="Check the chain of hashes")
def chain(request: Request, _asker: Reader, after: After = None) -> Chain:
    """Walk some thousands of entries on; ask again with `next` until `is_whole` is no longer null."""
    seq, link = ("0", GENESIS) if after is None else place(after, parts=2)
    found = entries.walk_on(request.app.state.house, Walked(seq=_number(seq), hash=link))
    if found.result is None:
        following = cursor(str(found.seq), found.hash)
        return Chain(checked_to=found.seq, entries=found.end, is_whole=None, broken_at=None, why="", next=following)
    result = found.result
    return Chain(
        checked_to=found.seq, entries=found.end, is_whole=result.is_intact, broken_at=result.broken_at,
        why=result.why, next=None,
    )  # fmt: skip


@router.get("/export.{form}", summary="Take entries as a file", responses=_FILE, dependencies=[Depends(Heavy(6))])
def export(request: Request, asker: Exporter, asked: Asked, form: Annotated[Form, Path()]) -> StreamingResponse:
    """Return all entries that are looked for as CSV or JSON lines; the ledger notes who took them."""
    lines = entries.exported(request.app.state.house, asker, asked, form)
    headers = {"Content-Disposition": f'attachment; filename="audit.{form}"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type=MEDIA[form], headers=headers)


def _shown(one: Entry) -> AuditEntry:
    event = one.event
    return AuditEntry(
        seq=event.seq, at=event.at, kind=event.kind, actor=event.actor, address=one.address, agent=one.agent,
        document_id=event.document_id, data=dict(one.data), previous_hash=event.previous_hash, hash=event.hash,
    )  # fmt: skip


def _number(spelled: str) -> int:
    if not (spelled.isascii() and spelled.isdigit() and len(spelled) < _MOST_DIGITS):
        raise unknown()
    return int(spelled)


def _begins(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, tzinfo=UTC)
