"""Puts papers into one file: digital pages joined, or sheets through the scanner, with separator sheets between them."""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

import numpy as np
import pikepdf

from admin.samples.pages.sheet import A4, Sheet
from admin.samples.raster import image_pdf, scan
from admin.samples.recipe import Form

_SEPARATOR = "PATCH-T"
"""What the barcode of a separator sheet says."""


class Stack(NamedTuple):
    """A file of several papers, and the pages (1-based) of each."""

    data: bytes
    pages: tuple[tuple[int, ...], ...]


def stack(
    papers: Sequence[tuple[bytes, int]], *, form: Form | None, has_separators: bool, noise: np.random.Generator
) -> Stack:
    """Return papers (PDF and number of pages) in one PDF; with a `form` they went through a scanner."""
    sheets: list[bytes] = []
    pages: list[tuple[int, ...]] = []
    at = 0
    for number, (pdf, count) in enumerate(papers):
        if has_separators and number:
            sheets.append(separator())
            at += 1
        sheets.append(pdf)
        pages.append(tuple(range(at + 1, at + count + 1)))
        at += count
    joined = _joined(sheets)
    return Stack(joined if form is None else _scanned(joined, form, noise), tuple(pages))


def separator() -> bytes:
    """Return the PDF of a separator sheet: one large barcode, and what it is in words."""
    sheet = Sheet(size=A4, family="helvetica", points=20, title="separator")
    sheet.bars(150, 300, _SEPARATOR, height=110, width=2.4)
    sheet.text(sheet.width / 2, 460, "Trennblatt / Separator sheet", align="centre", bold=True)
    return sheet.finish()


def pages_in_words(pages: Sequence[int]) -> str:
    """Return pages as the hub names a part: `page 1`, `pages 2-3`."""
    return f"page {pages[0]}" if len(pages) == 1 else f"pages {pages[0]}-{pages[-1]}"


def _joined(sheets: Sequence[bytes]) -> bytes:
    out = BytesIO()
    with pikepdf.new() as document:
        for data in sheets:
            with pikepdf.open(BytesIO(data)) as source:
                document.pages.extend(source.pages)
        document.docinfo["/Producer"] = "Postroom samples"
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _scanned(pdf: bytes, form: Form, noise: np.random.Generator) -> bytes:
    pages = [scan.scanned(page, noise, angle=form.angle, dirt=form.dirt) for page in scan.render(pdf, dpi=form.dpi)]
    if not form.has_grey:
        pages = [scan.black_and_white(page) for page in pages]
    return image_pdf.wrap(pages, dpi=form.dpi)
