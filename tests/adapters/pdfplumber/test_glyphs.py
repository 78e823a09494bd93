from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from adapters.pdfplumber.plug import PLUG
from engine.model.page import Reading
from engine.ports import Limits
from tests.adapters.pdfplumber.conftest import MakePdf, letter, raw_pdf, stream

_MAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
1 beginbfrange <20> <7E> <0020> endbfrange
{count} beginbfchar {pairs} endbfchar endcmap end end"""


def named_otherwise(tmp_path: Path, pairs: dict[str, str], font: str, text: str = "Gesamt 1234567890 EUR") -> Path:
    """Make a PDF whose font draws one digit and calls it another one."""
    listed = " ".join(f"<{ord(drawn):02X}> <{ord(called):04X}>" for drawn, called in pairs.items())
    cmap = _MAP.format(count=len(pairs), pairs=listed) if pairs else _MAP.format(count=1, pairs="<41> <0041>")
    content = stream(f"BT /F1 12 Tf 72 700 Td ({text}) Tj 0 -20 Td (Rechnung vom Montag) Tj ET".encode())
    data = raw_pdf(content, extra=[stream(cmap.encode())])
    mapped = f"/BaseFont /{font} /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>".encode()
    path = tmp_path / "lie.pdf"
    path.write_bytes(data.replace(b"/BaseFont /Helvetica >>", mapped))
    return path


def read(path: Path) -> Reading:
    return PLUG.reader().read(path, "application/pdf", pages=None, limits=Limits())


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier-Bold"])
@pytest.mark.parametrize(
    "pairs", [{"1": "9"}, {"1": "9", "9": "1"}, {"3": "8"}, {"6": "9", "9": "6"}], ids=["1_as_9", "1_9_swapped", "3_as_8", "6_9_swapped"]
)  # fmt: skip
def test_digits_drawn_as_others_make_the_page_be_read_from_its_picture(
    tmp_path: Path, pairs: dict[str, str], font: str
) -> None:
    reading = read(named_otherwise(tmp_path, pairs, font))

    (page,) = reading.pages
    assert (page.how, page.words) == ("none", ())
    assert "EUR" in [word.text for word in page.hidden]
    assert dict(reading.findings[0].evidence)["reason"] == "digits drawn as other digits"


@pytest.mark.parametrize("font", ["Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Italic", "Courier"])
def test_an_honest_map_is_believed(tmp_path: Path, font: str) -> None:
    (page,) = read(named_otherwise(tmp_path, {}, font)).pages

    assert (page.how, page.hidden) == ("text_layer", ())
    assert "1234567890" in [word.text for word in page.words]


def test_one_digit_in_two_sizes_of_one_font_is_no_lie(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        for size in (6, 11, 30):
            canvas.setFont("Helvetica", size)
            canvas.drawString(72, 400 - 2 * size, "0123456789")

    assert read(make_pdf(draw)).pages[0].how == "text_layer"
