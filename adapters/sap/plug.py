"""SAP S/4HANA: the plug."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from adapters.sap.client import SapClient
from adapters.sap.directory import SapDirectory
from adapters.sap.sandbox.sandbox import SapSandbox
from adapters.sap.settings import SapSettings
from adapters.sap.source import SapSource
from adapters.sap.target import SapTarget
from adapters.shared.auth.basic import Basic
from adapters.shared.auth.csrf import SapCsrf
from adapters.shared.auth.oauth2 import ClientCredentials
from adapters.shared.binding import typed
from adapters.shared.http import Patience
from adapters.shared.manifest import load_manifest
from engine.ports import Manifest, Reader


class SapPlug:
    """Writes into SAP S/4HANA over its OData V2 services, lists its master data and tells what changed there."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return _manifest()

    def reader(self) -> Reader:
        """Raise LookupError: SAP reads no documents."""
        raise LookupError("sap has no reader")

    def target(self, settings: Mapping[str, Any], *, patience: Patience | None = None) -> SapTarget:
        """Return a target for one binding; nothing is connected before the first call. Raises ContentError."""
        return SapTarget(self._client(settings, patience))

    def directory(self, settings: Mapping[str, Any], *, patience: Patience | None = None) -> SapDirectory:
        """Return the master data of one binding. Raises ContentError."""
        return SapDirectory(self._client(settings, patience))

    def source(self, settings: Mapping[str, Any], *, patience: Patience | None = None) -> SapSource:
        """Return what changes in the system of one binding. Raises ContentError."""
        return SapSource(self._client(settings, patience))

    def sandbox(self, *, host: str = "127.0.0.1", port: int = 0) -> SapSandbox:
        """Return a stand-in for an SAP system."""
        return SapSandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()

    def _client(self, settings: Mapping[str, Any], patience: Patience | None) -> SapClient:
        checked = typed(self.manifest, settings, SapSettings)
        return SapClient(checked, auth=_auth(checked), patience=patience)


@cache
def _manifest() -> Manifest:
    return load_manifest(Path(__file__).parent)


def _auth(settings: SapSettings) -> httpx.Auth:
    if settings.token_url:
        inner: httpx.Auth = ClientCredentials(
            settings.token_url, settings.client_id, settings.client_secret, settings.scope, by_header=True
        )
    else:
        inner = Basic(settings.username, settings.password)
    return SapCsrf(inner)


PLUG = SapPlug()
