"""Writes a paper as an EN 16931 invoice: UBL 2.1 or UN/CEFACT CII D16B."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from admin.samples import notation
from admin.samples.model import Paper, Tax
from admin.samples.truth import discount
from admin.samples.words import say

COLUMNS = ("position", "code", "description", "quantity", "unit", "unit_price", "discount", "rate", "amount")
"""What every line of an XML invoice holds."""


def write(paper: Paper, syntax: Literal["ubl", "cii"]) -> bytes:
    """Return the XML file. Only for papers whose tax has a VAT category (not for sellers outside of VAT)."""
    sums, words = paper.sums, paper.language
    adjustments = [
        *(
            [(sums.discount, False, say(words, "less", notation.plain(paper.discount_percent)))]
            if sums.discount
            else []
        ),
        *([(sums.charge, True, say(words, "freight"))] if sums.charge else []),
    ]
    text = _templates().get_template(f"{syntax}.xml.j2").render(
        paper=paper, sums=sums, currency=paper.currency, is_credit=paper.type == "credit_note", main=_main(paper), adjustments=adjustments,
        money=lambda amount: notation.canonical(amount, paper.currency), plain=notation.plain, discount=discount,
    )  # fmt: skip
    return text.encode()


def _main(paper: Paper) -> Tax:
    """Return the rate that discount and freight of the whole paper were put to."""
    for tax in paper.sums.taxes:
        lines = sum(
            (item.amount for item in paper.items if (item.rate, item.category) == (tax.rate, tax.category)), Decimal(0)
        )
        if lines != tax.base:
            return tax
    return paper.sums.taxes[0]


@cache
def _templates() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
