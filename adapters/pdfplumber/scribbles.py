"""What lies on a page beside print and straight lines and is small enough to be a signature: images, and strokes drawn freely."""

from collections.abc import Iterator

from adapters.pdfplumber.drawing import Drawing
from adapters.pdfplumber.geometry import Bounds, Frame

_APART = 6.0
"""Points: strokes further from those before belong to something else."""
_FEWEST_PIECES = 10
"""Pieces of all strokes together: fewer are an arrow or a tick."""
_LEAST_SIDE = 4.0
_LARGEST = 0.3
"""Of the page: what is larger is its ground or a photograph."""
_MOST = 200


def scribbles(drawing: Drawing, stored: Frame, upright: Frame) -> list[Bounds]:
    """Return (x0, top, x1, bottom) of each on the upright page, in painting order, images first."""
    page = (stored.right - stored.left) * (stored.top - stored.bottom)
    found = [*(picture.bounds for picture in drawing.pictures), *_clusters(drawing)]
    return [upright.box(bounds) for bounds in found if _is_likely(bounds, page)][:_MOST]


def _clusters(drawing: Drawing) -> Iterator[Bounds]:
    """Yield the bounds of strokes that were drawn one after the other, near to each other."""
    box: Bounds | None = None
    pieces = 0
    for bounds, count in drawing.strokes:
        if box is not None and _gap(bounds, box) > _APART:
            if pieces >= _FEWEST_PIECES:
                yield box
            box, pieces = None, 0
        box, pieces = bounds if box is None else _union(box, bounds), pieces + count
    if box is not None and pieces >= _FEWEST_PIECES:
        yield box


def _is_likely(bounds: Bounds, page: float) -> bool:
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    return min(width, height) >= _LEAST_SIDE and width * height <= _LARGEST * page


def _union(one: Bounds, other: Bounds) -> Bounds:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _gap(one: Bounds, other: Bounds) -> float:
    return max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3], 0.0)
