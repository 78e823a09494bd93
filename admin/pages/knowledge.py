"""Knowledge pages: what is written, in which versions, where each decides; one piece as a grid, a picture or its text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from admin.http.who import Needs
from admin.pages.knowledge_names import KINDS, STATES
from admin.pages.knowledge_picture import picture
from admin.pages.shell import page
from engine.content.lint.finding import LintFinding
from engine.model.errors import ContentError
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts, examining, grids, pieces, taking_up, trying
from engine.runtime.knowledge_desk.grids import Grid
from engine.runtime.knowledge_desk.pieces import NotThere, Piece, Text

router = APIRouter(include_in_schema=False, prefix="/knowledge")
Reader = Annotated[Asker, Depends(Needs("read_content"))]


@router.get("")
def browse(
    request: Request, asker: Reader, kind: Annotated[str, Query(max_length=40)] = "",
    text: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:  # fmt: skip
    """List the pieces, the versions of each in one line."""
    root = folder(request)
    found = [
        one for one in pieces.overview(root)
        if kind in {"", one.kind} and text.casefold() in one.ref.casefold()
    ]  # fmt: skip
    named: dict[str, dict[str, list[Piece]]] = {}
    for one in found:
        named.setdefault(one.kind, {}).setdefault(one.name, []).append(one)
    template = "knowledge/pieces.html.j2" if request.headers.get("HX-Request") else "knowledge/browse.html.j2"
    return page(
        request, template, named=named, kind=kind, text=text, kinds=KINDS, states=STATES, problem=problem(root),
        may_edit=asker.may("edit_content"),
    )  # fmt: skip


class Unsaved(NamedTuple):
    """What somebody typed that is not in the file, and why."""

    text: str | None = None
    cells: Mapping[str, str] = {}
    findings: tuple[LintFinding, ...] | None = None
    conflict: str = ""
    """What somebody else changed meanwhile."""
    status: int = 200


@router.get("/{kind}/{called}")
def one(request: Request, asker: Reader, kind: str, called: str, whole: Annotated[int, Query()] = 0) -> HTMLResponse:
    """Show one piece: as a grid where it makes one, else as its text. A draft is edited here."""
    house: House = request.app.state.house
    found = opened(request, kind, called)
    text = drafts.unfinished(house, found.piece.ref, by=asker.name) if found.piece.is_editable else None
    return shown(request, asker, found, Unsaved(text=text), whole=bool(whole))


def shown(request: Request, asker: Asker, found: Text, unsaved: Unsaved, *, whole: bool = False) -> HTMLResponse:
    """Return the page of a piece, with what somebody has not saved yet."""
    root, piece = folder(request), found.piece
    parts, broken = _grids(root, piece, found.text)
    text, findings = found.text if unsaved.text is None else unsaved.text, unsaved.findings
    if findings is None:
        findings = examining.lint(root, piece, text) if piece.is_editable else broken
    return page(
        request, "knowledge/piece.html.j2", status=unsaved.status, piece=piece, text=text, saved=found.text,
        seen=found.digest, grids=parts, whole=whole or not parts or unsaved.text is not None,
        is_unsaved=unsaved.text is not None, findings=findings, conflict=unsaved.conflict, kept=unsaved.cells,
        versions=versions(root, piece), kinds=KINDS, states=STATES, may_begin=asker.may("edit_content"),
        may_edit=asker.may("edit_content") and piece.is_editable, picture=_picture(root, found),
        told=grids.by_row([one for one in findings if one.severity != "info"], parts),
        takers=_takers(root, piece), tab="content",
    )  # fmt: skip


@router.get("/{kind}/{called}/file")
def download(request: Request, asker: Reader, kind: str, called: str) -> Response:  # noqa: ARG001 - the right is what counts
    """Return the file of a piece."""
    found = opened(request, kind, called)
    name = Path(found.piece.file).name
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(found.text, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/{kind}/{called}/difference")
def difference(request: Request, asker: Reader, kind: str, called: str) -> HTMLResponse:  # noqa: ARG001
    """Say in words what is different from the live version."""
    root, found = folder(request), opened(request, kind, called)
    try:
        before, changes, wrong = *trying.differences(root, found.piece), ""
    except ContentError as e:
        before, changes, wrong = None, (), e.message
    return page(
        request, "knowledge/difference.html.j2", piece=found.piece, before=before, wrong=wrong,
        changes=[change for change in changes if change.decides], quiet=[c for c in changes if not c.decides],
        versions=versions(root, found.piece), kinds=KINDS, states=STATES, tab="difference",
    )  # fmt: skip


def opened(request: Request, kind: str, called: str) -> Text:
    """Return a piece with its text. Raises HTTPException 404."""
    try:
        return pieces.open_piece(folder(request), f"{kind}/{called}")
    except NotThere as e:
        raise HTTPException(404, e.message) from e


def folder(request: Request) -> Path:
    """Return the content folder of the hub."""
    house: House = request.app.state.house
    return house.settings.content_folder()


def versions(root: Path, piece: Piece) -> list[Piece]:
    """Return all versions of a piece, the newest first."""
    return [one for one in pieces.overview(root) if (one.kind, one.name) == (piece.kind, piece.name)]


def problem(root: Path) -> str:
    """Return why the content folder does not load, or nothing."""
    try:
        pieces.shelf_of(root)
    except ContentError as e:
        return e.message.replace(f"{root}/", "")
    return ""


def _grids(root: Path, piece: Piece, text: str) -> tuple[tuple[Grid, ...], tuple[LintFinding, ...]]:
    """Return the grids of a piece, or why it makes none."""
    try:
        return grids.grids(root, piece, text), ()
    except ContentError as e:
        said = LintFinding(code="broken_file", severity="error", file=piece.file, line=e.line, message=e.reason)
        return (), (said,)


def _picture(root: Path, found: Text) -> object:
    try:
        return picture(root, found.piece) if found.piece.kind == "matrix" else None
    except ContentError:
        return None


def _takers(root: Path, piece: Piece) -> list[str]:
    if not piece.is_editable or piece.kind in {"flow", "environment", "facts"}:
        return []
    try:
        return taking_up.takers(root, piece.ref)
    except ContentError:
        return []
