"""A second opinion by pdfplumber on pages whose text pdfium cannot make out. Eight times slower, so only then."""

from pathlib import Path

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

_MAX_BYTES = 30 * 1024 * 1024

PlacedWord = tuple[str, float, float, float, float]


def second_words(path: Path, number: int) -> list[PlacedWord]:
    """Return (text, x0, top, x1, bottom) in points of the upright page; nothing when pdfplumber fails as well."""
    if path.stat().st_size > _MAX_BYTES:
        return []
    try:
        with pdfplumber.open(path, pages=[number]) as pdf:
            page = pdf.pages[0]
            left, top = page.bbox[0], page.bbox[1]
            return [
                (
                    str(word["text"]),
                    round(float(word["x0"]) - left, 2),
                    round(float(word["top"]) - top, 2),
                    round(float(word["x1"]) - left, 2),
                    round(float(word["bottom"]) - top, 2),
                )
                for word in page.extract_words()
            ]
    except (PDFException, PdfminerException, ValueError, TypeError, KeyError, IndexError, AssertionError):
        # pdfminer meets damaged files with whatever its parser trips over
        return []
