"""Messages to people: the plug."""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.notify.sandbox.office import NotifySandbox
from adapters.notify.settings import parse_settings
from adapters.notify.target import NotifyTarget
from adapters.shared.manifest import load_manifest
from adapters.shared.place import Place
from engine.ports import Manifest, Reader


class NotifyPlug:
    """Writes mails, and messages in channels."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return _manifest()

    def reader(self) -> Reader:
        """Raise LookupError: nothing is read here. Mails that come in are taken by the mailbox."""
        raise LookupError("notify has no reader")

    def target(self, settings: Mapping[str, Any]) -> NotifyTarget:
        """Return a target for one binding; nothing is called before the first message. Raises ContentError."""
        return NotifyTarget(parse_settings(self.manifest, settings), Place())

    def sandbox(self, *, host: str, port: int) -> NotifySandbox:
        """Return a stand-in to try flows against."""
        return NotifySandbox(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()


@functools.cache
def _manifest() -> Manifest:
    return load_manifest(Path(__file__).parent)


PLUG = NotifyPlug()
