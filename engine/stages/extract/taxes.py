"""Tax breakdown rows, found by their arithmetic: base times rate is tax."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.stages.extract.amounts import Amount
from engine.stages.extract.candidates import Marked

_CENT = Decimal("0.02")
_HIGHEST_RATE = Decimal(30)


class TaxRow(NamedTuple):
    """One rate with its base and tax; the amounts know where they stand."""

    rate: Amount
    base: Amount | None
    tax: Amount


def tax_rows(pages: Sequence[Sequence[Marked]], *, skip: frozenset[tuple[int, int]]) -> list[TaxRow]:
    """Return the breakdown rows outside the lines in `skip` ((page, line index) of line items), each once."""
    found: list[TaxRow] = []
    seen: set[tuple[Decimal, Decimal]] = set()
    for page in pages:
        for marked in page:
            if (marked.line.page, marked.line.index) in skip:
                continue
            row = _row(marked)
            if row and (row.rate.value, row.tax.value) not in seen:
                seen.add((row.rate.value, row.tax.value))
                found.append(row)
    return found


def _row(marked: Marked) -> TaxRow | None:
    money = [a for a in marked.amounts if not a.is_percent]
    rates = [a for a in marked.amounts if a.is_percent and 0 < a.value <= _HIGHEST_RATE]
    is_tax_line = any(h.name == "tax_total" and h.strength > 0.4 for h in marked.labels)  # noqa: PLR2004
    if not rates:
        rates = [a for a in money if 4 <= a.value <= _HIGHEST_RATE and a.currency is None and len(money) > 2]  # noqa: PLR2004
    for rate in rates:
        for base in money:
            for tax in money:
                if base is tax or rate in (base, tax) or base.value == 0:
                    continue
                if abs(base.value * rate.value / 100 - tax.value) <= _CENT and abs(tax.value) > Decimal("0.05"):
                    return TaxRow(rate, base, tax)
    lone = [a for a in money if a not in rates]
    last_label = [h.name for h in marked.labels if lone and h.end <= lone[-1].start and h.name != "tax_id"][-1:]
    is_tax_line = is_tax_line and last_label == ["tax_total"]
    if is_tax_line and rates and rates[0].is_percent and lone and lone[-1].start > rates[0].start:
        return TaxRow(rates[0], None, lone[-1])
    return None
