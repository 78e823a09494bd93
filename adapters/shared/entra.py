"""Sign-in of a machine at Microsoft Entra ID, as Business Central, Dataverse and Finance & Operations want it."""

import httpx

from adapters.shared.auth.oauth2 import ClientCredentials, JwtBearer, Signer, entra_assertion, thumbprint
from adapters.shared.binding import Secret
from engine.model.value import Value

LOGIN_URL = "https://login.microsoftonline.com"


class EntraApp(Value):
    """An app registration: its secret, or its certificate with the private key (PEM)."""

    tenant: str
    client_id: str
    client_secret: Secret = None
    certificate: str | None = None
    private_key: Secret = None
    login_url: str = LOGIN_URL

    @property
    def token_url(self) -> str:
        """Where tokens of this tenant are given out (v2.0 endpoint)."""
        return f"{self.login_url.rstrip('/')}/{self.tenant}/oauth2/v2.0/token"

    def auth(self, scope: str) -> httpx.Auth:
        """Return the sign-in for a scope (`https://api.businesscentral.dynamics.com/.default`).

        The certificate is preferred where both are given. Raises ContentError for a key that signs nothing.
        """
        if self.certificate and self.private_key:
            signer = Signer(self.private_key, "PS256", {"x5t#S256": thumbprint(self.certificate)})
            claims = entra_assertion(self.token_url, self.client_id)
            return JwtBearer(self.token_url, signer, claims, more={"client_id": self.client_id, "scope": scope})
        return ClientCredentials(self.token_url, self.client_id, self.client_secret or "", scope)


class Environment(EntraApp):
    """A binding of a Dynamics 365 environment that is signed in to by its own address."""

    url: str
    """`https://contoso.crm4.dynamics.com`, `https://contoso.operations.dynamics.com`"""

    @property
    def origin(self) -> str:
        """The address without a slash behind it."""
        return self.url.rstrip("/")

    def sign_in(self) -> httpx.Auth:
        """Return the sign-in. Raises ContentError for a key that signs nothing."""
        return self.auth(f"{self.origin}/.default")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that appear in no message."""
        return tuple(one for one in (self.client_secret, self.private_key) if one)
