"""The plug: words, boxes and rules from the text layer of PDF files."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from adapters.pdfplumber.reader import TextLayerReader
from adapters.shared.reader_plug import Check, ReaderPlug


def _checks() -> Sequence[Check]:
    """Return whether the PDF libraries are there."""
    return [
        (f"PDF library {name}", importlib.util.find_spec(name) is not None, f"pip install {name}")
        for name in ("pdfplumber", "pypdfium2", "pikepdf")
    ]


PLUG = ReaderPlug(Path(__file__).parent, TextLayerReader, checks=_checks)
