from pathlib import Path

import pypdfium2
import pypdfium2.raw as c
import pytest

from adapters.pdfplumber.letters import Ink, ink
from tests.adapters.pdfplumber.conftest import raw_pdf, stream

_MAP = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
    "1 beginbfchar <58> <{unicode}> endbfchar endcmap end end"
)


def written(tmp_path: Path, unicode: str) -> tuple[Ink, list[int]]:
    """Return the letters of `a X b`, whose X means `unicode` (UTF-16, hexadecimal), and what pdfium says sign by sign."""
    content = stream(b"BT /F1 12 Tf 72 700 Td (a X b) Tj ET")
    data = raw_pdf(content, extra=[stream(_MAP.format(unicode=unicode).encode())])
    path = tmp_path / "mapped.pdf"
    mapped = b"/BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
    path.write_bytes(data.replace(b"/BaseFont /Helvetica >>", mapped))
    document = pypdfium2.PdfDocument(path)
    try:
        textpage = document[0].get_textpage()
        return ink(textpage, {}, -1), [c.FPDFText_GetUnicode(textpage.raw, i) for i in range(textpage.count_chars())]
    finally:
        document.close()


@pytest.mark.parametrize(
    "unicode", ["0058", "00FC", "20AC", "D835DFD9", "FFFE", "FFFD", "E001", "0001", "00660069"],
    ids=["latin", "umlaut", "euro", "beyond_the_first_plane", "no_character", "replacement", "private", "control", "two"],
)  # fmt: skip
def test_letters_are_those_that_pdfium_counts_one_by_one(tmp_path: Path, unicode: str) -> None:
    found, codes = written(tmp_path, unicode)

    signs = [chr(code) for code in codes]
    assert found.letters.text == "".join(sign for sign in signs if sign != "\0" and not sign.isspace())
    assert len(found.letters.text) == len(found.letters.bounds) == found.visible


@pytest.mark.parametrize(
    ("unicode", "count"),
    [("0058", 0), ("FFFD", 1), ("E001", 1), ("0090", 1)],
    ids=["latin", "replacement", "private", "control"],
)
def test_signs_that_mean_nothing_are_counted(tmp_path: Path, unicode: str, count: int) -> None:
    assert written(tmp_path, unicode)[0].unmapped == count


def test_spaces_are_counted_between_letters(tmp_path: Path) -> None:
    gaps = written(tmp_path, "0058")[0].letters.gaps.tolist()

    assert [after - gaps[0] for after in gaps] == [0, 1, 2]
