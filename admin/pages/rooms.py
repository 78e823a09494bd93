"""All pages, hung into the application."""

from fastapi import FastAPI

from admin.pages import account, desk, desk_acts, entrance, start
from admin.pages.shell import static_files


def furnish(app: FastAPI) -> None:
    """Add the pages and what they load."""
    for router in (entrance.router, account.router, start.router, desk.router, desk_acts.router):
        app.include_router(router)
    app.mount("/static", static_files(), name="static")
