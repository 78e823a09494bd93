"""Wraps page images into a PDF without any text, as scanners do."""

from io import BytesIO

import pikepdf
from PIL import Image

from admin.samples.raster.scan import jpeg

_OFFSETS, _COUNTS = 273, 279
"""TIFF tags: where the strips are and how long."""


def wrap(pages: list[Image.Image], *, dpi: int, quality: int = 45) -> bytes:
    """Return a PDF with one image a page: CCITT group 4 for black and white, JPEG for grey."""
    out = BytesIO()
    with pikepdf.new() as document:
        for image in pages:
            _add(document, image, dpi, quality)
        document.docinfo["/Producer"] = "Postroom samples"
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _add(document: pikepdf.Pdf, image: Image.Image, dpi: int, quality: int) -> None:
    width, height = image.width * 72 / dpi, image.height * 72 / dpi
    picture = _fax(document, image) if image.mode == "1" else _photo(document, image, quality, dpi)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height = image.width, image.height
    content = pikepdf.Stream(document, f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Im0 Do Q".encode())
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page, MediaBox=[0, 0, round(width, 2), round(height, 2)], Contents=document.make_indirect(content),
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=document.make_indirect(picture))),
    )  # fmt: skip
    document.pages.append(pikepdf.Page(document.make_indirect(page)))


def _photo(document: pikepdf.Pdf, image: Image.Image, quality: int, dpi: int) -> pikepdf.Stream:
    stream = pikepdf.Stream(document, jpeg(image, quality=quality, dpi=dpi))
    stream.Filter = pikepdf.Name.DCTDecode
    stream.ColorSpace = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
    stream.BitsPerComponent = 8
    return stream


def _fax(document: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    out = BytesIO()
    # one strip, so that its bytes can be taken over as they are
    image.save(out, "TIFF", compression="group4", tiffinfo={278: image.height})
    tags = Image.open(BytesIO(out.getvalue())).tag_v2  # type: ignore[attr-defined]
    start, length = tags[_OFFSETS][0], tags[_COUNTS][0]
    stream = pikepdf.Stream(document, out.getvalue()[start : start + length])
    stream.Filter = pikepdf.Name.CCITTFaxDecode
    stream.DecodeParms = pikepdf.Dictionary(K=-1, Columns=image.width, Rows=image.height, BlackIs1=True)
    stream.ColorSpace = pikepdf.Name.DeviceGray
    stream.BitsPerComponent = 1
    return stream
