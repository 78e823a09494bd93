"""Cells and blocks: the paragraphs of a page."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from engine.stages.extract.candidates import Marked
from engine.stages.extract.lines_of_text import Line

POSTCODE = re.compile(
    r"(?<![\d.,/-])(?:[A-Z]{1,2}-)?\d{4,6}(?:\s?[A-Z]{2})?\s+[^\W\d_]{2,}|\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b"
    r"|\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b|\b\d{2}-\d{3}\s+[^\W\d_]|\b[A-Z]\d[\dW]\s?[A-Z0-9]{4}\b|[^\W\d_]{2,}\s\d{3}-\d{4}\b"
    r"|(?<![\d.,/-])\d{4}-\d{3}\s+[^\W\d_]{2,}|\bL[VT]-\d{4,5}\b|(?<![\d.,/-])(?:[A-Z]{1,2}-)?\d{3}\s\d{2}\s+[^\W\d_]{3,}"
    r"|\b[A-Z]\d[A-Z]\s\d[A-Z]\d\b|[^\W\d_]{3,}\s?[,-]?\s?\d{3}\s?\d{3}\b(?!\s?[\d.,/-])|\b(?:NSW|VIC|QLD|ACT|TAS)\s\d{4}\b"
)  # fmt: skip
"""Postcode and town, as most countries print them: DE FR ES IT NL GB US PL IE PT LV LT SE CZ CA IN AU."""
_RECENT = 40
"""Blocks that may still go on."""
_PARTED = 0.6
"""Line heights of a gap inside a block that parts two addresses."""
SIGNS = frozenset("-–—|●•·*■♦▪")  # noqa: RUF001


@lru_cache(maxsize=4096)
def has_postcode(text: str) -> bool:
    """Tell whether a text holds a postcode and town."""
    return any(c.isdigit() for c in text) and POSTCODE.search(text) is not None


class Cell(NamedTuple):
    """A run of words on a line of the first page: words[start:end]."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words with single spaces."""
        return self.line.part(self.start, self.end)

    @property
    def x0(self) -> float:
        """Its left edge."""
        return self.line.words[self.start].x0

    @property
    def x1(self) -> float:
        """Its right edge."""
        return self.line.words[self.end - 1].x1


class Block(NamedTuple):
    """Cells under one another that read as one paragraph."""

    cells: tuple[Cell, ...]

    @property
    def has_address(self) -> bool:
        """Tell whether a line looks like postcode and town."""
        return any(has_postcode(cell.text) for cell in self.cells)


def _apart(block: Block) -> list[Block]:
    """Return the addresses of a block one by one: letterhead and addressee may stand so close that they read as one.

    Between two towns the block is cut where the widest gap is, when it is a gap at all.
    """
    towns = [index for index, cell in enumerate(block.cells) if has_postcode(cell.text)]
    starts = [0]
    for town, following in pairwise(towns):
        gaps = [
            (below.line.box.top - above.line.box.bottom, town + 1 + index)
            for index, (above, below) in enumerate(pairwise(block.cells[town : following + 1]))
        ]
        gap, index = max(gaps)
        if gap > _PARTED * block.cells[index].line.height and index < following:
            starts.append(index)
    ends = [*starts[1:], len(block.cells)]
    return [Block(block.cells[start:end]) for start, end in zip(starts, ends, strict=True)]


def blocks_of(page: Sequence[Marked]) -> list[Block]:
    """Group the cells of a page into blocks: close below one another and starting at about the same place."""
    open_blocks: list[list[Cell]] = []
    edges: list[_Edge] = []
    for marked in page:
        line = marked.line
        for start, end in whole_runs(line):
            cell = Cell(line, start, end)
            edge = _Edge(cell.x0, cell.x1, line.box.top, line.box.bottom, line.height, line.index)
            recent = range(len(edges) - 1, max(-1, len(edges) - 1 - _RECENT), -1)
            home = next((i for i in recent if _continues(edges[i], edge)), None)
            if home is None:
                open_blocks.append([cell])
                edges.append(edge)
            else:
                open_blocks[home].append(cell)
                edges[home] = edge
    return [part for cells in open_blocks for part in _apart(Block(tuple(cells)))]


class _Edge(NamedTuple):
    """The last cell of a block: its sides, the top, bottom and height of its line, and the line's place."""

    x0: float
    x1: float
    top: float
    bottom: float
    height: float
    row: int


def _continues(last: _Edge, cell: _Edge) -> bool:
    if cell.row == last.row:
        return False
    height = max(last.height, cell.height)
    if not -0.5 * height < cell.top - last.bottom < 1.3 * height:
        return False
    return (
        abs(cell.x0 - last.x0) < 1.2 * height
        or abs(cell.x1 - last.x1) < 0.3 * height
        or abs(cell.x0 + cell.x1 - last.x0 - last.x1) < 1.5 * height
    )


def whole_runs(line: Line) -> list[tuple[int, int]]:
    """Return cells, joined where only a separator sign stands between them."""
    runs: list[tuple[int, int]] = []
    for start, end in line.cells:
        near = runs and line.words[start].x0 - line.words[start - 1].x1 < 3 * line.height
        if near and (line.words[start].text in SIGNS or line.words[start - 1].text in SIGNS):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs
