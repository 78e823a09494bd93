import time

import cv2
import numpy as np
import pytest

from adapters.shared.imaging.attempts import read_picture
from adapters.shared.imaging.pictures import Picture
from adapters.shared.imaging.token import Grey, Token
from adapters.shared.imaging.upright import lie_of

_HIGH, _WIDE = 1200, 800


class Eye:
    """Sees words along the longer (`along`) or the shorter side of a picture, whichever way it is turned."""

    good = 0.8
    is_scaled = False

    def __init__(self, *, runs_along_the_longer_side: bool, reads_upright: bool = True) -> None:
        self._along = runs_along_the_longer_side
        self._reads_upright = reads_upright

    def recognise(self, picture: Grey, *, letter_height: float, seconds: float) -> list[Token]:
        is_wide = picture.shape[1] > picture.shape[0]
        across, down = (90, 20) if is_wide == self._along else (20, 90)
        if across > down and not self._reads_upright:
            return []
        return [Token("Betrag", 100, 100 + 120 * i, 100 + across, 100 + 120 * i + down, 0.95) for i in range(5)]

    def orientation(self, picture: Grey, *, seconds: float) -> tuple[int, float]:
        return 0, 9.0


def columns_of_dots() -> Picture:
    """Return a portrait sheet on which the next spot always lies below, as on patterned paper."""
    pixels = np.full((_HIGH, _WIDE), 250, dtype=np.uint8)
    for across in range(60, _WIDE - 60, 50):
        for down in range(60, _HIGH - 60, 14):
            cv2.circle(pixels, (across, down), 4, 90, -1)
    return Picture(pixels, 595.0, 842.0, 0)


def test_a_pattern_of_the_paper_does_not_lay_a_page_on_its_side() -> None:
    sheet = columns_of_dots()

    best = read_picture(sheet, Eye(runs_along_the_longer_side=False), deadline=time.monotonic() + 60)

    assert lie_of(sheet.pixels).is_vertical
    assert best.turn == 0
    assert all(t.right - t.left > t.bottom - t.top for t in best.tokens)


def test_a_page_on_its_side_is_turned() -> None:
    best = read_picture(columns_of_dots(), Eye(runs_along_the_longer_side=True), deadline=time.monotonic() + 60)

    assert best.turn == 90


def test_words_that_run_down_stay_when_nothing_is_read_the_other_way() -> None:
    eye = Eye(runs_along_the_longer_side=False, reads_upright=False)

    assert read_picture(columns_of_dots(), eye, deadline=time.monotonic() + 60).tokens


@pytest.mark.parametrize("is_vertical", [True, False], ids=["down", "across"])
def test_a_known_direction_of_lines_is_not_guessed(is_vertical: bool) -> None:
    assert lie_of(columns_of_dots().pixels, is_vertical=is_vertical).is_vertical is is_vertical
