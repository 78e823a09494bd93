"""Drawn pages with known words, and pictures of them as scanners and phones make them."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from reportlab import rl_config

LINES = (
    "Rechnung Nummer 20260815",
    "Musterwerk Handels GmbH",
    "Lindenstrasse 12, 50667 Hamburg",
    "Rechnungsdatum 12.03.2026",
    "Kundennummer 447100",
    "Menge Beschreibung Betrag",
    "3 Schrauben verzinkt 114,00",
    "7 Winkel aus Stahl 238,00",
    "1 Lieferung nach Hause 19,90",
    "Zwischensumme netto 371,90",
    "Umsatzsteuer 19 Prozent 70,66",
    "Gesamtbetrag 442,56 EUR",
    "Zahlbar innerhalb von 14 Tagen",
    "Vielen Dank fuer Ihren Auftrag",
)
WORDS = [word for line in LINES for word in line.split()]


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font that reportlab ships."""
    folder = next(Path(p) for p in rl_config.TTFSearchPath if (Path(p) / "Vera.ttf").is_file())
    return ImageFont.truetype(str(folder / "Vera.ttf"), size)


def sheet(*, dpi: int = 200) -> Image.Image:
    """Return a clean A4 page with LINES, the first at 25 mm from the left and 30 mm from the top."""
    millimetre = dpi / 25.4
    page = Image.new("L", (round(210 * millimetre), round(297 * millimetre)), 255)
    pen = ImageDraw.Draw(page)
    for row, line in enumerate(LINES):
        pen.text((25 * millimetre, (30 + 12 * row) * millimetre), line, font=font(round(11 * dpi / 72)), fill=10)
    return page


def scanned(page: Image.Image, *, skew: float = 0.0, noise: float = 6.0, shadow: bool = False) -> Image.Image:
    """Return the page as a scanner or a phone sees it: turned by `skew` degrees counterclockwise, grained, shaded."""
    pixels = np.asarray(page.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255), dtype=np.float32)
    if shadow:
        down, across = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
        pixels = pixels * (0.35 + 0.6 * (across / pixels.shape[1] + down / pixels.shape[0]) / 2)
    grain = np.random.default_rng(5).normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(cv2.GaussianBlur(pixels, (3, 3), 0.5) + grain, 0, 255).astype(np.uint8))


def png(width: int, height: int, *, depth: int = 1) -> bytes:
    """Return a PNG whose header promises width x height pixels of `depth` bits."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + (width * depth + 7) // 8)
    data = b"".join([packer.compress(row) for _ in range(height)]) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
