"""Open PDF files of any health with pdfium. Runs in guarded children only: pdfium is not safe in threads."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as c

from engine.model.errors import ReadError


@contextmanager
def open_pdf(path: Path, *, max_pages: int) -> Iterator[Any]:
    """Open a PDF (a damaged one after repair by pikepdf) as pypdfium2.PdfDocument with forms ready.

    Raises ReadError `encrypted`, `unreadable_pdf`, `no_pages` or `too_many_pages`.
    """
    with tempfile.TemporaryDirectory(prefix="postroom-") as folder:
        pdf = _open(path)
        if pdf is None:
            pdf = _open(_repaired(path, Path(folder) / "repaired.pdf"))
        if pdf is None:
            raise _unreadable("pdfium cannot open the repaired file")
        try:
            _check_pages(len(pdf), max_pages)
            pdf.init_forms()
            yield pdf
        finally:
            pdf.close()


def _open(path: Path) -> Any | None:
    """Return the document, or None when it is damaged."""
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as e:
        if e.err_code in (c.FPDF_ERR_PASSWORD, c.FPDF_ERR_SECURITY):
            raise _encrypted(str(e)) from e
        return None


def _repaired(path: Path, target: Path) -> Path:
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if not pdf.pages:
                raise _no_pages()
            pdf.save(target)
    except pikepdf.PasswordError as e:
        raise _encrypted(str(e)) from e
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError) as e:
        raise _unreadable(str(e)) from e
    return target


def _check_pages(count: int, max_pages: int) -> None:
    if count == 0:
        raise _no_pages()
    if count > max_pages:
        raise ReadError(
            f"The file has {count} pages, more than the {max_pages} that are allowed. "
            "Split it, or raise the setting max_pages.",
            code="too_many_pages",
        )


def _encrypted(detail: str) -> ReadError:
    return ReadError(
        "The PDF is protected by a password. Ask the sender for an open copy.", code="encrypted", detail=detail
    )


def _unreadable(detail: str) -> ReadError:
    return ReadError(
        "The file is damaged and cannot be opened as a PDF. Ask the sender to send it again.",
        code="unreadable_pdf", detail=detail,
    )  # fmt: skip


def _no_pages() -> ReadError:
    return ReadError("The PDF has no pages. Ask the sender to send it again.", code="no_pages")
