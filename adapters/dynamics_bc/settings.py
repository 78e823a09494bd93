"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping

import httpx

from adapters.shared.auth.basic import Basic
from adapters.shared.binding import Secret
from adapters.shared.entra import EntraApp

CLOUD = "https://api.businesscentral.dynamics.com"
_SCOPE = f"{CLOUD}/.default"


class BcSettings(EntraApp):
    """One company of one environment. Credentials arrive resolved."""

    tenant: str = ""
    client_id: str = ""
    base_url: str = CLOUD
    environment: str = ""
    api_path: str = ""
    """Whole path of the API on premises (`/BC/api/v2.0`); in the cloud it follows from tenant and environment."""
    company: str
    """Name of the company, or its GUID."""
    username: str = ""
    web_service_key: Secret = None
    timeout_seconds: float = 60
    batch_size: int = 20
    columns: Mapping[str, Mapping[str, str]] = {}
    poll: tuple[str, ...] = ("purchaseOrders", "vendors", "customers", "salesOrders")
    client_state: Secret = None
    """The text with which subscriptions of webhooks were made: Business Central sends it with each notification."""

    @property
    def root(self) -> str:
        """Address of the API."""
        path = self.api_path or f"/v2.0/{self.tenant}/{self.environment}/api/v2.0"
        return f"{self.base_url.rstrip('/')}{path}"

    @property
    def web_client(self) -> str:
        """Address of the pages that people open; empty on premises."""
        if self.api_path:
            return ""
        return f"https://businesscentral.dynamics.com/{self.tenant}/{self.environment}"

    def sign_in(self) -> httpx.Auth:
        """Return the sign-in. Raises ContentError for a key that signs nothing."""
        return Basic(self.username, self.web_service_key or "") if self.username else self.auth(_SCOPE)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that appear in no message."""
        given = (self.client_secret, self.private_key, self.web_service_key, self.client_state)
        return tuple(one for one in given if one)
