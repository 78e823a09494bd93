"""User and password (RFC 7617)."""

import base64
from collections.abc import Generator, Sequence

import httpx


class Basic(httpx.Auth):
    """Sends user and password with every request, in UTF-8."""

    def __init__(self, user: str, password: str) -> None:
        self._packed = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._password = password

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign a request."""
        request.headers["authorization"] = f"Basic {self._packed}"
        yield request

    def secrets(self) -> Sequence[str]:
        """Return the texts that appear in no message."""
        return (self._packed, self._password)
