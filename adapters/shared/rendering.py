"""Open PDF files of any health with pdfium. Runs in guarded children only: pdfium is not safe in threads."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as c

from engine.model.errors import ReadError

_LARGE_PAGE = 1300.0
"""Points: larger than A3, a page is more likely a photo without a resolution than a poster."""


@contextmanager
def open_pdf(path: Path, *, max_pages: int) -> Iterator[Any]:
    """Open a PDF (a damaged one after repair by pikepdf) as pypdfium2.PdfDocument with forms ready.

    Raises ReadError `encrypted`, `unreadable_pdf`, `no_pages` or `too_many_pages`.
    """
    with ExitStack() as room:
        pdf = _open(path)
        if pdf is None:
            folder = room.enter_context(tempfile.TemporaryDirectory(prefix="postroom-"))
            pdf = _open(_repaired(path, Path(folder) / "repaired.pdf"))
        if pdf is None:
            raise _unreadable("pdfium cannot open the repaired file")
        room.callback(pdf.close)
        _check_pages(len(pdf), max_pages)
        pdf.init_forms()
        yield pdf


def _open(path: Path) -> Any | None:
    """Return the document, or None when pdfium cannot open it; its error code may be of an earlier file."""
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return None


def _repaired(path: Path, target: Path) -> Path:
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if not pdf.pages:
                raise _no_pages()
            pdf.save(target)
    except pikepdf.PasswordError as e:
        raise _encrypted(str(e)) from e
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError) as e:
        raise (_encrypted if "encrypt" in str(e) else _unreadable)(str(e)) from e
    return target


def _check_pages(count: int, max_pages: int) -> None:
    if count == 0:
        raise _no_pages()
    if count > max_pages:
        raise ReadError(
            f"The file has {count} pages, more than the {max_pages} that are allowed. "
            "Split it, or raise the setting max_pages.",
            code="too_many_pages",
        )


def _encrypted(detail: str) -> ReadError:
    return ReadError(
        "The PDF is protected by a password. Ask the sender for an open copy.", code="encrypted", detail=detail
    )


def _unreadable(detail: str) -> ReadError:
    return ReadError(
        "The file is damaged and cannot be opened as a PDF. Ask the sender to send it again.",
        code="unreadable_pdf", detail=detail,
    )  # fmt: skip


def _no_pages() -> ReadError:
    return ReadError("The PDF has no pages. Ask the sender to send it again.", code="no_pages")


def render(page: Any, *, dpi: int, max_pixels: int) -> Any:
    """Return the page as a grey picture (numpy, uint8, height x width), upright by its /Rotate.

    A page that would have more than `max_pixels` at `dpi`, or much more than its one scanned image has, is drawn smaller.
    """
    width, height = page.get_size()
    scale = min(dpi / 72, (max_pixels / max(1.0, width * height)) ** 0.5)
    if max(width, height) > _LARGE_PAGE:
        # photos wrapped in a PDF without a resolution: one pixel is one point there
        scale = min(scale, _native_scale(page) or scale)
    return page.render(scale=scale, grayscale=True).to_numpy().squeeze().copy()


def check_images(page: Any, *, max_pixels: int) -> None:
    """Raise ReadError `too_many_pixels` when an image on the page declares more pixels; nothing is unpacked for that."""
    for image in page.get_objects(filter=[c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        width, height = image.get_px_size()
        if width * height > max_pixels:
            raise too_many_pixels(width, height, max_pixels)


def too_many_pixels(width: int, height: int, max_pixels: int) -> ReadError:
    """Return the refusal of an image that is too large to unpack."""
    return ReadError(
        f"The image has {width} x {height} pixels, more than the {max_pixels:,} that are allowed. "
        "Scan it at 300 dpi, or raise the setting max_pixels.",
        code="too_many_pixels",
    )


def _native_scale(page: Any) -> float | None:
    """Return pixels per point of the largest image on the page, or None when there is none."""
    scales = []
    for image in page.get_objects(filter=[c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, _, right, _ = image.get_bounds()
        if right > left:
            scales.append((right - left, max(image.get_px_size()) / max(1.0, right - left)))
    return max(scales)[1] if scales else None
