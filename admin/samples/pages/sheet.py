"""A sheet of paper to draw on, measured in points from the top left, always the same bytes for the same strokes."""

from functools import lru_cache
from io import BytesIO
from typing import Literal

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

Align = Literal["left", "right", "centre"]

A4 = (595.28, 841.89)
LETTER = (612.0, 792.0)

_FAMILIES = {
    "helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "times": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "courier": ("Courier", "Courier-Bold", "Courier-Oblique"),
    "vera": ("Vera", "VeraBd", "VeraIt"),
}


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    # base-85 would make every stream a quarter larger
    rl_config.useA85 = 0
    for name in _FAMILIES["vera"]:
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


class Sheet:
    """Pages of one PDF under the pen. `family` is one of helvetica, times, courier, vera."""

    def __init__(
        self, *, size: tuple[float, float], family: str, points: float, title: str, password: str = ""
    ) -> None:
        _register_fonts()
        self.width, self.height = size
        self.points = points
        self.page = 1
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
        self._canvas.setFont(self._fonts[1 if bold else 2 if italic else 0], size or self.points)
        self._canvas.setFillColor(_colour(colour))
        draw = {
            "left": self._canvas.drawString,
            "right": self._canvas.drawRightString,
            "centre": self._canvas.drawCentredString,
        }
        draw[align](x, self.height - y, text)

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
