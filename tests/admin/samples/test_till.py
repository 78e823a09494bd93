import random
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from adapters.pdfplumber.plug import PLUG
from admin.samples import notation
from admin.samples.compose import Wish, write_receipt
from admin.samples.make import make
from admin.samples.pages import till
from admin.samples.raster import scan, thermal
from admin.samples.recipe import Recipe
from admin.samples.world import vendor
from engine.content.library import Library
from engine.ports import Limits
from engine.stages.classify import classify

_ROOT = Path(__file__).parents[3]


def _text(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(BytesIO(pdf))[0].get_textpage().get_text_bounded())


@pytest.fixture(scope="module")
def strip() -> Image.Image:
    return scan.render(till.draw(write_receipt(random.Random(3), vendor("V1001"))), dpi=120)[0]


@pytest.mark.parametrize("party", ["V1001", "V1008", "V1020"])
def test_a_busy_slip_shows_its_total_and_number(party: str) -> None:
    paper = write_receipt(random.Random(2), vendor(party))

    text = _text(till.draw(paper))

    total = notation.amount(paper.sums.total, country=paper.seller.country, currency=paper.currency)
    assert f"{paper.currency} {total}" in text
    assert paper.number in text


def test_a_busy_slip_shows_more_dates_than_the_one_of_the_sale() -> None:
    paper = write_receipt(random.Random(2), vendor("V1001"))

    text = _text(till.draw(paper))

    assert "Umtausch bis" in text


def test_the_same_wear_makes_the_same_picture(strip: Image.Image) -> None:
    pictures = [thermal.worn(strip, np.random.default_rng(1), fading=0.6, creases=2) for _ in range(2)]

    assert pictures[0].tobytes() == pictures[1].tobytes()


def test_print_fades(strip: Image.Image) -> None:
    fresh = np.asarray(strip).min()

    assert np.asarray(thermal.worn(strip, np.random.default_rng(1), fading=0.9, creases=0)).min() > fresh + 40


def test_creases_move_the_print(strip: Image.Image) -> None:
    worn = thermal.worn(strip, np.random.default_rng(1), fading=0, creases=3)

    assert worn.size == strip.size
    assert np.abs(np.asarray(worn, dtype=np.int16) - np.asarray(strip, dtype=np.int16)).mean() > 1


def test_new_paper_stays_as_it_is(strip: Image.Image) -> None:
    assert thermal.worn(strip, np.random.default_rng(1), fading=0, creases=0).tobytes() == strip.tobytes()


def test_a_short_slip_in_wide_letters_is_a_receipt_by_its_narrow_paper(tmp_path: Path) -> None:
    """Vera is wider than the letters of tills, and three articles make no long strip."""
    made = make(
        Recipe(name="slip", kind="digital", vendor="V1029", layout="minimal", wish=Wish(type="receipt")), 7, name="s"
    )
    file = tmp_path / "s.pdf"
    file.write_bytes(made.data)
    reading = PLUG.reader().read(file, "application/pdf", pages=None, limits=Limits())

    assert classify(reading, Library.load(_ROOT, "dev").vocabularies).type == "receipt"
