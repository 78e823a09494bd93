"""Our cookies: no script reads them, no other site and no other host sends or sets them.

Over HTTPS they carry the prefix `__Host-`, which browsers hold to Secure, to this host and to the path `/`. Without HTTPS
they work on this very machine only.
"""

from fastapi import HTTPException, Request, Response

SESSION = "postroom-session"
FORM = "postroom-form"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def read(request: Request, name: str) -> str:
    """Return what a cookie holds; empty when there is none."""
    return request.cookies.get(_name(request, name), "")


def write(request: Request, response: Response, name: str, value: str) -> None:
    """Set a cookie for the time that the browser is open. Raises HTTPException 403 where nobody could keep it secret."""
    if not is_private(request):
        raise HTTPException(403, "Sign in over https. A proxy in front has to send X-Forwarded-Proto.")
    response.set_cookie(
        _name(request, name), value, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
    )


def drop(request: Request, response: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(
        _name(request, name), httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
    )


def is_private(request: Request) -> bool:
    """Tell whether nobody on the way reads along: HTTPS, or this very machine."""
    return request.url.scheme == "https" or request.url.hostname in _HERE


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if request.url.scheme == "https" else name
