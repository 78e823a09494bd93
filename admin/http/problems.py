"""Errors: a page for people, an RFC 9457 problem for programs."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from admin.http import problem_types
from admin.http.problem_types import KINDS, MEDIA_TYPE, Kind, Place, Told
from admin.http.who import Unknown
from admin.pages.shell import marked, page, say
from engine.model.errors import IllegalMove, PostroomError, ReadError, TargetError

log = structlog.get_logger()

_TITLES = {
    400: marked("Bad request"), 403: marked("Not allowed"), 404: marked("Not found"), 405: marked("Not allowed"),
    409: marked("Not as it stands"),
}  # fmt: skip


_NOWHERE = marked("There is nothing at this address.")
_NO_METHOD = "This address is not asked for in this way."
_LONGEST = 1000
_MOST_PLACES = 20


def furnish(app: FastAPI) -> None:
    """Have every error of the application answered here, also those of Starlette and of routes that fall over."""
    handlers: Mapping[type[Exception], Callable[[Request, Exception], Response]] = {
        HTTPException: http_problem, RequestValidationError: invalid, ReadError: refused, PostroomError: impossible,
        UnicodeEncodeError: unspeakable, OverflowError: unspeakable, DataError: unspeakable, Exception: fallen,
    }  # fmt: skip
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def problem(
    kind: Kind, detail: str, *, errors: list[Place] | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return an RFC 9457 problem."""
    told = problem_types.body(kind, detail[:_LONGEST], errors)
    return JSONResponse(told, status_code=kind.status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def wants_page(request: Request) -> bool:
    """Tell whether a person looks at the answer: a browser asks for a page, and not for the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def http_problem(request: Request, error: Exception) -> Response:
    """Answer what a route refused, or Starlette before it."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    if isinstance(error, Unknown) and wants_page(request):
        return RedirectResponse("/sign-in", status_code=303)
    kind = error.kind if isinstance(error, Told) else problem_types.kind_of(error.status_code)
    return _answer(request, kind, _words(error), headers=error.headers)


def invalid(request: Request, error: Exception) -> Response:
    """Answer a request that does not have the form that the route declares. What was sent is not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    wrong = error.errors()
    if any(one["type"] == "json_invalid" for one in wrong):
        return _answer(request, KINDS["bad-request"], "The body is not JSON.")
    if any(tuple(one["loc"]) == ("body",) for one in wrong) and not _is_json(request) and _has_body(request):
        return _answer(request, KINDS["media-type"], "Send application/json.")
    places = [Place(pointer="#/" + "/".join(map(_part, one["loc"])), detail=str(one["msg"])) for one in wrong]
    told = "; ".join(f"{one.pointer}: {one.detail}" for one in places[:3])
    return _answer(request, KINDS["invalid"], told, errors=places[:_MOST_PLACES])


def refused(request: Request, error: Exception) -> Response:
    """Answer a document that is not taken."""
    assert isinstance(error, ReadError)  # noqa: S101 - registered for nothing else
    return _answer(request, KINDS["too-large" if error.code == "too_large" else "invalid"], error.message)


def impossible(request: Request, error: Exception) -> Response:
    """Answer what the runtime refused and no route has words for."""
    assert isinstance(error, PostroomError)  # noqa: S101 - registered for nothing else
    is_outside = isinstance(error, TargetError)
    words = "It has just changed." if isinstance(error, IllegalMove) else error.message
    return _answer(request, KINDS["unavailable" if is_outside else "conflict"], words)


def unspeakable(request: Request, error: Exception) -> Response:
    """Answer a request with signs or numbers that no database takes: lone surrogates, NUL, integers of a hundred digits."""
    log.warning("request_not_storable", path=request.url.path, method=request.method, error=type(error).__name__)
    return _answer(request, KINDS["invalid"], "It holds signs or numbers that nothing here is called by.")


def fallen(request: Request, error: Exception) -> Response:
    """Answer for a route that fell over. What happened stands in the log only."""
    log.error("request_failed", path=request.url.path, method=request.method, error=type(error).__name__)
    return _answer(request, KINDS["internal"], "Something went wrong here.")


def _answer(
    request: Request, kind: Kind, detail: str, *, errors: list[Place] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    if not wants_page(request):
        return problem(kind, detail, errors=errors, headers=headers)
    words = say(request)
    title = words(_TITLES.get(kind.status, marked("Error")))
    shown = page(request, "problem.html.j2", status=kind.status, title=title, detail=words(detail))
    shown.headers.update(dict(headers or {}))
    return shown


def _words(error: HTTPException) -> str:
    """Return what is wrong; Starlette's own words are no sentence."""
    detail = str(error.detail)
    if detail == HTTPStatus.NOT_FOUND.phrase:
        return _NOWHERE
    return _NO_METHOD if detail == HTTPStatus.METHOD_NOT_ALLOWED.phrase else detail


def _part(part: object) -> str:
    """Return one step of a JSON pointer (RFC 6901) that any database and terminal takes."""
    text = str(part).encode("ascii", "replace").decode()[:100]
    return text.replace("~", "~0").replace("/", "~1")


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
