"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping

from adapters.hubspot.client import BASE_URL
from adapters.hubspot.objects import OBJECTS
from adapters.hubspot.paths import NUMBERED, ApiVersion
from adapters.shared.binding import Secret
from engine.model.value import Value


class HubSpotSettings(Value):
    """One portal. Credentials arrive resolved: a private-app token, or an OAuth app with its refresh token."""

    base_url: str = BASE_URL
    api_version: ApiVersion = NUMBERED
    portal_id: str = ""
    private_app_token: Secret = None
    client_id: str = ""
    client_secret: Secret = None
    refresh_token: Secret = None
    key_property: str = "postroom_key"
    objects: tuple[str, ...] = tuple(OBJECTS)
    files_folder: str = "/postroom"
    timeout_seconds: float = 60
    columns: Mapping[str, Mapping[str, str]] = {}
    """Kind of master data to (our column to HubSpot property), beside the usual ones."""
    poll: tuple[str, ...] = ("deals", "companies", "contacts")
    poll_properties: Mapping[str, tuple[str, ...]] = {}
    poll_with: Mapping[str, tuple[str, ...]] = {}
    """Objects whose records come with a record, by its object (`deals: [line_items]`)."""
    webhook_secret: Secret = None
    """Client secret with which HubSpot signs its webhooks; the OAuth app's own when it is not given."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that appear in no message."""
        given = (self.private_app_token, self.client_secret, self.refresh_token, self.webhook_secret)
        return tuple(one for one in given if one)
