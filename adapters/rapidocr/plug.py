"""The plug: words from the pixels of images and PDF pages, through RapidOCR's models on onnxruntime."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from adapters.rapidocr.models import models
from adapters.rapidocr.reader import ENGINE, version
from adapters.shared.imaging.reader import PixelReader
from adapters.shared.manifest import load_manifest
from engine.model.errors import ReadError
from engine.ports import Manifest, Reader, Target


class RapidocrPlug:
    """Reads images and PDF pages without text."""

    @cached_property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return load_manifest(Path(__file__).parent)

    def reader(self) -> Reader:
        """Return the reader of pictures."""
        return PixelReader(ENGINE)

    def target(self, settings: Mapping[str, Any]) -> Target:  # noqa: ARG002 - the socket's shape
        """Refuse: this plug only reads."""
        raise LookupError("rapidocr reads; it writes nowhere")

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return whether the package and its models are there."""
        try:
            models()
        except ReadError as e:
            return [(version(), False, f"pip install rapidocr onnxruntime ({e.detail})")]
        return [(version(), True, "")]


PLUG = RapidocrPlug()
