"""Master data on pages: search, the history of a row, and import with a look at what it would do; and what layouts were learned."""

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData, UploadFile

from admin.http.form_token import refuse_forged
from admin.http.master import hidden as masked_of
from admin.http.master import named, searchable, shown_cell
from admin.http.who import Needs
from admin.pages.desk import Shown
from admin.pages.field_names import label
from admin.pages.knowledge import Reader
from admin.pages.knowledge_edit import Editor, refused
from admin.pages.shell import page
from engine.model import master_kinds
from engine.model.errors import ContentError, PostroomError
from engine.model.masterdata import Version
from engine.model.person import Asker
from engine.model.rights import FieldGroup, Subject
from engine.model.sensitive import GROUPS, group_of
from engine.runtime import layouts, master_export
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts, importing
from engine.stages.cover import covered, values
from engine.store import master_find
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/knowledge", dependencies=[Depends(refuse_forged)])
Keeper = Annotated[Asker, Depends(Needs("edit_master_data"))]
PAGE = 50
_SHOWN = 9
"""Columns of the list; the rest stands on the page of a row."""
Cover = Callable[[str, str], str]


@router.get("/master")
def kinds(request: Request, asker: Reader) -> HTMLResponse:
    """Show which kinds of master data there are, and how many rows of each."""
    house: House = request.app.state.house
    return page(
        request, "knowledge/master.html.j2", kinds=master_kinds.KINDS, sizes=master_export.sizes(house),
        may_import=asker.may("edit_master_data"),
    )  # fmt: skip


@router.post("/master/import")
async def bring(request: Request, asker: Keeper) -> Response:
    """Put a file by and show what its import would do."""
    form = await request.form()
    try:
        return await run_in_threadpool(_brought, request, asker, form)
    finally:
        await form.close()


def _brought(request: Request, asker: Asker, form: FormData) -> Response:
    file, kind, full = form.get("file"), str(form.get("kind", "")), form.get("full") == "yes"
    if not isinstance(file, UploadFile) or not file.filename:
        return refused(request, "Choose a file.", "/knowledge/master")
    house: House = request.app.state.house
    if (file.size or 0) > house.settings.max_bytes:
        return refused(request, "The file is too large; import it on the command line.", "/knowledge/master")
    return _looked(request, asker, file, kind, full=full)


def _looked(request: Request, asker: Asker, file: UploadFile, kind: str, *, full: bool) -> Response:
    house: House = request.app.state.house
    try:
        file_id = importing.put_by(house, file.file, file.filename or "")
        outcomes = importing.tried(house, file_id, named(kind).name, by=asker.name, full=full)
    except ContentError as e:
        more = e.detail.splitlines()[:10]
        return refused(request, " ".join([f"{e.line}: {e.reason}" if e.line else e.reason, *more]), "/knowledge/master")
    except PostroomError as e:
        return refused(request, e.message, "/knowledge/master")
    return page(
        request, "knowledge/import.html.j2", outcomes=outcomes, file_id=file_id, kind=kind, full=full,
        name=file.filename, shown=_plain(GROUPS), titles={one.name: one.title for one in master_kinds.KINDS},
    )  # fmt: skip


@router.post("/master/confirm")
def confirm(
    request: Request, asker: Keeper, file: Annotated[str, Form(max_length=64)], kind: Annotated[str, Form(max_length=40)],
    full: Annotated[str, Form(max_length=5)] = "",
) -> Response:  # fmt: skip
    """Import a file that was looked at."""
    try:
        importing.imported(request.app.state.house, file, named(kind).name, by=asker.name, full=full == "yes")
    except PostroomError as e:
        return refused(request, e.message, "/knowledge/master")
    return RedirectResponse(f"/knowledge/master/{kind}", status_code=303)


@router.get("/master/{kind}")
def rows(
    request: Request, asker: Reader, kind: str, text: Annotated[str, Query(max_length=200)] = "",
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> HTMLResponse:  # fmt: skip
    """List rows that hold a text. Nobody finds a masked value by guessing at it."""
    house: House = request.app.state.house
    one = named(kind)
    with reading(house.engine) as tx:
        found = master_find.find(tx, searchable(one, asker), text, most=PAGE + 1, skip=start)
    filled = [name for name in one.names if any(row.get(name) for row in found)]
    shown = list(dict.fromkeys([*one.key, *filled]))[:_SHOWN]
    template = "knowledge/master_rows.html.j2" if request.headers.get("HX-Request") else "knowledge/master_list.html.j2"
    return page(
        request, template, kind=one, rows=found[:PAGE], more=len(found) > PAGE, start=start, step=PAGE, text=text,
        columns=shown, shown=_plain(GROUPS), label=label,
    )  # fmt: skip


@router.get("/master/{kind}/row")
def row(
    request: Request, asker: Reader, kind: str, key: Annotated[list[str], Query()], reveal: Shown = ()
) -> HTMLResponse:
    """Show a row with its history."""
    house: House = request.app.state.house
    one = named(kind)
    hidden = masked_of(house, asker, one, key, reveal)
    try:
        found = master_export.history(house, one, key)
    except (LookupError, PostroomError) as e:
        raise HTTPException(404, str(e)) from e
    steps = [(newer, _changes(newer, older)) for newer, older in pairwise([*found, None]) if newer is not None]
    return page(
        request, "knowledge/master_row.html.j2", kind=one, key=key, cells=dict(found[0].cells), versions=steps,
        is_active=found[0].is_active, shown=_plain(hidden), label=label,
        may_reveal=sorted({group for name in one.names if (group := group_of(name))} & hidden & asker.sees(Subject())),
    )  # fmt: skip


@router.get("/learned")
def learned(request: Request, asker: Reader) -> HTMLResponse:
    """Show where values stand on the paper of vendors, as corrections taught it."""
    house: House = request.app.state.house
    known = layouts.overview(house)
    return page(
        request, "knowledge/learned.html.j2", known=known, may_edit=asker.may("edit_content"), label=label,
        cover=lambda text: covered(text, values(dict([text.split(":", 1)]), GROUPS) if ":" in text else frozenset(), GROUPS),
    )  # fmt: skip


@router.post("/learned/export")
def export(
    request: Request, asker: Editor, name: Annotated[str, Form(pattern="^[a-z][a-z0-9_]*$", max_length=60)]
) -> Response:
    """Write what corrections taught into the next version of a file, as a draft."""
    house: House = request.app.state.house
    try:
        done = layouts.export(house, name, by=asker.name)
    except PostroomError as e:
        return refused(request, e.message, "/knowledge/learned")
    if done is None:
        return refused(request, "Nothing was learned that no file says.", "/knowledge/learned")
    drafts.note_begun(house, f"layout/{done.book.ref}", by=asker.name)
    return RedirectResponse(f"/knowledge/layout/{done.book.ref}", status_code=303)


def _plain(hidden: frozenset[FieldGroup]) -> Cover:
    """Return what shows a value of a column, masked where its group is hidden."""

    def shown(column: str, value: str) -> str:
        return shown_cell(column, value, hidden)

    return shown


def _changes(newer: Version, older: Version | None) -> list[tuple[str, str, str]]:
    """Return (column, before, after) of what became another; a new row is told by no columns."""
    if older is None:
        return []
    after, before = dict(newer.cells), dict(older.cells)
    names = dict.fromkeys([*before, *after])
    return [
        (name, before.get(name, ""), after.get(name, "")) for name in names if before.get(name) != after.get(name)
    ]  # fmt: skip
