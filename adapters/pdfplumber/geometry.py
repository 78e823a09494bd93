"""From PDF user space (origin bottom left, unrotated) to points from the top left of the upright page."""

from typing import Any, NamedTuple

import numpy as np

Bounds = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Frame(NamedTuple):
    """The visible part of a page (crop box) and the clockwise turn that makes it upright."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page in points."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def point(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Return where a point of user space (numbers, or numpy arrays of them) lies on the upright page."""
        u, v = x - self.left, self.top - y
        width, height = self.right - self.left, self.top - self.bottom
        if self.rotation == 90:  # noqa: PLR2004 - quarter turns are what they are
            return height - v, u
        if self.rotation == 180:  # noqa: PLR2004
            return width - u, height - v
        if self.rotation == 270:  # noqa: PLR2004
            return v, width - u
        return u, v

    def box(self, bounds: Bounds) -> Bounds:
        """Return (x0, top, x1, bottom) on the upright page of (left, bottom, right, top) in user space."""
        ax, ay = self.point(bounds[0], bounds[1])
        bx, by = self.point(bounds[2], bounds[3])
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def boxes(self, bounds: Any) -> Any:
        """Return what `box` returns, for many bounds at once (numpy, n x 4)."""
        ax, ay = self.point(bounds[:, 0], bounds[:, 1])
        bx, by = self.point(bounds[:, 2], bounds[:, 3])
        return np.stack((np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)), axis=1)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return the point after the transformation."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def compose(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the transformation that first does `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    x, y = apply(outer, e, f)
    oa, ob, oc, od, _, _ = outer
    return oa * a + oc * b, ob * a + od * b, oa * c + oc * d, ob * c + od * d, x, y


def span(matrix: Matrix, corners: tuple[tuple[float, float], ...]) -> Bounds:
    """Return the bounds of transformed corners."""
    points = [apply(matrix, x, y) for x, y in corners]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)
