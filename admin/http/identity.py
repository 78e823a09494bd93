"""Who asks, found out before any route runs: a token in the header, or the session of a browser."""

import base64
import secrets

from fastapi import Request

from admin.http import cookies
from engine.model.person import Asker, Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import stay, tokens

DOCUMENTATION = frozenset({"/docs", "/openapi.json"})
_LONGEST_AGENT = 300
OWN_KEY = (
    Grant(role="integration_admin", fields=("bank", "identity")), Grant(role="environment_promoter"),
    Grant(role="auditor"), Grant(role="people_admin"), Grant(role="service"),
)  # fmt: skip
"""What the one token of the installation may do (POSTROOM_API_TOKEN): everything but approve."""


def where(request: Request) -> Where:
    """Return from where a request comes. Behind a proxy the address is the one that the proxy tells the server."""
    agent = request.headers.get("user-agent", "")[:_LONGEST_AGENT]
    return Where(address=request.client.host if request.client else "", agent=agent)


def find(request: Request, house: House, own_token: str) -> Asker | None:
    """Return who asks, or None. A header that proves nothing is not made good by a cookie."""
    if "authorization" in request.headers:
        given = _token(request)
        if given is None:
            return None
        if secrets.compare_digest(given.encode(), own_token.encode()):
            return Asker(id="own", name="token:own", kind="token", grants=OWN_KEY, where=where(request))
        return tokens.asker(house, given, where(request))
    session = cookies.read(request, cookies.SESSION)
    return stay.asker(house, session, where(request)) if session else None


def _token(request: Request) -> str | None:
    """Return the token of a request: as bearer, or on the documentation pages as the password a browser asks for.

    Nowhere else, because a browser sends a password it knows with requests that other sites make.
    """
    scheme, _, given = request.headers["authorization"].partition(" ")
    if scheme.lower() == "basic" and request.method == "GET" and request.url.path in DOCUMENTATION:
        return _password(given)
    return given if scheme.lower() == "bearer" else None


def _password(credentials: str) -> str:
    """Return the password of HTTP Basic credentials (RFC 7617), or nothing when they cannot be decoded."""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
