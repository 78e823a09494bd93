"""How words and rules go from the child to the parent: texts, and columns of whole hundredths of a point.

Whole numbers are written and read several times faster than fractions, and say the same: boxes are rounded to 0.01.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from sys import intern
from typing import Any

import numpy as np

from engine.model.page import Rule, Word

_PER_POINT = 100
_FAR = 1e9
"""Points: nothing is further away; pdfium gives any number that a file claims."""

Packed = dict[str, list[Any]]
"""`texts`, and `boxes`: the columns x0, top, x1, bottom."""


def packed(texts: Sequence[str], boxes: Any) -> Packed:
    """Return words ready for JSON; `boxes` holds x0, top, x1, bottom in points (n x 4)."""
    return {"texts": list(texts), "boxes": columns(boxes)}


def columns(boxes: Any) -> list[list[int]]:
    """Return the four columns of boxes (n x 4, points) in hundredths of a point."""
    if not len(boxes):
        return [[], [], [], []]
    hundredths = np.rint(np.clip(np.asarray(boxes, dtype=np.float64), -_FAR, _FAR) * _PER_POINT)
    return hundredths.astype(np.int64).T.tolist()  # type: ignore[no-any-return]


class Unpacker:
    """Makes words and rules of columns. Equal texts and numbers of one file are kept once: tables repeat them."""

    def __init__(self) -> None:
        self._points: dict[int, float] = {}

    def words(self, packed: Mapping[str, Sequence[Any]]) -> tuple[Word, ...]:
        """Return the words of a page. Raises TypeError or ValueError for columns that do not fit together."""
        texts = list(map(intern, packed["texts"]))
        return tuple(map(Word._make, zip(texts, *self._columns(packed["boxes"]), repeat(1.0, len(texts)), strict=True)))

    def rules(self, boxes: Sequence[Sequence[int]]) -> tuple[Rule, ...]:
        """Return the rules of a page. Raises TypeError or ValueError for columns that do not fit together."""
        return tuple(map(Rule._make, zip(*self._columns(boxes), strict=True)))

    def _columns(self, boxes: Sequence[Sequence[int]]) -> Iterator[list[float]]:
        x0, top, x1, bottom = boxes
        known = self._points
        return ([known.setdefault(value, value / _PER_POINT) for value in column] for column in (x0, top, x1, bottom))
