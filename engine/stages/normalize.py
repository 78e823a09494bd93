"""From values as read to a canonical record: one spelling a value, and what arithmetic and terms allow to infer.

What was read is never overwritten without trace: `raw` stays, and an inferred value names the fields it came from.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from engine.content.vocabulary import Vocabulary
from engine.model.field import Alternative, Field, Provenance, Row, by_name
from engine.model.record import Extraction, Record
from engine.stages.extract.lexicon import Lexicon, fold, lexicon_of

_INFERRED = 0.9
"""Certainty left over when a value is worked out from others."""
_CREDIT_AMOUNTS = frozenset({"subtotal", "tax_total", "total", "amount_due", "charge_total"})
_COMPACT = frozenset({"vendor_iban", "vendor_tax_id", "buyer_tax_id"})
_CENT = Decimal("0.01")
_SHORTEST_PHRASE = 6
_LONGEST_TERM = 365


def normalize(extraction: Extraction, *, revision: int, vocabularies: Mapping[str, Vocabulary] | None = None) -> Record:
    """Return the canonical record of an extraction. Credit notes carry positive amounts.

    The vocabularies say how units and payment terms are worded; without them units stay as printed and no due date
    is worked out.
    """
    lexicon = lexicon_of(vocabularies or {})
    is_credit = extraction.classification.type == "credit_note"
    fields = {f.name: _canonical(f) for f in extraction.fields}
    lines = tuple(_line(row, lexicon) for row in _distinct(extraction.lines))
    taxes = tuple(_distinct(extraction.taxes))
    if is_credit:
        fields, lines, taxes = _positive(fields, lines, taxes)
    fields = _infer(fields, taxes, lexicon)
    return Record(
        document_id=extraction.document_id, revision=revision, classification=extraction.classification,
        fields=tuple(fields.values()), lines=lines, taxes=taxes, findings=extraction.findings,
    )  # fmt: skip


def _canonical(field: Field) -> Field:
    """Return the field in its one spelling: codes compact and upper case, names with single spaces."""
    if field.name in _COMPACT:
        return _changed(field, re.sub(r"[^A-Z0-9]", "", field.value.upper()))
    if field.name == "currency":
        return _changed(field, field.value.upper())
    if field.name == "vendor_email":
        return _changed(field, field.value.lower())
    return _changed(field, " ".join(field.value.split()))


def _changed(field: Field, value: str) -> Field:
    if value == field.value or not value:
        return field
    how = field.provenance.model_copy(update={"how": "normalized"})
    return field.model_copy(update={"value": value, "provenance": how})


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
    fields = dict(by_name(row))
    unit = fields.get("unit")
    if unit:
        code = lexicon.units.get(fold(unit.value)) or lexicon.units.get(fold(unit.value.split("(")[0]))
        if code:
            fields["unit"] = _changed(unit, code)
    quantity, price, amount = (fields.get(name) for name in ("quantity", "unit_price", "amount"))
    has_discount = "discount" in fields
    if quantity and price and not amount and not has_discount:
        value = (quantity.decimal() * price.decimal()).quantize(_CENT)
        fields["amount"] = _inferred("amount", f"{value:f}", (quantity, price))
    elif quantity and amount and not price and quantity.decimal() and not has_discount:
        exact = amount.decimal() / quantity.decimal()
        if exact == exact.quantize(Decimal("0.0001")):
            fields["unit_price"] = _inferred(
                "unit_price", f"{exact.quantize(Decimal('0.0001')).normalize():f}", (quantity, amount)
            )
    elif price and amount and not quantity and price.decimal() and not has_discount:
        exact = amount.decimal() / price.decimal()
        if exact == exact.to_integral_value() and exact:
            fields["quantity"] = _inferred("quantity", f"{exact.quantize(Decimal(1)):f}", (price, amount))
    return tuple(fields.values())


def _inferred(name: str, value: str, sources: tuple[Field, ...]) -> Field:
    sure = round(_INFERRED * min(source.confidence for source in sources), 3)
    how = Provenance(how="inferred", by="normalize@1", source=tuple(source.name for source in sources))
    return Field(name=name, value=value, raw="", confidence=sure, provenance=how)


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


def _infer(fields: dict[str, Field], taxes: tuple[Row, ...], lexicon: Lexicon) -> dict[str, Field]:
    """Return the header with what follows from it: the third of net, tax and total; the due date; the amount due."""
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
    elif (
        total
        and net
        and not tax
        and not has_extras
        and 0 <= total.decimal() - net.decimal() <= net.decimal() * Decimal("0.3")
    ):
        found["tax_total"] = _inferred("tax_total", f"{total.decimal() - net.decimal():f}", (total, net))
    if net and tax and total and has_extras and net.decimal() + tax.decimal() != total.decimal():
        found["subtotal"] = _after_extras(found, net, tax, total)
    if "amount_due" not in found and "total" in found:
        found["amount_due"] = _inferred("amount_due", found["total"].value, (found["total"],))
    due = _due_date(found, lexicon)
    if due is not None:
        found["due_date"] = due
    return found


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
    sure = round(_INFERRED * min(field.confidence for field in amounts), 3)
    return Field(
        name="tax_total", value=f"{value:f}", raw="", confidence=sure,
        provenance=Provenance(how="inferred", by="normalize@1", source=paths),
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


def net_days(terms: str, lexicon: Lexicon) -> int | None:
    """Return the days that plain terms grant (0: at once), or None when they are staged or not understood."""
    words = [fold(word) for word in re.findall(r"\d+|[^\W\d_]+|%", terms)]
    whole = "".join(words)
    if "%" in words or any(w in lexicon.terms.discount | lexicon.terms.end_of_month for w in words):
        return None
    if any(phrase in whole for phrase in lexicon.terms.end_of_month if len(phrase) >= _SHORTEST_PHRASE):
        return None
    if any(phrase in whole for phrase in lexicon.terms.immediately if len(phrase) >= _SHORTEST_PHRASE):
        return 0
    numbers = [index for index, word in enumerate(words) if word.isdigit()]
    if len(numbers) != 1:
        return None
    at = numbers[0]
    is_days = at + 1 < len(words) and words[at + 1] in lexicon.terms.days
    is_net = at > 0 and words[at - 1] in lexicon.terms.net
    return int(words[at]) if (is_days or is_net) and int(words[at]) <= _LONGEST_TERM else None
