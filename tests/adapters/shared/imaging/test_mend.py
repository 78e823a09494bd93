import cv2
import numpy as np
import pytest
from PIL import Image

from adapters.shared.imaging.mend import mend
from adapters.shared.imaging.upright import lie_of
from tests.adapters.sheets import scanned


def grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image, dtype=np.uint8)


def mended(picture: np.ndarray) -> np.ndarray:
    lie = lie_of(picture)
    return mend(picture, slope=lie.slope, letter_height=lie.letter_height, is_scaled=False).pixels


def darkest(picture: np.ndarray) -> float:
    return float(np.percentile(picture, 0.5))


def test_a_clean_page_stays_as_it_is(clean_page: Image.Image) -> None:
    assert np.array_equal(mended(grey(clean_page)), grey(clean_page))


def test_a_good_scan_keeps_its_greys(clean_page: Image.Image) -> None:
    scan = grey(scanned(clean_page))

    assert darkest(mended(scan)) == pytest.approx(darkest(scan), abs=10)


def test_pale_print_becomes_dark_on_light_paper(clean_page: Image.Image) -> None:
    pale = np.asarray(235 - (255 - grey(clean_page).astype(np.float32)) * 0.2, dtype=np.uint8)

    page = mended(pale)

    assert darkest(pale) > 170
    assert darkest(page) < 80
    assert np.median(page) > 225


def test_a_shadow_over_half_the_page_is_lifted(clean_page: Image.Image) -> None:
    shaded = grey(clean_page).astype(np.float32)
    shaded[:, : shaded.shape[1] // 2] *= 0.45

    page = mended(np.asarray(shaded, dtype=np.uint8))

    left, right = np.array_split(page, 2, axis=1)
    assert abs(float(np.median(left)) - float(np.median(right))) < 12


def test_an_empty_sheet_is_not_made_of_noise(clean_page: Image.Image) -> None:
    empty = scanned(Image.new("L", clean_page.size, 230))

    page = mended(grey(empty))

    assert darkest(page) > 150


def test_a_slip_with_rules_of_signs_stays_upright() -> None:
    canvas = np.full((900, 420), 255, np.uint8)
    for row in range(20):
        text = "=" * 30 if row % 3 == 0 else f"Item {row}  12.{row:02d}"
        cv2.putText(canvas, text, (20, 40 + 42 * row), cv2.FONT_HERSHEY_PLAIN, 1.3, 0, 1)

    assert not lie_of(canvas).is_vertical


def test_small_print_keeps_its_strokes() -> None:
    small = np.full((240, 300), 255, np.uint8)
    for row in range(20):
        cv2.putText(
            small, f"Item {row} 12.{row:02d} at 18/03/2018 13:18", (6, 12 + 12 * row), cv2.FONT_HERSHEY_PLAIN, 0.7, 0
        )

    assert np.array_equal(mended(small), small)


def test_dots_all_over_the_paper_are_smoothed_away(clean_page: Image.Image) -> None:
    dirty = grey(clean_page).copy()
    dirty[np.random.default_rng(1).random(dirty.shape) < 0.03] = 0

    assert np.mean(mended(dirty) < 128) < 0.5 * np.mean(dirty < 128)
