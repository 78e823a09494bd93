"""Find the drawn lines of a level picture."""

import cv2
import numpy as np

from adapters.shared.imaging.token import Grey
from adapters.shared.imaging.upright import binary

_THICK = 7
_MAX_LINES = 400

Segment = tuple[float, float, float, float]


def find_lines(picture: Grey) -> list[Segment]:
    """Return horizontal and vertical lines as (left, top, right, bottom) in pixels, flat, longest first."""
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = binary(np.asarray(small, dtype=np.uint8))
    length = max(40, small.shape[1] // 25)
    found: list[Segment] = []
    for across, down in ((length, 1), (1, length)):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (across, down))
        bars = cv2.morphologyEx(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), cv2.MORPH_CLOSE, kernel)
        count, _, stats, _ = cv2.connectedComponentsWithStats(bars, connectivity=8)
        for left, top, width, height, _ in stats[1:count].tolist():
            if min(width, height) <= _THICK:
                found.append(_flat(2.0 * left, 2.0 * top, 2.0 * (left + width), 2.0 * (top + height)))
    return sorted(found, key=lambda s: s[0] - s[2] + s[1] - s[3])[:_MAX_LINES]


def _flat(left: float, top: float, right: float, bottom: float) -> Segment:
    if right - left >= bottom - top:
        return left, (top + bottom) / 2, right, (top + bottom) / 2
    return (left + right) / 2, top, (left + right) / 2, bottom
