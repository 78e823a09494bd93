"""Talks to the tesseract program through pytesseract."""

import functools
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import pytesseract

from adapters.shared.imaging.token import Grey, TimedOut, Token
from adapters.tesseract.language import narrowed
from engine.model.errors import ReadError

WANTED = ("eng", "deu", "fra", "spa", "ita", "nld", "pol", "por", "lav")
"""Languages that should be installed."""

_LAYOUT = 3
"""Page segmentation: fully automatic, without orientation."""
_BLOCK = 6
"""Page segmentation: one block of text."""
_HEAD = 1 / 3
"""Part of a page, from the top, that tells its language."""
_ENOUGH = 3
"""Languages: with fewer, finding out which ones the page is written in costs more than it saves."""


@functools.cache
def tesseract_version() -> str | None:
    """Return the version of the installed program, or None when there is none."""
    try:
        return str(pytesseract.get_tesseract_version()).split()[0]
    except (pytesseract.TesseractNotFoundError, SystemExit, OSError):
        return None


@functools.cache
def installed_languages() -> frozenset[str]:
    """Return the language codes that the program has data for; empty when it is missing."""
    try:
        return frozenset(pytesseract.get_languages(config=""))
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, OSError):
        return frozenset()


def languages() -> str:
    """Return the languages to read with, as tesseract wants them (`eng+deu`).

    Raises ReadError `ocr_missing` when the program or all its languages are missing.
    """
    there = installed_languages()
    chosen = [language for language in WANTED if language in there]
    if not chosen:
        raise ReadError(
            "Text recognition is not installed on this machine. Install it with: "
            "apt-get install tesseract-ocr " + " ".join(f"tesseract-ocr-{language}" for language in WANTED),
            code="ocr_missing",
        )
    return "+".join(chosen)


class Tesseract:
    """Reads with the program, in the given languages (`eng+deu`)."""

    good = 0.72
    is_scaled = True

    def __init__(self, languages: str) -> None:
        self._languages = languages

    def recognise(self, picture: Grey, *, letter_height: float, seconds: float) -> list[Token]:  # noqa: ARG002 - scaled
        """Return the words of an upright picture. Raises TimedOut."""
        until = time.monotonic() + seconds
        languages = self._languages
        if languages.count("+") + 1 >= _ENOUGH:
            languages = self._spoken(picture, seconds=seconds)
        return recognise(picture, languages=languages, layout=_LAYOUT, seconds=until - time.monotonic())

    def _spoken(self, picture: Grey, *, seconds: float) -> str:
        """Return the languages that the head of the page is written in, by its commonest words."""
        head = picture[: round(_HEAD * picture.shape[0])]
        first = self._languages.split("+", maxsplit=1)[0]
        seen = recognise(head, languages=first, layout=_BLOCK, seconds=seconds)
        return narrowed([token.text for token in seen], languages=self._languages)

    def orientation(self, picture: Grey, *, seconds: float) -> tuple[int, float]:
        """Return (degrees clockwise that make the picture upright, confidence) by tesseract's script detection."""
        return orientation(picture, seconds=seconds)


def recognise(picture: Grey, *, languages: str, layout: int, seconds: float) -> list[Token]:
    """Return the words of an upright grey picture. `layout` is tesseract's page segmentation mode.

    Raises TimedOut after `seconds`.
    """
    config = f"--psm {layout} --dpi 300"
    with _file(picture) as name:
        data = _call(pytesseract.image_to_data, name, lang=languages, config=config, seconds=seconds)
    tokens = []
    for text, left, top, width, height, confidence in zip(
        data["text"], data["left"], data["top"], data["width"], data["height"], data["conf"], strict=True
    ):
        word = str(text).strip()
        if word and float(confidence) >= 0:
            tokens.append(Token(word, left, top, left + width, top + height, float(confidence) / 100))
    return tokens


def orientation(picture: Grey, *, seconds: float) -> tuple[int, float]:
    """Return (degrees clockwise that make the picture upright, confidence) by tesseract's script detection.

    Confidence is 0 when it cannot tell; above 2 it is mostly right.
    """
    if "osd" not in installed_languages():
        return 0, 0.0
    try:
        with _file(picture) as name:
            data = _call(pytesseract.image_to_osd, name, config="--dpi 300", seconds=seconds)
    except pytesseract.TesseractError:
        return 0, 0.0
    return int(data["rotate"]), float(data["orientation_conf"])


class _file:  # noqa: N801 - reads as a verb at its use
    """The picture as a plain file, which tesseract loads faster than a PNG."""

    def __init__(self, picture: Grey) -> None:
        self._picture = picture
        self._folder = tempfile.TemporaryDirectory(prefix="postroom-")

    def __enter__(self) -> str:
        name = str(Path(self._folder.name) / "page.pgm")
        cv2.imwrite(name, self._picture)
        return name

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _call(function: Any, name: str, *, seconds: float, **options: Any) -> dict[str, Any]:
    if seconds <= 0:
        raise TimedOut
    try:
        answer: dict[str, Any] = function(name, timeout=seconds, output_type=pytesseract.Output.DICT, **options)
    except RuntimeError as e:
        if "timeout" in str(e):
            raise TimedOut from e
        raise
    return answer
