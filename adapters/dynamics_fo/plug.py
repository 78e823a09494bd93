"""Dynamics 365 Finance: the plug."""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.dynamics_fo.client import Finance
from adapters.dynamics_fo.directory import FoDirectory
from adapters.dynamics_fo.exports import FoExports
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.settings import FoSettings
from adapters.dynamics_fo.source import FoSource
from adapters.dynamics_fo.target import FoTarget
from adapters.shared.binding import typed
from adapters.shared.manifest import load_manifest
from adapters.shared.place import Place
from engine.ports import Manifest, Reader


class FoPlug:
    """Writes pending vendor invoices, lists master data and tells what was posted."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return _manifest()

    def reader(self) -> Reader:
        """Raise LookupError: Finance reads no documents."""
        raise LookupError("dynamics_fo has no reader")

    def target(self, settings: Mapping[str, Any]) -> FoTarget:
        """Return a target for one binding; nothing is called before the first operation. Raises ContentError."""
        return FoTarget(typed(self.manifest, settings, FoSettings))

    def directory(self, settings: Mapping[str, Any]) -> FoDirectory | FoExports:
        """Return the master data of one legal entity: lists, or the queues that are bound. Raises ContentError."""
        client = Finance(typed(self.manifest, settings, FoSettings))
        return FoExports(client, Place()) if client.settings.exports else FoDirectory(client)

    def source(self, settings: Mapping[str, Any]) -> FoSource:
        """Return what tells of changes in one legal entity. Raises ContentError."""
        return FoSource(Finance(typed(self.manifest, settings, FoSettings)))

    def sandbox(self, *, host: str, port: int) -> FoSandbox:
        """Return a stand-in to try flows against."""
        return FoSandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()


@functools.cache
def _manifest() -> Manifest:
    return load_manifest(Path(__file__).parent)


PLUG = FoPlug()
