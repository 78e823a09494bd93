"""Daybook: the plug."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from postroom_daybook.client import DaybookSettings
from postroom_daybook.target import DaybookTarget

from adapters.shared.binding import typed
from adapters.shared.manifest import load_manifest
from engine.ports import Manifest, Reader, StandIn


class DaybookPlug:
    """Writes entries into Daybook."""

    @cached_property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return load_manifest(Path(__file__).parent)

    def reader(self) -> Reader:
        """Raise LookupError: Daybook reads nothing."""
        raise LookupError("daybook has no reader")

    def target(self, settings: Mapping[str, Any]) -> DaybookTarget:
        """Return a target for one binding; nothing is connected before the first call. Raises ContentError."""
        return DaybookTarget(typed(self.manifest, settings, DaybookSettings))

    def sandbox(self, *, host: str, port: int) -> StandIn:
        """Return a stand-in for Daybook."""
        from postroom_daybook.sandbox import DaybookSandbox

        return DaybookSandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()


PLUG = DaybookPlug()
