"""The HTTP API and the pages. Both read through the store, and change only through the runtime."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer

from admin.http import (
    alerts,
    audit,
    content,
    control,
    corrections,
    documents,
    health,
    hooks,
    kpi,
    lessons,
    looks,
    master,
    merges,
    operations,
    people,
    problems,
    releases,
    retention,
    reviews,
    sheets,
    splits,
    targets,
    views,
    webhooks,
    whole,
)
from admin.http.describe import describe
from admin.http.door import door
from admin.http.once import Once
from admin.http.pace import Pace
from admin.http.validators import Validators
from admin.pages import rooms
from admin.pages.shell import page
from engine.runtime.house import open_house
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker


def make_app(settings: Settings, *, token: str, with_worker: bool) -> FastAPI:
    """Return the application. The house is opened at start-up, so broken knowledge stops the start."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house = await run_in_threadpool(open_house, settings)
        worker = Worker(house, consume=with_worker)
        await run_in_threadpool(worker.start)
        app.state.house, app.state.executor_id = house, worker.executor_id
        gc.freeze()  # programs and content stay: a search for cycles among all of them held up a page by a quarter second
        yield
        gc.unfreeze()
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
        merges.router,
        whole.router,
        looks.router,
        sheets.router,
        targets.router,
        content.router,
        lessons.router,
        master.router,
        releases.router,
        operations.router,
        reviews.router,
        views.router,
        hooks.router,
        control.router,
        alerts.router,
        audit.router,
        kpi.router,
        people.router,
        retention.router,
        webhooks.router,
    ):
        app.include_router(router)
    rooms.furnish(app)
    if settings.oidc_issuer is not None:
        # its library is loaded where people sign in by a provider, nowhere else
        from admin.pages import oidc

        oidc.furnish(app, settings)
    app.add_api_route("/docs", documentation, include_in_schema=False)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign] # FastAPI's documented way
    app.add_middleware(Validators)
    app.add_middleware(Once)
    app.state.pace = Pace(settings.api_calls_per_minute)
    app.middleware("http")(door(token))
    problems.furnish(app)
    return app


def documentation(request: Request) -> Response:
    """Show the page on which calls are tried out."""
    return page(request, "api.html.j2")
