import random
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2
import pytesseract
import pytest
from PIL import Image

from admin.samples.compose import Wish, write
from admin.samples.pages import invoice
from admin.samples.pages.layouts import layout
from admin.samples.raster import image_pdf, photo, scan
from admin.samples.world import vendor


@pytest.fixture(scope="module")
def page() -> Image.Image:
    paper = write(random.Random(4), vendor("V1020"), Wish(number="INV-70451"))
    return scan.render(invoice.draw(paper, layout("minimal"))[0], dpi=150)[0]


def _scan(page: Image.Image, **wishes: Any) -> Image.Image:
    return scan.scanned(page, np.random.default_rng(1), **{"angle": 0.5, "dirt": 0.3, **wishes})


def test_the_same_noise_gives_the_same_scan(page: Image.Image) -> None:
    assert _scan(page).tobytes() == _scan(page).tobytes()


@pytest.mark.parametrize("is_grey", [True, False], ids=["grey", "black and white"])
def test_a_scanned_pdf_looks_like_the_page_and_holds_no_text(page: Image.Image, is_grey: bool) -> None:
    image = _scan(page) if is_grey else scan.black_and_white(_scan(page))

    document = pypdfium2.PdfDocument(image_pdf.wrap([image, image], dpi=150))

    assert len(document) == 2
    assert document[0].get_textpage().get_text_bounded() == ""
    seen = np.asarray(document[0].render(scale=1, grayscale=True).to_pil())
    assert 200 < seen.mean() < 254
    assert document[0].get_size() == pytest.approx((595, 842), abs=1)
    document.close()


def test_a_stamp_darkens_the_page(page: Image.Image) -> None:
    plain, stamped = _scan(page), _scan(page, stamped=date(2025, 3, 4))

    assert np.asarray(stamped).mean() < np.asarray(plain).mean()


def test_a_photo_shows_the_table_around_the_paper(page: Image.Image) -> None:
    picture = photo.photographed(page, np.random.default_rng(1))

    assert picture.width > page.width
    red, _green, blue = np.asarray(picture)[2, 2]
    assert red > blue


@pytest.mark.parametrize(("is_grey", "compression"), [(True, "tiff_lzw"), (False, "group4")])
def test_a_tiff_holds_all_pages_in_the_usual_compression(page: Image.Image, is_grey: bool, compression: str) -> None:
    image = page if is_grey else scan.black_and_white(page)

    file = Image.open(BytesIO(scan.tiff([image, image], dpi=150)))

    assert (getattr(file, "n_frames", 1), file.info["compression"], file.info["dpi"]) == (2, compression, (150, 150))


@pytest.mark.slow
@pytest.mark.parametrize("form", ["scan", "black and white", "photo"])
def test_what_was_scanned_can_be_read_again(page: Image.Image, form: str) -> None:
    pictures = {
        "scan": lambda: _scan(page),
        "black and white": lambda: scan.black_and_white(_scan(page)),
        "photo": lambda: photo.photographed(page, np.random.default_rng(1), tilt=0.3, darkness=0.2),
    }

    assert "INV-70451" in pytesseract.image_to_string(pictures[form]())
