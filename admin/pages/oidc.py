"""Sign-in by an OpenID provider (authorization code with PKCE, state and nonce), done by Authlib."""

from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from httpx import HTTPError
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware

from admin.http import cookies
from admin.http.identity import where
from engine.runtime.house import House
from engine.runtime.people import by_provider, secrets
from engine.runtime.people.entry import NotLetIn
from engine.runtime.settings import Settings

_WAY_SECONDS = 600
"""How long the way to the provider and back may take."""


def furnish(app: FastAPI, settings: Settings) -> None:
    """Add the two calls of the sign-in by a provider."""
    # what is on its way to the provider (state, nonce, verifier) waits in a signed cookie of this browser
    is_https = (settings.public_url or "").startswith("https:")
    app.add_middleware(
        SessionMiddleware, secret_key=secrets.key_of(settings), max_age=_WAY_SECONDS, same_site="lax",
        session_cookie=f"{'__Host-' if is_https else ''}postroom-oidc", https_only=is_https,
    )  # fmt: skip
    app.include_router(_router(settings))


def _router(settings: Settings) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    given = settings.oidc_client_secret
    provider = OAuth().register(
        "provider", client_id=settings.oidc_client_id, client_secret=given.get_secret_value() if given else None,
        server_metadata_url=f"{str(settings.oidc_issuer).rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
    )  # fmt: skip

    @router.get("/sign-in/oidc")
    async def go(request: Request) -> Response:
        """Lead to the provider."""
        try:
            answer: Response = await provider.authorize_redirect(request, _back(request, settings))
        except (OAuthError, HTTPError) as e:
            raise HTTPException(502, "The OpenID provider does not answer.") from e
        return answer

    @router.get("/sign-in/oidc/back")
    async def back(request: Request) -> Response:
        """Take what the provider says about the person, and begin a session."""
        try:
            token: dict[str, Any] = await provider.authorize_access_token(request)
            claims = {**token["userinfo"], **await provider.userinfo(token=token)}
        except (OAuthError, HTTPError, JoseError, KeyError) as e:
            raise HTTPException(403, "The OpenID provider did not vouch for you. Try again.") from e
        if claims["sub"] != token["userinfo"]["sub"]:
            raise HTTPException(403, "The OpenID provider did not vouch for you. Try again.")
        return await run_in_threadpool(_inside, request, claims)

    return router


def _inside(request: Request, claims: dict[str, Any]) -> Response:
    house: House = request.app.state.house
    try:
        secret = by_provider.enter(house, claims, where(request))
    except NotLetIn as e:
        raise HTTPException(403, e.message) from e
    answer = RedirectResponse("/", status_code=303)
    cookies.write(request, answer, cookies.SESSION, secret)
    return answer


def _back(request: Request, settings: Settings) -> str:
    """Return the address to which the provider sends the browser back."""
    base = settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/sign-in/oidc/back"
