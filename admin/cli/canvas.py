"""The few strokes that a chart needs, as SVG text or as pixels."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

Place = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

_SCALE = 2
"""Pixels for one unit of the chart."""


class Canvas(Protocol):
    """A white sheet. Places count from its upper left corner."""

    def line(self, places: Sequence[Place], *, colour: str, width: float = 1, dashed: bool = False) -> None:
        """Draw a line through places."""

    def area(self, places: Sequence[Place], *, colour: str) -> None:
        """Fill the area within places."""

    def dot(self, at: Place, *, radius: float, colour: str, is_filled: bool = True) -> None:
        """Draw a circle, filled or hollow."""

    def text(self, at: Place, text: str, *, colour: str, size: int = 12, anchor: Anchor = "start") -> None:
        """Write a line of text whose base line starts, is centred or ends at a place."""

    def save(self, path: Path) -> None:
        """Write the picture."""


class Svg:
    """A chart as SVG: sharp at any size, with text that can be searched."""

    def __init__(self, width: int, height: int, title: str) -> None:
        size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        ]

    def line(self, places: Sequence[Place], *, colour: str, width: float = 1, dashed: bool = False) -> None:
        """Draw a line through places."""
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<polyline points="{_points(places)}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'
        )

    def area(self, places: Sequence[Place], *, colour: str) -> None:
        """Fill the area within places."""
        self._parts.append(f'<polygon points="{_points(places)}" fill="{colour}"/>')

    def dot(self, at: Place, *, radius: float, colour: str, is_filled: bool = True) -> None:
        """Draw a circle, filled or hollow."""
        fill = colour if is_filled else "#ffffff"
        self._parts.append(
            f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius}" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
        )

    def text(self, at: Place, text: str, *, colour: str, size: int = 12, anchor: Anchor = "start") -> None:
        """Write a line of text."""
        self._parts.append(
            f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )

    def save(self, path: Path) -> None:
        """Write the picture."""
        path.write_text("\n".join([*self._parts, "</svg>\n"]), encoding="utf-8")


class Pixels:
    """A chart as PNG, for mails and documents that show no SVG."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), "#ffffff")
        self._image.info["Title"] = title
        self._draw = ImageDraw.Draw(self._image)

    def line(self, places: Sequence[Place], *, colour: str, width: float = 1, dashed: bool = False) -> None:
        """Draw a line through places."""
        strokes = _dashes(places) if dashed else [places]
        for stroke in strokes:
            self._draw.line([_scaled(at) for at in stroke], fill=colour, width=round(width * _SCALE), joint="curve")

    def area(self, places: Sequence[Place], *, colour: str) -> None:
        """Fill the area within places."""
        self._draw.polygon([_scaled(at) for at in places], fill=colour)

    def dot(self, at: Place, *, radius: float, colour: str, is_filled: bool = True) -> None:
        """Draw a circle, filled or hollow."""
        fill = colour if is_filled else "#ffffff"
        self._draw.circle(_scaled(at), radius * _SCALE, fill=fill, outline=colour, width=2 * _SCALE)

    def text(self, at: Place, text: str, *, colour: str, size: int = 12, anchor: Anchor = "start") -> None:
        """Write a line of text."""
        side = {"start": "ls", "middle": "ms", "end": "rs"}[anchor]
        self._draw.text(_scaled(at), text, fill=colour, font=ImageFont.load_default(size * _SCALE), anchor=side)

    def save(self, path: Path) -> None:
        """Write the picture."""
        self._image.save(path, format="PNG")


def sheet(path: Path, width: int, height: int, title: str) -> Canvas:
    """Return the sheet for a file, by its ending. Raises ValueError for one that is neither .svg nor .png."""
    kinds: dict[str, type[Svg | Pixels]] = {".svg": Svg, ".png": Pixels}
    kind = kinds.get(path.suffix.casefold())
    if kind is None:
        raise ValueError(f"a picture ends in {' or '.join(kinds)}, not {path.suffix or path.name!r}")
    return kind(width, height, title)


def _points(places: Sequence[Place]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _scaled(at: Place) -> Place:
    return at[0] * _SCALE, at[1] * _SCALE


def _dashes(places: Sequence[Place], on: float = 5, period: float = 9) -> list[list[Place]]:
    """Return the strokes of a dashed straight line through the first and the last place."""
    (x, y), (to_x, to_y) = places[0], places[-1]
    length = max(abs(to_x - x), abs(to_y - y))
    starts = [step * period for step in range(int(length / period) + 1)]
    across, down = (to_x - x) / (length or 1), (to_y - y) / (length or 1)
    return [
        [(x + across * at, y + down * at), (x + across * min(at + on, length), y + down * min(at + on, length))]
        for at in starts
    ]
