import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from adapters.rapidocr import models
from adapters.rapidocr.plug import PLUG
from adapters.rapidocr.reader import version
from engine.model.errors import ReadError
from engine.model.page import Page, Reading
from engine.ports import Limits, Plug
from tests.adapters.sheets import LINES, WORDS, font, png, scanned


def read(path: Path, media_type: str = "image/png", pages: list[int] | None = None, **limits: Any) -> Reading:
    return PLUG.reader().read(path, media_type, pages=pages, limits=Limits(**limits))


def recall(page: Page) -> float:
    """Return the part of the printed words that was read exactly."""
    found = {word.text for word in page.words}
    return sum(word in found for word in WORDS) / len(WORDS)


def saved(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, dtype=np.float32)


def picture(values: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def on_a_table(image: Image.Image) -> Image.Image:
    """Return a photo of the sheet from the side, on a dark table."""
    height, width = pixels(image).shape
    corners = np.array([[420, 300], [1620, 380], [1850, 2350], [160, 2250]], dtype=np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(source, corners)
    return picture(cv2.warpPerspective(pixels(image), turn, (2000, 2600), borderValue=70))


def under_a_shadow(image: Image.Image) -> Image.Image:
    values = pixels(image)
    down, across = np.mgrid[0 : values.shape[0], 0 : values.shape[1]]
    dark = np.where(across + 0.5 * down > 1500, np.float32(0.42), np.float32(1))
    return picture(values * cv2.GaussianBlur(dark, (0, 0), 12))


def in_low_light(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(3).normal(0, 5, pixels(image).shape)
    return picture(pixels(image) * 0.16 + 8 + noise)


def faded(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(3).normal(0, 4, pixels(image).shape)
    return picture(235 - (255 - cv2.GaussianBlur(pixels(image), (0, 0), 0.9)) * 0.2 + noise)


def upside_down(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.ROTATE_180)


def lying(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.ROTATE_90)


def test_the_plug_fits_its_socket() -> None:
    assert isinstance(PLUG, Plug)
    assert PLUG.manifest.media_types == ("application/pdf", "image/*")


@pytest.mark.slow
def test_a_scan_is_read_with_boxes_in_points_and_confidence(clean_page: Image.Image, tmp_path: Path) -> None:
    page = read(saved(scanned(clean_page), tmp_path / "scan.png", dpi=(200, 200))).pages[0]

    first, second = (next(w for w in page.words if w.text == text) for text in LINES[0].split()[:2])
    assert (page.how, page.rotation, page.by) == ("ocr", 0, version())
    assert recall(page) >= 0.95
    assert (first.x0, first.top) == pytest.approx((72, 87), abs=5)
    assert second.x0 - first.x1 == pytest.approx(3.5, abs=3)
    assert all(0 <= word.confidence <= 1 for word in page.words)


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoil", [on_a_table, under_a_shadow, in_low_light, faded, upside_down, lying], ids=lambda f: f.__name__
)
def test_a_bad_picture_is_read(
    clean_page: Image.Image, tmp_path: Path, spoil: Callable[[Image.Image], Image.Image]
) -> None:
    page = read(saved(spoil(clean_page), tmp_path / "bad.jpg", quality=80), "image/jpeg").pages[0]

    assert recall(page) >= 0.9


@pytest.mark.slow
def test_letters_with_marks_are_read(tmp_path: Path) -> None:
    sheet = Image.new("L", (1400, 700), 255)
    for row, line in enumerate(("Größe Müller Straße", "Référence reçue", "Señor Peña", "Łódź należność")):
        ImageDraw.Draw(sheet).text((80, 60 + 150 * row), line, font=font(44), fill=10)

    found = {word.text for word in read(saved(sheet, tmp_path / "marks.png")).pages[0].words}

    assert {"Größe", "Straße", "Référence", "reçue", "Peña"} <= found


@pytest.mark.slow
def test_the_kept_picture_shows_words_where_their_boxes_say(clean_page: Image.Image, tmp_path: Path) -> None:
    skewed = saved(scanned(clean_page, skew=8).transpose(Image.Transpose.ROTATE_90), tmp_path / "scan.png")

    page = read(skewed, pictures=str(tmp_path)).pages[0]

    shown = np.asarray(Image.open(tmp_path / page.picture), dtype=np.uint8)
    scale = shown.shape[1] / page.width
    assert shown.shape[0] / page.height == pytest.approx(scale, rel=0.01)
    ink = [
        (shown[round(w.top * scale) : round(w.bottom * scale), round(w.x0 * scale) : round(w.x1 * scale)] < 128).mean()
        for w in page.words
        if len(w.text) > 3
    ]
    assert min(ink) > 0.05
    assert (tmp_path / page.picture).stat().st_size < 300_000


@pytest.mark.slow
def test_a_code_on_a_skewed_scan_is_found_with_its_place(clean_page: Image.Image, tmp_path: Path) -> None:
    marked = clean_page.copy()
    code = zxingcpp.create_barcode("POSTROOM-4711", zxingcpp.BarcodeFormat.QRCode)
    mark = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code, scale=6)))
    marked.paste(mark, (1100, 150))

    page = read(saved(scanned(marked, skew=4), tmp_path / "scan.png", dpi=(200, 200))).pages[0]

    (found,) = page.codes
    assert (found.symbology, found.text) == ("qr", "POSTROOM-4711")
    assert (found.x0, found.top) == pytest.approx((1100 * 0.36, 150 * 0.36), abs=30)


def test_a_blank_sheet_is_read_as_no_words(tmp_path: Path) -> None:
    page = read(saved(Image.new("L", (1240, 1754), 250), tmp_path / "blank.png")).pages[0]

    assert (page.how, page.words) == ("ocr", ())


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png(30_000, 30_000))

    with pytest.raises(ReadError) as e:
        read(path)

    assert e.value.code == "too_many_pixels"


def test_a_machine_without_rapidocr_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(ReadError, match="pip install rapidocr onnxruntime") as e:
        models.models()

    assert e.value.code == "ocr_missing"
    assert PLUG.diagnose()[0][1] is False
