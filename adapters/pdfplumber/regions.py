"""Where on a PDF page a QR code or barcode may stand, and what it says. Only these parts of the page are drawn."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from adapters.pdfplumber.drawing import Drawing, Picture, Shape
from adapters.pdfplumber.geometry import Bounds, Frame
from adapters.shared.codes import PlacedCode, decode

_SMALLEST_SIDE = 14.0
"""Points: 5 mm; a smaller code cannot be read from paper."""
_FEWEST_PIXELS = 20
_SQUARE = 1.3
_FINEST_CODE = 14.0
"""Pixels per point, 1000 dpi."""
_SMALL_PART = 0.2
"""Of the page."""
_LONGEST_RATIO = 12.0
_MODULE = 7.0
"""Points: modules of a QR code and bars of a barcode are thinner."""
_FEWEST_MODULES = 20
"""The shortest Code 128 has 22 bars, the smallest QR code more than a hundred dark modules in runs."""
_APART = 30.0
"""Points: what is drawn further away belongs to another figure."""
_MANY_POINTS = 160
"""A code drawn as one path has at least so many corners."""
_QUIET = 6.0
"""Points of white around a code that belong to it."""
_MOST_REGIONS = 12
_MOST_MERGED = 200
_COARSE_PIXELS_PER_POINT = 2.0
_PIXELS_PER_POINT = 3.0
_SHARP_PIXELS_PER_POINT = 4.2
"""Of scans: 300 dpi."""
_FINE_PIXELS_PER_POINT = 6.0
_FINE_BELOW = 150.0
"""Points: a smaller region that holds nothing at first sight is drawn finer."""
_MOST_PIXELS = 20_000_000
_CONTRAST = 90
_LEAST_DARK = 0.15
_LEAST_LIGHT = 0.2
_LEAST_CLEAR = 0.45

JsonCode = tuple[str, str, float, float, float, float]


def codes_of(
    page: Any, drawing: Drawing, frame: Frame, upright: Frame, *, empty: set[Picture], is_picture: bool
) -> list[JsonCode]:
    """Return (symbology, text, x0, top, x1, bottom) of the codes on a page, in points of the upright page.

    `frame` is the page as stored, `upright` how its words are placed. A page without images and without figures made
    of many small dark shapes is not drawn; nor are images again that held nothing on an earlier page (`empty`, which
    is added to): letterheads come back on every page. A page that is a picture (`is_picture`) is drawn as a whole.
    """
    found: dict[tuple[str, str], JsonCode] = {}
    fresh = [picture for picture in drawing.pictures if picture not in empty]
    whole = (frame.left, frame.bottom, frame.right, frame.top)
    places = [whole] if is_picture and drawing.pictures else _merged(list(regions(drawing, fresh, frame)))
    for region in places[:_MOST_REGIONS]:
        for code in _decode(page, region, frame):
            box = upright.box(_stored(code[2:], frame))
            found.setdefault((code.symbology, code.text), (code.symbology, code.text, *(round(v, 2) for v in box)))  # type: ignore[arg-type]
    if not found:
        empty.update(fresh)
    return list(found.values())


def regions(drawing: Drawing, pictures: Sequence[Picture], frame: Frame) -> Iterator[Bounds]:
    """Yield the parts of a page (user space) that may hold a code: images, and clusters of small dark figures."""
    whole = (frame.left, frame.bottom, frame.right, frame.top)
    for picture in pictures:
        inside = _clip(picture.bounds, whole)
        if min(picture.data[:2]) >= _FEWEST_PIXELS and _is_likely(inside) and not _is_logo(picture, inside, whole):
            yield inside
    dark = [shape for shape in drawing.shapes if max(shape.colour[:3]) < 128]  # noqa: PLR2004 - half of the scale
    for shape in dark:
        if shape.points >= _MANY_POINTS and _is_likely(inside := _clip(shape.bounds, whole)):
            yield inside
    for cluster in _clusters([shape for shape in dark if _thickness(shape.bounds) <= _MODULE]):
        if _is_likely(inside := _clip(cluster, whole)):
            yield inside


def _clusters(shapes: Sequence[Shape]) -> Iterator[Bounds]:
    """Yield the bounds of figures drawn one after the other, near to each other and as dense as a code."""
    run: list[Shape] = []
    box: Bounds = (0, 0, 0, 0)
    for shape in shapes:
        if run and _gap(shape.bounds, box) > _APART:
            if _is_dense(run, box):
                yield box
            run = []
        box = _union(box, shape.bounds) if run else shape.bounds
        run.append(shape)
    if _is_dense(run, box):
        yield box


def _is_dense(run: Sequence[Shape], box: Bounds) -> bool:
    """Tell codes, nearly half of which is dark, from the borders of a table."""
    return len(run) >= _FEWEST_MODULES and sum(_area(shape.bounds) for shape in run) >= _LEAST_DARK * _area(box)


def _decode(page: Any, region: Bounds, frame: Frame) -> list[PlacedCode]:
    """Return the codes in a region; their boxes are points of the stored upright page."""
    width, height = frame.size
    x0, top, x1, bottom = frame.box(region)
    x0, top, x1, bottom = max(0.0, x0 - _QUIET), max(0.0, top - _QUIET), min(width, x1 + _QUIET), min(height, bottom + _QUIET)  # fmt: skip
    box = (x0, top, x1, bottom)
    is_small = max(x1 - x0, bottom - top) <= _FINE_BELOW
    scale = min(
        _COARSE_PIXELS_PER_POINT if is_small else _PIXELS_PER_POINT,
        (_MOST_PIXELS / max(1.0, (x1 - x0) * (bottom - top))) ** 0.5,
    )
    picture = _picture(page, box, frame, scale)
    found, has_broken = decode(picture, is_hard=not is_small)
    if not found and (has_broken or (is_small and is_black_and_white(picture))):
        scale = _FINE_PIXELS_PER_POINT if is_small else min(_SHARP_PIXELS_PER_POINT, scale * 2)
        found, _ = decode(_picture(page, box, frame, scale), is_hard=True)
    return [
        PlacedCode(code.symbology, code.text, x0 + a / scale, top + b / scale, x0 + e / scale, top + d / scale)
        for code in found for a, b, e, d in [code[2:]]
    ]  # fmt: skip


def _picture(page: Any, box: Bounds, frame: Frame, scale: float) -> Any:
    width, height = frame.size
    crop = (box[0], height - box[3], width - box[2], box[1])
    return page.render(scale=scale, grayscale=True, crop=crop, may_draw_forms=False).to_numpy().squeeze().copy()


def is_black_and_white(picture: Any) -> bool:
    """Whether a grey picture (numpy, uint8) is as dark, as light and as free of tones in between as codes are."""
    low, high = np.percentile(picture[::2, ::2], (10, 90))
    if high - low < _CONTRAST:
        return False
    third = (high - low) / 3
    dark, light = (picture < low + third).mean(), (picture > high - third).mean()
    return bool(dark > _LEAST_DARK and light > _LEAST_LIGHT and dark + light > _LEAST_CLEAR)


def _stored(box: Sequence[float], frame: Frame) -> Bounds:
    """Return the bounds in user space of a box on the upright page: the way back of `Frame.box`."""
    x0, top, x1, bottom = box
    width, height = frame.right - frame.left, frame.top - frame.bottom
    corners = [_back(x, y, width, height, frame.rotation) for x, y in ((x0, top), (x1, bottom))]
    xs, ys = [frame.left + u for u, _ in corners], [frame.top - v for _, v in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _back(x: float, y: float, width: float, height: float, rotation: int) -> tuple[float, float]:
    turned = {90: (y, height - x), 180: (width - x, height - y), 270: (width - y, x)}
    return turned.get(rotation, (x, y))


def _merged(found: list[Bounds]) -> list[Bounds]:
    """Return the regions without those that lie in another one, large first."""
    kept: list[Bounds] = []
    for region in sorted(set(found), key=lambda bounds: -_area(bounds))[:_MOST_MERGED]:
        if not any(_clip(region, other) == region for other in kept):
            kept.append(region)
    return kept


def _is_likely(bounds: Bounds) -> bool:
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    short, long = min(width, height), max(width, height)
    return short >= _SMALLEST_SIDE and long <= _LONGEST_RATIO * short


def _is_logo(picture: Picture, bounds: Bounds, page: Bounds) -> bool:
    """Tell letterheads: small photographs that are not square, or far finer than print. Programs do not store codes so."""
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    is_square = max(width, height) <= _SQUARE * min(width, height)
    is_too_fine = picture.data[0] > _FINEST_CODE * width
    return picture.is_jpeg and (not is_square or is_too_fine) and _area(bounds) < _SMALL_PART * _area(page)


def _thickness(bounds: Bounds) -> float:
    return min(bounds[2] - bounds[0], bounds[3] - bounds[1])


def _area(bounds: Bounds) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])


def _clip(bounds: Bounds, by: Bounds) -> Bounds:
    return max(bounds[0], by[0]), max(bounds[1], by[1]), min(bounds[2], by[2]), min(bounds[3], by[3])


def _union(one: Bounds, other: Bounds) -> Bounds:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _gap(one: Bounds, other: Bounds) -> float:
    return max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3], 0.0)
