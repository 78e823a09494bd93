"""From values as read to the canonical record of a type of paper: one spelling a value, by what content says it is."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from engine.content.paper_type import MONTHS, PaperField, PaperType, Product, ValueKind
from engine.model.field import Field, Row, by_name
from engine.model.record import Extraction, Record
from engine.stages.canonical.currency import with_decimals
from engine.stages.canonical.dates import settle_dates
from engine.stages.canonical.derive import changed, inferred
from engine.stages.sums import exact
from engine.stages.values.countries import country_code, country_of_iban, country_of_tax_id
from engine.stages.values.date_order import Signs

_PARTS = 3
_HAS_COUNTRY = re.compile(r"[A-Za-z]{2}")


def normalized(extraction: Extraction, paper: PaperType, *, revision: int, received_on: date | None) -> Record:
    """Return the canonical record of an extraction of a type of paper. Nothing is worked out but what it says is the same.

    Findings: `date_ambiguous`, `date_order_by_history`.
    """
    kinds = {name: field.kind for name, field in paper.fields.items()}
    cells = {name: field.kind for name, field in paper.lines.items()}
    plain = by_name(tuple(_canonical(field, kinds.get(field.name, "text")) for field in extraction.fields))
    currency = next((field.value for name, field in plain.items() if kinds.get(name) == "currency"), "")
    fields = {name: _money(field, kinds.get(name, "text"), currency) for name, field in plain.items()}
    dates = [name for name, kind in kinds.items() if kind == "date"]
    settled = settle_dates(fields, _signs(fields, kinds, extraction, received_on, currency), names=dates)
    whole = _with_products(_with_same(tuple(settled.fields.values()), paper.fields), paper.products, currency)
    lines = tuple(_with_same(_row(row, cells, currency), paper.lines) for row in extraction.lines)
    return Record(
        document_id=extraction.document_id, revision=revision, classification=extraction.classification,
        fields=whole, lines=lines,
        findings=tuple(dict.fromkeys((*extraction.findings, *settled.findings))),
    )  # fmt: skip


def _row(row: Row, kinds: Mapping[str, ValueKind], currency: str) -> Row:
    plain = (_canonical(field, kinds.get(field.name, "text")) for field in row)
    return tuple(_money(field, kinds.get(field.name, "text"), currency) for field in plain)


def _with_same(row: Row, said: Mapping[str, PaperField]) -> Row:
    """Return the values with those that are the same as others where they were not said themselves."""
    known = by_name(row)
    same = {name: one.same_as for name, one in said.items() if one.same_as is not None}
    more = (
        inferred(name, known[other].value, (known[other],), sure=1.0)
        for name, other in same.items() if other in known and name not in known
    )  # fmt: skip
    return (*row, *more)


def _with_products(row: Row, said: Mapping[str, Product], currency: str) -> Row:
    """Return the values with the amounts that follow from others: of a year, as often as there are years."""
    known = by_name(row)
    more = []
    for name, product in said.items():
        parts = [known[one] for one in (product.of, product.per, product.over) if one in known]
        value = "" if name in known else _times(*parts) if len(parts) == _PARTS else ""
        more += [_money(inferred(name, value, parts), "amount", currency)] if value else []
    return (*row, *more)


def _times(amount: Field, period: Field, span: Field) -> str:
    """Return an amount for the whole span; an empty text where that is no whole number of periods."""
    if period.value == "once":
        return amount.value
    length, price = MONTHS.get(period.value, 0), exact(amount.value)
    if price is None or not length or not span.value.isdecimal() or int(span.value) % length:
        return ""
    return f"{price * (int(span.value) // length):f}"


def _canonical(field: Field, kind: ValueKind) -> Field:
    """Return the field in its one spelling; a tax number without a country in front stays as printed."""
    if kind == "iban" or (kind == "tax_id" and _HAS_COUNTRY.match(field.value)):
        return changed(field, re.sub(r"[^A-Z0-9]", "", field.value.upper()))
    if kind == "currency":
        return changed(field, field.value.upper())
    if kind == "email":
        return changed(field, field.value.lower())
    if kind == "country":
        return changed(field, country_code(field.value) or field.value)
    return changed(field, " ".join(field.value.split()))


def _money(field: Field, kind: ValueKind, currency: str) -> Field:
    """Return an amount with the decimals of its currency."""
    is_exact = kind == "amount" and bool(currency) and exact(field.value) is not None
    return with_decimals(field, currency) if is_exact else field


def _signs(
    fields: Mapping[str, Field], kinds: Mapping[str, ValueKind], extraction: Extraction, received: date | None, currency: str
) -> Signs:  # fmt: skip
    return Signs(
        countries=tuple(dict.fromkeys(_countries(fields, kinds))), language=extraction.classification.language,
        currency=currency or None, received=received,
    )  # fmt: skip


def _countries(fields: Mapping[str, Field], kinds: Mapping[str, ValueKind]) -> Iterator[str]:
    """Yield the countries that values name."""
    readers = {"country": country_code, "iban": country_of_iban, "tax_id": country_of_tax_id}
    for name, field in fields.items():
        reader = readers.get(kinds.get(name, "text"))
        if reader is not None and (code := reader(field.value)):
            yield code
