"""Wears till paper out: heat print that fades, rows the print head left out, folds and creases."""

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.float32]

_ROWS, _COLUMNS = 9, 4
"""Nodes of the net that is pushed about when paper crumples."""


def worn(page: Image.Image, noise: np.random.Generator, *, fading: float, creases: int) -> Image.Image:
    """Return the page as old till paper.

    `fading` from 0 (fresh) to 1 (hardly legible); `creases` is how many folds run across it (0: flat).
    """
    pixels: Pixels = np.asarray(page.convert("L"), dtype=np.float32)
    if fading:
        pixels = _faded(pixels, noise, fading)
    if creases:
        pixels = _crumpled(pixels, noise, creases)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert(page.mode)


def _faded(pixels: Pixels, noise: np.random.Generator, fading: float) -> Pixels:
    """Return the print in pale grey, in patches, with thin columns that a dirty print head left white."""
    height, width = pixels.shape
    coarse = noise.uniform(0.45, 1.0, (max(height // 120, 2), max(width // 120, 2))).astype(np.float32)
    patches = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    left = 1.0 - 0.72 * fading * patches
    ink = (255.0 - pixels) * left
    for _ in range(int(4 * fading)):
        at = int(noise.integers(width - 3))
        ink[:, at : at + 2] *= np.float32(0.15)
    paper: Pixels = (250.0 - 6.0 * fading * patches - ink).astype(np.float32)
    grain: Pixels = np.float32(3.0 * fading) * noise.standard_normal(pixels.shape, dtype=np.float32)
    return paper + grain


def _crumpled(pixels: Pixels, noise: np.random.Generator, creases: int) -> Pixels:
    """Return the page pushed out of plane: lines wave a little, and every fold has a light and a dark side."""
    height, width = pixels.shape
    reach = 0.004 * height / _ROWS * creases
    waves = [
        cv2.resize(
            noise.uniform(-reach, reach, (_ROWS, _COLUMNS)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        for _ in range(2)
    ]  # fmt: skip
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bent: Pixels = cv2.remap(pixels, x + waves[0], y + waves[1], cv2.INTER_LINEAR, borderValue=255)
    for _ in range(creases):
        turn, place = noise.uniform(-0.5, 0.5), noise.uniform(0.1, 0.9)
        far = (y / height - place) * np.cos(turn) + (x / width - 0.5) * np.sin(turn) * width / height
        bent *= (
            1.0
            - np.float32(0.16) * np.exp(-np.square(far * 55))
            + np.float32(0.07) * np.exp(-np.square(far * 55 - 1.6))
        )
    return bent
