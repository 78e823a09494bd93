"""What people do at the desk: each form is one verb of the runtime, and leads back to the document or on to the next."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from admin.http.form_token import refuse_forged
from admin.http.who import Needs
from admin.pages.desk import reached
from admin.pages.shell import page
from engine.model.correction import Correction
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.field import Box
from engine.model.person import Asker
from engine.model.rights import Verb
from engine.runtime import kpi_effort, workflow
from engine.runtime.desk import answering, drafting, taking
from engine.runtime.house import House
from engine.runtime.people import duties, reach
from engine.store.database import reading


async def effort(request: Request) -> None:
    """Put by what the page says that an answer took."""
    form = await request.form() if request.url.path.rsplit("/", 1)[-1] in _ANSWERS else {}
    request.state.effort = kpi_effort.told(str(form.get("effort", "")))


router = APIRouter(
    include_in_schema=False, prefix="/desk", dependencies=[Depends(refuse_forged), Depends(effort)]
)  # fmt: skip
_ANSWERS = frozenset({"correct", "approve", "reject", "pass-on"})
_LONGEST = 2000
_MOST_VALUES = 500
Corrector = Annotated[Asker, Depends(Needs("correct_documents"))]
Decider = Annotated[Asker, Depends(Needs("correct_documents", "approve_documents"))]
Why = Annotated[str, Form(max_length=_LONGEST)]
Seen = Annotated[int, Form(ge=1)]
Next = Annotated[str, Form(max_length=64)]


@router.post("/{document_id}/take")
def take(request: Request, document_id: str, asker: Decider) -> Response:
    """Take the item, or renew that."""
    house = house_for(request, asker, document_id, "correct_documents", "approve_documents")
    return done(request, lambda: taking.take(house, document_id, by=asker.name), document_id)


@router.post("/{document_id}/give-back")
def give_back(request: Request, document_id: str, asker: Decider) -> Response:
    """Let others have the item."""
    house = house_for(request, asker, document_id, "correct_documents", "approve_documents")
    return done(request, lambda: taking.give_back(house, document_id, by=asker.name), "")


@router.post("/{document_id}/draft")
async def draft(request: Request, document_id: str, asker: Corrector) -> Response:
    """Keep what is typed so far (JSON: revision, values), so that nothing is lost on reload, and renew the lease."""
    try:
        given = json.loads(await request.body())
        revision, values = int(given["revision"]), _values(given["values"])
    except (ValueError, KeyError, TypeError) as e:
        raise HTTPException(422, "Send revision and values.") from e
    house = house_for(request, asker, document_id, "correct_documents")
    try:
        await run_in_threadpool(drafting.keep, house, document_id, revision=revision, values=values, by=asker.name)
    except PostroomError as e:
        raise HTTPException(409, e.message) from e
    return Response(status_code=204)


@router.post("/{document_id}/correct")
async def correct(request: Request, document_id: str, asker: Corrector) -> Response:
    """Hand in the values of the form that differ from what was read (fields `value:PATH`, `was:PATH`, `box:PATH`)."""
    house = house_for(request, asker, document_id, "correct_documents")
    form = await request.form()
    given = {key: str(value) for key, value in form.items() if isinstance(value, str)}
    changes = _changes(given)
    if not changes:
        request.state.effort = None  # nothing was answered

    def act() -> None:
        if changes:
            revision = drafting.hand_in(house, document_id, changes, revision=int(given["revision"]), by=asker.name)
            workflow.enqueue(document_id, revision)

    return await run_in_threadpool(done, request, act, document_id)


@router.post("/{document_id}/approve")
def approve(
    request: Request, document_id: str, asker: Decider, revision: Seen, why: Why = "", following: Next = ""
) -> Response:
    """Let pass what rules hold, and go on to the next."""
    house = house_for(request, asker, document_id, "correct_documents", "approve_documents")

    def act() -> None:
        # an approver who had a hand in it, or in what decided it, is none for this document
        begun = answering.approve(
            house, document_id, revision=revision, by=asker.name, why=why,
            objections=duties.objections(house, asker, document_id),
        )  # fmt: skip
        workflow.enqueue(document_id, begun)

    return done(request, act, following or document_id)


@router.post("/{document_id}/reject")
def reject(
    request: Request, document_id: str, asker: Decider, revision: Seen, why: Why = "", following: Next = ""
) -> Response:
    """End a document for good."""
    house = house_for(request, asker, document_id, "correct_documents", "approve_documents")
    act = lambda: answering.reject(house, document_id, revision=revision, by=asker.name, why=why)  # noqa: E731 - one act
    return done(request, act, following or document_id)


@router.post("/{document_id}/pass-on")
def pass_on(
    request: Request, document_id: str, asker: Decider, revision: Seen, queue: Annotated[str, Form(max_length=80)],
    why: Why = "",
) -> Response:  # fmt: skip
    """Hand the item to another queue."""
    house = house_for(request, asker, document_id, "correct_documents", "approve_documents")
    act = lambda: answering.pass_on(  # noqa: E731 - one act
        house, document_id, queue=queue, revision=revision, by=asker.name, why=why
    )
    return done(request, act, document_id)


@router.post("/{document_id}/comment")
def comment(
    request: Request, document_id: str, asker: Decider, text: Why, to: Annotated[str, Form(max_length=120)] = ""
) -> Response:
    """Say something, or ask somebody."""
    house = house_for(request, asker, document_id, "correct_documents", "approve_documents")
    return done(request, lambda: answering.say(house, document_id, text, by=asker.name, to=to or None), document_id)


def house_for(request: Request, asker: Asker, document_id: str, *verbs: Verb) -> House:
    """Return the house when somebody may do one of these with this document. Raises HTTPException."""
    house: House = request.app.state.house
    document: Document = reached(house, asker, document_id)
    if not any(_may(house, asker, document.id, verb) for verb in verbs):
        raise HTTPException(403, "You have not the right to do that with this document.")
    return house


def _may(house: House, asker: Asker, document_id: str, verb: Verb) -> bool:
    with reading(house.engine) as tx:
        return reach.may(tx, house, asker, verb, document_id)


def done(request: Request, act: Any, then: str) -> Response:
    """Do it and go on, or show why it was refused; what was typed is kept as a draft.

    What the answer took is kept first, so that the ledger entry of the answer has it counted; a refused one has none.
    """
    seq = _note_effort(request)
    try:
        act()
    except PostroomError as e:
        if seq is not None:
            kpi_effort.forget(request.app.state.house, seq)
        return page(request, "desk/refused.html.j2", status=409, message=e.message, back=then)
    return RedirectResponse(f"/desk/{then}" if then else "/desk", status_code=303)


def _note_effort(request: Request) -> int | None:
    effort = getattr(request.state, "effort", None)
    if effort is None:
        return None
    return kpi_effort.note(request.app.state.house, str(request.path_params["document_id"]), effort)


def _values(given: Any) -> dict[str, str | None]:
    if not isinstance(given, dict) or len(given) > _MOST_VALUES:
        raise ValueError("values")
    return {str(path)[:100]: None if value is None else str(value)[:10_000] for path, value in given.items()}


def _changes(given: dict[str, str]) -> list[Correction]:
    """Return what the form says otherwise than what was read. A value that was emptied is not on the document."""
    changes = []
    for key, value in given.items():
        kind, _, path = key.partition(":")
        if kind != "value" or value.strip() == given.get(f"was:{path}", ""):
            continue
        page_number, *box = (given.get(f"box:{path}") or "").split(",")
        place = {"page": int(page_number), "box": Box(*map(float, box))} if len(box) == len(Box._fields) else {}
        changes.append(Correction(path=path, value=value.strip() or None, **place))
    return changes
