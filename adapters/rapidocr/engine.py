"""Recognition with RapidOCR's detection and with its recognition model on onnxruntime."""

import time
from typing import Any

import cv2
import numpy as np
from rapidocr import RapidOCR

from adapters.rapidocr.decode import Piece
from adapters.rapidocr.models import models
from adapters.rapidocr.recognition import LineReader
from adapters.rapidocr.second_look import SecondLook
from adapters.shared.imaging.token import Grey, Token
from adapters.shared.memory import give_back
from adapters.shared.turns import in_turn

_DETECTED_LETTER = 12.0
"""Pixels: letters of this height are found as surely as larger ones, in a fraction of the time."""
_MOST_PIXELS = 4_000_000
_UPRIGHT = 2.0
"""A box that is so many times higher than wide, and higher than three letters, holds a line that runs down the page."""
_LEAST_SCORE = 0.3
_VOTES = 5
"""Lines that tell which way up a page stands."""
_SURE = 20.0
"""A tenth more mean confidence is sure: it becomes 2."""

Quad = np.ndarray[Any, np.dtype[np.float32]]


class RapidEngine:
    """Reads level pictures. `threads` is what one page may use."""

    good = 0.80
    is_scaled = False

    def __init__(self, *, threads: int) -> None:
        found = models()
        self._detector = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_preprocess_img": False,
                "Global.use_vertical_padding": False,
                "Det.model_path": str(found.detection),
                "Det.limit_type": "max",
                "Det.limit_side_len": 100_000,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        self._reader = LineReader(found.recognition, threads=threads)
        self._second = SecondLook(found.second, threads=threads)
        self._seen: tuple[Grey, list[Quad]] | None = None

    def recognise(self, picture: Grey, *, letter_height: float, seconds: float) -> list[Token]:
        """Return the words of a level picture whose letters are so high (pixels); none when it stands on its head.

        Raises TimedOut.
        """
        until = time.monotonic() + seconds
        quads = self._lines(picture, letter_height)
        crops = [_crop(picture, quad, letter_height) for quad in quads]
        some = _some(quads)
        first = self._reader.read([crops[index] for index in some], until=until)
        if self._gain_of_turning([crops[index] for index in some], first, until=until) > 0:
            return []
        rest = [index for index in range(len(quads)) if index not in some]
        others = self._reader.read([crops[index] for index in rest], until=until)
        order = [*some, *rest]
        mended = self._second.mended([crops[index] for index in order], [*first, *others], until=until)
        lines = dict(zip(order, mended, strict=True))
        return [
            token
            for index, quad in enumerate(quads)
            if _confidence(lines[index]) >= _LEAST_SCORE
            for token in _tokens(quad, lines[index])
        ]

    def orientation(self, picture: Grey, *, seconds: float) -> tuple[int, float]:
        """Return (0 or 180, confidence): the way up in which some of the lines are read with more confidence."""
        until = time.monotonic() + seconds
        quads = self._lines(picture, 0.0)
        crops = [_crop(picture, quads[index], 0.0) for index in _some(quads)]
        upright = self._reader.read(crops, until=until)
        gain = self._gain_of_turning(crops, upright, until=until)
        return (180 if gain > 0 else 0), _SURE * abs(gain)

    def _gain_of_turning(self, crops: list[Grey], upright: list[list[Piece]], *, until: float) -> float:
        """Return by how much more confident the lines are read when they are turned by 180 degrees."""
        confidence = _mean(upright)
        if confidence >= self.good or not crops:
            return -confidence
        turned = [np.ascontiguousarray(np.rot90(crop, 2)) for crop in crops]
        return _mean(self._reader.read(turned, until=until)) - confidence

    def _lines(self, picture: Grey, letter_height: float) -> list[Quad]:
        """Return the corners of lines of text, clockwise from top left, in reading order."""
        if self._seen is not None and self._seen[0] is picture:
            return self._seen[1]
        height, width = picture.shape
        scale = min(1.0, (_MOST_PIXELS / (height * width)) ** 0.5)
        if letter_height > _DETECTED_LETTER:
            scale = min(scale, _DETECTED_LETTER / letter_height)
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        # the network that finds lines takes a quarter of a gigabyte, more than all that follows
        with in_turn():
            found = self._detector(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
            give_back()
        boxes = getattr(found, "boxes", None)
        quads = [] if boxes is None else [np.asarray(box, dtype=np.float32) / scale for box in boxes]
        self._seen = (picture, quads)
        return quads


def _confidence(line: list[Piece]) -> float:
    """Return the mean confidence over the letters of a line."""
    letters = sum(len(piece.text) for piece in line)
    return sum(len(piece.text) * piece.confidence for piece in line) / letters if letters else 0.0


def _mean(lines: list[list[Piece]]) -> float:
    return sum(map(_confidence, lines)) / len(lines) if lines else 0.0


def _some(quads: list[Quad]) -> list[int]:
    """Return which lines are looked at first: long ones tell best which way up they stand."""
    by_length = sorted(range(len(quads)), key=lambda index: float(np.ptp(quads[index][:, 0])))
    return by_length[-2 * _VOTES :: 2]


def _crop(picture: Grey, quad: Quad, letter_height: float) -> Grey:
    """Return the line alone, level; one that runs down the page is turned to run across."""
    width = max(1, round(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))))
    height = max(1, round(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(quad, target)
    crop = cv2.warpPerspective(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if height > _UPRIGHT * width and height > 3 * letter_height:
        crop = np.rot90(crop)
    return np.ascontiguousarray(crop, dtype=np.uint8)


def _tokens(quad: Quad, line: list[Piece]) -> list[Token]:
    """Return the words of a line with boxes along it."""
    left, right = float(quad[:, 0].min()), float(quad[:, 0].max())
    top, bottom = float(quad[:, 1].min()), float(quad[:, 1].max())
    if bottom - top > _UPRIGHT * (right - left) and len(line) > 1:
        # a line that runs down the page: its words share the box
        return [Token(p.text, left, top, right, bottom, p.confidence) for p in line]
    width = right - left
    return [Token(p.text, left + p.start * width, top, left + p.end * width, bottom, p.confidence) for p in line]
