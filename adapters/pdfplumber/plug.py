"""The plug: words, boxes and rules from the text layer of PDF files."""

import importlib.util
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from adapters.pdfplumber.reader import TextLayerReader
from adapters.shared.manifest import load_manifest
from engine.ports import Manifest, Reader, Target


class PdfplumberPlug:
    """Reads PDF pages that carry their own trustworthy text."""

    @cached_property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return load_manifest(Path(__file__).parent)

    def reader(self) -> Reader:
        """Return the reader of PDF text layers."""
        return TextLayerReader()

    def target(self, settings: Mapping[str, Any]) -> Target:  # noqa: ARG002 - the socket's shape
        """Refuse: this plug only reads."""
        raise LookupError("pdfplumber reads; it writes nowhere")

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return whether the PDF libraries are there."""
        return [
            (f"PDF library {name}", importlib.util.find_spec(name) is not None, f"pip install {name}")
            for name in ("pdfplumber", "pypdfium2", "pikepdf")
        ]


PLUG = PdfplumberPlug()
