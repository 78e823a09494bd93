"""Makes words and rules of what a child hands over; see `packing`, which has the child's part and its libraries."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from sys import intern
from typing import Any

from engine.model.field import Box
from engine.model.page import Rule, Word

_PER_POINT = 100


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

    def drawings(self, boxes: Sequence[Sequence[int]]) -> tuple[Box, ...]:
        """Return the boxes of what is drawn freely. Raises TypeError or ValueError for columns that do not fit together."""
        return tuple(map(Box._make, zip(*self._columns(boxes), strict=True)))

    def _columns(self, boxes: Sequence[Sequence[int]]) -> Iterator[list[float]]:
        x0, top, x1, bottom = boxes
        known = self._points
        return ([known.setdefault(value, value / _PER_POINT) for value in column] for column in (x0, top, x1, bottom))
