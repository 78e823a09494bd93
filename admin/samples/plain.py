"""Writes papers as words: plain text in columns, and the HTML of a mail whose body is the document."""

from html import escape

from admin.samples.model import Paper
from admin.samples.pages import totals
from admin.samples.pages.draft import Draft
from admin.samples.pages.layouts import Layout
from admin.samples.pages.sheet import Sheet
from admin.samples.words import unit

TEXT = Layout(name="text", columns=("description", "quantity", "unit", "unit_price", "amount"), has_register=True)
BODY = Layout(name="body", columns=("code", "description", "quantity", "unit_price", "amount"), wording=2, dates="long")
_WIDTHS = {"description": 42, "quantity": 10, "unit": 10, "unit_price": 14, "amount": 16}
_WIDE = 92
Row = tuple[str, ...]


def text(paper: Paper) -> str:
    """Return a paper as a program of the eighties prints it into a file: columns held by spaces, CRLF at line ends."""
    draft = _draft(paper, TEXT)
    heading, *cells = _table(draft)
    facts = [f"{label + ':':28}{value}" for label, value in draft.facts()]
    sums = [f"{label:>{_WIDE - 22}}{value:>22}" for label, value, _ in totals.rows(draft)]
    lines = [
        *_sender(draft), "", draft.say("bill_to") + ":", *_recipient(paper), "", draft.title.upper(), "", *facts, "",
        _columns(heading), "-" * _WIDE, *map(_columns, cells), "-" * _WIDE, *sums, "", *_closing(draft),
    ]  # fmt: skip
    return "\r\n".join(line.rstrip() for line in lines) + "\r\n"


def body(paper: Paper) -> str:
    """Return the HTML of a mail that is the document itself."""
    draft = _draft(paper, BODY)
    heading, *cells = _table(draft)
    facts = "".join(_row((f"{label}:", value)) for label, value in draft.facts())
    blank = ("",) * (len(heading) - 2)
    rows = "".join(map(_row, cells)) + "".join(_row((*blank, label, value)) for label, value, _ in totals.rows(draft))
    return (
        f"<html><body><p>{escape(draft.say('greeting'))}</p>"
        f"<p>{'<br>'.join(map(escape, _sender(draft)))}</p><h2>{escape(draft.title)}</h2>"
        f"<p>{escape(draft.say('bill_to'))}:<br>{'<br>'.join(map(escape, _recipient(paper)))}</p><table>{facts}</table>"
        f'<table border="1" cellpadding="4">{_row(heading, "th")}{rows}</table>'
        f"<p>{'<br>'.join(map(escape, _closing(draft)))}</p>"
        f"<p>{escape(draft.say('closing'))}<br>{escape(paper.seller.name)}</p></body></html>\n"
    )


def _draft(paper: Paper, layout: Layout) -> Draft:
    return Draft(Sheet(size=layout.size, family=layout.family, points=layout.points, title=""), layout, paper)


def _sender(draft: Draft) -> list[str]:
    seller = draft.paper.seller
    return [seller.name, seller.street, seller.place, f"{draft.say('phone')} {seller.phone}", seller.email]


def _recipient(paper: Paper) -> list[str]:
    return [paper.buyer.name, paper.buyer.street, paper.buyer.place]


def _table(draft: Draft) -> list[Row]:
    paper, columns = draft.paper, draft.layout.columns
    rows = [tuple(draft.say(name) for name in columns)]
    for item in paper.items:
        cells = {
            "code": item.code, "description": item.description, "quantity": draft.number(item.quantity),
            "unit": unit(paper.language, item.unit), "unit_price": draft.amount(item.unit_price), "amount": draft.amount(item.amount),
        }  # fmt: skip
        rows.append(tuple(cells[name] for name in columns))
    return rows


def _columns(cells: Row) -> str:
    texts = []
    for name, cell in zip(TEXT.columns, cells, strict=True):
        width = _WIDTHS[name]
        texts.append(f"{cell:{width}}" if name in {"description", "unit"} else f"{cell:>{width - 2}}  ")
    return "".join(texts)


def _closing(draft: Draft) -> list[str]:
    paper = draft.paper
    lines = [f"{draft.say('terms')}: {paper.terms}"] if paper.terms else []
    bank = draft.bank()
    return [*lines, *draft.identity(), *([f"{draft.say('bank')}: " + ", ".join(bank)] if bank else [])]


def _row(cells: Row, tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
