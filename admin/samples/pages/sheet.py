"""A sheet of paper to draw on, measured in points from the top left, always the same bytes for the same strokes."""

import random
import re
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Literal, NamedTuple

from reportlab import rl_config
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from admin.samples.pages import marks

Align = Literal["left", "right", "centre"]

A4 = (595.28, 841.89)
LETTER = (612.0, 792.0)

_FAMILIES = {
    "helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "times": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "courier": ("Courier", "Courier-Bold", "Courier-Oblique"),
    "vera": ("Vera", "VeraBd", "VeraIt"),
}
_WORD = re.compile(r"\S+")
_BEYOND_LATIN_1 = {"lv", "pl"}
_ASCENT, _DESCENT = 0.75, 0.22
"""How far letters reach above and below the base line, in sizes."""


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    # base-85 would make every stream a quarter larger
    rl_config.useA85 = 0
    for name in _FAMILIES["vera"]:
        font = TTFont(name, f"{name}.ttf")
        marks.teach(font)
        pdfmetrics.registerFont(font)


class Written(NamedTuple):
    """A word as it was written, with its box in points from the top left of its page."""

    page: int
    text: str
    x0: float
    top: float
    x1: float
    bottom: float


def family_for(family: str, language: str) -> str:
    """Return the typeface for a language: `family`, or Vera where only that can be taught the letters."""
    return "vera" if language in _BEYOND_LATIN_1 else family


class Sheet:
    """Pages of one PDF under the pen. `family` is one of helvetica, times, courier, vera."""

    def __init__(
        self, *, size: tuple[float, float], family: str, points: float, title: str, password: str = ""
    ) -> None:
        _register_fonts()
        self.width, self.height = size
        self.points = points
        self.page = 1
        self.words: list[Written] = []
        self._fonts = _FAMILIES[family]
        self._out = BytesIO()
        self._canvas = Canvas(self._out, pagesize=size, invariant=1, pageCompression=1, encrypt=_lock(password))
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Postroom samples")

    def text(
        self, x: float, y: float, text: str, *, size: float = 0, bold: bool = False, italic: bool = False,
        align: Align = "left", colour: str = "#000000",
    ) -> None:  # fmt: skip
        """Write one line whose base line is `y` points below the top edge; `size` 0 is the sheet's own."""
        size = size or self.points
        self._canvas.setFont(self._fonts[1 if bold else 2 if italic else 0], size)
        self._canvas.setFillColor(_colour(colour))
        draw = {
            "left": self._canvas.drawString,
            "right": self._canvas.drawRightString,
            "centre": self._canvas.drawCentredString,
        }
        draw[align](x, self.height - y, text)
        width = self.measure(text, size=size, bold=bold)
        left = x - {"left": 0.0, "right": width, "centre": width / 2}[align]
        self._mark(left, y, text, size=size, bold=bold, colour=colour)
        self._remember(left, y, text, size=size, bold=bold)

    def _mark(self, x: float, y: float, text: str, *, size: float, bold: bool, colour: str) -> None:
        for at, sign in enumerate(text):
            if marks.is_marked(sign):
                middle = (
                    x + self.measure(text[:at], size=size, bold=bold) + self.measure(sign, size=size, bold=bold) / 2
                )
                points = [(middle + right * size, y - up * size) for right, up in marks.stroke(sign).points]
                for (x0, y0), (x1, y1) in pairwise(points):
                    self.line(x0, y0, x1, y1, width=size * (0.11 if bold else 0.075), colour=colour)

    def _remember(self, x: float, y: float, text: str, *, size: float, bold: bool) -> None:
        for found in _WORD.finditer(text):
            x0 = x + self.measure(text[: found.start()], size=size, bold=bold)
            x1 = x0 + self.measure(found[0], size=size, bold=bold)
            self.words.append(Written(self.page, found[0], x0, y - _ASCENT * size, x1, y + _DESCENT * size))

    def bars(self, x: float, y: float, text: str, *, height: float, width: float) -> None:
        """Draw a Code 128 barcode; (x, y) is its top left corner, `width` that of the narrowest bar in points."""
        code = Code128(text, barHeight=height, barWidth=width, quiet=0)
        code.drawOn(self._canvas, x, self.height - y - height)

    def measure(self, text: str, *, size: float = 0, bold: bool = False) -> float:
        """Return the width of a line in points."""
        return float(pdfmetrics.stringWidth(text, self._fonts[1 if bold else 0], size or self.points))

    def wrap(self, text: str, *, width: float, size: float = 0, bold: bool = False) -> list[str]:
        """Break a text into lines that fit into `width` points."""
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.measure(longer, size=size, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def line(self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.6, colour: str = "#000000") -> None:
        """Draw a straight line."""
        self._canvas.setStrokeColor(_colour(colour))
        self._canvas.setLineWidth(width)
        self._canvas.line(x0, self.height - y0, x1, self.height - y1)

    def scrawl(self, x: float, y: float, *, width: float, height: float, seed: str) -> None:
        """Sign with ink: loops from (x, y) to the right, always the same for one seed."""
        rng = random.Random(seed)
        path = self._canvas.beginPath()
        path.moveTo(x, self.height - y)
        steps = rng.randrange(6, 9)
        for at in range(steps):
            right, up = x + width * (at + 1) / steps, self.height - y + rng.uniform(-0.2, 0.3) * height
            near, far = rng.uniform(0.6, 1.3) * height, rng.uniform(0.2, 0.7) * height
            path.curveTo(right - 4, up + near, right + rng.uniform(2, 9), up - far, right, up)
        self._canvas.setStrokeColor(_colour("#1a2a6c"))
        self._canvas.setLineWidth(1.1)
        self._canvas.drawPath(path, stroke=1, fill=0)

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", stroke: str = "") -> None:
        """Draw a rectangle whose top left corner is (x, y)."""
        if fill:
            self._canvas.setFillColor(_colour(fill))
        if stroke:
            self._canvas.setStrokeColor(_colour(stroke))
            self._canvas.setLineWidth(0.6)
        self._canvas.rect(x, self.height - y - height, width, height, stroke=int(bool(stroke)), fill=int(bool(fill)))

    def disc(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """Draw a filled circle around (x, y)."""
        self._canvas.setFillColor(_colour(fill))
        self._canvas.circle(x, self.height - y, radius, stroke=0, fill=1)

    def new_page(self) -> None:
        """Go on with the next page."""
        self._canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """Return the PDF."""
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()


@lru_cache(maxsize=64)
def _colour(code: str) -> HexColor:
    return HexColor(code)


def _lock(password: str) -> object:
    if not password:
        return None
    from reportlab.lib.pdfencrypt import StandardEncryption

    return StandardEncryption(password, ownerPassword=f"{password} owner", strength=128)
