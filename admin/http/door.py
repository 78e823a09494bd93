"""What every request goes through: who is it, is it forged, is it too much, and which headers go with the answer."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from admin.http import cookies, form_token, headers, hooks, identity, problems
from admin.http.pace import Pace
from admin.http.problem_types import KINDS
from engine.runtime.workflow import current

BROWSER_CHALLENGE = 'Basic realm="Postroom: any name, the API token as password"'
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""Answered without a token: load balancers have none."""
_LARGEST_FORM = 64 * 1024
"""Bytes that are taken from somebody who is not known."""
_PUBLIC = ("/static/", "/sign-in", "/enrol/")
"""Begins of addresses that are asked for before anybody has signed in."""
_API = "/api/"

Next = Callable[[Request], Awaitable[Response]]


def door(token: str) -> Callable[[Request, Next], Awaitable[Response]]:
    """Return the outermost floor of the application."""

    async def enter(request: Request, call_next: Next) -> Response:
        request.state.asker = None
        request.state.form_seed = cookies.read(request, cookies.SESSION) or cookies.read(request, cookies.FORM) or None
        path = request.url.path
        if path not in OPEN_PATHS:
            request.app.state.house = await run_in_threadpool(current)
            request.state.asker = await run_in_threadpool(identity.find, request, request.app.state.house, token)
        response = _stopped(request) or _hurried(request) or await call_next(request)
        if (seed := getattr(request.state, "new_form_seed", None)) and cookies.is_private(request):
            cookies.write(request, response, cookies.FORM, seed)
        headers.add(response, is_https=request.url.scheme == "https")
        return response

    return enter


def _stopped(request: Request) -> Response | None:
    """Answer what goes no further: nobody is known who may ask, a forged request, or a form that is too large."""
    path, asker = request.url.path, request.state.asker
    if path.startswith(hooks.PATH):  # its signature is checked there, and its size
        return None
    if asker is None and path not in OPEN_PATHS and not path.startswith(_PUBLIC):
        return _unknown(request)
    if asker is None and _announced(request) > _LARGEST_FORM:
        return problems.problem(KINDS["too-large"], "A form is not so large.")
    if asker is not None and asker.session_id is not None and path.startswith(_API):
        return form_token.refusal(request)
    return None


def _hurried(request: Request) -> Response | None:
    """Answer who calls the API more often than one may."""
    asker = request.state.asker
    pace: Pace = request.app.state.pace
    if asker is None or not request.url.path.startswith(_API):
        return None
    seconds = pace.wait(asker.id)
    if seconds == 0:
        return None
    words = f"More than {pace.calls:,} calls a minute."
    return problems.problem(KINDS["too-many"], words, headers={"Retry-After": str(seconds)})


def _announced(request: Request) -> int:
    """Return how many bytes a request says it has; one that does not say counts as too many."""
    if request.method in {"GET", "HEAD"}:
        return 0
    told = request.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else _LARGEST_FORM + 1


def _unknown(request: Request) -> Response:
    """Answer somebody who has not proved who they are: people are led to the sign-in, programs are told how."""
    if problems.wants_page(request) and request.url.path not in identity.DOCUMENTATION:
        return RedirectResponse("/sign-in", status_code=303)
    is_documentation = request.url.path in identity.DOCUMENTATION
    return problems.problem(
        KINDS["unauthorised"], "Send the header Authorization: Bearer with the API token.",
        headers={"WWW-Authenticate": BROWSER_CHALLENGE if is_documentation else "Bearer"},
    )  # fmt: skip
