import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from PIL import Image
from reportlab.graphics.barcode import code128, qr
from reportlab.graphics.renderPDF import draw as draw_graphic
from reportlab.graphics.shapes import Drawing
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from adapters.pdfplumber import regions
from adapters.pdfplumber.plug import PLUG
from adapters.pdfplumber.worker import handle
from adapters.shared.codes import Decoded
from engine.model.page import Page
from engine.ports import Limits
from tests.adapters.pdfplumber.conftest import MakePdf, letter, together

TEXT = "BCD\n002\n1\nSCT\n\nMuster GmbH\nDE02120300000000202051\nEUR119.00\n\n\nRE 4711"


def pages(path: Path) -> tuple[Page, ...]:
    return PLUG.reader().read(path, "application/pdf", pages=None, limits=Limits()).pages


def as_picture(text: str = TEXT, kind: str = "QRCode") -> ImageReader:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    stored = io.BytesIO()
    Image.fromarray(np.pad(np.array(code.to_image(scale=3)), 9, constant_values=255)).save(stored, "PNG")
    stored.seek(0)
    return ImageReader(stored)


def picture(canvas: Canvas) -> None:
    canvas.drawImage(as_picture(), 400, 100, 80, 80)


def small_picture(canvas: Canvas) -> None:
    canvas.drawImage(as_picture(), 400, 100, 45, 45)


def vector(canvas: Canvas) -> None:
    drawing = Drawing(80, 80)
    drawing.add(qr.QrCodeWidget(TEXT, barWidth=80, barHeight=80))
    draw_graphic(drawing, canvas, 400, 100)


def bars(canvas: Canvas) -> None:
    code128.Code128(TEXT[-7:], barHeight=30, barWidth=1).drawOn(canvas, 300, 100)


@pytest.mark.parametrize(
    ("draw", "kind", "text"),
    [(picture, "qr", TEXT), (small_picture, "qr", TEXT), (vector, "qr", TEXT), (bars, "code_128", "RE 4711")],
)
def test_codes_are_found_as_picture_and_as_drawing(
    make_pdf: MakePdf, draw: Callable[[Canvas], None], kind: str, text: str
) -> None:
    (page,) = pages(make_pdf(together(letter, draw)))

    assert [(code.symbology, code.text) for code in page.codes] == [(kind, text)]


def test_the_place_of_a_code_is_on_the_upright_page(make_pdf: MakePdf, tmp_path: Path) -> None:
    path = make_pdf(together(letter, picture))
    (code,) = pages(path)[0].codes
    assert [code.x0, code.top] == pytest.approx([406, 668], abs=8)

    turned = tmp_path / "turned.pdf"
    with pikepdf.open(path) as pdf:
        pdf.pages[0].rotate(90, relative=False)
        pdf.save(turned)
    (again,) = pages(turned)[0].codes

    assert again.text == TEXT
    assert (again.x0, again.top, again.x1, again.bottom) == pytest.approx(
        (code.x0, code.top, code.x1, code.bottom), abs=3
    )


def test_several_codes_on_a_page_are_found(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.drawImage(as_picture("first"), 60, 100, 60, 60)
        canvas.drawImage(as_picture("second", "DataMatrix"), 200, 100, 60, 60)
        bars(canvas)

    (page,) = pages(make_pdf(draw))

    assert {code.text for code in page.codes} == {"first", "second", "RE 4711"}


def test_a_scanned_page_gives_its_codes_to_whoever_reads_it(make_pdf: MakePdf) -> None:
    scan = Image.new("L", (1240, 1754), 255)
    code = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.QRCode)
    scan.paste(Image.fromarray(np.array(code.to_image(scale=4))), (800, 1300))

    (page,) = pages(make_pdf(lambda canvas: canvas.drawImage(ImageReader(scan), 0, 0, 595, 842)))

    assert (page.how, [code.text for code in page.codes]) == ("none", [TEXT])


def test_a_page_of_text_and_tables_is_not_drawn(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    def table(canvas: Canvas) -> None:
        letter(canvas)
        for row in range(30):
            canvas.rect(72, 100 + 10 * row, 400, 0.6, stroke=0, fill=1)
        for column in range(8):
            canvas.rect(72 + 57 * column, 100, 0.6, 300, stroke=0, fill=1)

    monkeypatch.setattr(regions, "decode", lambda *_, **__: pytest.fail("the page was drawn"))

    answers = list(handle({"path": str(make_pdf(table)), "pages": None, "max_pages": 9}))

    assert answers[1]["codes"] == []


def test_a_letterhead_is_looked_at_once(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    logo = Image.new("L", (300, 100), 200)
    looked: list[object] = []

    def nothing(picture: object, **_: object) -> Decoded:
        looked.append(picture)
        return Decoded([], has_broken=False)

    monkeypatch.setattr(regions, "decode", nothing)

    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.drawImage(ImageReader(logo), 300, 780, 150, 50)

    list(handle({"path": str(make_pdf(draw, draw, draw)), "pages": None, "max_pages": 9}))

    assert len(looked) == 1
