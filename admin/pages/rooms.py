"""All pages, hung into the application."""

from fastapi import APIRouter, FastAPI

from admin.pages import (
    account,
    audit,
    control,
    control_acts,
    control_alerts,
    control_document,
    control_operations,
    control_search,
    desk,
    desk_acts,
    desk_learned,
    desk_looks,
    desk_merge,
    desk_views,
    desk_whole,
    entrance,
    knowledge,
    knowledge_edit,
    knowledge_master,
    knowledge_release,
    knowledge_trace,
    kpi,
    people,
    retention,
    roi,
    start,
)
from admin.pages.shell import static_files


def control_room() -> tuple[APIRouter, ...]:
    """Return the pages of the control room; those of operations come before the story of one."""
    return (
        control.router,
        control_acts.router,
        control_alerts.router,
        control_operations.router,
        control_document.router,
        control_search.router,
    )


def furnish(app: FastAPI) -> None:
    """Add the pages and what they load."""
    for router in control_room():
        app.include_router(router)
    for router in (entrance.router, account.router, start.router, audit.router, people.router, kpi.router, roi.router):
        app.include_router(router)
    app.include_router(retention.router)
    for router in (
        desk_learned.router,
        desk_views.router,
        desk_merge.router,
        desk.router,
        desk_looks.router,
        desk_acts.router,
        desk_whole.router,
    ):
        app.include_router(router)
    # what has a name of its own before what any piece may be called
    for router in (
        knowledge_master.router,
        knowledge_release.router,
        knowledge_trace.router,
        knowledge_edit.router,
        knowledge.router,
    ):
        app.include_router(router)
    app.mount("/static", static_files(), name="static")
