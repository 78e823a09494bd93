"""What people ask of the machine about whole documents: one at the desk, or several ticked in the list."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from admin.http.form_token import refuse_forged
from admin.pages.desk_acts import Corrector, Decider, Seen, Why, done, house_for
from admin.pages.desk_merge import ordering
from admin.pages.shell import page
from engine.model.errors import PostroomError
from engine.model.person import Asker
from engine.runtime import cut_by_hand, workflow
from engine.runtime.desk import answering, asking_anew
from engine.runtime.desk.taking import Gone
from engine.runtime.house import House
from engine.runtime.people import duties
from engine.store import documents
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/desk", dependencies=[Depends(refuse_forged)])
_MOST = 100
"""Documents of one act."""


@router.post("/together")
def together(
    request: Request, asker: Decider, act: Annotated[str, Form(pattern="^(approve|reject|pass-on|merge)$")],
    ticked: Annotated[list[str], Form(max_length=_MOST)], why: Why = "",
    queue: Annotated[str, Form(max_length=80)] = "",
) -> Response:  # fmt: skip
    """Answer several documents alike, each as it was seen (`ID:REVISION`); say which were refused, and why."""
    if act == "merge":
        return ordering(request, asker, ticked)
    refused: list[tuple[str, str]] = []
    answered = 0
    for one in ticked:
        document_id, _, seen = one.rpartition(":")
        try:
            house = house_for(request, asker, document_id, "correct_documents", "approve_documents")
            _answer(house, asker, document_id, act, int(seen), why, queue)
            answered += 1
        except (PostroomError, ValueError, HTTPException) as e:
            told = e.message if isinstance(e, PostroomError) else "It is not there, or not yours to decide."
            refused.append((document_id, told))
    if refused:
        return page(request, "desk/together.html.j2", status=409, refused=refused, answered=answered)
    return RedirectResponse("/desk", status_code=303)


def _answer(house: House, asker: Asker, document_id: str, act: str, revision: int, why: str, queue: str) -> None:
    by = asker.name
    if act == "reject":
        answering.reject(house, document_id, revision=revision, by=by, why=why)
    elif act == "pass-on":
        answering.pass_on(house, document_id, queue=queue, revision=revision, by=by, why=why)
    else:
        begun = answering.approve(
            house, document_id, revision=revision, by=by, why=why, objections=duties.objections(house, asker, document_id)
        )  # fmt: skip
        workflow.enqueue(document_id, begun)


@router.post("/{document_id}/type")
def retype(
    request: Request, document_id: str, asker: Corrector, revision: Seen, type_: Annotated[str, Form(alias="type")]
) -> Response:
    """Have the document read as another type."""
    house = house_for(request, asker, document_id, "correct_documents")
    return _begun(
        request, document_id, lambda: asking_anew.retype(house, document_id, type_, revision=revision, by=asker.name)
    )


@router.post("/{document_id}/split")
def split(
    request: Request, document_id: str, asker: Corrector, revision: Seen, at: Annotated[str, Form(max_length=400)] = ""
) -> Response:
    """Cut the file before pages (`3,5`); none: it is one document, also where it was to be cut."""
    house = house_for(request, asker, document_id, "correct_documents")
    if not all(one.strip().isdecimal() and len(one.strip()) < 7 for one in at.split(",") if one.strip()):  # noqa: PLR2004 - six digits of pages are enough
        raise HTTPException(422, "Write the pages on which documents begin: 3,5.")
    begins = [int(one) for one in at.split(",") if one.strip()]

    def act() -> int:
        with reading(house.engine) as tx:
            known = documents.get(tx, document_id)
        if known is None or known.revision != revision:
            raise Gone("It is in another revision by now. Look at it again.")
        return cut_by_hand.answer(house, document_id, begins=begins, by=asker.name).revision

    return _begun(request, document_id, act)


@router.post("/{document_id}/wait")
def wait(request: Request, document_id: str, asker: Decider, revision: Seen, why: Why = "") -> Response:
    """Let the document wait until something comes for its orders."""
    house = house_for(request, asker, document_id, "correct_documents", "approve_documents")
    return done(
        request, lambda: asking_anew.wait(house, document_id, revision=revision, by=asker.name, why=why), document_id
    )


@router.post("/{document_id}/reopen")
def reopen(request: Request, document_id: str, asker: Corrector, revision: Seen, why: Why = "") -> Response:
    """Take back what stands, where it would be written otherwise, and judge the document again."""
    house = house_for(request, asker, document_id, "correct_documents")
    return _begun(
        request, document_id, lambda: asking_anew.reopen(house, document_id, revision=revision, by=asker.name, why=why)
    )


def _begun(request: Request, document_id: str, act: Callable[[], int]) -> Response:
    return done(request, lambda: workflow.enqueue(document_id, act()), document_id)
