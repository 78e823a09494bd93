"""Files that a mailroom gets and nobody wants: each builder writes one and returns its path."""

import io
import struct
import zlib
from pathlib import Path

import pikepdf
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">{LAUGHS}]><Invoice>&lol9;</Invoice>'
OUTSIDE_ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice>&x;</Invoice>'


def pdf(pages: int = 1, text: str = "Invoice 4711") -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    for number in range(pages):
        canvas.drawString(72, 700, f"{text} page {number + 1}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def encrypted_pdf() -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(stream, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    return stream.getvalue()


def zero_page_pdf() -> bytes:
    stream = io.BytesIO()
    pikepdf.new().save(stream)
    return stream.getvalue()


def bomb_pdf() -> bytes:
    """Return a small file with a content stream that inflates to a gigabyte."""
    packer = zlib.compressobj(1)
    million = b" " * (1 << 20)
    packed = b"".join(packer.compress(million) for _ in range(1024)) + packer.flush()
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        content = pikepdf.Stream(document, packed)
        content.Filter = pikepdf.Name.FlateDecode
        document.pages[0].Contents = document.make_indirect(content)
        document.save(
            stream, compress_streams=False, recompress_flate=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
        )
    return stream.getvalue()


def huge_png(side: int = 30_000) -> bytes:
    """Return a valid one-bit picture of side x side pixels without ever holding it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("L", (60, 40), 255).save(stream, "PNG")
    return stream.getvalue()


def write(folder: Path, content: bytes, name: str = "document.pdf") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file
