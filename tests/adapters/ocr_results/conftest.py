from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.ocr_results.reader import OcrResultReader
from engine.model.page import Reading
from engine.ports import Limits

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read bytes of a media type."""

    def read_bytes(content: bytes, media_type: str, *, limits: Limits | None = None) -> Reading:
        path = tmp_path / "result"
        path.write_bytes(content)
        return OcrResultReader().read(path, media_type, pages=None, limits=limits or Limits())

    return read_bytes
