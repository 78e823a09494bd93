"""The binding of this adapter in an environment file, typed."""

import httpx

from adapters.shared.binding import Secret
from adapters.shared.entra import LOGIN_URL, EntraApp
from engine.model.value import Value


class FoSettings(Value):
    """One legal entity of one environment. Credentials arrive resolved."""

    url: str
    """`https://contoso.operations.dynamics.com`"""
    company: str
    """`dataAreaId` of the legal entity."""
    tenant: str
    client_id: str
    client_secret: Secret = None
    certificate: str | None = None
    private_key: Secret = None
    login_url: str = LOGIN_URL
    timeout_seconds: float = 120
    package_polls: int = 10
    """How often an import is asked for, three seconds apart, before it is looked for later."""

    @property
    def root(self) -> str:
        """Address of the data service."""
        return f"{self.url.rstrip('/')}/data"

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
        return tuple(one for one in (self.client_secret, self.private_key) if one)
