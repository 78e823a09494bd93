"""Makes scans of printed pages: skewed, speckled, stamped, in grey or in black and white."""

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pypdfium2
import reportlab
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Grey = npt.NDArray[np.float32]

_FONTS = Path(reportlab.__file__).parent / "fonts"


def render(pdf: bytes, *, dpi: int, mode: Literal["L", "RGB"] = "L") -> list[Image.Image]:
    """Return the pages as images, grey or in colour."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72, grayscale=mode == "L").to_pil().convert(mode) for page in document]
    finally:
        document.close()


def scanned(
    page: Image.Image, noise: np.random.Generator, *, angle: float, dirt: float, stamped: date | None = None
) -> Image.Image:
    """Return the page as a scanner sees it.

    `angle` in degrees counter-clockwise; `dirt` from 0 (new glass) to 1 (needs a cloth); `stamped` puts a receipt stamp on it.
    """
    page = page.copy()
    if stamped:
        stamp(page, stamped, noise)
    page = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(0.25 + 0.35 * dirt))
    pixels: Grey = np.asarray(page, dtype=np.float32)
    pixels = pixels * np.float32(1 - 0.06 * dirt) + np.float32(6 * dirt) * noise.standard_normal(
        pixels.shape, dtype=np.float32
    )
    _speckle(pixels, noise, count=int(dirt * 350))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _speckle(pixels: Grey, noise: np.random.Generator, *, count: int) -> None:
    height, width = pixels.shape
    for _ in range(count):
        y, x, size = int(noise.integers(height - 4)), int(noise.integers(width - 4)), int(noise.integers(1, 4))
        pixels[y : y + size, x : x + size] = noise.choice((30.0, 90.0, 255.0))


def stamp(page: Image.Image, day: date, noise: np.random.Generator) -> None:
    """Press the mail room's stamp on the page, into the white between the address and the table."""
    width = int(page.width * 0.2)
    ink = Image.new("L", (width, width * 2 // 5), 255)
    draw = ImageDraw.Draw(ink)
    draw.rectangle((3, 3, ink.width - 4, ink.height - 4), outline=95, width=max(2, width // 90))
    middle = ink.width / 2
    draw.text((middle, ink.height * 0.3), "EINGEGANGEN", fill=95, font=_font(width // 10), anchor="mm")
    draw.text((middle, ink.height * 0.7), day.strftime("%d.%m.%Y"), fill=95, font=_font(width // 9), anchor="mm")
    ink = ink.rotate(float(noise.uniform(-9, 9)), expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    at = (int(page.width * float(noise.uniform(0.4, 0.6))), int(page.height * float(noise.uniform(0.8, 0.84))))
    page.paste(ImageChops.darker(page.crop((*at, at[0] + ink.width, at[1] + ink.height)), ink), at)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / "VeraBd.ttf"), size)


def black_and_white(page: Image.Image, *, threshold: int = 150) -> Image.Image:
    """Return the page with one bit a pixel, as a fax or an archive scanner gives it."""
    return page.point([255 if value >= threshold else 0 for value in range(256)]).convert("1", dither=Image.Dither.NONE)


def jpeg(image: Image.Image, *, quality: int, dpi: int) -> bytes:
    """Return a JPEG file."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
    return out.getvalue()


def png(image: Image.Image, *, dpi: int) -> bytes:
    """Return a PNG file with 16 shades, which is enough for a screen shot of a paper."""
    out = BytesIO()
    few = image if image.mode == "1" else image.quantize(16, dither=Image.Dither.NONE)
    few.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
    return out.getvalue()


def tiff(pages: list[Image.Image], *, dpi: int) -> bytes:
    """Return a TIFF file of all pages: CCITT group 4 for black and white, LZW for grey ones."""
    out = BytesIO()
    compression = "group4" if pages[0].mode == "1" else "tiff_lzw"
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression=compression, dpi=(dpi, dpi))
    return out.getvalue()
