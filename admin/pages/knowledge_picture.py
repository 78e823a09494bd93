"""A mapping matrix as a picture: where each field of the target comes from, as lines between two columns."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from engine.runtime import sheets
from engine.runtime.knowledge_desk.pieces import Piece

ROW, TOP, LEFT, RIGHT, WIDTH = 22, 16, 330, 670, 1000
"""Of the picture, in its own units: height of a row, first base line, and where the lines begin and end."""
_LONGEST = 40
"""Signs of a label before it is cut."""


class Label(NamedTuple):
    """A field on one side."""

    text: str
    y: int
    key: str
    """Of the row; empty on the left, where one source may go several ways."""


class Link(NamedTuple):
    """A line from a source to a target."""

    key: str
    path: str
    """As SVG writes it."""
    is_changed: bool
    """Something is done to the value on its way."""


class Picture(NamedTuple):
    """Everything that is drawn."""

    height: int
    sources: tuple[Label, ...]
    targets: tuple[Label, ...]
    links: tuple[Link, ...]


def picture(root: Path, piece: Piece) -> Picture:
    """Return the picture of a matrix. Raises ContentError for one whose rows stand in another."""
    lines = [
        line for line in sheets.opened(root, piece.called).sheet.lines
        if line.place.kind == "value" or line.cells["from"] or line.cells["value"]
    ]  # fmt: skip
    names = list(dict.fromkeys(_source(line.cells) for line in lines))
    tall = max(len(names), len(lines))
    left = {name: _y(at, len(names), tall) for at, name in enumerate(names)}
    right = [_y(at, len(lines), tall) for at in range(len(lines))]
    return Picture(
        height=tall * ROW + TOP,
        sources=tuple(Label(_cut(name), left[name], "") for name in names),
        targets=tuple(
            Label(_cut(line.cells["target"]), y, line.place.number) for line, y in zip(lines, right, strict=True)
        ),
        links=tuple(
            Link(line.place.number, _curve(left[_source(line.cells)], y), is_changed=bool(line.cells["via"]))
            for line, y in zip(lines, right, strict=True)
        ),
    )


def _source(cells: Mapping[str, str]) -> str:
    get = cells.get
    if get("from"):
        return str(get("from"))
    return f"“{get('value')}”" if get("value") else str(get("via") or get("default") or "—")


def _y(at: int, count: int, tall: int) -> int:
    return TOP + round((at + 0.5) * ROW * tall / count)


def _curve(begin: int, end: int) -> str:
    middle = (LEFT + RIGHT) // 2
    return f"M{LEFT} {begin - 4} C{middle} {begin - 4} {middle} {end - 4} {RIGHT} {end - 4}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
