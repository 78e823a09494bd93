import cv2
import numpy as np
import pytest
from PIL import Image

from adapters.shared.imaging.flatten import flatten, sheet
from adapters.shared.imaging.lines import find_lines
from adapters.shared.imaging.pictures import size_in_points
from adapters.shared.imaging.upright import lie_of
from tests.adapters.sheets import scanned


def grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image, dtype=np.uint8)


def on_a_table(page: np.ndarray, corners: list[tuple[int, int]]) -> np.ndarray:
    """Return a 1500 x 2000 photo of the page lying on a dark table with its corners there (clockwise from top left)."""
    height, width = page.shape
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(source, np.array(corners, dtype=np.float32))
    photo = cv2.warpPerspective(page, turn, (1500, 2000), borderValue=60)
    return np.asarray(cv2.GaussianBlur(photo, (3, 3), 0), dtype=np.uint8)


@pytest.mark.parametrize("skew", [-20.0, -3.0, 0.0, 1.0, 14.0], ids=str)
def test_the_slope_of_lines_is_measured(clean_page: Image.Image, skew: float) -> None:
    lie = lie_of(grey(scanned(clean_page, skew=skew)))

    assert lie.slope == pytest.approx(skew, abs=0.2)
    assert not lie.is_vertical


def test_lines_that_run_down_the_page_are_seen(clean_page: Image.Image) -> None:
    lie = lie_of(grey(scanned(clean_page, skew=2).transpose(Image.Transpose.ROTATE_90)))

    assert lie.is_vertical
    assert lie.slope == pytest.approx(2, abs=0.2)


def test_a_sheet_on_a_table_is_seen_from_straight_above(clean_page: Image.Image) -> None:
    flat = flatten(on_a_table(grey(clean_page), [(300, 200), (1250, 260), (1350, 1800), (180, 1750)]))

    assert flat.is_changed
    height, width = flat.pixels.shape
    assert height / width == pytest.approx(1.41, abs=0.12)
    assert np.median(flat.pixels[:50]) > 200


def test_a_shadow_over_a_corner_cuts_nothing_off_the_sheet(clean_page: Image.Image) -> None:
    corners = [(300, 200), (1250, 260), (1350, 1800), (180, 1750)]
    down, across = np.mgrid[0:2000, 0:1500]
    light = np.where(across + 0.6 * down > 1700, np.float32(0.5), np.float32(1))
    photo = on_a_table(grey(clean_page), corners) * cv2.GaussianBlur(light, (0, 0), 40)

    found = sheet(np.asarray(photo, dtype=np.uint8))

    assert found is not None
    assert np.abs(found - np.array(corners)).max() < 30


@pytest.mark.parametrize("kind", ["scan", "shaded", "dark_box"])
def test_a_page_without_a_clear_edge_stays_as_it_is(clean_page: Image.Image, kind: str) -> None:
    picture = grey(scanned(clean_page, skew=3, shadow=kind == "shaded")).copy()
    if kind == "dark_box":
        cv2.rectangle(picture, (200, 1500), (1400, 2200), 0, -1)

    assert not flatten(picture).is_changed


def test_drawn_lines_are_found(clean_page: Image.Image) -> None:
    picture = grey(clean_page).copy()
    cv2.line(picture, (200, 2000), (1400, 2000), 0, 3)
    cv2.line(picture, (300, 1700), (300, 2100), 0, 3)

    found = find_lines(picture)

    assert found[0] == pytest.approx((200, 2000, 1400, 2000), abs=12)
    assert found[1] == pytest.approx((300, 1700, 300, 2100), abs=12)
    assert len(found) == 2


@pytest.mark.parametrize(
    ("width", "height", "dpi", "expected"),
    [
        (2480, 3508, (300.0, 300.0), (595, 842)),
        (2480, 3508, (0.0, 0.0), (595, 842)),
        (3000, 4000, (72.0, 72.0), (595, 793)),
        (4000, 3000, (1.0, 1.0), (842, 632)),
        (900, 2700, (0.0, 0.0), (227, 681)),
    ],
    ids=["scanner", "unknown", "camera", "lying_camera", "till_roll"],
)
def test_the_size_of_a_page_is_sensible(
    width: int, height: int, dpi: tuple[float, float], expected: tuple[int, int]
) -> None:
    points = size_in_points(width, height, dpi)

    assert (round(points[0]), round(points[1])) == expected
