"""HubSpot: the plug."""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.hubspot.client import HubSpot
from adapters.hubspot.directory import HubSpotDirectory
from adapters.hubspot.paths import Paths
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.settings import HubSpotSettings
from adapters.hubspot.source import HubSpotSource
from adapters.hubspot.target import HubSpotTarget
from adapters.shared.auth.keys import Bearer
from adapters.shared.auth.oauth2 import Refresh
from adapters.shared.binding import typed
from adapters.shared.http import Patience
from adapters.shared.manifest import load_manifest
from adapters.shared.place import Place
from engine.ports import Manifest, Reader


class HubSpotPlug:
    """Writes CRM records, lists master data and tells what changed."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return _manifest()

    def reader(self) -> Reader:
        """Raise LookupError: HubSpot reads no documents."""
        raise LookupError("hubspot has no reader")

    def target(self, settings: Mapping[str, Any]) -> HubSpotTarget:
        """Return a target for one binding; nothing is called before the first operation. Raises ContentError."""
        checked = typed(self.manifest, settings, HubSpotSettings)
        place = Place()
        return HubSpotTarget(_client(checked, place), checked, place)

    def directory(self, settings: Mapping[str, Any]) -> HubSpotDirectory:
        """Return companies and contacts of one binding."""
        checked = typed(self.manifest, settings, HubSpotSettings)
        place = Place()
        return HubSpotDirectory(_client(checked, place), checked, place)

    def source(self, settings: Mapping[str, Any]) -> HubSpotSource:
        """Return what tells of changes in one portal."""
        checked = typed(self.manifest, settings, HubSpotSettings)
        place = Place()
        return HubSpotSource(_client(checked, place), checked, place)

    def sandbox(self, *, host: str, port: int) -> HubSpotSandbox:
        """Return a stand-in to try flows against."""
        return HubSpotSandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()


def _client(settings: HubSpotSettings, place: Place) -> HubSpot:
    auth: Bearer | Refresh
    paths = Paths(settings.api_version)
    if settings.private_app_token:
        auth = Bearer(settings.private_app_token)
    else:
        auth = Refresh(
            f"{settings.base_url.rstrip('/')}{paths.token}", settings.client_id, settings.client_secret or "",
            settings.refresh_token or "", store=place.folder,
        )  # fmt: skip
    return HubSpot(
        auth=auth,
        base_url=settings.base_url,
        paths=paths,
        secrets=settings.secrets,
        patience=Patience(read=settings.timeout_seconds),
    )


@functools.cache
def _manifest() -> Manifest:
    return load_manifest(Path(__file__).parent)


PLUG = HubSpotPlug()
