"""Reads pictures of single lines with a recognition model of PaddleOCR on onnxruntime."""

import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime

from adapters.rapidocr.decode import Piece, latin, pieces, without_marks
from adapters.shared.imaging.token import Grey, TimedOut

_LINE_HEIGHT = 48
_NARROWEST, _WIDEST = 64, 3200
_BATCH_WIDTH = 2400


class LineReader:
    """One recognition model. It reads what is not Chinese or Japanese with Latin, Greek and Cyrillic signs only."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self._session = _session(str(model), threads)
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._alphabet = ["", *characters, " "]
        self._latin = latin(self._alphabet)
        self._plain = without_marks(self._alphabet)

    def read(self, crops: list[Grey], *, until: float) -> list[list[Piece]]:
        """Return the words of pictures of single lines, in their order. Raises TimedOut past the monotonic `until`."""
        found: list[list[Piece]] = [[] for _ in crops]
        widths = [_width(crop) for crop in crops]
        for batch in _batches(widths):
            if time.monotonic() > until:
                raise TimedOut
            wide = max(_NARROWEST, *(widths[index] for index in batch))
            scores = self._scores([_scaled(crops[index], widths[index], wide) for index in batch])
            for index, row in zip(batch, scores, strict=True):
                filled = widths[index] / wide
                found[index] = pieces(row, self._alphabet, allowed=self._latin, plain=self._plain, filled=filled)
        return found

    def _scores(self, lines: list[Grey]) -> Any:
        return self._session.run(None, {self._session.get_inputs()[0].name: _net(lines)})[0]


def _session(path: str, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    # waiting threads must not eat the time of other documents
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, sess_options=options, providers=["CPUExecutionProvider"])


def _width(crop: Grey) -> int:
    """Return how wide the line is when it is as high as the network wants it, in steps of 8 pixels."""
    height, width = crop.shape
    return int(min(_WIDEST, max(8, 8 * -(-_LINE_HEIGHT * width // (8 * height)))))


def _batches(widths: list[int]) -> list[list[int]]:
    """Group lines of like width, so that little padding is computed."""
    batches: list[list[int]] = []
    for index in sorted(range(len(widths)), key=widths.__getitem__):
        last = batches[-1] if batches else None
        if (
            last is not None
            and widths[index] * (len(last) + 1) <= _BATCH_WIDTH
            and widths[index] <= 1.25 * widths[last[0]] + 16
        ):
            last.append(index)
        else:
            batches.append([index])
    return batches


def _scaled(crop: Grey, width: int, wide: int) -> Grey:
    """Return the line in the size of the network, grey on the right, which is nothing to it."""
    canvas = np.full((_LINE_HEIGHT, wide), 127, dtype=np.uint8)
    canvas[:, :width] = cv2.resize(crop, (width, _LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)
    return canvas


def _net(lines: list[Grey]) -> Any:
    """Return grey lines as the network takes them: n x 3 x height x width, -1..1."""
    stack = np.stack(lines).astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(np.repeat(stack[:, None, :, :], 3, axis=1))
