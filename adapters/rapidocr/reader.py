"""Reads pictures with RapidOCR."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Any

from adapters.rapidocr.models import models, second_model
from adapters.shared.guard import Guard
from adapters.shared.imaging.reader import Engine

_MEMORY_MIB = 4096
_KEEP_MIB = 1536
"""The models alone take 300 MiB; loading them anew for each page would cost a second."""


def version() -> str:
    """Return engine and version, and whether broken dates are read with a second model."""
    try:
        return f"rapidocr@{version_of('rapidocr')}{'+second' if second_model() else ''}"
    except PackageNotFoundError:
        return "rapidocr@missing"


def options() -> Mapping[str, Any]:
    """Return nothing. Raises ReadError `ocr_missing` when the models are not there."""
    models()
    return {}


ENGINE = Engine(version, Guard("adapters.rapidocr.worker:handle", memory_mib=_MEMORY_MIB, keep_mib=_KEEP_MIB), options)
