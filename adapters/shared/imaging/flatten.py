"""Take the perspective out of a photo when the sheet of paper in it is plain to see."""

from typing import Any, NamedTuple

import cv2
import numpy as np

from adapters.shared.imaging.token import Grey

_SIDE = 640
_MIN_PART, _MAX_PART = 0.2, 0.97
_CONTRAST = 45.0
_FILL = 0.94
_MIN_ANGLE, _MAX_ANGLE = 55.0, 125.0
_EDGE = 0.015
_CORNERS = 4
_DARKER = (1.0, 0.9, 0.8, 0.7)
"""Parts of the grey level between ground and paper at which the sheet is looked for: a shadow on paper is darker than it."""
_STEP, _REACH = 30.0, 6
"""Grey levels by which the sheet is brighter so many pixels inside its side than outside; at the rim of a shadow it is not."""

Corners = np.ndarray[Any, np.dtype[np.float32]]


class Flat(NamedTuple):
    """A flattened picture, and whether anything was changed."""

    pixels: Grey
    is_changed: bool


def flatten(picture: Grey) -> Flat:
    """Return the sheet alone, seen from straight above; the picture as it is when no clear sheet is found."""
    corners = sheet(picture)
    if corners is None:
        return Flat(picture, is_changed=False)
    top, right, bottom, left = (float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4))
    width, height = round(max(top, bottom)), round(max(left, right))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(corners, target)
    pixels = cv2.warpPerspective(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return Flat(np.asarray(pixels, dtype=np.uint8), is_changed=True)


def sheet(picture: Grey) -> Corners | None:
    """Return the corners of a bright sheet on darker ground (from top left, clockwise, in pixels), or None."""
    scale = _SIDE / max(picture.shape)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (5, 5), 0)
    level, _ = cv2.threshold(blurred, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    for part in _DARKER:
        corners = _brighter(np.asarray(small, dtype=np.uint8), np.asarray(blurred, dtype=np.uint8), level * part)
        if corners is not None:
            return np.asarray(corners / scale, dtype=np.float32)
    return None


def _brighter(small: Grey, blurred: Grey, level: float) -> Corners | None:
    """Return the corners of the sheet when what is brighter than `level` is one."""
    bright = np.asarray((blurred > level) * 255, dtype=np.uint8)
    bright = np.asarray(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((21, 21), np.uint8)), dtype=np.uint8)
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    outline = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)
    if len(corners) != _CORNERS:
        return None
    ordered = _clockwise(corners.reshape(4, 2).astype(np.float32))
    return ordered if _is_sheet(ordered, outline, small) and _has_sides(ordered, small) else None


def _has_sides(corners: Corners, small: Grey) -> bool:
    """Whether the picture steps down at every side of the sheet that does not run along its border."""
    height, width = small.shape
    middle = corners.mean(axis=0)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        out = np.array([end[1] - start[1], start[0] - end[0]]) / np.linalg.norm(end - start)
        out = -out if np.dot(middle - start, out) > 0 else out
        points = start + (end - start) * np.linspace(0.1, 0.9, 40)[:, None]
        across, down = np.rint(points + _REACH * out).astype(int).T
        there = (across >= 0) & (across < width) & (down >= 0) & (down < height)
        inside_across, inside_down = np.rint(points - _REACH * out).astype(int)[there].T
        steps = small[inside_down, inside_across].astype(np.float32) - small[down[there], across[there]]
        if there.mean() > 0.5 and np.median(steps) < _STEP:  # noqa: PLR2004 - half of the side
            return False
    return True


def _is_sheet(corners: Corners, outline: Any, small: Grey) -> bool:
    """Whether the corners bound one full bright area that is clearly set off from what lies around it."""
    height, width = small.shape
    area = cv2.contourArea(corners)
    if not _MIN_PART < area / (width * height) < _MAX_PART or cv2.contourArea(outline) < _FILL * area:
        return False
    if any(not _MIN_ANGLE < angle < _MAX_ANGLE for angle in _angles(corners)):
        return False
    # a sheet that runs out of the picture has corners that are none
    margin = _EDGE * max(width, height)
    inside = [margin < x < width - margin and margin < y < height - margin for x, y in corners]
    if sum(inside) < 3:  # noqa: PLR2004 - one corner may be cut
        return False
    mask = np.zeros_like(small)
    cv2.fillConvexPoly(mask, corners.astype(np.int32), 255)
    around = cv2.dilate(mask, np.ones((25, 25), np.uint8)) & ~mask
    return bool(np.median(small[mask > 0]) - np.median(small[around > 0]) > _CONTRAST) if around.any() else False


def _clockwise(corners: Corners) -> Corners:
    """Return the corners from the top left one on, clockwise on the screen."""
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    around = corners[order]
    first = int(np.argmin(around.sum(axis=1)))
    return np.asarray(np.roll(around, -first, axis=0), dtype=np.float32)


def _angles(corners: Corners) -> list[float]:
    angles = []
    for i in range(4):
        a, b = corners[i - 1] - corners[i], corners[(i + 1) % 4] - corners[i]
        cosine = float(np.dot(a, b) / max(1e-6, float(np.linalg.norm(a) * np.linalg.norm(b))))
        angles.append(float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))))
    return angles
