"""Business Central: the plug."""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.directory import BcDirectory
from adapters.dynamics_bc.sandbox.tenant import BcSandbox
from adapters.dynamics_bc.settings import BcSettings
from adapters.dynamics_bc.source import BcSource
from adapters.dynamics_bc.target import BcTarget
from adapters.shared.binding import typed
from adapters.shared.manifest import load_manifest
from adapters.shared.place import Place
from engine.ports import Manifest, Reader


class BcPlug:
    """Writes documents, parties and journal lines, lists master data and tells what changed."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return _manifest()

    def reader(self) -> Reader:
        """Raise LookupError: Business Central reads no documents."""
        raise LookupError("dynamics_bc has no reader")

    def target(self, settings: Mapping[str, Any]) -> BcTarget:
        """Return a target for one binding; nothing is called before the first operation. Raises ContentError."""
        return BcTarget(self._client(settings), Place())

    def directory(self, settings: Mapping[str, Any]) -> BcDirectory:
        """Return the master data of one company."""
        return BcDirectory(self._client(settings), Place())

    def source(self, settings: Mapping[str, Any]) -> BcSource:
        """Return what tells of changes in one company."""
        return BcSource(self._client(settings), Place())

    def sandbox(self, *, host: str, port: int) -> BcSandbox:
        """Return a stand-in to try flows against."""
        return BcSandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()

    def _client(self, settings: Mapping[str, Any]) -> BusinessCentral:
        return BusinessCentral(typed(self.manifest, settings, BcSettings))


@functools.cache
def _manifest() -> Manifest:
    return load_manifest(Path(__file__).parent)


PLUG = BcPlug()
