"""Finds the models that RapidOCR's wheel ships. Nothing is ever downloaded."""

import importlib.util
from pathlib import Path
from typing import NamedTuple

from engine.model.errors import ReadError


class Models(NamedTuple):
    """ONNX files: where text stands, and what it says."""

    detection: Path
    recognition: Path


def models() -> Models:
    """Return the models. Raises ReadError `ocr_missing` when package or models are not there."""
    package = importlib.util.find_spec("rapidocr")
    if package is None or package.origin is None or importlib.util.find_spec("onnxruntime") is None:
        raise _missing("the packages rapidocr and onnxruntime are not installed")
    folder = Path(package.origin).parent / "models"
    found = [next(iter(sorted(folder.glob(pattern))), None) for pattern in ("*_det_*.onnx", "*_rec_*.onnx")]
    there = [path for path in found if path is not None]
    if len(there) < len(found):
        raise _missing(f"models are missing in {folder}")
    return Models(*there)


def _missing(detail: str) -> ReadError:
    return ReadError(
        "Text recognition by RapidOCR is not installed on this machine. Install it with: pip install rapidocr onnxruntime",
        code="ocr_missing", detail=detail,
    )  # fmt: skip
