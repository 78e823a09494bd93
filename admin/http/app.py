"""The HTTP API. Reads through the store, changes only through the runtime."""

import base64
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer

from admin.http import corrections, documents, health, operations, splits
from admin.pages import start
from admin.pages.shell import static_files
from engine.model.errors import ReadError
from engine.model.person import Asker
from engine.model.rights import Grant
from engine.runtime.house import open_house
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker
from engine.runtime.workflow import current

DOCUMENTATION = frozenset({"/docs", "/openapi.json"})
BROWSER_CHALLENGE = 'Basic realm="Postroom: any name, the API token as password"'
KEY_HOLDER = Asker(
    id="key", name="api", kind="token",
    grants=tuple(Grant(role=role) for role in ("integration_admin", "environment_promoter", "auditor", "people_admin", "service")),
)  # fmt: skip
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""Answered without a token: load balancers have none."""


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
        title="Postroom", version="1", lifespan=lifespan, docs_url="/docs", redoc_url=None,
        dependencies=[Depends(HTTPBearer(auto_error=False))],
        description="Upload documents, follow them, read their story. All calls but health need `Authorization: Bearer`.",
    )  # fmt: skip
    app.include_router(health.router)
    app.include_router(documents.router)
    app.include_router(corrections.router)
    app.include_router(splits.router)
    app.include_router(operations.router)
    app.include_router(start.router)
    app.mount("/static", static_files(), name="static")

    @app.middleware("http")
    async def require_token(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.url.path not in OPEN_PATHS and not holds_token(request, token):
            refusal = problem(401, "Unauthorised", "Send the header Authorization: Bearer with the API token.")
            refusal.headers["WWW-Authenticate"] = BROWSER_CHALLENGE if request.url.path in DOCUMENTATION else "Bearer"
            return refusal
        request.app.state.house = await run_in_threadpool(current)
        request.state.asker = KEY_HOLDER
        response = await call_next(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.exception_handler(HTTPException)
    async def http_problem(_request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, "Error", str(error.detail))

    @app.exception_handler(ReadError)
    async def refused(_request: Request, error: ReadError) -> JSONResponse:
        return problem(413 if error.code == "too_large" else 422, error.code, error.message)

    return app


def holds_token(request: Request, token: str) -> bool:
    """Say whether a request carries the token: as bearer, or on the documentation pages as the password a browser asks for.

    Nowhere else, because a browser sends a password it knows with requests that other sites make.
    """
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic" and request.method == "GET" and request.url.path in DOCUMENTATION:
        given = decoded_password(given)
    elif scheme.lower() != "bearer":
        return False
    return secrets.compare_digest(given.encode(), token.encode())


def decoded_password(credentials: str) -> str:
    """Return the password of HTTP Basic credentials (RFC 7617), or nothing when they cannot be decoded."""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """Return an RFC 9457 problem."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")
