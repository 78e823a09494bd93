"""Operations on pages: the list by state, the story of one, and what people do with them, each with its consequence."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from admin.http import reach as http_reach
from admin.http.operations import covered_line, told
from admin.http.paging import LONGEST, cursor, place
from admin.http.who import Needs
from admin.pages.control import BAD_STATES
from admin.pages.field_names import label
from admin.pages.shell import marked, page
from engine.model.operation import OPERATION_MOVES, OperationState
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.people.reach import is_everywhere, may
from engine.store import operation_list
from engine.store.database import reading
from engine.store.operation_list import Search

router = APIRouter(include_in_schema=False, prefix="/control/operations")
PAGE = 50
Reader = Annotated[Asker, Depends(Needs("read_operations"))]
ADVICE: Mapping[OperationState, str] = {
    "planned": marked("It leaves by itself as soon as it may."),
    "sending": marked("A worker is sending it at this moment."),
    "unknown": marked("Look in the target and say what stands there, or have the target asked again."),
    "delivered": marked("The target has it and will still say yes or no."),
    "committed": marked("It stands in the target. Nothing is to be done."),
    "rejected": marked("The target said no. Mend the cause there, correct the document, or change only what is sent."),
    "parked": marked("It surely does not stand in the target. Mend the cause, then send it again."),
    "cancelled": marked("It was called off. Only a new revision of the document plans it again."),
}  # fmt: skip
"""What to do, by state."""
_DOUBT = ADVICE["unknown"]
_HOURS = {"": None, "1": 1, "24": 24, "168": 168}


class Filters:
    """What somebody wants to see of the list."""

    def __init__(
        self, state: Annotated[str, Query(max_length=20)] = "", target: Annotated[str, Query(max_length=80)] = "",
        text: Annotated[str, Query(max_length=200)] = "", older: Annotated[str, Query(max_length=4)] = "",
        after: Annotated[str, Query(max_length=LONGEST)] = "",
    ) -> None:  # fmt: skip
        if state and state not in {*OPERATION_MOVES, "failed"}:
            raise HTTPException(404, "There is nothing at this address.")
        self.state, self.target, self.text, self.after = state, target, text, after
        self.older = older if older in _HOURS else ""

    def search(self, house: House) -> Search:
        """Return what to ask the store for."""
        hours = _HOURS[self.older]
        failed: tuple[OperationState, ...] = ("rejected", "parked")
        states = failed if self.state == "failed" else tuple(one for one in OPERATION_MOVES if one == self.state)
        return Search(
            states=states, target=self.target or None, text=self.text.strip() or None,
            changed_before=house.clock.now() - timedelta(hours=hours) if hours else None,
        )  # fmt: skip


@router.get("")
def listed(request: Request, asker: Reader, filters: Annotated[Filters, Depends()]) -> HTMLResponse:
    """Show operations by state, the last planned first."""
    house: House = request.app.state.house
    wanted = filters.search(house)
    after = place(filters.after, parts=1)[0] if filters.after else None
    with reading(house.engine) as tx:
        try:
            lines = operation_list.page(tx, wanted, after=after, limit=PAGE + 1)
        except LookupError as e:
            raise HTTPException(404, "There is nothing at this address.") from e
        # what is looked for by words is not counted: that looks through every operation there ever was
        is_counted = not wanted.text and is_everywhere(asker, "read_operations")
        counts = operation_list.counts(tx, wanted) if is_counted else {}
        reached = [one for one in lines[:PAGE] if may(tx, house, asker, "read_operations", one.document_id)]
    following = cursor(lines[PAGE - 1].key) if len(lines) > PAGE else ""
    template = "rows" if request.headers.get("HX-Request") else "operations"
    return page(
        request, f"control/{template}.html.j2", rows=[covered_line(house, one) for one in reached], counts=counts,
        filters=filters, states=list(OPERATION_MOVES), following=following, bad_states=BAD_STATES, label=label,
        targets=sorted(house.library.environment.targets), may_release=asker.may("release_operations"),
    )  # fmt: skip


@router.get("/{key}")
def one(request: Request, asker: Reader, key: str, done: Annotated[str, Query(max_length=500)] = "") -> HTMLResponse:
    """Show one operation: what is sent and why, every try, receipts, and what may be done."""
    house: House = request.app.state.house
    found = http_reach.operation(house, asker, "read_operations", key)
    with reading(house.engine) as tx:
        may_release = may(tx, house, asker, "release_operations", found.document_id)
        may_edit = may(tx, house, asker, "edit_operations", found.document_id)
    shown = told(house, found)
    return page(
        request, "control/operation.html.j2", told=shown, label=label, bad_states=BAD_STATES, done=done,
        advice=_DOUBT if shown.may_stand and found.state == "parked" else ADVICE[found.state],
        may_release=may_release, may_edit=may_edit,
    )  # fmt: skip
