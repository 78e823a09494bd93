"""Master data for programs: what there is, the history of a row, and files that are looked at before they are imported."""

import tempfile
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from admin.http.body import copy
from admin.http.paging import After, cursor, place
from admin.http.reach import Reveal
from admin.http.who import Needs
from engine.model import master_kinds
from engine.model.errors import ContentError, PostroomError
from engine.model.masterdata import Edit, Kind, Outcome, Version
from engine.model.person import Asker
from engine.model.rights import FieldGroup, Subject
from engine.model.sensitive import GROUPS, group_of
from engine.runtime import master_export
from engine.runtime.house import House
from engine.runtime.knowledge_desk import importing
from engine.runtime.people import accounts
from engine.runtime.people.accounts import Hand
from engine.stages.cover import covered, values
from engine.store import master_find
from engine.store.database import reading, transaction

router = APIRouter(prefix="/api/v1/master", tags=["master data"])
Reader = Annotated[Asker, Depends(Needs("read_content"))]
Keeper = Annotated[Asker, Depends(Needs("edit_master_data"))]
KindName = Annotated[str, Field(max_length=40)]
_IN_MEMORY = 1 << 20
_SHOWN_LINES = 10
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "Unknown kind or row"}}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {"schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}},
        },
    }
}  # fmt: skip


class MasterKind(BaseModel):
    """One kind of master data."""

    name: str
    title: str
    key: list[str]
    """Columns that tell two rows apart."""
    columns: list[str]
    rows: int
    """In use."""


class MasterKinds(BaseModel):
    """Every kind of master data."""

    kinds: list[MasterKind]


class MasterRows(BaseModel):
    """Rows in use, by key; columns that are empty are left out."""

    rows: list[dict[str, str]]
    next: str | None
    """What to give as `after` for the next page; null on the last one."""


class MasterVersion(BaseModel):
    """A row as it was for a time."""

    cells: dict[str, str]
    is_active: bool
    since: str | None
    """Null: since before anybody kept track."""
    until: str | None
    """Null: it is so now."""
    by: str
    source: str


class MasterHistory(BaseModel):
    """Every version of a row, the newest first."""

    versions: list[MasterVersion]


class Brought(BaseModel):
    """A file that was put by, and what its import would do."""

    file: str
    """Id of the file, for the import."""
    outcomes: list[Outcome]


class Confirmed(BaseModel):
    """How a file is imported."""

    full: bool = False
    """The file is whole: rows that it does not name go out of use."""


class Imported(BaseModel):
    """What an import did."""

    outcomes: list[Outcome]


@router.get("", summary="Kinds of master data")
def kinds(request: Request, _asker: Reader) -> MasterKinds:
    """Return each kind with its columns and how many rows are in use."""
    sizes = master_export.sizes(request.app.state.house)
    found = [
        MasterKind(name=one.name, title=one.title, key=list(one.key), columns=list(one.names), rows=sizes.get(one.name, 0))
        for one in master_kinds.KINDS
    ]  # fmt: skip
    return MasterKinds(kinds=found)


@router.get("/{kind}", summary="Rows of master data", responses=_UNKNOWN)
def rows(
    request: Request, kind: KindName, asker: Reader, text: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50, after: After = None,
) -> MasterRows:  # fmt: skip
    """Return rows in use that hold a text; account numbers and numbers of identity are masked, and not searched by others."""
    house, one = request.app.state.house, named(kind)
    begin = () if after is None else place(after, parts=len(one.key))
    with reading(house.engine) as tx:
        found = master_find.find(tx, searchable(one, asker), text, most=limit + 1, after=begin)
    shown = found[:limit]
    following = cursor(*(shown[-1][name] for name in one.key)) if len(found) > limit else None
    return MasterRows(rows=[_row(row, GROUPS) for row in shown], next=following)


@router.get("/{kind}/history", summary="The history of a row", responses=_UNKNOWN)
def history(
    request: Request, kind: KindName, key: Annotated[list[str], Query(max_length=10)], asker: Reader, reveal: Reveal = []  # noqa: B006 - FastAPI copies it
) -> MasterHistory:  # fmt: skip
    """Return every version of a row; `key` once for each column of its key. Masked columns need `reveal` and the right to."""
    house, one = request.app.state.house, named(kind)
    masked = hidden(house, asker, one, key, reveal)
    try:
        found = master_export.history(house, one, key)
    except (LookupError, PostroomError) as e:
        raise HTTPException(404, str(e)) from e
    return MasterHistory(versions=[_version(version, masked) for version in found])


@router.post(
    "/{kind}/imports", status_code=201, summary="Look at a file before it is imported", openapi_extra=_FILE,
    responses={**_UNKNOWN, 413: {"description": "Larger than POSTROOM_MAX_BYTES"}, 422: {"description": "Rows that cannot be taken"}},
)  # fmt: skip
async def bring(
    request: Request, kind: KindName, asker: Keeper, name: Annotated[str, Query(max_length=500)] = "",
    full: Annotated[bool, Query(description="The file is whole: other rows would go out of use.")] = False,  # noqa: FBT002 - a parameter of the address
) -> Brought:  # fmt: skip
    """Put a file (CSV, XLSX, JSON; by its name) by and return what its import would do. Nothing is changed."""
    house, one = request.app.state.house, named(kind)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
        given = await copy(request, cast("BinaryIO", body), limit=house.settings.max_bytes)
        return await run_in_threadpool(
            _looked, house, asker, one, cast("BinaryIO", body), name or given or "rows.csv", full
        )


@router.post("/{kind}/imports/{file}/confirm", summary="Import a file that was looked at", responses=_UNKNOWN)
def confirm(request: Request, kind: KindName, file: str, said: Confirmed, asker: Keeper) -> Imported:
    """Import a file, all or nothing, and forget it."""
    house, one = request.app.state.house, named(kind)
    try:
        done = importing.imported(house, file, one.name, by=asker.name, full=said.full)
    except ContentError as e:
        raise HTTPException(422, _reasons(e)) from e
    except PostroomError as e:
        raise HTTPException(409, e.message) from e
    return Imported(outcomes=[_outcome(each) for each in done])


def named(name: str) -> Kind:
    """Return a kind by name. Raises HTTPException 404."""
    try:
        return master_kinds.kind(name)
    except LookupError as e:
        raise HTTPException(404, str(e.args[0])) from e


def searchable(kind: Kind, asker: Asker) -> Kind:
    """Return a kind without the columns that somebody may not see: what is masked is not searched either."""
    sees = asker.sees(Subject())
    kept = tuple(one for one in kind.columns if (group := group_of(one.name)) is None or group in sees)
    return kind.model_copy(update={"columns": kept})


def hidden(
    house: House, asker: Asker, kind: Kind, key: Sequence[str], reveal: Sequence[FieldGroup]
) -> frozenset[FieldGroup]:  # fmt: skip
    """Return which groups stay masked; what is revealed is noted in the ledger. Raises HTTPException 403."""
    if not reveal:
        return GROUPS
    if lacking := set(reveal) - asker.sees(Subject()):
        raise HTTPException(403, f"You have not the right to see: {', '.join(sorted(lacking))}.")
    with transaction(house.engine) as tx:
        told = {"fields": sorted(set(reveal)), "kind": kind.name, "key": list(key)}
        accounts.note(tx, house, Hand(asker.name, asker.where), "data_revealed", told)
    return GROUPS - set(reveal)


def shown_cell(column: str, value: str, masked: frozenset[FieldGroup]) -> str:
    """Return a value of a column, masked where its group is hidden."""
    data: Mapping[str, Any] = {column: value or ""}
    return str(covered(data, values(data, masked), masked)[column])


def _looked(house: House, asker: Asker, kind: Kind, body: BinaryIO, name: str, full: bool) -> Brought:  # noqa: FBT001 - as the address says it
    try:
        file_id = importing.put_by(house, body, name)
        outcomes = importing.tried(house, file_id, kind.name, by=asker.name, full=full)
    except ContentError as e:
        raise HTTPException(422, _reasons(e)) from e
    except PostroomError as e:
        raise HTTPException(422, e.message) from e
    return Brought(file=file_id, outcomes=[_outcome(one) for one in outcomes])


def _reasons(error: ContentError) -> str:
    first = f"{error.line}: {error.reason}" if error.line else error.reason
    return " ".join([first, *error.detail.splitlines()[:_SHOWN_LINES]])


def _outcome(one: Outcome) -> Outcome:
    edits = tuple(one.model_copy(update={"columns": _columns(one)}) for one in one.edits)
    unknown = tuple((column, shown_cell(column, value, GROUPS)) for column, value in one.unknown)
    return one.model_copy(update={"edits": edits, "unknown": unknown})


def _columns(edit: Edit) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, shown_cell(name, before, GROUPS), shown_cell(name, after, GROUPS))
        for name, before, after in edit.columns
    )


def _row(row: Mapping[str, str], masked: frozenset[FieldGroup]) -> dict[str, str]:
    return {name: shown_cell(name, value, masked) for name, value in row.items() if value}


def _version(one: Version, masked: frozenset[FieldGroup]) -> MasterVersion:
    return MasterVersion(
        cells=_row(dict(one.cells), masked), is_active=one.is_active, by=one.by, source=one.source,
        since=one.since.isoformat() if one.since else None, until=one.until.isoformat() if one.until else None,
    )  # fmt: skip
