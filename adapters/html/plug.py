"""The plug: words of HTML pages and mail bodies, set as plain text."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from adapters.html.reader import HtmlReader
from adapters.shared.manifest import load_manifest
from engine.ports import Manifest, Reader, Target


class HtmlPlug:
    """Reads HTML."""

    @cached_property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return load_manifest(Path(__file__).parent)

    def reader(self) -> Reader:
        """Return the reader of HTML."""
        return HtmlReader()

    def target(self, settings: Mapping[str, Any]) -> Target:
        """Refuse: this plug only reads."""
        del settings
        raise LookupError("html reads; it writes nowhere")

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: it needs nothing of the machine."""
        return ()


PLUG = HtmlPlug()
