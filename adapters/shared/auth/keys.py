"""Keys and tokens that do not change by themselves."""

from collections.abc import Generator, Sequence

import httpx


class ApiKey(httpx.Auth):
    """Sends a key in a header of the vendor's choice (`x-api-token`)."""

    def __init__(self, header: str, value: str) -> None:
        self._header = header
        self._value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign a request."""
        request.headers[self._header] = self._value
        yield request

    def secrets(self) -> Sequence[str]:
        """Return the texts that appear in no message."""
        return (self._value,)


class Bearer(ApiKey):
    """Sends a token that was given out for good (RFC 6750): private apps, personal access tokens."""

    def __init__(self, token: str, *, scheme: str = "Bearer") -> None:
        super().__init__("authorization", f"{scheme} {token}")
        self._token = token

    def secrets(self) -> Sequence[str]:
        """Return the texts that appear in no message."""
        return (self._token,)
