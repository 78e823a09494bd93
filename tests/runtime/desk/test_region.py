"""What stands in a box that somebody drew on a page."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.page import Page
from engine.runtime import intake, steps
from engine.runtime.desk import pages, region
from engine.runtime.house import House
from tests.house import furnished_house
from tests.runtime.desk.papers import old_paper

SCALE = 200 / 72


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return furnished_house(tmp_path_factory.mktemp("home"))


def taken_in(house: House, file: Path) -> tuple[Document, Page]:
    with file.open("rb") as stream:
        document = intake.accept(house, stream, name=file.name, source="test").document
    steps.read(house, document.id, 1)
    return document, pages.page_of(house, document, 1)


def test_the_text_layer_is_taken_as_it_stands(house: House, tmp_path: Path) -> None:
    document, page = taken_in(house, old_paper(tmp_path, "NF-2021-1", month=1))
    wanted = next(word for word in page.words if word.text == "NF-2021-1")

    seen = region.look(house, document, page, Box(wanted.x0 - 2, wanted.top - 2, wanted.x1 + 2, wanted.bottom + 2))

    assert (seen.text, seen.box, seen.by) == ("NF-2021-1", wanted.box, page.by)


def test_what_is_covered_is_not_told_and_nonsense_is_refused(house: House, tmp_path: Path) -> None:
    document, page = taken_in(house, old_paper(tmp_path, "NF-2021-2", month=2))
    word = next(one for one in page.words if one.text == "NF-2021-2")

    with pytest.raises(ReadError, match="too small, or not on the page"):
        region.look(house, document, page, Box(9000, 10, 9100, 20))
    line = Box(0, word.top - 2, page.width, word.bottom + 2)
    assert "NF-2021-2" in region.look(house, document, page, line).text
    seen = region.look(house, document, page, line, covered=[word.box])
    assert (bool(seen.text), "NF-2021-2" in seen.text) == (True, False)


@pytest.mark.slow
def test_a_picture_is_read_in_the_box_alone(house: House, tmp_path: Path) -> None:
    file = tmp_path / "scan.png"
    sheet = Image.new("L", (1654, 2339), 255)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=34)
    for row, text in enumerate(("Nordlicht Filtertechnik", "Rechnung RE-7788", "Gesamtbetrag 1.204,00 EUR")):
        pen.text((200, 300 + 90 * row), text, fill=0, font=font)
    sheet.save(file, dpi=(200, 200))
    document, page = taken_in(house, file)

    seen = region.look(house, document, page, Box(180 / SCALE, 380 / SCALE, 900 / SCALE, 440 / SCALE))

    assert seen.text == "Rechnung RE-7788"
    assert abs(seen.box.x0 - 200 / SCALE) < 6
    assert abs(seen.box.top - 396 / SCALE) < 8
    assert seen.by
