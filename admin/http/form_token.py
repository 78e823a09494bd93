"""Requests that change something come from our own pages: a token in every form, and the browser's word about the origin.

The token is a digest of the cookie that only this browser has; another site can make the browser send the cookie, but
cannot know the token.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse

from admin.http.problem_types import KINDS, MEDIA_TYPE, body

FIELD = "form_token"
HEADER = "X-Form-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def form_token(request: Request) -> str:
    """Return the token that forms of this answer carry. The first one of a visit has a cookie set beside it."""
    seed = getattr(request.state, "form_seed", None)
    if seed is None:
        seed = request.state.form_seed = secrets.token_urlsafe(32)
        request.state.new_form_seed = seed
    return hmac.new(seed.encode(), b"form token", hashlib.sha256).hexdigest()


async def refuse_forged(request: Request) -> None:
    """Refuse a form of a browser that does not come from a page of ours (HTTPException 403)."""
    if request.method in _SAFE:
        return
    given = request.headers.get(HEADER) or str((await request.form()).get(FIELD, ""))
    if wrong := _complaint(request, given):
        raise HTTPException(403, wrong)


def refusal(request: Request) -> JSONResponse | None:
    """Return the answer to a call of the API that rides on a browser's session and does not come from a page of ours."""
    if request.method in _SAFE or not (wrong := _complaint(request, request.headers.get(HEADER, ""))):
        return None
    return JSONResponse(body(KINDS["not-allowed"], wrong), status_code=403, media_type=MEDIA_TYPE)


def _complaint(request: Request, given: str) -> str | None:
    if not _is_ours(request):
        return "This request comes from another site."
    if not hmac.compare_digest(given.encode(), form_token(request).encode()):
        return "This form is too old. Load the page again."
    return None


def _is_ours(request: Request) -> bool:
    """Tell whether the browser says that a page of this address sent it (Origin, RFC 6454; Sec-Fetch-Site)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return "sec-fetch-site" in request.headers
    return urlsplit(origin).netloc == request.headers.get("host") and urlsplit(origin).scheme == request.url.scheme
