"""A plug that only reads: its manifest, its reader, and what it needs of the machine."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from adapters.shared.manifest import load_manifest
from engine.ports import Manifest, Reader, Target

Check = tuple[str, bool, str]
"""What was looked for, whether it is well, and how to mend it."""


def _nothing_needed() -> Sequence[Check]:
    return ()


class ReaderPlug:
    """Offers the reader of the adapter in `folder`. Nothing is read from disk before it is asked for."""

    def __init__(
        self, folder: Path, reader: Callable[[], Reader], *, checks: Callable[[], Sequence[Check]] = _nothing_needed
    ) -> None:
        self._folder = folder
        self._reader = reader
        self._checks = checks

    @cached_property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return load_manifest(self._folder)

    def reader(self) -> Reader:
        """Return the reader."""
        return self._reader()

    def target(self, settings: Mapping[str, Any]) -> Target:  # noqa: ARG002 - the socket's shape
        """Refuse: this plug only reads."""
        raise LookupError(f"{self.manifest.name} reads; it writes nowhere")

    def diagnose(self) -> Sequence[Check]:
        """Return checks of this machine."""
        return self._checks()
