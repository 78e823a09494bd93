"""Finds the models that RapidOCR's wheel ships. Nothing is ever downloaded."""

import importlib.util
from pathlib import Path
from typing import NamedTuple

from engine.model.errors import ReadError


class Models(NamedTuple):
    """ONNX files: where text stands, and what it says."""

    detection: Path
    recognition: Path
    second: Path | None = None
    """An older model that sees letters otherwise; from a wheel of its own, which need not be installed."""


def models() -> Models:
    """Return the models. Raises ReadError `ocr_missing` when package or models are not there."""
    package = importlib.util.find_spec("rapidocr")
    if package is None or package.origin is None or importlib.util.find_spec("onnxruntime") is None:
        raise _missing("the packages rapidocr and onnxruntime are not installed")
    folder = Path(package.origin).parent / "models"
    detection, recognition = (next(iter(sorted(folder.glob(name))), None) for name in ("*_det_*.onnx", "*_rec_*.onnx"))
    if detection is None or recognition is None:
        raise _missing(f"models are missing in {folder}")
    return Models(detection, recognition, second_model())


def second_model() -> Path | None:
    """Return the recognition model in the wheel of rapidocr-onnxruntime; its code is never imported."""
    package = importlib.util.find_spec("rapidocr_onnxruntime")
    if package is None or package.origin is None:
        return None
    return next(iter(sorted((Path(package.origin).parent / "models").glob("*_rec_*.onnx"))), None)


def _missing(detail: str) -> ReadError:
    return ReadError(
        "Text recognition by RapidOCR is not installed on this machine. Install it with: pip install rapidocr onnxruntime",
        code="ocr_missing", detail=detail,
    )  # fmt: skip
