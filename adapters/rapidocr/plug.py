"""The plug: words from the pixels of images and PDF pages, through RapidOCR's models on onnxruntime."""

from collections.abc import Sequence
from pathlib import Path

from adapters.rapidocr.models import models
from adapters.rapidocr.reader import ENGINE, version
from adapters.shared.imaging.reader import PixelReader
from adapters.shared.reader_plug import Check, ReaderPlug
from engine.model.errors import ReadError


def _checks() -> Sequence[Check]:
    """Return whether the package and its models are there."""
    try:
        models()
    except ReadError as e:
        return [(version(), False, f"pip install rapidocr onnxruntime ({e.detail})")]
    return [(version(), True, "")]


PLUG = ReaderPlug(Path(__file__).parent, lambda: PixelReader(ENGINE), checks=_checks)
