"""What people do to drafts on pages: each form is one verb of the runtime. Live lint is the lint of the command line."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.knowledge import Reader, Unsaved, folder, opened, shown, versions
from admin.pages.knowledge_names import KINDS, STATES
from admin.pages.shell import page
from engine.content.lint.finding import LintFinding
from engine.model.document import Document
from engine.model.errors import ContentError, PostroomError
from engine.model.person import Asker
from engine.model.sensitive import GROUPS
from engine.runtime import rules
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts, examining, grids, taking_up, trying
from engine.runtime.knowledge_desk.drafts import Broken, Changed
from engine.runtime.knowledge_desk.grids import NoPlace
from engine.runtime.knowledge_desk.pieces import Text
from engine.runtime.people import reach
from engine.stages.cover import covered
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/knowledge", dependencies=[Depends(refuse_forged)])
Editor = Annotated[Asker, Depends(Needs("edit_content"))]
Trier = Annotated[Asker, Depends(Needs("read_content", "edit_content"))]
_LONGEST = 2_000_000
_TRIED = 8
"""Documents on which a draft is tried at once."""
Typed = Annotated[str, Form(max_length=_LONGEST)]


@router.post("/{kind}/{called}/begin")
def begin(request: Request, asker: Editor, kind: str, called: str) -> Response:
    """Copy a version into the next one."""
    house: House = request.app.state.house
    opened(request, kind, called)
    return _done(request, lambda: drafts.begin(house, f"{kind}/{called}", by=asker.name))


@router.post("/{kind}/{called}/check")
async def check(request: Request, asker: Editor, kind: str, called: str) -> HTMLResponse:  # noqa: ARG001
    """Say what lint has to say of what is typed, beside each row that it is about. Nothing is kept."""
    form = await request.form(max_fields=20_000)
    return await run_in_threadpool(_checked, request, opened(request, kind, called), form)


def _checked(request: Request, found: Text, form: FormData) -> HTMLResponse:
    root = folder(request)
    try:
        text = _text(request, found, form)
        findings = examining.lint(root, found.piece, text)
        parts = grids.grids(root, found.piece, found.text) if "text" not in form else ()
    except (NoPlace, ContentError) as e:
        text, parts = found.text, ()
        findings = (LintFinding(code="no_place", severity="error", file=found.piece.file, message=_reason(e)),)
    told = grids.by_row([one for one in findings if one.severity != "info"], parts)
    return page(request, "knowledge/checked.html.j2", findings=findings, grids=parts, told=told)


@router.post("/{kind}/{called}/save")
async def save(request: Request, asker: Editor, kind: str, called: str) -> Response:
    """Save the cells or the text that were typed."""
    form = await request.form(max_fields=20_000)
    return await run_in_threadpool(_saved, request, asker, opened(request, kind, called), form)


def _saved(request: Request, asker: Asker, found: Text, form: FormData) -> Response:
    house: House = request.app.state.house
    seen, is_whole = str(form.get("seen", "")), "text" in form
    cells = {key.removeprefix("cell:"): str(value) for key, value in form.items() if key.startswith("cell:")}
    if not is_whole and seen != found.digest:
        if clash := _clash(request, found, form):
            return shown(request, asker, found, Unsaved(conflict=clash, cells=cells, status=409))
        seen = found.digest  # others changed other cells
    typed = str(form.get("text", found.text))
    try:
        typed = _text(request, found, form)
        drafts.save(house, found.piece.ref, typed, seen=seen, by=asker.name)
    except Broken as e:
        return shown(request, asker, found, Unsaved(text=typed, findings=e.findings, status=422), whole=is_whole)
    except Changed as e:
        return shown(request, asker, found, Unsaved(text=typed, conflict=e.message, status=409), whole=True)
    except (NoPlace, ContentError) as e:
        said = LintFinding(code="no_place", severity="error", file=found.piece.file, message=_reason(e))
        return shown(request, asker, found, Unsaved(findings=(said,), cells=cells, status=422))
    except PostroomError as e:
        return refused(request, e.message, f"/knowledge/{found.piece.ref}")
    return RedirectResponse(f"/knowledge/{found.piece.ref}{'?whole=1' if is_whole else ''}", status_code=303)


def _clash(request: Request, found: Text, form: FormData) -> str:
    """Return what somebody else did to the same cells, in a sentence; empty when the changes go together."""
    now = {
        f"{row.key}:{column.name}": cell
        for part in grids.grids(folder(request), found.piece, found.text)
        for row in part.rows
        for column, cell in zip(part.columns, row.cells, strict=True)
    }
    was = {key.removeprefix("was:"): str(value) for key, value in form.items() if key.startswith("was:")}
    other = [f"{key} ({now.get(key, 'gone')})" for key, value in was.items() if now.get(key) != value]
    if form.getlist("remove") or [key for key in form if key.startswith("new:")]:
        other = other or ["rows"]
    return ", ".join(other)


def _text(request: Request, found: Text, form: FormData) -> str:
    """Return the text that a form makes. Raises NoPlace, ContentError."""
    if "text" in form:
        return str(form["text"]).replace("\r\n", "\n")
    cells = {
        key.removeprefix("cell:"): str(value).replace("\r\n", "\n")
        for key, value in form.items()
        if key.startswith("cell:")
    }
    fresh: dict[str, dict[int, str]] = {}
    for key, value in form.items():
        if key.startswith("new:"):
            _, number, column = key.split(":", 2)
            fresh.setdefault(number, {})[int(column)] = str(value)
    added = [[row[at] for at in sorted(row)] for row in fresh.values() if any(cell.strip() for cell in row.values())]
    removed = [str(one) for one in form.getlist("remove")]
    return grids.with_cells(folder(request), found.piece, found.text, cells, removed=removed, added=added)


@router.post("/{kind}/{called}/forget")
def forget(request: Request, asker: Editor, kind: str, called: str) -> Response:
    """Forget what somebody typed and could not save."""
    drafts.drop(request.app.state.house, f"{kind}/{called}", by=asker.name)
    return RedirectResponse(f"/knowledge/{kind}/{called}", status_code=303)


@router.post("/{kind}/{called}/discard")
def discard(request: Request, asker: Editor, kind: str, called: str) -> Response:
    """Take a draft away."""
    house: House = request.app.state.house
    opened(request, kind, called)
    try:
        drafts.discard(house, f"{kind}/{called}", by=asker.name)
    except PostroomError as e:
        return refused(request, e.message, f"/knowledge/{kind}/{called}")
    return RedirectResponse(f"/knowledge?kind={kind}", status_code=303)


@router.post("/{kind}/{called}/take-up")
def take_up(
    request: Request, asker: Editor, kind: str, called: str, flow: Annotated[str, Form(max_length=120)]
) -> Response:
    """Let the next version of a flow rest on a draft."""
    house: House = request.app.state.house
    opened(request, kind, called)
    return _done(request, lambda: taking_up.take_up(house, f"{kind}/{called}", flow, by=asker.name))


@router.post("/{kind}/{called}/test")
def test(request: Request, asker: Trier, kind: str, called: str) -> HTMLResponse:  # noqa: ARG001
    """Run the examples of a piece as it is saved."""
    found = opened(request, kind, called)
    try:
        ran, wrong = examining.examples(folder(request), found.piece, found.text), ""
    except ContentError as e:
        ran, wrong = None, e.message
    return page(request, "knowledge/tested.html.j2", ran=ran, wrong=wrong)


@router.get("/{kind}/{called}/try")
def try_page(request: Request, asker: Reader, kind: str, called: str) -> HTMLResponse:
    """Offer the documents that came last to try a draft on."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    return page(
        request, "knowledge/try.html.j2", piece=found.piece, documents=_last(house, asker), kinds=KINDS, states=STATES,
        versions=versions(folder(request), found.piece), tab="try",
    )  # fmt: skip


@router.post("/{kind}/{called}/try")
async def try_it(request: Request, asker: Trier, kind: str, called: str) -> HTMLResponse:
    """Try a draft on documents."""
    form = await request.form()
    wanted = [str(one) for one in form.getlist("document")][:_TRIED]
    return await run_in_threadpool(_tried, request, asker, opened(request, kind, called), wanted)


def _tried(request: Request, asker: Asker, found: Text, wanted: list[str]) -> HTMLResponse:
    house: House = request.app.state.house
    chosen = [one for one in _last(house, asker) if one.id in wanted]
    try:
        done, wrong = trying.tried(house, found.piece.ref, found.text, chosen), ""
    except PostroomError as e:
        done, wrong = [], e.message
    return page(
        request, "knowledge/tried.html.j2", tried=done, wrong=wrong,
        cover=lambda text: covered(str(text), frozenset(), GROUPS),
        masked=lambda path, text: covered({path.rpartition(".")[2]: text}, frozenset(), GROUPS)[path.rpartition(".")[2]],
    )  # fmt: skip


def _last(house: House, asker: Asker) -> list[Document]:
    with reading(house.engine) as tx:
        return reach.seen(tx, house, asker, rules.last(house, 100), document_id=lambda one: one.id, most=25)


def _done(request: Request, act: Callable[[], str]) -> Response:
    """Do it and show what it made, or why it was refused."""
    try:
        made = act()
    except PostroomError as e:
        return refused(request, e.message, request.url.path.rpartition("/")[0])
    return RedirectResponse(f"/knowledge/{made}", status_code=303)


def refused(request: Request, message: str, back: str) -> HTMLResponse:
    """Return the page that says why something was not done."""
    return page(request, "knowledge/refused.html.j2", status=409, message=message, back=back)


def _reason(error: PostroomError) -> str:
    if not isinstance(error, ContentError):
        return error.message
    return f"{error.path}: {error.reason}" if error.path else error.reason
