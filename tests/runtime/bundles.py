"""Files of several documents, put together from the shipped samples."""

import io
from pathlib import Path

import pikepdf

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "documents"


def joined(*names: str, blank_after: int | None = None) -> bytes:
    """Return one PDF of whole samples, with an empty page after the given one."""
    with pikepdf.new() as whole:
        for number, name in enumerate(names, start=1):
            with pikepdf.open(SAMPLES / name) as source:
                whole.pages.extend(source.pages)
            if number == blank_after:
                whole.add_blank_page(page_size=(595, 842))
        written = io.BytesIO()
        whole.save(written, deterministic_id=True)
    return written.getvalue()


def hybrid() -> bytes:
    """Return a PDF of two invoices that carries the e-invoice of the first: whether to cut it is always asked."""
    content = next(
        path.read_bytes() for path in sorted(SAMPLES.glob("*.pdf")) if b"factur-x.xml" in path.read_bytes().lower()
    )
    with pikepdf.open(io.BytesIO(content)) as whole, pikepdf.open(SAMPLES / "08-cedar-us.pdf") as other:
        whole.pages.extend(other.pages)
        written = io.BytesIO()
        whole.save(written, deterministic_id=True)
    return written.getvalue()
