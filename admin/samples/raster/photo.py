"""Makes phone photos of papers: perspective, shadow, uneven light, a table underneath."""

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.float32]


def photographed(
    page: Image.Image, noise: np.random.Generator, *, tilt: float = 1.0, darkness: float = 0.35
) -> Image.Image:
    """Return a colour photo of the page lying on a table.

    `tilt` scales how far the corners are off (0 is a copy stand); `darkness` is the depth of the shadow (0..1).
    """
    margin = int(page.width * 0.08)
    width, height = page.width + 2 * margin, page.height + 2 * margin
    corners = np.array([(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)], dtype=np.float32)
    shift = noise.uniform(-0.045, 0.045, (4, 2)) * tilt * page.width
    seen = (corners + margin + shift).astype(np.float32)
    warp = cv2.getPerspectiveTransform(corners, seen)
    paper: Pixels = np.asarray(page.convert("RGB"), dtype=np.float32)[..., ::-1]
    size = (width, height)
    flat = cv2.warpPerspective(paper, warp, size, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    mask = cv2.warpPerspective(
        np.ones(paper.shape[:2], dtype=np.float32), warp, size, flags=cv2.INTER_LINEAR, borderValue=0
    )[..., None]
    sheet = flat * np.array([0.93, 0.97, 0.99], dtype=np.float32)
    picture = _table(width, height, noise)
    picture += (sheet - picture) * mask
    picture *= _light(width, height, noise, darkness)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6)
    # the grain of the sensor, the same in all colours
    picture += 2 * noise.standard_normal((height, width, 1), dtype=np.float32)
    rgb = np.clip(picture, 0, 255).astype(np.uint8)[..., ::-1]
    return Image.fromarray(np.ascontiguousarray(rgb))


def _table(width: int, height: int, noise: np.random.Generator) -> Pixels:
    """Return a wooden surface (blue, green, red): streaks along one direction."""
    streaks = cv2.resize(
        noise.normal(0, 1, (height // 6, 8)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    colour = np.array([52, 84, 122], dtype=np.float32)
    wood: Pixels = colour * (1 + 0.13 * streaks[..., None])
    return wood


def _light(width: int, height: int, noise: np.random.Generator, darkness: float) -> Pixels:
    """Return the brightness of every pixel: a lamp in one corner and the soft shadow of a hand or a phone."""
    # light changes slowly: an eighth of the size is enough to reckon it
    y, x = np.mgrid[0 : height // 8, 0 : width // 8].astype(np.float32)
    x, y = x * 8 / width, y * 8 / height
    slope = noise.uniform(-1, 1, 2)
    lamp = 0.9 + 0.12 * (slope[0] * (x - 0.5) + slope[1] * (y - 0.5))
    turn, place = noise.uniform(0, np.pi), noise.uniform(-0.2, 0.2)
    distance = (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn) - place
    shadow = 1 - darkness / (1 + np.exp(-distance * 14))
    light: Pixels = cv2.resize((lamp * shadow).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return light
