import pypdfium2
import pypdfium2.raw as c
import pytest

from adapters.pdfplumber.outline import Outline, outline
from adapters.pdfplumber.shapes import looks_like_another


def drawn(font: bytes, digit: str) -> Outline:
    document = pypdfium2.PdfDocument.new()
    try:
        return outline(c.FPDFText_LoadStandardFont(document.raw, font), digit)
    finally:
        document.close()


@pytest.mark.parametrize("font", [b"Helvetica-Oblique", b"Times-Italic", b"Courier-BoldOblique", b"Times-Bold"])
@pytest.mark.parametrize("digit", list("0123456789"))
def test_a_digit_looks_like_itself_also_slanted(font: bytes, digit: str) -> None:
    assert not looks_like_another(drawn(font, digit), digit)


@pytest.mark.parametrize(
    ("shown", "called"), [("1", "9"), ("9", "1"), ("3", "8"), ("8", "3"), ("5", "6"), ("7", "1"), ("0", "6")]
)
@pytest.mark.parametrize("font", [b"Helvetica", b"Times-Roman", b"Courier"])
def test_a_digit_under_another_name_is_known(font: bytes, shown: str, called: str) -> None:
    assert looks_like_another(drawn(font, shown), called)


def test_an_outline_starts_a_contour_for_each_hole() -> None:
    assert [sum(start for _, _, start in drawn(b"Helvetica", digit)) for digit in "108"] == [1, 2, 3]
    assert drawn(b"Helvetica", "1") == drawn(b"Helvetica", "1") != ()
