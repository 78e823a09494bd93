"""Errors: a page for people, an RFC 9457 problem for programs."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from admin.http.who import Unknown
from admin.pages.shell import marked, page, say
from engine.model.errors import ReadError

_TITLES = {
    400: marked("Bad request"), 403: marked("Not allowed"), 404: marked("Not found"), 405: marked("Not allowed"),
    409: marked("Not as it stands"),
}  # fmt: skip


_NOWHERE = marked("There is nothing at this address.")


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """Return an RFC 9457 problem."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def wants_page(request: Request) -> bool:
    """Tell whether a person looks at the answer: a browser asks for a page, and not for the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


async def http_problem(request: Request, error: Exception) -> Response:
    """Answer what a route refused."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    if isinstance(error, Unknown) and wants_page(request):
        return RedirectResponse("/sign-in", status_code=303)
    if wants_page(request):
        words = say(request)
        title = words(_TITLES.get(error.status_code, marked("Error")))
        detail = words(_NOWHERE if error.detail == HTTPStatus.NOT_FOUND.phrase else str(error.detail))
        return page(request, "problem.html.j2", status=error.status_code, title=title, detail=detail)
    return problem(error.status_code, "Error", str(error.detail))


async def refused(_request: Request, error: Exception) -> Response:
    """Answer a document that is not taken."""
    assert isinstance(error, ReadError)  # noqa: S101 - registered for nothing else
    return problem(413 if error.code == "too_large" else 422, error.code, error.message)
