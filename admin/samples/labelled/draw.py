"""Draws labelled papers: as plain text, as the HTML of a mail, as a PDF."""

from html import escape

from admin.samples.labelled import prose
from admin.samples.labelled.model import Labelled, Signed, in_columns
from admin.samples.pages.sheet import A4, Sheet

_WIDE, _CELL, _MARGIN, _STEP = 48, 18, 56.0, 17.0
_SECOND, _SMALL = 320.0, 9.0
_TABLE = 500.0
_BEHIND = 92.0
"""Points from a label to its value."""
_SIGNED, _LINE = 22.0, 220.0
"""Points from row to row where people sign, and how long the line is."""
_TO_WRITE_ON = "_" * 22
_TICKED, _EMPTY = "[x]", "[ ]"


def as_text(paper: Labelled) -> str:
    """Return a paper as text, its cells set apart by spaces."""
    if paper.prose is not None:
        return prose.as_text(paper, paper.prose)
    lines = [*paper.letterhead, *_gap(paper.letterhead), *paper.addressee, *_gap(paper.addressee), paper.title, ""]
    if paper.shape == "below":
        for pair in in_columns(paper.values):
            lines += [
                "".join(f"{label:{_WIDE}}" for label, _ in pair),
                "".join(f"{value:{_WIDE}}" for _, value in pair),
                "",
            ]
    elif paper.shape == "columns":
        lines += [
            "".join(f"{f'{label}: {value}':{_WIDE}}  " for label, value in pair) for pair in in_columns(paper.values)
        ]
    else:
        lines += [f"{label}: {value}" for label, value in paper.values]
    label, text = paper.long
    lines += [f"{label}:", *_broken(text), ""] if text else [""]
    lines += [line for text in paper.paragraphs for line in (*_broken(text), "")]
    lines += [
        "".join(_cell(paper, at, cell) for at, cell in enumerate(row)) for row in (paper.headings, *paper.rows) if row
    ]
    lines += [
        "",
        *(f"{name:{_CELL * max(1, len(paper.headings) - 1)}}{value:>{_CELL}}" for name, value in paper.sums),
        "",
    ]
    lines += [f"{_TICKED if is_on else _EMPTY} {sentence}" for is_on, sentence in paper.ticks]
    for blocks in _side_by_side(paper):
        height = max(len(block.rows) for block in blocks)
        lines += ["", "".join(f"{block.heading:{_WIDE}}" for block in blocks)]
        lines += ["".join(f"{_row(block, at):{_WIDE}}" for block in blocks) for at in range(height)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_html(paper: Labelled) -> str:
    """Return a paper as the HTML of a mail that a web site sends."""
    if paper.prose is not None:
        return prose.as_html(paper, paper.prose)
    rows = "".join(
        f"<tr><td><b>{escape(label)}:</b></td><td>{escape(value)}</td></tr>" for label, value in paper.values
    )
    label, text = paper.long
    note = f"<tr><td><b>{escape(label)}:</b></td><td>{escape(text)}</td></tr>" if text else ""
    said = "".join(f"<p>{escape(text)}</p>" for text in paper.paragraphs)
    table = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in (paper.headings, *paper.rows)
        if row
    )
    sums = "".join(f"<p>{escape(name)}: {escape(value)}</p>" for name, value in paper.sums)
    ticks = "".join(f"<p>{'☒' if is_on else '☐'} {escape(sentence)}</p>" for is_on, sentence in paper.ticks)
    signed = "".join(
        "<table><tr>" + "".join(f"<td>{_cell_of(block)}</td>" for block in blocks) + "</tr></table>"
        for blocks in _side_by_side(paper)
    )
    head = "".join(f"<p>{escape(line)}</p>" for line in (*paper.letterhead, *paper.addressee))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{head}<h1>{escape(paper.title)}</h1>'
        f"<table>{rows}{note}</table>{said}<table>{table}</table>{sums}{ticks}{signed}</body></html>"
    )


def as_pdf(paper: Labelled, *, family: str = "helvetica") -> bytes:
    """Return a paper as a PDF of one page. Same paper, same bytes."""
    if paper.prose is not None:
        return prose.as_pdf(paper, paper.prose, family=family)
    sheet = Sheet(size=A4, family=family, points=_SMALL, title=paper.name)
    y = _MARGIN
    for line, is_bold in ((paper.letterhead[:1], True), (paper.letterhead[1:], False), (paper.addressee, False)):
        for text in line:
            sheet.text(_MARGIN, y, text, bold=is_bold)
            y += 13
        y += 8 if line else 0
    sheet.text(_MARGIN, y + 14, paper.title, size=16, bold=True)
    y = _values(sheet, paper, y + 44)
    y = _long(sheet, paper, y)
    for paragraph in paper.paragraphs:
        for printed in sheet.wrap(paragraph, width=_TABLE - 20):
            sheet.text(_MARGIN, y, printed)
            y += 12
        y += 6
    y = _table(sheet, paper, y + 10)
    for is_on, sentence in paper.ticks:
        sheet.box(_MARGIN, y - 7, 8, 8, stroke="#000000")
        sheet.text(_MARGIN + 1, y, "x" if is_on else "", size=9)
        sheet.text(_MARGIN + 14, y, sentence)
        y += _STEP
    for blocks in _side_by_side(paper):
        y = max(_signed(sheet, block, x, y + 14) for x, block in zip((_MARGIN, _SECOND), blocks, strict=False))
    return sheet.finish()


def _signed(sheet: Sheet, block: Signed, x: float, y: float) -> float:
    """Draw where one side signs; return where it ends."""
    sheet.text(x, y, block.heading, bold=True)
    for label, value in block.rows:
        y += _SIGNED
        sheet.text(x, y, f"{label}:")
        start = x + max(_BEHIND - 20, sheet.measure(f"{label}:") + 8)
        if value:
            sheet.text(start, y, value)
        else:
            sheet.line(start, y + 2, x + _LINE, y + 2)
        if label == block.inked:
            sheet.scrawl(start + 6, y, width=82, height=17, seed=f"{block.heading}{label}{y}")
    return y + _SIGNED


def _side_by_side(paper: Labelled) -> list[tuple[Signed, ...]]:
    """Return the blocks that stand beside one another."""
    return [(block,) for block in paper.blocks] if paper.is_stacked else [paper.blocks] if paper.blocks else []


def _row(block: Signed, at: int) -> str:
    if at >= len(block.rows):
        return ""
    label, value = block.rows[at]
    return f"{label}: {value or _TO_WRITE_ON}"


def _cell_of(block: Signed) -> str:
    rows = "".join(f"<p>{escape(_row(block, at))}</p>" for at in range(len(block.rows)))
    return f"<p><b>{escape(block.heading)}</b></p>{rows}"


def _values(sheet: Sheet, paper: Labelled, y: float) -> float:
    places = (_MARGIN, _SECOND) if paper.shape != "beside" else (_MARGIN,)
    for at in range(0, len(paper.values), len(places)):
        for x, (label, value) in zip(places, paper.values[at : at + len(places)], strict=False):
            if paper.shape == "below":
                sheet.text(x, y, label, size=8, colour="#444444")
                sheet.text(x, y + 12, value, bold=True)
            else:
                sheet.text(x, y, f"{label}:")
                sheet.text(x + max(_BEHIND, sheet.measure(f"{label}:") + 8), y, value, bold=True)
        y += 32 if paper.shape == "below" else _STEP
    return y


def _long(sheet: Sheet, paper: Labelled, y: float) -> float:
    label, text = paper.long
    if not text:
        return y
    sheet.text(_MARGIN, y, f"{label}:")
    for line in sheet.wrap(text, width=_TABLE - 40):
        y += 12
        sheet.text(_MARGIN, y, line)
    return y + _STEP + 6


def _table(sheet: Sheet, paper: Labelled, y: float) -> float:
    if not paper.headings:
        return y
    step = _TABLE / len(paper.headings)
    for row in (paper.headings, *paper.rows):
        for at, cell in enumerate(row):
            is_right = at in paper.right
            sheet.text(
                _MARGIN + step * at + (step - 12 if is_right else 0),
                y,
                cell,
                align="right" if is_right else "left",
                bold=row is paper.headings,
                size=9,
            )
        y += 15
    sheet.line(_MARGIN, y - 8, _MARGIN + _TABLE, y - 8)
    for name, value in paper.sums:
        sheet.text(_MARGIN + _TABLE - 200, y + 6, name, bold=True)
        sheet.text(_MARGIN + _TABLE - 12, y + 6, value, align="right", bold=True)
        y += 15
    return y + 20


def _cell(paper: Labelled, at: int, cell: str) -> str:
    return f"{cell:>{_CELL - 2}}  " if at in paper.right else f"{cell:{_CELL}}"


def _gap(lines: tuple[str, ...]) -> list[str]:
    return [""] if lines else []


def _broken(text: str) -> list[str]:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 2 * _WIDE - 30:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
