"""The plug: words from the pixels of images and PDF pages, through tesseract."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from adapters.shared.imaging.reader import PixelReader
from adapters.shared.manifest import load_manifest
from adapters.tesseract.engine import WANTED, installed_languages, tesseract_version
from adapters.tesseract.reader import ENGINE
from engine.ports import Manifest, Reader, Target


class TesseractPlug:
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
        raise LookupError("tesseract reads; it writes nowhere")

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return whether the program and its languages are there, and which packages bring them."""
        version = tesseract_version()
        if version is None:
            packages = " ".join(f"tesseract-ocr-{language}" for language in (*WANTED, "osd"))
            return [("tesseract program", False, f"apt-get install tesseract-ocr {packages}")]
        languages = installed_languages()
        checks = [(f"tesseract {version}", True, "")]
        for language in (*WANTED, "osd"):
            is_there = language in languages
            checks.append(
                (
                    f"tesseract language {language}",
                    is_there,
                    "" if is_there else f"apt-get install tesseract-ocr-{language}",
                )
            )
        return checks


PLUG = TesseractPlug()
