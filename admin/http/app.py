"""The HTTP API and the pages. Both read through the store, and change only through the runtime."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException as AnyHttpException

from admin.http import (
    cookies,
    corrections,
    documents,
    form_token,
    headers,
    health,
    hooks,
    identity,
    operations,
    problems,
    reviews,
    splits,
)
from admin.pages import rooms
from engine.model.errors import ReadError
from engine.runtime.house import open_house
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker
from engine.runtime.workflow import current

BROWSER_CHALLENGE = 'Basic realm="Postroom: any name, the API token as password"'
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""Answered without a token: load balancers have none."""
_LARGEST_FORM = 64 * 1024
"""Bytes that are taken from somebody who is not known."""
_PUBLIC = ("/static/", "/sign-in", "/enrol/")
"""Begins of addresses that are asked for before anybody has signed in."""


def make_app(settings: Settings, *, token: str, with_worker: bool) -> FastAPI:
    """Return the application. The house is opened at start-up, so broken knowledge stops the start."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house = await run_in_threadpool(open_house, settings)
        worker = Worker(house, consume=with_worker)
        await run_in_threadpool(worker.start)
        app.state.house = house
        yield
        await run_in_threadpool(worker.stop)
        house.close()

    app = FastAPI(
        title="Postroom", version="1", lifespan=lifespan, docs_url=None, redoc_url=None,
        dependencies=[Depends(HTTPBearer(auto_error=False))],
        description="Upload documents, follow them, read their story. All calls but health need `Authorization: Bearer`.",
    )  # fmt: skip
    for router in (
        health.router,
        documents.router,
        corrections.router,
        splits.router,
        operations.router,
        reviews.router,
        hooks.router,
    ):
        app.include_router(router)
    rooms.furnish(app)
    if settings.oidc_issuer is not None:
        # its library is loaded where people sign in by a provider, nowhere else
        from admin.pages import oidc

        oidc.furnish(app, settings)
    app.add_api_route("/docs", documentation, include_in_schema=False)
    app.middleware("http")(_door(token))
    app.add_exception_handler(AnyHttpException, problems.http_problem)
    app.add_exception_handler(ReadError, problems.refused)
    return app


async def documentation() -> HTMLResponse:
    """Show the page on which calls are tried out."""
    page = get_swagger_ui_html(openapi_url="/openapi.json", title="Postroom")
    page.headers["Content-Security-Policy"] = headers.policy_of_documentation(bytes(page.body))
    return page


def _door(token: str) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    """Return what every request goes through: who is it, is it forged, and which headers go with the answer."""

    async def door(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.asker = None
        request.state.form_seed = cookies.read(request, cookies.SESSION) or cookies.read(request, cookies.FORM) or None
        path = request.url.path
        if path not in OPEN_PATHS:
            request.app.state.house = await run_in_threadpool(current)
            request.state.asker = await run_in_threadpool(identity.find, request, request.app.state.house, token)
        response = _stopped(request) or await call_next(request)
        if (seed := getattr(request.state, "new_form_seed", None)) and cookies.is_private(request):
            cookies.write(request, response, cookies.FORM, seed)
        headers.add(response, is_https=request.url.scheme == "https")
        return response

    return door


def _stopped(request: Request) -> Response | None:
    """Answer what goes no further: nobody is known who may ask, a forged request, or a form that is too large."""
    path, asker = request.url.path, request.state.asker
    if path.startswith(hooks.PATH):  # its signature is checked there, and its size
        return None
    if asker is None and path not in OPEN_PATHS and not path.startswith(_PUBLIC):
        return _unknown(request)
    if asker is None and _announced(request) > _LARGEST_FORM:
        return problems.problem(413, "Too large", "A form is not so large.")
    if asker is not None and asker.session_id is not None and path.startswith("/api/"):
        return form_token.refusal(request)
    return None


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
    refusal = problems.problem(401, "Unauthorised", "Send the header Authorization: Bearer with the API token.")
    is_documentation = request.url.path in identity.DOCUMENTATION
    refusal.headers["WWW-Authenticate"] = BROWSER_CHALLENGE if is_documentation else "Bearer"
    return refusal
