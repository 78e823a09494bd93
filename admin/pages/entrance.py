"""The way in and out: name and password, then a code; a link that is good once; sign-out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from admin.http import cookies
from admin.http.form_token import refuse_forged
from admin.http.identity import where
from admin.http.who import current_person
from admin.pages.qr import qr_code
from admin.pages.shell import marked, page, say
from engine.model.person import Asker
from engine.runtime.house import House
from engine.runtime.people import entry, secrets, stay
from engine.runtime.people.accounts import Hand
from engine.runtime.people.entry import NotLetIn

router = APIRouter(include_in_schema=False, dependencies=[Depends(refuse_forged)])
_REFUSED = 401

Text = Annotated[str, Form(max_length=300)]


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """Show the form for name and password."""
    if request.state.asker is not None:
        return RedirectResponse("/", status_code=303)
    return _form(request)


@router.post("/sign-in")
def sign_in(request: Request, name: Text, password: Text) -> Response:
    """Take name and password; go on to the code where there is a second factor."""
    house: House = request.app.state.house
    try:
        entered = entry.with_password(house, name, password, where(request))
    except NotLetIn as e:
        return _form(request, name=name, wrong=_told(request, e))
    return _inside(request, entered)


@router.get("/sign-in/code")
def ask_code(request: Request) -> Response:
    """Show the form for the code."""
    house: House = request.app.state.house
    if stay.waiting(house, cookies.read(request, cookies.SESSION)) is None:
        return RedirectResponse("/sign-in", status_code=303)
    return page(request, "code.html.j2", wrong="")


@router.post("/sign-in/code")
def take_code(request: Request, code: Text) -> Response:
    """Take the code and begin the session."""
    house: House = request.app.state.house
    try:
        entered = entry.with_code(house, cookies.read(request, cookies.SESSION), code, where(request))
    except NotLetIn as e:
        return page(request, "code.html.j2", status=_REFUSED, wrong=_told(request, e))
    return _inside(request, entered)


@router.post("/sign-out")
def sign_out(request: Request, asker: Annotated[Asker, Depends(current_person)]) -> Response:
    """End the session."""
    house: House = request.app.state.house
    if asker.session_id is not None:
        stay.end(house, asker.id, asker.session_id, hand=Hand(asker.name, asker.where))
    answer = RedirectResponse("/sign-in", status_code=303)
    cookies.drop(request, answer, cookies.SESSION)
    return answer


@router.get("/enrol/{link}")
def ask_password(request: Request, link: str) -> Response:
    """Show the form in which a person sets a password and a second factor."""
    return _enrolment(request, link)


@router.post("/enrol/{link}")
def take_password(request: Request, link: str, password: Text, again: Text, sealed: Text, code: Text = "") -> Response:
    """Set password and second factor, and begin a session."""
    house: House = request.app.state.house
    if password != again:
        return _enrolment(
            request, link, sealed=sealed, wrong=say(request)(marked("The two passwords are not the same."))
        )
    factor = secrets.unseal(house.settings, sealed) if code.strip() or house.settings.totp_required else None
    try:
        entered = entry.with_link(
            house, link, password=password, totp_secret=factor, code=code, where=where(request)
        )  # fmt: skip
    except NotLetIn as e:
        return _enrolment(request, link, sealed=sealed, wrong=_told(request, e))
    return _inside(request, entered)


def _enrolment(request: Request, link: str, *, sealed: str = "", wrong: str = "") -> Response:
    house: House = request.app.state.house
    try:
        person = entry.of_link(house, link)
    except NotLetIn as e:
        title = say(request)(marked("Not let in"))
        return page(request, "problem.html.j2", status=404, title=title, detail=_told(request, e))
    factor = secrets.unseal(house.settings, sealed) if sealed else entry.new_totp()
    return page(
        request, "enrol.html.j2", status=_REFUSED if wrong else 200, person=person, wrong=wrong,
        sealed=sealed or secrets.seal(house.settings, factor), factor=factor, qr=qr_code(entry.totp_address(factor, person)),
        is_required=house.settings.totp_required,
    )  # fmt: skip


def _form(request: Request, *, name: str = "", wrong: str = "") -> Response:
    house: House = request.app.state.house
    if not cookies.is_private(request):
        wrong = say(request)(marked("Sign in over https. A proxy in front has to send X-Forwarded-Proto."))
    return page(
        request, "sign_in.html.j2", status=_REFUSED if wrong else 200, name=name, wrong=wrong,
        provider=house.settings.oidc_name if house.settings.oidc_issuer else "",
    )  # fmt: skip


def _told(request: Request, refused: NotLetIn) -> str:
    """Return why somebody was not let in, in their language."""
    words = say(request)(refused.sentence)
    return words % refused.values if refused.values else words


def _inside(request: Request, entered: entry.Entered) -> Response:
    """Lead on with the session's cookie; the one that forms had before is of no use any more."""
    answer = RedirectResponse("/sign-in/code" if entered.needs_code else "/", status_code=303)
    cookies.write(request, answer, cookies.SESSION, entered.secret)
    cookies.drop(request, answer, cookies.FORM)
    return answer
