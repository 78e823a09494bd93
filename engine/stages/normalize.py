"""From values as read to a canonical record: one spelling a value, and what arithmetic and terms allow to infer.

What was read is never overwritten without trace: `raw` stays, and an inferred value names the fields it came from.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from engine.content.term_words import TermWords
from engine.content.vocabulary import Vocabulary
from engine.model.field import Alternative, Field, Provenance, Row, by_name
from engine.model.finding import Finding
from engine.model.record import Extraction, Record
from engine.stages.canonical.amounts import settle_row, settle_sums
from engine.stages.canonical.currency import settle_currency, with_decimals
from engine.stages.canonical.dates import settle_dates
from engine.stages.canonical.derive import BY, INFERRED
from engine.stages.canonical.derive import changed as _changed
from engine.stages.canonical.derive import inferred as _inferred
from engine.stages.canonical.lines import base_of, canonical_line, item_findings
from engine.stages.canonical.parties import party_findings, vendor_countries, vendor_parts
from engine.stages.canonical.terms import due_date, plain_days, terms_fields, terms_findings, terms_of
from engine.stages.extract.lexicon import Lexicon, lexicon_of
from engine.stages.extract.terms import net_days
from engine.stages.papers.normal import normalized
from engine.stages.papers.words import paper_of
from engine.stages.values.date_order import Habit, Signs

_CREDIT_AMOUNTS = frozenset({
    "subtotal", "tax_total", "total", "amount_due", "charge_total", "line_total", "prepaid_amount", "rounding",
})  # fmt: skip
_TAX_IDS = frozenset({"vendor_tax_id", "buyer_tax_id"})
_HAS_COUNTRY = re.compile(r"[A-Za-z]{2}")
_MONEY = frozenset({"subtotal", "discount_total", "charge_total", "tax_total", "total", "amount_due", "base", "amount"})
_CENT = Decimal("0.01")

_BILLED = frozenset({"invoice", "credit_note"})
"""Types of document that are due on a day."""
_ORDERED = frozenset({"purchase_order", "order_form", "order_response", "goods_receipt"})
"""Types whose terms count from an invoice that is still to come."""
_NO_HABIT = Habit()


class _Context(NamedTuple):
    """What is known beside the fields: the words of all languages, and what tells of the order of dates."""

    lexicon: Lexicon
    words: TermWords | None
    language: str | None
    received: date | None
    habit: Habit
    is_billed: bool
    is_ordered: bool


def normalize(
    extraction: Extraction,
    *,
    revision: int,
    vocabularies: Mapping[str, Vocabulary] | None = None,
    received_on: date | None = None,
    habit: Habit = _NO_HABIT,
) -> Record:
    """Return the canonical record of an extraction, of a type that content describes by its kinds of values.

    Credit notes carry positive amounts.

    The vocabularies say how units and payment terms are worded; without them units stay as printed and no due date
    is worked out. `received_on` is the day of arrival and `habit` how this vendor wrote dates before: both help to tell
    day from month. Findings: `date_ambiguous`, `date_order_by_history`, `amount_ambiguous`, `due_date_differs`,
    `gtin_invalid`, `bic_invalid`, `bic_differs_from_iban`, `registration_id_invalid`.
    """
    paper = paper_of(vocabularies or {}, extraction.classification.type)
    if paper is not None:
        return normalized(extraction, paper, revision=revision, received_on=received_on)
    context = _context(extraction, vocabularies or {}, received_on, habit)
    fields = dict(settle_currency({f.name: _canonical(f) for f in extraction.fields}))
    currency = fields["currency"].value if "currency" in fields else ""
    fields = {name: _money(f, currency) for name, f in fields.items()}
    lines = tuple(_row(_line(row, context.lexicon), currency) for row in _distinct(extraction.lines))
    taxes = tuple(_row(row, currency) for row in _distinct(extraction.taxes))
    fields, findings = _settled(fields, (*lines, *taxes), context)
    if extraction.classification.type == "credit_note":
        fields, lines, taxes = _positive(fields, lines, taxes)
    fields, told = _with_terms(_infer(fields, lines, taxes), context)
    fields = {name: _money(f, currency) for name, f in (fields | vendor_parts(fields)).items()}
    findings += (*told, *item_findings(lines), *party_findings(fields))
    return Record(
        document_id=extraction.document_id, revision=revision, classification=extraction.classification,
        fields=tuple(fields.values()), lines=lines, taxes=taxes,
        findings=tuple(dict.fromkeys((*extraction.findings, *findings))),
    )  # fmt: skip


def _context(
    extraction: Extraction, vocabularies: Mapping[str, Vocabulary], received: date | None, habit: Habit
) -> _Context:
    kind = extraction.classification
    words = next((one.payment_terms for one in vocabularies.values() if one.payment_terms is not None), None)
    return _Context(
        lexicon_of(vocabularies), words, kind.language, received, habit, kind.type in _BILLED, kind.type in _ORDERED
    )


def _settled(
    fields: dict[str, Field], rows: Iterable[Row], context: _Context
) -> tuple[dict[str, Field], tuple[Finding, ...]]:
    """Return the header with what had two readings settled, and what stays open."""
    currency = fields.get("currency")
    signs = Signs(
        countries=vendor_countries(fields), language=context.language, currency=currency.value if currency else None,
        habit=context.habit, received=context.received,
        terms_days=plain_days(terms_of(fields, context.words, context.language)),
    )  # fmt: skip
    dated, findings = settle_dates(fields, signs)
    summed, more = settle_sums(dated, rows)
    return dict(summed), (*findings, *more)


def _canonical(field: Field) -> Field:
    """Return the field in its one spelling: codes compact and upper case, names with single spaces.

    A tax number without a country in front stays as printed: its signs are part of it (`12-3456789`). A discount is a
    positive amount, however it is printed.
    """
    if field.name == "vendor_iban" or (field.name in _TAX_IDS and _HAS_COUNTRY.match(field.value)):
        return _changed(field, re.sub(r"[^A-Z0-9]", "", field.value.upper()))
    if field.name == "discount_total":
        return _changed(field, field.value.strip().lstrip("-"))
    if field.name == "currency":
        return _changed(field, field.value.upper())
    if field.name == "vendor_email":
        return _changed(field, field.value.lower())
    return _changed(field, " ".join(field.value.split()))


def _row(row: Row, currency: str) -> Row:
    return tuple(_money(field, currency) for field in row)


def _money(field: Field, currency: str) -> Field:
    """Return an amount with the decimals of its currency: none for JPY, three for KWD. More that are printed stay."""
    if field.name not in _MONEY or not currency:
        return field
    return with_decimals(field, currency)


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Return the rows without those that are the very same print read twice."""
    seen: set[tuple[object, ...]] = set()
    kept: list[Row] = []
    for row in rows:
        key = tuple((f.name, f.value, f.provenance.page, f.provenance.box) for f in row)
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


def _line(row: Row, lexicon: Lexicon) -> Row:
    """Return a line with its unit as code and the one missing of quantity, price and amount worked out."""
    fields = dict(by_name(settle_row(canonical_line(row, lexicon.units))))
    quantity, price, amount = (fields.get(name) for name in ("quantity", "unit_price", "amount"))
    has_discount, base = "discount" in fields, base_of(fields)
    if quantity and price and not amount and not has_discount:
        value = (quantity.decimal() * price.decimal() / base).quantize(_CENT)
        fields["amount"] = _inferred("amount", f"{value:f}", (quantity, price))
    elif quantity and amount and not price and quantity.decimal() and not has_discount:
        exact = amount.decimal() / quantity.decimal()
        if exact == exact.quantize(Decimal("0.0001")):
            fields["unit_price"] = _inferred(
                "unit_price", f"{exact.quantize(Decimal('0.0001')).normalize():f}", (quantity, amount)
            )
    elif price and amount and not quantity and price.decimal() and not has_discount:
        exact = amount.decimal() / price.decimal() * base
        if exact == exact.to_integral_value() and exact:
            fields["quantity"] = _inferred("quantity", f"{exact.quantize(Decimal(1)):f}", (price, amount))
    return tuple(fields.values())


def _positive(
    fields: dict[str, Field], lines: tuple[Row, ...], taxes: tuple[Row, ...]
) -> tuple[dict[str, Field], tuple[Row, ...], tuple[Row, ...]]:
    """Return the amounts of a credit note with the sign turned when its total is printed negative."""
    total = fields.get("total") or fields.get("subtotal")
    if total is None or total.decimal() >= 0:
        return fields, lines, taxes
    turned = {n: _changed(f, _turn(f.value)) if n in _CREDIT_AMOUNTS else f for n, f in fields.items()}
    rows = tuple(tuple(_changed(f, _turn(f.value)) if f.name == "amount" else f for f in row) for row in lines)
    rows = tuple(_turned_factor(row) for row in rows)
    breakdown = tuple(
        tuple(_changed(f, _turn(f.value)) if f.name in {"base", "amount"} else f for f in row) for row in taxes
    )
    return turned, rows, breakdown


def _turned_factor(row: Row) -> Row:
    """Turn the negative one of quantity and price together with the amount."""
    return tuple(
        _changed(f, _turn(f.value)) if f.name in {"quantity", "unit_price"} and f.decimal() < 0 else f for f in row
    )


def _turn(value: str) -> str:
    number = -Decimal(value)
    return f"{number or abs(number):f}"


def _infer(fields: dict[str, Field], lines: tuple[Row, ...], taxes: tuple[Row, ...]) -> dict[str, Field]:
    """Return the header with what follows from it: the third of net, tax and total; the amount due."""
    found = dict(fields)
    tax_sum = _sum_of_taxes(taxes)
    if "tax_total" not in found and tax_sum:
        found["tax_total"] = tax_sum
    net, tax, total = (found.get(name) for name in ("subtotal", "tax_total", "total"))
    has_extras = bool({"discount_total", "charge_total"} & found.keys())
    if net and tax and not total and not has_extras:
        found["total"] = _inferred("total", f"{net.decimal() + tax.decimal():f}", (net, tax))
    elif total and tax and not net and not has_extras:
        found["subtotal"] = _inferred("subtotal", f"{total.decimal() - tax.decimal():f}", (total, tax))
    elif total and net and not tax and not has_extras and _is_taxed(net, total, (*lines, *taxes)):
        found["tax_total"] = _inferred("tax_total", f"{total.decimal() - net.decimal():f}", (total, net))
    if net and tax and total and has_extras and net.decimal() + tax.decimal() != total.decimal():
        found["subtotal"] = _after_extras(found, net, tax, total)
    if "amount_due" not in found and "total" in found:
        found["amount_due"] = _inferred("amount_due", found["total"].value, (found["total"],))
    return found


def _with_terms(fields: dict[str, Field], context: _Context) -> tuple[dict[str, Field], tuple[Finding, ...]]:
    """Return the header with the due date and the terms as numbers, and where the two contradict each other."""
    found = dict(fields)
    terms = terms_of(found, context.words, context.language)
    due = None if context.is_ordered else _due_date(found, context.lexicon)
    if due is None and terms is not None and context.is_billed and "due_date" not in found:
        due = due_date(found, terms)
    if due is not None:
        found["due_date"] = due
    if terms is None:
        return found, ()
    return found | terms_fields(found, terms), terms_findings(found, terms)


def _is_taxed(net: Field, total: Field, rows: Iterable[Row]) -> bool:
    """Tell whether a printed rate leads from net to total, or nothing is to be added; else the sums contradict."""
    tax = total.decimal() - net.decimal()
    rates = {field.decimal() for row in rows for field in row if field.name in {"rate", "tax_rate"}}
    return tax == 0 or any(abs(net.decimal() * rate / 100 - tax) <= _CENT for rate in rates)


def _after_extras(found: Mapping[str, Field], net: Field, tax: Field, total: Field) -> Field:
    """Return the net sum after discount and charges (EN 16931 BT-109) where the sum before them is printed as subtotal."""
    extras = [found[name] for name in ("discount_total", "charge_total") if name in found]
    worth = total.decimal() - tax.decimal()
    signed = [
        sign * abs(extra.decimal()) for extra in extras for sign in ((-1,) if extra.name == "discount_total" else (1,))
    ]
    sums = {net.decimal() + sum(signed), *(net.decimal() + one for one in signed)}
    if worth not in sums:
        return net
    inferred = _inferred("subtotal", f"{worth:f}", (total, tax))
    printed = Alternative(value=net.value, raw=net.raw, confidence=net.confidence)
    return inferred.model_copy(update={"alternatives": (printed,), "confidence": net.confidence})


def _sum_of_taxes(taxes: tuple[Row, ...]) -> Field | None:
    amounts = [field for row in taxes for field in row if field.name == "amount"]
    if not amounts:
        return None
    value = sum((field.decimal() for field in amounts), Decimal(0))
    paths = tuple(f"taxes[{index}].amount" for index in range(len(amounts)))
    sure = round(INFERRED * min(field.confidence for field in amounts), 3)
    return Field(
        name="tax_total", value=f"{value:f}", raw="", confidence=sure,
        provenance=Provenance(how="inferred", by=BY, source=paths),
    )  # fmt: skip


def _due_date(fields: dict[str, Field], lexicon: Lexicon) -> Field | None:
    """Return issue date plus net days when the terms say nothing more complicated, else None."""
    issue, terms = fields.get("issue_date"), fields.get("payment_terms")
    if "due_date" in fields or issue is None or terms is None:
        return None
    days = net_days(terms.value, lexicon)
    if days is None:
        return None
    return _inferred("due_date", (issue.date() + timedelta(days=days)).isoformat(), (issue, terms))
