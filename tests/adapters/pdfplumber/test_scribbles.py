"""What is drawn by hand on a page of a PDF, and what only looks a little like it."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from adapters.pdfplumber.plug import PLUG
from engine.model.field import Box
from engine.ports import Limits
from tests.adapters.pdfplumber.conftest import Draw, MakePdf, letter, together


def drawings(path: Path) -> tuple[Box, ...]:
    (page,) = PLUG.reader().read(path, "application/pdf", pages=None, limits=Limits()).pages
    return page.drawings


def loops(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.moveTo(100, 300)
    for at in range(6):
        path.curveTo(110 + 12 * at, 320, 118 + 12 * at, 290, 112 + 12 * at, 300)
    canvas.drawPath(path)


def many_strokes(canvas: Canvas) -> None:
    for at in range(12):
        canvas.line(100 + 6 * at, 300, 106 + 6 * at, 312 if at % 2 else 291)


def picture(canvas: Canvas) -> None:
    image = Image.new("RGB", (200, 60), "white")
    ImageDraw.Draw(image).line([(5, 50), (60, 5), (90, 55), (190, 10)], fill="black", width=3)
    canvas.drawImage(ImageReader(image), 100, 290, 72, 22)


@pytest.mark.parametrize("sign", [loops, many_strokes, picture])
def test_what_is_written_by_hand_is_found_where_it_stands(sign: Draw, make_pdf: MakePdf) -> None:
    (box,) = drawings(make_pdf(together(letter, sign)))

    assert 98 <= box.x0 <= 105
    assert 165 <= box.x1 <= 190
    assert 842 - 325 <= box.top < box.bottom <= 842 - 285


def table(canvas: Canvas) -> None:
    canvas.grid([100, 200, 300, 400], [200, 220, 240, 260, 280])


def round_boxes(canvas: Canvas) -> None:
    for at in range(6):
        canvas.roundRect(100 + 20 * at, 300, 18, 12, 3)
        canvas.circle(109 + 20 * at, 280, 5)


def arrow(canvas: Canvas) -> None:
    canvas.line(100, 300, 140, 330)
    canvas.line(140, 330, 130, 330)
    canvas.line(140, 330, 138, 320)


def ground(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "#f4f4f4")), 0, 0, 595, 842)


@pytest.mark.parametrize("other", [table, round_boxes, arrow])
def test_tables_boxes_and_arrows_are_not_written_by_hand(other: Draw, make_pdf: MakePdf) -> None:
    assert drawings(make_pdf(together(letter, other))) == ()


def test_the_ground_of_a_page_is_no_drawing_on_it(make_pdf: MakePdf) -> None:
    assert drawings(make_pdf(together(ground, letter))) == ()
