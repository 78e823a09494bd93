from pathlib import Path

import pytest

from adapters.ocr_results.plug import PLUG
from engine.model.errors import ReadError
from engine.model.page import Page
from engine.ports import Limits
from engine.runtime.media_type import sniff
from tests.adapters.ocr_results.conftest import Read
from tests.adapters.ocr_results.pages import HEIGHT, WIDTH, invoice
from tests.adapters.ocr_results.written import WRITERS, stored

FORMATS = pytest.mark.parametrize("name", WRITERS)
TELL_THE_SIZE = sorted(set(WRITERS) - {"textract"})
SEVERAL_PAGES = sorted(set(WRITERS) - {"page xml"})


def _near(page: Page, tolerance: float) -> None:
    wanted = invoice().pages[0].words
    assert [word.text for word in page.words] == [word.text for word in wanted]
    for word, other in zip(page.words, wanted, strict=True):
        assert word.box == pytest.approx(other.box, abs=tolerance)


@FORMATS
def test_a_result_is_known_by_its_content(name: str, tmp_path: Path) -> None:
    media_type, write = WRITERS[name]
    file = tmp_path / "no-ending"
    file.write_bytes(write(stored(invoice())))

    assert sniff(file) == media_type
    assert media_type in PLUG.manifest.media_types


@FORMATS
def test_words_and_confidences_are_kept(name: str, read: Read) -> None:
    media_type, write = WRITERS[name]

    page = read(write(stored(invoice())), media_type).pages[0]

    wanted = invoice().pages[0].words
    assert [word.text for word in page.words] == [word.text for word in wanted]
    assert [word.confidence for word in page.words] == pytest.approx([word.confidence for word in wanted], abs=0.005)
    assert page.how == "ocr"
    assert page.by


@pytest.mark.parametrize("turned", [0, 90, 180, 270], ids=lambda turned: f"turned by {turned}")
@pytest.mark.parametrize("name", TELL_THE_SIZE)
def test_boxes_are_points_of_the_upright_page(name: str, turned: int, read: Read) -> None:
    media_type, write = WRITERS[name]

    page = read(write(stored(invoice(), turned)), media_type).pages[0]

    assert (page.width, page.height) == pytest.approx((WIDTH, HEIGHT), abs=1)
    assert page.rotation == -turned % 360
    _near(page, 0.8)


@pytest.mark.parametrize("turned", [0, 90, 180, 270], ids=lambda turned: f"turned by {turned}")
def test_a_page_without_a_size_gets_that_of_paper(turned: int, read: Read) -> None:
    media_type, write = WRITERS["textract"]

    page = read(write(stored(invoice(), turned)), media_type).pages[0]

    assert (page.width, page.height) == pytest.approx((WIDTH, HEIGHT), abs=1)
    assert page.rotation == -turned % 360
    _near(page, 1.5)


@pytest.mark.parametrize("name", SEVERAL_PAGES)
def test_pages_keep_their_order(name: str, read: Read) -> None:
    media_type, write = WRITERS[name]

    reading = read(write(stored(invoice(3))), media_type)

    assert [page.number for page in reading.pages] == [1, 2, 3]
    assert reading.page_count == 3


@pytest.mark.parametrize("name", SEVERAL_PAGES)
def test_more_pages_than_allowed_are_refused(name: str, read: Read) -> None:
    media_type, write = WRITERS[name]

    with pytest.raises(ReadError) as refused:
        read(write(stored(invoice(3))), media_type, limits=Limits(max_pages=2))

    assert refused.value.code == "too_many_pages"


@FORMATS
def test_a_larger_file_than_allowed_is_refused(name: str, read: Read) -> None:
    media_type, write = WRITERS[name]

    with pytest.raises(ReadError) as refused:
        read(write(stored(invoice())), media_type, limits=Limits(max_bytes=500, max_xml_bytes=500))

    assert refused.value.code == "too_large"


@pytest.mark.parametrize("name", ["hocr", "alto mm10", "page xml", "postroom"])
def test_the_language_that_an_engine_names_is_kept(name: str, read: Read) -> None:
    media_type, write = WRITERS[name]

    assert read(write(stored(invoice())), media_type).pages[0].language == "de"
