"""What a child hands over: words and rules as texts and columns of whole hundredths of a point.

Whole numbers are written and read several times faster than fractions, and say the same: boxes are rounded to 0.01.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

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
