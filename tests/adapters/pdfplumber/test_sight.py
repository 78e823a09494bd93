import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from adapters.pdfplumber.plug import PLUG
from engine.model.page import Page, Reading
from engine.ports import Limits
from tests.adapters.pdfplumber.conftest import MakePdf, letter, together

SECRET = "Gesamt 4.711,00"
AT = (72, 300)


def read(path: Path) -> Reading:
    return PLUG.reader().read(path, "application/pdf", pages=None, limits=Limits())


def seen(page: Page) -> str:
    return " ".join(word.text for word in page.words)


def hidden(page: Page) -> str:
    return " ".join(word.text for word in page.hidden)


def picture(colour: int, size: tuple[int, int] = (40, 20)) -> ImageReader:
    stored = io.BytesIO()
    Image.new("L", size, colour).save(stored, "PNG")
    stored.seek(0)
    return ImageReader(stored)


def white(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.drawString(*AT, SECRET)


def nearly_white(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#fdfdfd"))
    canvas.drawString(*AT, SECRET)


def like_its_ground(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#3355aa"))
    canvas.rect(60, 290, 200, 30, stroke=0, fill=1)
    canvas.drawString(*AT, SECRET)


def under_a_rectangle(canvas: Canvas) -> None:
    canvas.drawString(*AT, SECRET)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.rect(60, 290, 200, 30, stroke=0, fill=1)


def under_a_picture(canvas: Canvas) -> None:
    canvas.drawString(*AT, SECRET)
    canvas.drawImage(picture(200), 60, 290, 200, 30)


def under_other_print(canvas: Canvas) -> None:
    canvas.drawString(*AT, SECRET)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.rect(60, 290, 200, 30, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    canvas.drawString(*AT, "Gesamt 12,00")


def invisible(canvas: Canvas) -> None:
    canvas.drawString(*AT, SECRET, mode=3)


def clear(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0))
    canvas.drawString(*AT, SECRET)


def off_the_page(canvas: Canvas) -> None:
    canvas.drawString(700, 300, SECRET)


def too_small(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 1)
    canvas.drawString(*AT, SECRET)


def on_dark_ground(canvas: Canvas) -> None:
    canvas.rect(60, 290, 200, 30, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.drawString(*AT, SECRET)


def on_a_dark_picture(canvas: Canvas) -> None:
    canvas.drawImage(picture(20), 60, 290, 200, 30)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.drawString(*AT, SECRET)


def under_a_faint_stamp(canvas: Canvas) -> None:
    canvas.drawString(*AT, SECRET)
    canvas.setFillColor(Color(1, 0, 0, alpha=0.5))
    canvas.rect(60, 290, 200, 30, stroke=0, fill=1)


def light_grey(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#dddddd"))
    canvas.drawString(*AT, SECRET)


def printed_twice(canvas: Canvas) -> None:
    canvas.drawString(*AT, SECRET)
    canvas.drawString(AT[0] + 0.4, AT[1], SECRET)


def on_a_tinted_row(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#eeeeee"))
    canvas.rect(60, 290, 200, 30, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    canvas.drawString(*AT, SECRET)


@pytest.mark.parametrize(
    ("draw", "why"),
    [
        (white, "like_its_ground"), (nearly_white, "like_its_ground"), (like_its_ground, "like_its_ground"),
        (under_a_rectangle, "covered"), (under_a_picture, "covered"), (under_other_print, "covered"),
        (invisible, "invisible"), (clear, "invisible"), (off_the_page, "off_page"), (too_small, "too_small"),
    ],
)  # fmt: skip
def test_text_that_nobody_sees_is_hidden_and_no_word(
    make_pdf: MakePdf, draw: Callable[[Canvas], None], why: str
) -> None:
    reading = read(make_pdf(together(letter, draw)))

    (page,) = reading.pages
    assert "4.711,00" in hidden(page)
    assert "4.711,00" not in seen(page)
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("hidden_text", "info")]
    assert why in dict(reading.findings[0].evidence)


@pytest.mark.parametrize(
    "draw", [on_dark_ground, on_a_dark_picture, under_a_faint_stamp, light_grey, printed_twice, on_a_tinted_row]
)
def test_text_that_people_see_stays(make_pdf: MakePdf, draw: Callable[[Canvas], None]) -> None:
    reading = read(make_pdf(together(letter, draw)))

    (page,) = reading.pages
    assert "4.711,00" in seen(page)
    assert (page.hidden, reading.findings) == ((), ())


def test_one_of_two_numbers_on_the_same_place_is_hidden(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.drawString(*AT, "1.234,00")
        canvas.drawString(*AT, "9.876,00")

    (page,) = read(make_pdf(draw)).pages

    assert ("1.234,00" in hidden(page), "9.876,00" in seen(page)) == (True, True)


def test_a_layer_that_is_switched_off_is_hidden(make_pdf: MakePdf, tmp_path: Path) -> None:
    path = make_pdf(together(letter, lambda canvas: canvas.drawString(*AT, SECRET)))
    target = tmp_path / "layer.pdf"
    with pikepdf.open(path) as pdf:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("L")))
        pdf.Root.OCProperties = pikepdf.Dictionary(
            OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]), Order=pikepdf.Array([layer]))
        )
        page = pdf.pages[0]
        page.Resources.Properties = pikepdf.Dictionary(MC0=layer)
        instructions = list(pikepdf.parse_content_stream(page))
        start = max(i for i, (_, operator) in enumerate(instructions) if str(operator) == "BT")
        begin = pikepdf.ContentStreamInstruction([pikepdf.Name.OC, pikepdf.Name.MC0], pikepdf.Operator("BDC"))
        end = pikepdf.ContentStreamInstruction([], pikepdf.Operator("EMC"))
        page.Contents = pdf.make_stream(
            pikepdf.unparse_content_stream([*instructions[:start], begin, *instructions[start:], end])
        )
        pdf.save(target)

    (found,) = read(target).pages

    assert "4.711,00" not in seen(found)


def test_a_page_turned_on_its_side_is_looked_at_the_same_way(make_pdf: MakePdf, tmp_path: Path) -> None:
    path = make_pdf(together(letter, white))
    target = tmp_path / "turned.pdf"
    with pikepdf.open(path) as pdf:
        pdf.pages[0].rotate(90, relative=False)
        pdf.save(target)

    (page,) = read(target).pages

    assert ("4.711,00" in hidden(page), "Rechnung" in seen(page)) == (True, True)
