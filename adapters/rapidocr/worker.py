"""Runs in a guarded child: reads pages with RapidOCR's models."""

import functools
from collections.abc import Iterator
from functools import partial
from typing import Any

from adapters.rapidocr.engine import RapidEngine
from adapters.shared.imaging.worker import answer


@functools.lru_cache(maxsize=1)
def _engine(threads: int) -> RapidEngine:
    return RapidEngine(threads=threads)


def handle(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answer as `answer` does; the request also holds `threads` for one page."""
    yield from answer(request, partial(_engine, request.get("threads", 1)))
