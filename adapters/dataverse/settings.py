"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping

import httpx

from adapters.shared.binding import Secret
from adapters.shared.entra import LOGIN_URL, EntraApp
from engine.model.value import Value


class DataverseSettings(Value):
    """One organisation. Credentials arrive resolved."""

    url: str
    """`https://contoso.crm4.dynamics.com`"""
    tenant: str
    client_id: str
    client_secret: Secret = None
    certificate: str | None = None
    private_key: Secret = None
    login_url: str = LOGIN_URL
    version: str = "v9.2"
    app_id: str = ""
    timeout_seconds: float = 130
    columns: Mapping[str, Mapping[str, str]] = {}
    poll: tuple[str, ...] = ("accounts", "contacts", "opportunities")
    poll_columns: Mapping[str, tuple[str, ...]] = {}
    webhook_header: str = "x-postroom-key"
    webhook_secret: Secret = None

    @property
    def root(self) -> str:
        """Address of the Web API."""
        return f"{self.url.rstrip('/')}/api/data/{self.version}"

    def auth(self) -> httpx.Auth:
        """Return the sign-in. Raises ContentError for a key that signs nothing."""
        app = EntraApp(
            tenant=self.tenant, client_id=self.client_id, client_secret=self.client_secret, certificate=self.certificate,
            private_key=self.private_key, login_url=self.login_url,
        )  # fmt: skip
        return app.auth(f"{self.url.rstrip('/')}/.default")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that appear in no message."""
        return tuple(one for one in (self.client_secret, self.private_key, self.webhook_secret) if one)
