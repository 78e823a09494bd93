"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping

from adapters.shared.binding import Secret
from adapters.shared.entra import Environment


class DataverseSettings(Environment):
    """One organisation. Credentials arrive resolved."""

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
        return f"{self.origin}/api/data/{self.version}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that appear in no message."""
        return (*super().secrets, *([self.webhook_secret] if self.webhook_secret else []))
