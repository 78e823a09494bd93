"""Tax breakdown rows, found by their arithmetic: base times rate is tax."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.stages.extract.amounts import Amount
from engine.stages.extract.candidates import Marked

_CENT = Decimal("0.02")
_LEAST_TAX = Decimal("0.05")
"""A smaller tax fits too many bases and rates by chance."""
_HIGHEST_RATE = Decimal(30)
_RATES = frozenset(
    map(
        Decimal,
        (
            "2.1", "2.5", "2.6", "3", "3.7", "3.8", "4", "4.8", "5", "5.5", "6", "6.5", "7", "7.7", "8", "8.1", "8.5", "9",
            "9.5", "10", "11", "12", "12.5", "13", "13.5", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24",
            "25", "25.5", "27",
        ),
    )
)  # fmt: skip
"""Rates of value added tax in force in Europe and nearby, now or in the last ten years."""
_CATEGORY = re.compile(r"\((S|Z|E|AE|K|G|O|L|M)\)")
"""A category of UNTDID 5305 as renderings of e-invoices print it."""
_EXTRAS = frozenset({"discount_total", "charge_total"})
_LABEL, _CLEAR_LABEL = 0.4, 0.6
_LEAST = 3
_ABOVE = 4
"""Lines above a row of rate nought where tax is named."""


class TaxRow(NamedTuple):
    """One rate with its base and tax; the amounts know where they stand."""

    rate: Amount
    base: Amount | None
    tax: Amount
    category: int | None = None
    """Index of the word on the tax's line that names the category, `(S)`."""


def tax_rows(pages: Sequence[Sequence[Marked]], *, skip: frozenset[tuple[int, int]]) -> list[TaxRow]:
    """Return the breakdown rows outside the lines in `skip` ((page, line index) of line items), each once.

    Rows with a base go before those without: the latter also name the tax of a single discount or charge.
    """
    found: list[TaxRow] = []
    seen: set[tuple[Decimal, Decimal]] = set()
    for page in pages:
        named = [_names_tax(marked) for marked in page]
        for index, marked in enumerate(page):
            if not marked.amounts or (marked.line.page, marked.line.index) in skip:
                continue
            row = _row(marked, is_near_tax=any(named[max(0, index - _ABOVE) : index + 1]))
            if row and (row.rate.value, row.tax.value) not in seen:
                seen.add((row.rate.value, row.tax.value))
                found.append(row._replace(category=_category(marked)))
    return _without_doubles(found)


def _without_doubles(rows: list[TaxRow]) -> list[TaxRow]:
    """Leave out rows without a base whose rate another row has with one."""
    rates = {row.rate.value for row in rows if row.base is not None}
    return [row for row in rows if row.base is not None or row.rate.value not in rates]


def _category(marked: Marked) -> int | None:
    return next((i for i, text in enumerate(marked.line.texts) if text[:1] == "(" and _CATEGORY.fullmatch(text)), None)


def is_tax_line(marked: Marked) -> bool:
    """Tell whether base times rate is tax on a line."""
    return any(True for _ in _triples(marked, [a for a in marked.amounts if not a.is_percent]))


def _names_tax(marked: Marked) -> bool:
    return any(h.name == "tax_total" and h.strength > _LABEL for h in marked.labels) or _category(marked) is not None


def _row(marked: Marked, *, is_near_tax: bool) -> TaxRow | None:
    money = [a for a in marked.amounts if not a.is_percent]
    triples = list(_triples(marked, money))
    if triples:
        return max(triples, key=lambda row: _fit(row, money))
    return (_exempt(marked, money) if is_near_tax else None) or _lone(marked, money)


def _triples(marked: Marked, money: Sequence[Amount]) -> Iterator[TaxRow]:
    """Yield every reading of the line in which base times rate is tax."""
    rates = [a for a in marked.amounts if a.is_percent and 0 < a.value <= _HIGHEST_RATE]
    if not rates and len(money) >= _LEAST:
        rates = [a for a in money if 2 <= a.value <= _HIGHEST_RATE and a.currency is None]  # noqa: PLR2004
    for rate in rates:
        for base in money:
            for tax in money:
                if base is tax or rate is base or rate is tax or abs(tax.value) <= _LEAST_TAX:
                    continue
                if abs(base.value * rate.value / 100 - tax.value) <= _CENT:
                    yield TaxRow(rate, base, tax)


def _fit(row: TaxRow, money: Sequence[Amount]) -> tuple[bool, bool, bool, int, Decimal]:
    """Return how well a reading fits: a percent sign, a rate in force, a printed gross amount, few decimals."""
    base = row.base.value if row.base else Decimal(0)
    has_gross = any(a.value == base + row.tax.value for a in money)
    return row.rate.is_percent, row.rate.value in _RATES, has_gross, -row.rate.decimals, -row.rate.value


def _exempt(marked: Marked, money: Sequence[Amount]) -> TaxRow | None:
    """Return a row of rate nought: a base, the rate and a tax of 0,00."""
    zeros = [a for a in marked.amounts if a.value == 0]
    bases = [a for a in money if a.value and a.decimals]
    rates = [a for a in zeros if a.is_percent] or [a for a in zeros if a.decimals == 0]
    taxes = [a for a in zeros if not a.is_percent and a.decimals]
    if len(bases) != 1 or not rates or not taxes:
        return None
    return TaxRow(rates[0], bases[0], taxes[-1])


def _lone(marked: Marked, money: Sequence[Amount]) -> TaxRow | None:
    """Return a labelled tax with its rate and no base: `VAT 19 % 30,40`."""
    rates = [a for a in marked.amounts if a.is_percent and 0 < a.value <= _HIGHEST_RATE]
    if not rates or not money or money[-1].start < rates[0].start:
        return None
    hits = [h for h in marked.labels if h.end <= money[-1].start and h.name != "tax_id"]
    if not hits or hits[-1].name != "tax_total" or hits[-1].strength <= _LABEL:
        return None
    if any(h.name in _EXTRAS and h.strength > _CLEAR_LABEL for h in hits):
        return None
    return TaxRow(rates[0], None, money[-1])
