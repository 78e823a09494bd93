"""OAuth 1.0a with tokens that were given out beforehand ("token-based authentication"), HMAC-SHA256 (RFC 5849)."""

from collections.abc import Generator, Sequence
from typing import Any

import httpx
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

_FORM = "application/x-www-form-urlencoded"


class TokenBased(httpx.Auth):
    """Signs method, address, query and form fields of every request; nothing secret travels."""

    def __init__(self, realm: str, consumer_key: str, consumer_secret: str, token: str, token_secret: str) -> None:
        """`realm` is the account (NetSuite: `123456_SB1`); it is sent, and not signed."""
        self._hidden = (consumer_secret, token_secret, consumer_key, token)
        self._client = Client(
            consumer_key, client_secret=consumer_secret, resource_owner_key=token, resource_owner_secret=token_secret,
            signature_method=SIGNATURE_HMAC_SHA256, realm=realm,
        )  # fmt: skip

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign a request with a time and a number that were never used before."""
        given: dict[str, str] = {}
        body = None
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
            given, body = {"Content-Type": _FORM}, request.read().decode()
        method: Any = request.method  # the library's types name the methods that it knows
        _, headers, _ = self._client.sign(str(request.url), method, body, given)
        request.headers["authorization"] = headers["Authorization"]
        yield request

    def secrets(self) -> Sequence[str]:
        """Return the texts that appear in no message."""
        return self._hidden
