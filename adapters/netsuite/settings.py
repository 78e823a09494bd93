"""The binding of this adapter in an environment file, typed, and how it signs in."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from adapters.shared.auth.oauth1 import TokenBased
from adapters.shared.auth.oauth2 import Algorithm, JwtBearer, Signer
from adapters.shared.binding import typed
from adapters.shared.manifest import load_manifest
from engine.model.value import Value
from engine.ports import Manifest


@functools.cache
def manifest() -> Manifest:
    """Return the manifest. Raises ContentError when the file is broken."""
    return load_manifest(Path(__file__).parent)


class NetSuiteSettings(Value):
    """One account, role and user. Credentials arrive resolved."""

    account: str
    consumer_key: str = ""
    consumer_secret: str = ""
    token_id: str = ""
    token_secret: str = ""
    client_id: str = ""
    certificate_id: str = ""
    private_key: str = ""
    algorithm: Algorithm = "PS256"
    base_url: str = ""
    check_numbers: bool = True
    folder: str = ""
    timeout_seconds: int = 60
    async_seconds: int = 60
    changes: tuple[str, ...] = ("purchase_order", "vendor_bill", "vendor")

    @property
    def realm(self) -> str:
        """The account as signatures name it: `1234567_SB1`."""
        return self.account.upper().replace("-", "_")

    @property
    def host(self) -> str:
        """The account as host names spell it: `1234567-sb1`."""
        return self.account.lower().replace("_", "-")

    @property
    def url(self) -> str:
        """Where its web services are."""
        return self.base_url.rstrip("/") or f"https://{self.host}.suitetalk.api.netsuite.com"

    @property
    def pages(self) -> str:
        """Where people see its records."""
        return f"https://{self.host}.app.netsuite.com/app"

    @property
    def token_url(self) -> str:
        """Where access tokens are given out; also the audience of an assertion."""
        return f"{self.url}/services/rest/auth/oauth2/v1/token"

    def auth(self) -> httpx.Auth:
        """Return how requests are signed. Raises ContentError for a private key that is none."""
        if self.token_id:
            return TokenBased(self.realm, self.consumer_key, self.consumer_secret, self.token_id, self.token_secret)
        headers = {"typ": "JWT", "kid": self.certificate_id}
        signer = Signer(key=self.private_key, algorithm=self.algorithm, headers=headers)
        claims = {"iss": self.client_id, "scope": ["rest_webservices"], "aud": self.token_url}
        return JwtBearer(self.token_url, signer, claims)

    def secrets(self) -> tuple[str, ...]:
        """Return the texts that appear in no message."""
        return (self.consumer_secret, self.token_secret, self.consumer_key, self.token_id, self.private_key)


def parse_settings(settings: Mapping[str, Any]) -> NetSuiteSettings:
    """Return the typed binding. Raises ContentError naming the setting; never shows a value."""
    return typed(manifest(), settings, NetSuiteSettings)
