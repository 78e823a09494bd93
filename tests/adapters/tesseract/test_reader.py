from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from adapters.tesseract import engine
from adapters.tesseract.plug import PLUG
from adapters.tesseract.reader import version
from engine.model.errors import ReadError
from engine.model.page import Page, Reading
from engine.ports import Limits, Plug
from tests.adapters.sheets import LINES, WORDS, png, scanned

needs_tesseract = pytest.mark.skipif(engine.tesseract_version() is None, reason="tesseract is not installed")


def read(path: Path, media_type: str = "image/png", pages: list[int] | None = None, **limits: int) -> Reading:
    return PLUG.reader().read(path, media_type, pages=pages, limits=Limits(**limits))


def recall(page: Page) -> float:
    """Return the part of the printed words that was read exactly."""
    found = {word.text for word in page.words}
    return sum(word in found for word in WORDS) / len(WORDS)


def saved(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


def test_the_plug_fits_its_socket() -> None:
    assert isinstance(PLUG, Plug)
    assert PLUG.manifest.media_types == ("application/pdf", "image/*")


@needs_tesseract
@pytest.mark.slow
def test_a_scan_is_read_with_boxes_in_points_and_confidence(clean_page: Image.Image, tmp_path: Path) -> None:
    page = read(saved(scanned(clean_page), tmp_path / "scan.png", dpi=(200, 200))).pages[0]

    first = next(word for word in page.words if word.text == "Rechnung")
    assert (page.how, page.rotation, page.by) == ("ocr", 0, version())
    assert (round(page.width), round(page.height)) == (595, 842)
    assert recall(page) >= 0.95
    assert (first.x0, first.top) == pytest.approx((72, 87), abs=4)
    assert all(0 <= word.confidence <= 1 for word in page.words)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, pytest.param(270, marks=pytest.mark.siege)], ids=str)
def test_a_turned_scan_is_read_upright(clean_page: Image.Image, tmp_path: Path, turn: int) -> None:
    # transpose turns counterclockwise, so the page must be turned clockwise by the same to stand
    turned = scanned(clean_page).transpose(
        {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}[turn]
    )

    page = read(saved(turned, tmp_path / "scan.png", dpi=(200, 200))).pages[0]

    first = next(word for word in page.words if word.text == "Rechnung")
    assert page.rotation == turn
    assert (round(page.width), round(page.height)) == (595, 842)
    assert recall(page) >= 0.95
    assert (first.x0, first.top) == pytest.approx((72, 87), abs=4)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("skew", [-7.0, 3.0, 12.0], ids=str)
def test_words_of_a_line_of_a_skewed_scan_stand_on_one_height(
    clean_page: Image.Image, tmp_path: Path, skew: float
) -> None:
    page = read(saved(scanned(clean_page, skew=skew), tmp_path / "scan.png", dpi=(200, 200))).pages[0]

    tops = [word.bottom for word in page.words if word.text in LINES[9].split()]
    assert recall(page) >= 0.9
    assert max(tops) - min(tops) < 4


@needs_tesseract
@pytest.mark.slow
def test_a_shaded_photo_is_read(clean_page: Image.Image, tmp_path: Path) -> None:
    photo = scanned(clean_page, skew=2, noise=10, shadow=True)

    assert recall(read(saved(photo, tmp_path / "photo.jpg", quality=80), "image/jpeg").pages[0]) >= 0.9


@needs_tesseract
@pytest.mark.slow
def test_the_orientation_of_a_camera_is_obeyed(clean_page: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = scanned(clean_page).transpose(Image.Transpose.ROTATE_90)

    page = read(saved(lying, tmp_path / "photo.jpg", quality=90, exif=exif), "image/jpeg").pages[0]

    assert page.rotation == 90
    assert page.height > page.width
    assert recall(page) >= 0.95


@needs_tesseract
@pytest.mark.slow
def test_every_frame_of_a_fax_is_a_page(clean_page: Image.Image, tmp_path: Path) -> None:
    # a fax has half as many lines as dots
    fax = clean_page.resize((1728, 1146)).convert("1")
    path = tmp_path / "fax.tif"
    fax.save(path, save_all=True, append_images=[fax], compression="group4", dpi=(204, 98))

    reading = read(path, "image/tiff")

    assert reading.page_count == 2
    assert [page.number for page in reading.pages] == [1, 2]
    assert round(reading.pages[0].height / reading.pages[0].width, 1) == 1.4
    assert min(recall(page) for page in reading.pages) >= 0.6


@needs_tesseract
@pytest.mark.slow
def test_only_the_wanted_pages_of_a_pdf_are_read(clean_page: Image.Image, tmp_path: Path) -> None:
    image = saved(scanned(clean_page), tmp_path / "scan.png")
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(595, 842))
    for _ in range(3):
        canvas.drawImage(str(image), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()

    reading = read(tmp_path / "scan.pdf", "application/pdf", pages=[2, 3], ocr_processes=2)

    assert [page.number for page in reading.pages] == [2, 3]
    assert reading.page_count == 3
    assert min(recall(page) for page in reading.pages) >= 0.95
    assert (reading.pages[0].width, reading.pages[0].height) == (595, 842)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_is_read(clean_page: Image.Image, tmp_path: Path, mode: str) -> None:
    deep = Image.fromarray(np.asarray(clean_page, dtype=np.uint16) * 100)
    page = deep if mode == "I;16" else clean_page.convert(mode)
    path = saved(page, tmp_path / "page.tif", dpi=(200, 200))

    assert recall(read(path, "image/tiff").pages[0]) >= 0.9


@needs_tesseract
def test_a_blank_sheet_is_read_as_no_words(tmp_path: Path) -> None:
    page = read(saved(Image.new("L", (1240, 1754), 250), tmp_path / "blank.png")).pages[0]

    assert (page.how, page.words) == ("ocr", ())


@needs_tesseract
def test_a_page_over_its_time_comes_back_unread(clean_page: Image.Image, tmp_path: Path) -> None:
    reading = read(saved(clean_page, tmp_path / "page.png"), ocr_timeout_seconds=0)

    assert [page.how for page in reading.pages] == ["none"]
    assert [finding.code for finding in reading.findings] == ["ocr_timeout"]


@needs_tesseract
@pytest.mark.parametrize(
    ("media_type", "spoil", "code"),
    [
        ("image/png", lambda whole: b"", "unreadable_image"),
        ("image/png", lambda whole: whole[: len(whole) // 2], "unreadable_image"),
        ("image/jpeg", lambda whole: b"\xff\xd8\xff\xe0" + b"\x00" * 100, "unreadable_image"),
        ("image/tiff", lambda whole: b"II*\x00\x08\x00\x00\x00\xff\xff", "unreadable_image"),
        ("image/png", lambda whole: png(30_000, 30_000), "too_many_pixels"),
        ("application/pdf", lambda whole: whole, "unreadable_pdf"),
    ],
    ids=["empty", "cut_off", "empty_jpeg", "broken_tiff", "thirty_thousand_square", "png_called_pdf"],
)
def test_a_bad_file_is_refused_with_its_reason(
    clean_page: Image.Image, tmp_path: Path, media_type: str, spoil: Callable[[bytes], bytes], code: str
) -> None:
    whole = saved(clean_page, tmp_path / "whole.png").read_bytes()
    path = tmp_path / "bad.bin"
    path.write_bytes(spoil(whole))

    with pytest.raises(ReadError) as e:
        read(path, media_type)

    assert e.value.code == code


@needs_tesseract
def test_the_kind_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    path = saved(Image.new("L", (800, 1000), 255), tmp_path / "letter.pdf", format="PNG")

    assert read(path).pages[0].how == "ocr"


@needs_tesseract
def test_too_many_frames_are_refused(tmp_path: Path) -> None:
    frame = Image.new("1", (80, 100), 1)
    path = tmp_path / "many.tif"
    frame.save(path, save_all=True, append_images=[frame] * 11)

    with pytest.raises(ReadError, match=r"12 pages.*10") as e:
        read(path, "image/tiff", max_pages=10)

    assert e.value.code == "too_many_pages"


def test_a_machine_without_tesseract_says_how_to_install_it(
    clean_page: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "installed_languages", frozenset)

    with pytest.raises(ReadError, match="apt-get install tesseract-ocr") as e:
        read(saved(clean_page, tmp_path / "page.png"))

    assert e.value.code == "ocr_missing"


def test_the_doctor_names_the_package_of_a_missing_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.tesseract.plug.tesseract_version", lambda: "5.3.0")
    monkeypatch.setattr("adapters.tesseract.plug.installed_languages", lambda: frozenset({"eng", "osd"}))

    checks = {what: (is_well, mend) for what, is_well, mend in PLUG.diagnose()}

    assert checks["tesseract language eng"] == (True, "")
    assert checks["tesseract language deu"] == (False, "apt-get install tesseract-ocr-deu")
