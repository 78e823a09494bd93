"""Draws letters: as plain text, as the HTML of a mail, as a PDF."""

import textwrap
from html import escape

from admin.samples.labelled.model import Labelled, Prose
from admin.samples.pages.sheet import A4, Sheet

_MARGIN, _SMALL, _STEP, _WIDTH = 64.0, 10.0, 14.0, 440.0
_COLUMNS = 76
_WINDOW, _RIGHT = 150.0, 330.0
"""Points from the top to the addressee, and from the left to place and day."""


def as_text(paper: Labelled, prose: Prose) -> str:
    """Return a letter as text with blank lines between its parts."""
    subject = f"{prose.subject_label}: {paper.title}" if prose.subject_label else paper.title
    parts = [
        paper.letterhead, paper.addressee, tuple(f"{label}: {value}" for label, value in paper.values), (prose.place,), (subject,),
        (prose.greeting,), tuple(textwrap.wrap(" ".join(prose.sentences), _COLUMNS)), (prose.closing,), (prose.writer, *prose.signature),
    ]  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts if any(part)) + "\n"


def as_html(paper: Labelled, prose: Prose) -> str:
    """Return a letter as the HTML of a mail."""
    head = "".join(f"<p>{escape(line)}</p>" for line in (*paper.letterhead, *paper.addressee))
    told = "".join(f"<p>{escape(label)}: {escape(value)}</p>" for label, value in paper.values)
    end = "<br>".join(escape(line) for line in (prose.closing, prose.writer, *prose.signature))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{head}<h1>{escape(paper.title)}</h1>'
        f"<p>{escape(prose.greeting)}</p><p>{escape(' '.join(prose.sentences))}</p><p>{end}</p>{told}</body></html>"
    )


def as_pdf(paper: Labelled, prose: Prose, *, family: str) -> bytes:
    """Return a letter as a PDF of one page, with a window for the addressee. Same letter, same bytes."""
    sheet = Sheet(size=A4, family=family, points=_SMALL, title=paper.name)
    y = _lines(sheet, _MARGIN, 60.0, paper.letterhead)
    y = max(_lines(sheet, _MARGIN, max(_WINDOW, y + 30), paper.addressee), y) + 24
    for label, value in paper.values:
        y = _lines(sheet, _MARGIN, y, (f"{label}: {value}",))
    if prose.place:
        sheet.text(_RIGHT, y + 10, prose.place)
        y += _STEP
    subject = f"{prose.subject_label}: {paper.title}" if prose.subject_label else paper.title
    sheet.text(_MARGIN, y + 34, subject, bold=True)
    y = _lines(sheet, _MARGIN, y + 64, (prose.greeting,)) + 8
    y = _lines(sheet, _MARGIN, y, tuple(sheet.wrap(" ".join(prose.sentences), width=_WIDTH))) + 12
    y = _lines(sheet, _MARGIN, y, (prose.closing,)) + 36
    _lines(sheet, _MARGIN, y, (prose.writer, *prose.signature))
    return sheet.finish()


def _lines(sheet: Sheet, x: float, y: float, lines: tuple[str, ...]) -> float:
    for line in lines:
        sheet.text(x, y, line)
        y += _STEP
    return y
