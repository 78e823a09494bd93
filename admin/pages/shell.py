"""The frame of every page: language, theme, navigation by right, and the template that fills it.

A page is one route function that ends in `page(request, "name.html.j2", **context)`. In its template `{% extends
"base.html.j2" %}` gives it the frame; `_("...")` says a sentence in the reader's language; forms hold `{{ form_token() }}`.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.dates import format_datetime
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from admin.http.form_token import form_token
from admin.pages.catalogue import catalogue, language_for
from engine.model.person import Asker
from engine.model.rights import Verb

HERE = Path(__file__).parent
THEME_COOKIE = "postroom-theme"
THEMES = frozenset({"light", "dark"})
_YEAR_SECONDS = 365 * 24 * 3600


def marked(sentence: str) -> str:
    """Return a sentence as it is: marked here for the catalogue, said in the reader's language by the template."""
    return sentence


class Entry(NamedTuple):
    """One entry of the navigation; it is shown to those who hold the verb."""

    title: str
    path: str
    verb: Verb


NAVIGATION: tuple[Entry, ...] = (
    Entry(marked("Review"), "/desk", "read_documents"),
    Entry(marked("Control room"), "/control", "read_status"),
    Entry(marked("Figures"), "/kpi", "read_status"),
    Entry(marked("Knowledge"), "/knowledge", "read_content"),
    Entry(marked("Audit"), "/audit", "read_audit"),
    Entry(marked("Retention"), "/retention", "erase_documents"),
    Entry(marked("People"), "/people", "manage_people"),
)  # fmt: skip
"""In the order in which it is shown."""


class Lasting(StaticFiles):
    """Static files whose address changes with their content, so that browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Any:
        """Return a file; with its digest in the address it is kept for a year."""
        response = await super().get_response(path, scope)
        if scope.get("query_string"):
            response.headers["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
        return response


def static_files() -> Lasting:
    """Return what serves `static/`."""
    return Lasting(directory=HERE / "static")


@lru_cache
def static(name: str) -> str:
    """Return the address of a static file, with the beginning of its digest."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page in the reader's language. Every name that the template uses has to be given."""
    asker: Asker | None = getattr(request.state, "asker", None)
    language = language_of(request)
    theme = request.cookies.get(THEME_COOKIE, "")
    frame = {
        "language": language, "theme": theme if theme in THEMES else "", "asker": asker, "here": request.url.path,
        "navigation": [one for one in NAVIGATION if asker is not None and asker.may(one.verb)],
        "moment": lambda at: moment(request, at),
        "form_token": lambda: Markup('<input type="hidden" name="form_token" value="{}">').format(form_token(request)),
        "form_token_value": form_token(request),
    }  # fmt: skip
    html = _environment(language).get_template(template).render(**frame, **context)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store", "Content-Language": language})


def moment(request: Request, at: datetime) -> Markup:
    """Return a moment as pages show it: UTC as it comes, in the reader's own clock once the page's script has run."""
    words = format_datetime(at, "d MMM y, HH:mm", locale=language_of(request))
    return Markup('<time datetime="{}">{} UTC</time>').format(at.isoformat(timespec="seconds"), words)


def language_of(request: Request) -> str:
    """Return the language in which to answer."""
    asker: Asker | None = getattr(request.state, "asker", None)
    return language_for(asker.language if asker else None, request.headers.get("accept-language", ""))


def say(request: Request) -> Callable[[str], str]:
    """Return what translates a sentence for who asks."""
    return catalogue(language_of(request)).gettext


@lru_cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    words = catalogue(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=static)
    return made
