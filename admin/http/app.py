"""The HTTP API. Reads through the store, changes only through the runtime."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from admin.http import documents, health
from engine.model.errors import ReadError
from engine.runtime.house import open_house
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker

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
        description="Upload documents, follow them, read their story. All calls but health need `Authorization: Bearer`.",
    )  # fmt: skip
    app.include_router(health.router)
    app.include_router(documents.router)

    @app.middleware("http")
    async def require_token(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.url.path not in OPEN_PATHS:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not secrets.compare_digest(given.encode(), token.encode()):
                return problem(401, "Unauthorised", "Send the header Authorization: Bearer with the API token.")
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


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """Return an RFC 9457 problem."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None  # noqa: PLR2004
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)
