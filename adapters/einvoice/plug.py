"""The e-invoice plug."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.einvoice.reader import EInvoiceReader
from adapters.shared.manifest import load_manifest
from engine.ports import Manifest, Reader, Target


class EInvoicePlug:
    """Offers the reader of UBL and CII."""

    def __init__(self) -> None:
        self._manifest = load_manifest(Path(__file__).parent)

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return self._manifest

    def reader(self) -> Reader:
        """Return the reader."""
        return EInvoiceReader()

    def target(self, settings: Mapping[str, Any]) -> Target:
        """Raise LookupError: this plug writes nothing."""
        del settings
        raise LookupError("einvoice reads only")

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return no checks: everything it needs is installed with it."""
        return ()


PLUG = EInvoicePlug()
