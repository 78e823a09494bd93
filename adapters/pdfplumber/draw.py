"""Draws pages of PDF files as people see them, for the desk, in a guarded child."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adapters.shared.guard import ChildDied, Guard
from adapters.shared.rendering import check_images, open_pdf
from engine.model.errors import ReadError
from engine.ports import Limits

_MEMORY_MIB = 1536
_SECONDS = 30.0
_AT_MOST = 2
_QUALITY = 82

_guard = Guard("adapters.pdfplumber.draw:handle", memory_mib=_MEMORY_MIB)


def draw(path: Path, *, number: int, turned: int, long_side: int, limits: Limits) -> bytes:
    """Return a page (1-based) as JPEG, turned clockwise by so many degrees, its longer side so many pixels.

    Raises ReadError: `no_page`, `too_large`, or as the reader of the file does.
    """
    with tempfile.TemporaryDirectory(prefix="postroom-page-") as folder:
        to = Path(folder) / "page.jpg"
        request = {
            "path": str(path), "to": str(to), "number": number, "turned": turned, "long_side": long_side,
            "max_pages": limits.max_pages, "max_pixels": limits.max_pixels,
        }  # fmt: skip
        try:
            list(_guard.ask(request, seconds=_SECONDS, at_most=_AT_MOST))
        except ChildDied as e:
            raise ReadError("The page cannot be drawn within the limits.", code="too_large", detail=str(e)) from e
        return to.read_bytes()


def handle(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Draw one page into the file `to`."""
    with open_pdf(Path(request["path"]), max_pages=request["max_pages"]) as pdf:
        if not 1 <= request["number"] <= len(pdf):
            raise ReadError(f"The file has {len(pdf)} pages.", code="no_page")
        page = pdf[request["number"] - 1]
        try:
            check_images(page, max_pixels=request["max_pixels"])
            # the reader turns the stored page by the whole angle; /Rotate is a part of it that pdfium knows
            more = (request["turned"] - page.get_rotation()) % 360
            scale = request["long_side"] / max(1.0, *page.get_size())
            picture = page.render(scale=scale, rotation=more, may_draw_forms=True).to_pil()
            picture.convert("RGB").save(request["to"], "JPEG", quality=_QUALITY)
        finally:
            page.close()
    yield {"drawn": request["number"]}
