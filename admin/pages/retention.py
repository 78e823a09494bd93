"""The page of retention: what has to be kept, what is over, what nobody may erase, and erasures by two people."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from admin.http.form_token import refuse_forged
from admin.http.retention import Keeper, hand_of, seen
from admin.pages.field_names import label
from admin.pages.shell import page
from engine.model.errors import PostroomError
from engine.runtime import erasing
from engine.runtime.erasing import Scope
from engine.runtime.house import House
from engine.store import retention as store
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/retention", dependencies=[Depends(refuse_forged)])
Word = Annotated[str, Form(max_length=200)]
Why = Annotated[str, Form(max_length=200)]
MOST = 200
"""Documents that a page shows of each kind."""


@router.get("")
def shown(request: Request, _asker: Keeper) -> Response:
    """Show the rules, what is over, what is held and what waits for a second person."""
    house: House = request.app.state.house
    due = erasing.due(house, most=MOST + 1)
    with reading(house.engine) as tx:
        holds, waiting = store.holds(tx, ended=True), store.waiting(tx)
    return page(
        request, "retention/rules.html.j2", rules=erasing.rows_of(house), due=due[:MOST], more=len(due) > MOST, label=label,
        holds=[one for one in holds if one.ended_at is None], ended=[one for one in holds if one.ended_at is not None],
        waiting=waiting,
    )  # fmt: skip


@router.get("/subject")
def subject(
    request: Request, asker: Keeper, vendor: Annotated[str, Query(max_length=200)] = "",
    words: Annotated[str, Query(max_length=200)] = "", document: Annotated[str, Query(max_length=64)] = "",
) -> Response:  # fmt: skip
    """Show which documents are about somebody, which of them may be erased, and why others may not."""
    house: House = request.app.state.house
    ids = erasing.about(house, vendor=vendor, words=words, groups=seen(asker), most=MOST)
    try:
        looked = erasing.look(house, [*ids, *([document] if document else [])])
    except PostroomError as e:
        return _refused(request, e)
    return page(
        request, "retention/subject.html.j2", looked=looked, vendor=vendor, words=words, most=MOST, count=len(ids),
        is_asked=bool(vendor.strip() or words.strip() or document), label=label,
    )  # fmt: skip


@router.post("/ask")
def ask(
    request: Request, asker: Keeper, why: Why, documents: Annotated[list[str] | None, Form(max_length=MOST)] = None
) -> Response:  # fmt: skip
    """Ask for the ticked documents to be erased."""
    return _done(request, lambda house: erasing.ask(house, documents or [], why=why, hand=hand_of(asker)))


@router.post("/confirm")
def confirm(request: Request, asker: Keeper, number: Annotated[int, Form(ge=1, le=2**31 - 1)]) -> Response:
    """Erase what another person asked for."""
    return _done(request, lambda house: erasing.confirm(house, number, hand=hand_of(asker)))


@router.post("/holds")
def hold(
    request: Request, asker: Keeper, why: Why, document_id: Word = "", vendor_id: Word = "", type: Word = "",  # noqa: A002
    entity: Word = "",
) -> Response:  # fmt: skip
    """Hold what fits all that is named."""
    pairs: tuple[tuple[Scope, str], ...] = (
        ("document_id", document_id), ("vendor_id", vendor_id), ("type", type), ("entity", entity),
    )  # fmt: skip
    scope = {name: one.strip() for name, one in pairs if one.strip()}
    return _done(request, lambda house: erasing.hold(house, scope, why=why, hand=hand_of(asker)))


@router.post("/holds/release")
def release(request: Request, asker: Keeper, number: Annotated[int, Form(ge=1, le=2**31 - 1)]) -> Response:
    """End a hold."""
    return _done(request, lambda house: erasing.end_hold(house, number, hand=hand_of(asker)))


def _done(request: Request, change: Callable[[House], object]) -> Response:
    try:
        change(request.app.state.house)
    except PostroomError as e:
        return _refused(request, e)
    return RedirectResponse("/retention", status_code=303)


def _refused(request: Request, refused: PostroomError) -> Response:
    return page(request, "people/refused.html.j2", status=409, message=refused.message, back="/retention")
