"""NetSuite: the plug."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.netsuite.client import NetSuiteApi
from adapters.netsuite.directory import NetSuiteDirectory
from adapters.netsuite.sandbox.server import NetSuiteSandbox
from adapters.netsuite.settings import manifest, parse_settings
from adapters.netsuite.source import NetSuiteSource
from adapters.netsuite.target import NetSuiteTarget
from engine.ports import Manifest, Reader


class NetSuitePlug:
    """Writes records over SuiteTalk REST, looks master data up in SuiteQL, and tells of changes."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return manifest()

    def reader(self) -> Reader:
        """Raise LookupError: NetSuite reads no documents."""
        raise LookupError("netsuite has no reader")

    def target(self, settings: Mapping[str, Any]) -> NetSuiteTarget:
        """Return a target for one binding; nothing is called before the first operation. Raises ContentError."""
        return NetSuiteTarget(NetSuiteApi(parse_settings(settings)))

    def directory(self, settings: Mapping[str, Any]) -> NetSuiteDirectory:
        """Return the master data of one binding. Raises ContentError."""
        return NetSuiteDirectory(NetSuiteApi(parse_settings(settings)))

    def source(self, settings: Mapping[str, Any]) -> NetSuiteSource:
        """Return what tells of changes. Raises ContentError."""
        return NetSuiteSource(NetSuiteApi(parse_settings(settings)))

    def sandbox(self, *, host: str, port: int) -> NetSuiteSandbox:
        """Return a stand-in that is not started."""
        return NetSuiteSandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and `ping` says so."""
        return ()


PLUG = NetSuitePlug()
