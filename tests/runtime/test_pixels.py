from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from engine.model.document import Blob
from engine.model.errors import ReadError
from engine.model.finding import Finding
from engine.model.page import Code, Page, Reading, Word
from engine.ports import Limits, Plug
from engine.runtime.house import House, open_house
from engine.runtime.pixels import recognise
from engine.runtime.reading import merge
from tests.house import test_settings

BLOB = Blob(sha256="cd" * 32, size=9, media_type="application/pdf")


def page(number: int, confidence: float, *texts: str) -> Page:
    words = tuple(Word(text, 10 * at, 10, 10 * at + 9, 20, confidence) for at, text in enumerate(texts))
    return Page(number=number, width=100, height=100, words=words, how="ocr", by="x@1")


class Engine:
    """An OCR engine that reads what it is told, and remembers which pages it was asked for."""

    def __init__(self, name: str, *pages: Page, fails: str = "", finding: Finding | None = None) -> None:
        self.version = f"{name}@1"
        self.asked: list[Sequence[int] | None] = []
        self._pages = pages
        self._fails = fails
        self._finding = finding

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        assert path.name
        assert media_type == BLOB.media_type
        self.asked.append(pages)
        if self._fails:
            raise ReadError("It cannot.", code=self._fails)
        seen = tuple(p for p in self._pages if pages is None or p.number in pages)
        if limits.pictures:
            (Path(limits.pictures) / "1.jpg").write_bytes(b"picture")
            seen = tuple(p.model_copy(update={"picture": "1.jpg"}) for p in seen)
        return Reading(pages=seen, page_count=len(self._pages), findings=(self._finding,) if self._finding else ())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(test_settings(tmp_path))


def read(house: House, *engines: Engine, keeps_pictures: bool = False) -> Reading:
    plugs = [(cast("Plug", None), engine) for engine in engines]
    return merge(recognise(house, plugs, BLOB, Path("scan.pdf"), pages=None, keeps_pictures=keeps_pictures))


def test_a_page_read_with_confidence_is_read_once(house: House) -> None:
    second = Engine("b", page(1, 0.99, "other"))

    reading = read(house, Engine("a", page(1, 0.95, "Invoice")), second)

    assert [word.text for word in reading.pages[0].words] == ["Invoice"]
    assert second.asked == []


def test_only_doubtful_pages_go_to_the_next_engine(house: House) -> None:
    first = Engine("a", page(1, 0.95, "Invoice"), page(2, 0.5, "Tota1"), page(3, 0.95))
    second = Engine("b", page(1, 0.9, "no"), page(2, 0.9, "Total"), page(3, 0.9, "Thanks"))

    reading = read(house, first, second)

    assert second.asked == [[2, 3]]
    assert [[word.text for word in p.words] for p in reading.pages] == [["Invoice"], ["Total"], ["Thanks"]]


def test_the_better_of_two_doubtful_readings_stays(house: House) -> None:
    reading = read(house, Engine("a", page(1, 0.8, "Total", "12.00")), Engine("b", page(1, 0.6, "Tota1", "1200")))

    assert [word.text for word in reading.pages[0].words] == ["Total", "12.00"]


def test_an_engine_that_is_not_installed_is_passed_over(house: House) -> None:
    reading = read(house, Engine("a", fails="ocr_missing"), Engine("b", page(1, 0.9, "Total")))

    assert [word.text for word in reading.pages[0].words] == ["Total"]


def test_a_machine_without_any_engine_says_so(house: House) -> None:
    with pytest.raises(ReadError) as e:
        read(house, Engine("a", fails="ocr_missing"), Engine("b", fails="ocr_missing"))

    assert e.value.code == "ocr_missing"


def test_a_broken_file_is_not_tried_again(house: House) -> None:
    second = Engine("b", page(1, 0.9, "Total"))

    with pytest.raises(ReadError, match="It cannot"):
        read(house, Engine("a", fails="unreadable_image"), second)

    assert second.asked == []


def test_a_page_that_took_too_long_is_no_finding_when_the_next_engine_reads_it(house: House) -> None:
    late = Finding(code="ocr_timeout", severity="error", message="Slow.", evidence=(("page", "1"),))
    unread = Page(number=1, width=100, height=100, how="none")

    reading = read(house, Engine("a", unread, finding=late), Engine("b", page(1, 0.9, "Total")))

    assert (reading.pages[0].how, reading.findings) == ("ocr", ())


def test_the_picture_of_a_page_is_kept_among_the_blobs(house: House) -> None:
    reading = read(house, Engine("a", page(1, 0.95, "Invoice")), keeps_pictures=True)

    with house.blobs.open(reading.pages[0].picture) as stream:
        assert stream.read() == b"picture"


def test_a_reading_without_a_trace_keeps_no_picture(house: House) -> None:
    assert read(house, Engine("a", page(1, 0.95, "Invoice"))).pages[0].picture == ""


def test_a_code_that_only_the_earlier_reader_saw_is_kept() -> None:
    code = Code("qr", "BCD", 1, 1, 30, 30)
    earlier = Page(number=1, width=100, height=100, codes=(code,), how="none")

    merged = merge([Reading(pages=(earlier,)), Reading(pages=(page(1, 0.95, "Invoice"),))])

    assert merged.pages[0].codes == (code,)
    assert [word.text for word in merged.pages[0].words] == ["Invoice"]
