"""The plug: words from the pixels of images and PDF pages, through tesseract."""

from collections.abc import Sequence
from pathlib import Path

from adapters.shared.imaging.reader import PixelReader
from adapters.shared.reader_plug import Check, ReaderPlug
from adapters.tesseract.engine import WANTED, installed_languages, tesseract_version
from adapters.tesseract.reader import ENGINE


def _checks() -> Sequence[Check]:
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


PLUG = ReaderPlug(Path(__file__).parent, lambda: PixelReader(ENGINE), checks=_checks)
