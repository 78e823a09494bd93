"""Who may call: users, tokens, and the token against forged requests with its cookie."""

import base64
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs

from adapters.sap.sandbox.wording import refusal
from adapters.shared.sandbox.server import Call, Reply

USER, PASSWORD = "POSTROOM", "sandbox-Passw0rd"
CLIENT_ID, CLIENT_SECRET = "sb-postroom", "sandbox-client-Secret1"
TOKEN_PATH = "/sap/bc/sec/oauth2/token"  # noqa: S105 - a path
_LIFE = 3600


class Sessions:
    """The tokens that were given out and have not ended."""

    def __init__(self) -> None:
        self.bearers: set[str] = set()
        self.forgery: dict[str, str] = {}
        """Token against forged requests -> session cookie that it belongs to."""

    def expire(self) -> None:
        """End all of them."""
        self.bearers.clear()
        self.forgery.clear()

    def token(self, call: Call) -> Reply:
        """Answer the token endpoint: client credentials, by header or in the form."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        given = _basic(call.headers) or (form.get("client_id", ""), form.get("client_secret", ""))
        if given != (CLIENT_ID, CLIENT_SECRET):
            return Reply(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        if form.get("grant_type") != "client_credentials":
            return Reply(400, {"error": "unsupported_grant_type"})
        token = secrets.token_urlsafe(24)
        self.bearers.add(token)
        return Reply(200, {"access_token": token, "token_type": "Bearer", "expires_in": _LIFE, "scope": "API"})

    def refused(self, call: Call) -> Reply | None:
        """Return the refusal of a call that is not logged on, or of a write without its token; None: it may pass."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        is_bearer = scheme.lower() == "bearer" and token in self.bearers
        if not is_bearer and _basic(call.headers) != (USER, PASSWORD):
            return login_needed()
        if call.method in {"GET", "HEAD"}:
            return None
        cookie = self.forgery.get(call.headers.get("x-csrf-token", ""))
        sent = [part.strip() for part in call.headers.get("cookie", "").split(";")]
        if cookie is None or cookie not in sent:
            return refusal(
                403, "/IWFND/CM_CSRF/001", "CSRF token validation failed", headers={"x-csrf-token": "Required"}
            )
        return None

    def fetched(self, call: Call) -> Mapping[str, str]:
        """Return the headers that hand a token out, where it was asked for."""
        if call.headers.get("x-csrf-token", "").lower() != "fetch":
            return {}
        token, cookie = secrets.token_urlsafe(18), f"SAP_SESSIONID_S4H_100={secrets.token_urlsafe(18)}"
        self.forgery[token] = cookie
        cookies = ["sap-usercontext=sap-client=100; path=/", f"{cookie}; path=/; secure; HttpOnly"]
        return {"x-csrf-token": token, "set-cookie": "\n".join(cookies)}


def login_needed() -> Reply:
    """Return how SAP turns away a caller that it does not know."""
    headers = {
        "www-authenticate": 'Basic realm="SAP NetWeaver Application Server [S4H/100]"',
        "content-type": "text/html",
    }
    return Reply(401, body=b"<html><head><title>Logon Error Message</title></head></html>", headers=headers)


def _basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    scheme, _, packed = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    user, _, password = base64.b64decode(packed).decode("utf-8", "replace").partition(":")
    return user, password
