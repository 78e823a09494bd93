"""Runs in a guarded child: reads pages with tesseract."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from adapters.shared.imaging.worker import answer
from adapters.tesseract.engine import Tesseract, languages


def handle(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answer as `answer` does; the request also holds `languages` (`eng+deu`, None: all installed)."""
    yield from answer(request, partial(Tesseract, request["languages"] or languages()))
