"""The report of the promotion gate as one page that finance can read and file: no scripts, nothing from elsewhere."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.model.change import Moving
from engine.model.gate import GateReport

MOST = 200
"""Documents that are written out below one cause."""
_WORDS: dict[Moving, str] = {
    "route": "Goes another way", "vendor": "Another vendor", "amount": "Other amounts", "currency": "Another currency",
    "account": "Another account", "cost_centre": "Another cost centre", "tax_code": "Another tax code",
    "terms": "Other terms", "bank_account": "Another bank account",
}  # fmt: skip


def as_html(report: GateReport) -> str:
    """Return a report as a web page (UTF-8). Everything in it is escaped."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return pages.get_template("promotion.html.j2").render(
        report=report, id=report.id, words=_WORDS, amount=_amount, most=MOST,
        rerouted=sum(one.is_rerouted for one in report.changes),
        changes={one.document_id: one for one in report.changes},
        subjects={one.document_id: one for one in report.subjects},
        counts={group.cause.ref: len(group.documents) for group in report.groups},
    )  # fmt: skip


def _amount(text: str) -> str:
    """Return decimal text with thousands set apart, as people read it; other text as it is."""
    try:
        return f"{Decimal(text):,f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    except InvalidOperation:
        return text
