"""Reads pictures with tesseract."""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.shared.guard import Guard
from adapters.shared.imaging.reader import Engine
from adapters.tesseract.engine import languages, tesseract_version
from adapters.tesseract.language import narrowed

_MEMORY_MIB = 3072


def version() -> str:
    """Return engine and version."""
    return f"tesseract@{tesseract_version() or 'missing'}"


def options() -> Mapping[str, Any]:
    """Return the languages to read with. Raises ReadError `ocr_missing`."""
    return {"languages": languages()}


def learned(options: Mapping[str, Any], words: Iterable[str]) -> Mapping[str, Any]:
    """Return the options with only the languages that the words are written in."""
    return {**options, "languages": narrowed(words, languages=options["languages"])}


ENGINE = Engine(version, Guard("adapters.tesseract.worker:handle", memory_mib=_MEMORY_MIB), options, learned)
