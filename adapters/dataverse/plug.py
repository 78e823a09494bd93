"""Dataverse: the plug."""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.dataverse.client import Dataverse
from adapters.dataverse.directory import DataverseDirectory
from adapters.dataverse.sandbox.organisation import DataverseSandbox
from adapters.dataverse.settings import DataverseSettings
from adapters.dataverse.source import DataverseSource
from adapters.dataverse.target import DataverseTarget
from adapters.shared.binding import typed
from adapters.shared.manifest import load_manifest
from adapters.shared.place import Place
from engine.ports import Manifest, Reader


class DataversePlug:
    """Writes rows of the Sales tables, lists master data and tells what changed."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return _manifest()

    def reader(self) -> Reader:
        """Raise LookupError: Dataverse reads no documents."""
        raise LookupError("dataverse has no reader")

    def target(self, settings: Mapping[str, Any]) -> DataverseTarget:
        """Return a target for one binding; nothing is called before the first operation. Raises ContentError."""
        return DataverseTarget(self._client(settings), Place())

    def directory(self, settings: Mapping[str, Any]) -> DataverseDirectory:
        """Return the master data of one organisation."""
        return DataverseDirectory(self._client(settings), Place())

    def source(self, settings: Mapping[str, Any]) -> DataverseSource:
        """Return what tells of changes in one organisation."""
        return DataverseSource(self._client(settings), Place())

    def sandbox(self, *, host: str, port: int) -> DataverseSandbox:
        """Return a stand-in to try flows against."""
        return DataverseSandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()

    def _client(self, settings: Mapping[str, Any]) -> Dataverse:
        return Dataverse(typed(self.manifest, settings, DataverseSettings))


@functools.cache
def _manifest() -> Manifest:
    return load_manifest(Path(__file__).parent)


PLUG = DataversePlug()
