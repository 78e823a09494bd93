"""Requests that change something come from our own pages: a token in every form, and the browser's word about the origin.

The token is a digest of the cookie that only this browser has; another site can make the browser send the cookie, but
cannot know the token.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

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
    """Refuse a request of a browser that changes something and does not come from a page of ours (HTTPException 403)."""
    if request.method in _SAFE:
        return
    if not _is_ours(request):
        raise HTTPException(403, "This request comes from another site.")
    given = request.headers.get(HEADER) or str((await request.form()).get(FIELD, ""))
    if not hmac.compare_digest(given.encode(), form_token(request).encode()):
        raise HTTPException(403, "This form is too old. Load the page again.")


def _is_ours(request: Request) -> bool:
    """Tell whether the browser says that a page of this address sent it (Origin, RFC 6454; Sec-Fetch-Site)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return "sec-fetch-site" in request.headers
    return urlsplit(origin).netloc == request.headers.get("host") and urlsplit(origin).scheme == request.url.scheme
