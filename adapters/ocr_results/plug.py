"""The plug for answers of other recognition engines."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.ocr_results.reader import OcrResultReader
from adapters.shared.manifest import load_manifest
from engine.ports import Manifest, Reader, Target


class OcrResultsPlug:
    """Offers the reader of answers of recognition services and engines."""

    def __init__(self) -> None:
        self._manifest = load_manifest(Path(__file__).parent)

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return self._manifest

    def reader(self) -> Reader:
        """Return the reader."""
        return OcrResultReader()

    def target(self, settings: Mapping[str, Any]) -> Target:
        """Raise LookupError: this plug writes nothing."""
        del settings
        raise LookupError("ocr_results reads only")

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return no checks: everything it needs is installed with it."""
        return ()


PLUG = OcrResultsPlug()
