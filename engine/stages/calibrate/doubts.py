"""Signs that something is odd about a value: what contradicts it, what is too like it, and what it was made of."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from engine.model.field import Field, Row
from engine.model.record import Record

LIDS = (
    "amount:sums_clash", "amount:tax_odd", "amount:near_twin", "cell:sums_clash", "due:assumed", "currency:place",
    "number:spaced", "rival_longer", "rival_near", "name:bare", "name:recognised",
    "text:named", "discounted_price", "row_wordless", "row_thin", "row_clashes",
)  # fmt: skip
"""Signs too rare to outweigh all that speaks for a value, yet reason enough not to be sure of it."""
CENT = Decimal("0.02")
_CASH = Decimal("0.05")
_ODD_TAX = Decimal("0.35")
"""Of the net sum; the highest value added tax in force is 27 % (Hungary), several taxes together may be more."""
_SUMS = ("total", "subtotal", "tax_total")
_REAL = frozenset({"read", "normalized"})
"""Origins of values that stand on the page. Those inferred from others fit them by construction."""
_NUMERIC_DATE = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*\d{2,4}")
_MONTHS = 12
_NEAR = 0.25
"""Confidence by hand weights from which on another reading is a serious rival."""
_WORD = 4
"""Letters from which on a part of a name is its own and no legal form."""
_NUMBERS = frozenset({"invoice_number", "po_number", "delivery_note_number", "preceding_invoice_number"})

Signs = Mapping[str, float]


def sign(*, holds: bool) -> float:
    """Return a yes or no as a number."""
    return 1.0 if holds else 0.0


def of_sums(record: Record) -> Signs:
    """Return whether the sums that are printed fit one another and the lines, and whether they are plausible."""
    printed = {name: field for name in (*_SUMS, "amount_due") if (field := record.get(name))}
    real = {name: abs(field.decimal()) for name, field in printed.items() if field.provenance.how in _REAL}
    total, net, tax = (real.get(name) for name in _SUMS)
    is_sum = not (net is None or tax is None or total is None)
    extra = Decimal(0)
    for name, way in (("charge_total", 1), ("discount_total", -1)):
        amount = record.amount(name)
        extra += way * abs(amount) if amount is not None else 0
    zero = Decimal(0)
    apart = (net or zero) + (tax or zero) - (total or zero)
    adds_up = is_sum and (abs(apart) <= CENT or abs(apart + extra) <= CENT)
    goods = _goods(record.lines)
    wanted = [x for x in (net, total) if x is not None]
    lines_fit = goods is not None and any(abs(goods - x) <= CENT or abs(goods + extra - x) <= CENT for x in wanted)
    due = real.get("amount_due")
    return {
        "sums_fit": sign(holds=adds_up),
        "sums_clash": sign(holds=is_sum and not adds_up),
        "lines_fit": sign(holds=lines_fit),
        "lines_clash": sign(holds=goods is not None and bool(wanted) and not lines_fit),
        "has_lines": sign(holds=goods is not None),
        "tax_odd": sign(holds=_is_odd(record)),
        "due_above": sign(holds=due is not None and total is not None and due > total + _CASH),
    }


def _goods(lines: Sequence[Row]) -> Decimal | None:
    amounts = [field.decimal() for row in lines for field in row if field.name == "amount"]
    return abs(sum(amounts, Decimal(0))) if amounts else None


def _is_odd(record: Record) -> bool:
    """Tell whether the tax is a larger share of the goods than any tax is."""
    tax, total = record.amount("tax_total"), record.amount("total")
    return tax is not None and total is not None and abs(tax) > _ODD_TAX * abs(abs(total) - abs(tax))


def of_amount(field: Field) -> Signs:
    """Return whether another amount of nearly the same size was read: the sum before it was rounded to cash."""
    value = abs(field.decimal())
    return {"amount:near_twin": sign(holds=any(0 < abs(value - abs(x)) <= _CASH for x in _decimals(field)))}


def _decimals(field: Field) -> list[Decimal]:
    out = []
    for other in field.alternatives:
        try:
            out.append(Decimal(other.value))
        except InvalidOperation:
            continue
    return out


def of_text(field: Field, fields: Sequence[Field]) -> Signs:
    """Return whether another reading is near or longer, and whether another field has the same value."""
    value = _plain(field.value)
    longer = any(len(_plain(o.value)) > len(value) and value in _plain(o.value) for o in field.alternatives)
    return {
        "rival_near": sign(holds=any(o.confidence >= _NEAR for o in field.alternatives)),
        "rival_longer": sign(holds=longer and bool(value)),
        "value_again": sign(holds=field.name in _NUMBERS and sum(_plain(f.value) == value for f in fields) > 1),
        "number:spaced": sign(holds=field.name in _NUMBERS and " " in field.value),
    }


def of_date(field: Field) -> Signs:
    """Return whether day and month could be swapped: `04/05/2024`."""
    match = _NUMERIC_DATE.search(field.raw)
    is_open = match is not None and match[1] != match[2] and max(int(match[1]), int(match[2])) <= _MONTHS
    return {"date:swappable": sign(holds=is_open), "date:pointed": sign(holds=is_open and "." in field.raw)}


def of_currency(field: Field) -> Signs:
    """Return what a currency was told from: its code, a sign, or only the place that the document comes from."""
    is_spelt = field.value in field.raw.upper()
    is_sign = not is_spelt and any(c in "$€£¥₹zł" for c in field.raw)
    return {
        "currency:spelt": sign(holds=is_spelt), "currency:dollar": sign(holds=is_sign and "$" in field.raw),
        "currency:place": sign(holds=not (is_spelt or is_sign or any(map(str.isdigit, field.raw)))),
    }  # fmt: skip


def of_name(field: Field, record: Record, prints: Mapping[str, int], *, is_ocr: bool = False) -> Signs:
    """Return whether a party's name also stands in its mail or web address, and whether it bears a legal form.

    `prints` are the words of the document, letters and digits only. A name that was recognised (`is_ocr`) has nothing
    that would confirm its letters.
    """
    parts = [p for p in re.split(r"[^\w]+", field.value.casefold()) if len(p) >= _WORD and p.isalpha()]
    addresses = [word for word in prints if word.startswith("www") or "http" in word]
    mail = record.value("vendor_email") or ""
    hosts = [*addresses, mail.casefold().rpartition("@")[2]]
    side = field.name.partition("_")[0]
    return {
        f"{field.name}:hosted": sign(holds=any(part in host for part in parts for host in hosts if host)),
        "name:bare": sign(holds=record.get(f"{side}_legal_form") is None and side == "vendor"),
        "name:recognised": sign(holds=is_ocr),
        "name:lone": sign(holds=len(field.value.split()) == 1),
        "name:initials": sign(holds=field.value.upper() == field.value),
    }


def of_description(field: Field) -> Signs:
    """Return what a description holds besides the name of the goods: what belongs to it is a matter of opinion."""
    lines = field.value.splitlines()
    return {
        "text:lines": min(len(lines), 4) / 4,
        "text:named": sign(holds=any(": " in line for line in lines)),
        "text:dashed": sign(holds=" - " in lines[0]),
        "text:numbered": sign(holds=any(map(str.isdigit, field.value))),
    }


def of_row(row: Row, lines: Sequence[Row]) -> Signs:
    """Return how unlike its fellows a row of the table is: rows of other tables and of the foot have other cells."""
    names = frozenset(field.name for field in row)
    shapes = Counter(frozenset(f.name for f in one) for one in lines)
    common = shapes.most_common(1)[0][0] if shapes else names
    text = next((field.value for field in row if field.name == "description"), "")
    return {
        "row_odd": len(names ^ common) / 4.0,
        "row_last": sign(holds=len(lines) > 1 and row is lines[-1] and names != common),
        "row_alone": sign(holds=len(lines) == 1),
        "row_thin": sign(holds=not names & {"quantity", "unit_price"}),
        "row_wordless": sign(holds=sum(map(str.isalpha, text)) < _WORD),
        "row_long": sign(holds=text.count("\n") > 1),
        "row_discount": sign(holds="discount" in names),
    }


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
