import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WORDS = ["Rechnung", "Nummer", "Datum", "Betrag", "Lieferung", "Leistung", "Menge", "Summe"]

Draw = Callable[[Canvas], object]
MakePdf = Callable[..., Path]


@pytest.fixture
def make_pdf(tmp_path: Path) -> MakePdf:
    """Return a function that draws a PDF: one page per drawing function."""

    def make(*pages: Draw, name: str = "file.pdf", **options: object) -> Path:
        path = tmp_path / name
        canvas = Canvas(str(path), pagesize=A4, **options)
        for draw in pages:
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return path

    return make


def letter(canvas: Canvas) -> None:
    """Draw a page of plain text with two lines below it."""
    for row in range(9):
        canvas.drawString(72, 742 - 20 * row, " ".join(WORDS))
    canvas.line(72, 500, 500, 500)
    canvas.line(300, 500, 300, 600)


def together(*draws: Draw) -> Draw:
    """Return a drawing of all of them on one page, one after the other."""

    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


def raw_pdf(content: bytes, *, page: str = "", extra: Sequence[bytes] = ()) -> bytes:
    """Return a hand-made PDF with one page and the given (already encoded) content stream."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            f"/Resources << /Font << /F1 5 0 R >> >> {page} >>"
        ).encode(),
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *extra,
    ]
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(data: bytes, entries: str = "") -> bytes:
    """Return a stream object body."""
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def deflate_bomb(size: int) -> bytes:
    """Return a deflated stream that inflates to `size` bytes of blanks, made of one block over and over."""
    packer = zlib.compressobj(9)
    first = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * ((size >> 20) - 1) + packer.flush()
