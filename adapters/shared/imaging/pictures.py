"""Load pages as grey pictures: image files of any kind, and PDF pages drawn at 300 dpi."""

import math
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from adapters.shared.imaging.token import Grey
from adapters.shared.rendering import check_images, open_pdf, render, too_many_pixels
from engine.model.errors import ReadError
from engine.ports import Limits

DPI = 300
WORKING_PIXELS = 18_000_000
"""More do not make letters clearer: A3 at 300 dpi."""
_A4_WIDTH, _A4_HEIGHT, _ROLL_WIDTH = 595.0, 842.0, 227.0
_PAGE_INCHES = (1.5, 24.0)
_TURNS = {3: 180, 6: 90, 8: 270}
"""EXIF orientation -> degrees clockwise."""
_ORIENTATION = 0x0112


class Picture(NamedTuple):
    """A page: grey pixels, size in points, and the clockwise turn that the file asked for."""

    pixels: Grey
    width: float
    height: float
    turned: int


def count_pages(path: Path, media_type: str, limits: Limits) -> int:
    """Return the number of pages (frames of a TIFF). Raises ReadError as `load` does, and `too_many_pages`."""
    if media_type == "application/pdf":
        with open_pdf(path, max_pages=limits.max_pages) as pdf:
            return len(pdf)
    with _open(path) as image:
        _check_size(image, limits)
        count = int(getattr(image, "n_frames", 1)) if image.format in ("TIFF", "MPO") else 1
        count = 1 if image.format == "MPO" else count
    if count > limits.max_pages:
        raise ReadError(
            f"The file has {count} pages, more than the {limits.max_pages} that are allowed. "
            "Split it, or raise the setting max_pages.",
            code="too_many_pages",
        )
    return count


def load(path: Path, media_type: str, number: int, limits: Limits) -> Picture:
    """Return page `number` (1-based).

    Raises ReadError `unreadable_image` or `too_many_pixels` (before anything is unpacked), and those of `open_pdf`.
    """
    if media_type == "application/pdf":
        with open_pdf(path, max_pages=limits.max_pages) as pdf:
            page = pdf[number - 1]
            check_images(page, max_pixels=limits.max_pixels)
            pixels = render(page, dpi=DPI, max_pixels=min(WORKING_PIXELS, limits.max_pixels))
            width, height = page.get_size()
            return Picture(pixels, width, height, page.get_rotation())
    return _image(path, number, limits)


def _open(path: Path) -> Image.Image:
    # our own limit is checked on the declared size, before decoding
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(path)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as e:
        raise _unreadable(str(e)) from e


def _check_size(image: Image.Image, limits: Limits) -> None:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise too_many_pixels(width, height, limits.max_pixels)


def _image(path: Path, number: int, limits: Limits) -> Picture:
    with _open(path) as image, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image.seek(number - 1)
            _check_size(image, limits)
            turned = _TURNS.get(int(image.getexif().get(_ORIENTATION, 1)), 0)
            dpi = _resolution(image)
            image.load()
            upright = ImageOps.exif_transpose(image)
            pixels = _grey(upright)
        except (OSError, SyntaxError, ValueError, EOFError, ZeroDivisionError, KeyError, TypeError, IndexError) as e:
            raise _unreadable(str(e)) from e
    if turned in (90, 270):
        dpi = (dpi[1], dpi[0])
    height, width = pixels.shape
    if min(dpi) > 0 and max(dpi) / min(dpi) > 1.1:  # noqa: PLR2004 - fax: lines are taller than dots are wide
        tallest = max(dpi)
        pixels = _resized(pixels, tallest / dpi[0], tallest / dpi[1])
        dpi = (tallest, tallest)
        height, width = pixels.shape
    points = size_in_points(width, height, dpi)
    shrink = math.sqrt(WORKING_PIXELS / (width * height))
    return Picture(pixels if shrink >= 1 else _resized(pixels, shrink, shrink), *points, turned)


def _grey(image: Image.Image) -> Grey:
    """Return 8-bit grey pixels; transparent parts are white, deep pictures are scaled to their own range."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        deep = np.asarray(image, dtype=np.float32)
        low, high = float(deep.min()), float(deep.max())
        return np.asarray((deep - low) * (255.0 / max(1.0, high - low)), dtype=np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        image = Image.alpha_composite(white, rgba)
    return np.asarray(image.convert("L"), dtype=np.uint8).copy()


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Return the declared dots per inch across and down, (0, 0) when there are none."""
    declared: Any = image.info.get("dpi", (0, 0))
    try:
        across, down = float(declared[0]), float(declared[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 0.0, 0.0
    return (across, down) if math.isfinite(across) and math.isfinite(down) and min(across, down) > 1 else (0.0, 0.0)


def size_in_points(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float]:
    """Return the size of the page in points.

    A resolution that is missing, or that makes the page smaller than a business card or larger than A2, is not
    believed. Then a page is A4 wide, a lying one A4 high, and a long narrow strip an 80 mm till roll.
    """
    smallest, largest = _PAGE_INCHES
    if dpi[0] > 1 and smallest <= width / dpi[0] <= largest and smallest <= height / dpi[1] <= 2 * largest:
        return 72 * width / dpi[0], 72 * height / dpi[1]
    if height > 1.9 * width:
        return _ROLL_WIDTH, _ROLL_WIDTH * height / width
    across = _A4_WIDTH if height >= width else _A4_HEIGHT
    return across, across * height / width


def _resized(pixels: Grey, across: float, down: float) -> Grey:
    how = cv2.INTER_AREA if across * down < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=across, fy=down, interpolation=how), dtype=np.uint8)


def _unreadable(detail: str) -> ReadError:
    return ReadError(
        "The image is damaged or of an unknown kind. Ask the sender to send it again.",
        code="unreadable_image", detail=detail,
    )  # fmt: skip
