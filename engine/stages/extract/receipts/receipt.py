"""A till receipt read on a path of its own: narrow, one column, the merchant on top, sums that prove each other."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from engine.model.field import Alternative, Box, Field, Row
from engine.model.page import Reading
from engine.model.record import Classification, Extraction
from engine.stages.extract.build import Origin, number
from engine.stages.extract.candidates import plain
from engine.stages.extract.identifiers import is_vat
from engine.stages.extract.lines_of_text import Line, sheets_of
from engine.stages.extract.receipts import merchant as head
from engine.stages.extract.receipts.goods import Item, items_of, sum_of
from engine.stages.extract.receipts.moments import Order, order_of
from engine.stages.extract.receipts.registered import registrations, tax_numbers
from engine.stages.extract.receipts.rows import SlipRow, box_of, legibility, rows_of
from engine.stages.extract.receipts.sale import receipt_number, sale_date
from engine.stages.extract.receipts.strips import strips_of
from engine.stages.extract.receipts.sums import Candidate, Sums, TaxLine, choose_sums
from engine.stages.extract.receipts.wording import Wording, squash

_STATES = "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"  # fmt: skip
_PLACES = {
    "US": re.compile(rf"\b(?:{_STATES})\.?,?\s+\d{{5}}(?:-\d{{4}})?\b"),
    "CA": re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d\b"),
    "GB": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"),
}
"""Postcodes that only one country writes."""
_WEB = re.compile(r"(?:www\.|@|https?://)[\w.-]+\.([a-z]{2})\b")
_VAT_COUNTRY = re.compile(r"\b([A-Z]{2})[A-Z0-9]{8,12}\b")
_ENOUGH = 2
"""Amounts with a currency that settle it."""


def extract_receipt(
    reading: Reading, *, document_id: str, classification: Classification, wording: Wording
) -> Extraction:
    """Return what stands on a till slip, each value with how sure its evidence makes it."""
    sheets = sheets_of(reading)
    lines = [line for sheet in sheets for line in strips_of(sheet)]
    country, votes = country_of(lines, wording)
    habit: Order = wording.words.countries[country].dates if country else "dmy"
    order, is_proven = order_of(lines, habit)
    rows = rows_of(lines, wording, order)
    origin = Origin({p.number: p.by for p in reading.pages}, wording.ref)
    items = items_of(rows, wording)
    sums = choose_sums(rows, sum_of(items) if items else None, len(items))
    fields = [
        *_merchant(rows, country, wording, origin), *_sale(rows, origin, order_is_proven=is_proven or votes > 1),
        *_sums(sums, origin), *_currency(rows, country, votes, wording, origin),
    ]  # fmt: skip
    return Extraction(
        document_id=document_id, classification=classification, page_count=reading.page_count or len(reading.pages),
        fields=tuple(fields), lines=tuple(_line(item, sums, items, origin) for item in items if _is_good(item, sums)),
        taxes=tuple(_tax_row(line, origin) for line in sums.table),
    )  # fmt: skip


def country_of(lines: Sequence[Line], wording: Wording) -> tuple[str | None, int]:
    """Return the country that most signs on the slip point to, and how many do: words, web, postcodes, VAT ids."""
    votes: Counter[str] = Counter()
    for line in lines:
        words = [squash(w) for w in re.split(r"[\s,.:]+", line.text)]
        grams = {*words, *(a + b for a, b in pairwise(words))}
        whole = squash(line.text)
        seen = {wording.countries[g] for g in grams if g in wording.countries}
        seen |= {code for word, code in wording.long_countries.items() if word in whole}
        votes.update(seen)
        for code, pattern in _PLACES.items():
            votes[code] += 2 * bool(pattern.search(line.text))
        for match in _WEB.finditer(line.text.lower()):
            code = "GB" if match[1] == "uk" else match[1].upper()
            votes[code] += code in wording.words.countries
        for match in _VAT_COUNTRY.finditer(line.text):
            votes[match[1]] += 2 * (match[1] in wording.words.countries and is_vat(match[0]))
    code, count = votes.most_common(1)[0] if votes else ("", 0)
    return (code, count) if count else (None, 0)


def _field(
    name: str, value: str, row: SlipRow, span: tuple[int, int], sure: float, origin: Origin, others: Iterable[str] = ()
) -> Field:
    start, end = span
    raw = row.text[start:end]
    confidence = round(max(0.01, min(sure, 0.99)), 3)
    rest = round(max(0.0, (1.0 - confidence) * 0.6), 3)
    alternatives = tuple(Alternative(value=o, raw=o, confidence=rest) for o in others if o and o != value)
    return Field(
        name=name, value=value, raw=raw or value, confidence=confidence,
        provenance=origin.of(row.line.page, box_of(row.line, start, end)), alternatives=alternatives,
    )  # fmt: skip


def _merchant(rows: Sequence[SlipRow], country: str | None, wording: Wording, origin: Origin) -> list[Field]:
    fields = []
    name = head.merchant(rows, wording, country)
    if name is not None:
        box = _around(name.rows)
        raw = " ".join(row.text for row in name.rows)
        others = tuple(Alternative(value=o, raw=o, confidence=round((1 - name.sure) * 0.5, 3)) for o in name.others)
        where = origin.of(name.rows[0].line.page, box)
        fields.append(Field(name="vendor_name", value=name.value, raw=raw, confidence=name.sure, provenance=where, alternatives=others))  # fmt: skip
    place = head.address(rows, name, wording)
    if place is not None:
        where = origin.of(place[1][0].line.page, _around(place[1]))
        fields.append(Field(name="vendor_address", value=place[0], raw=place[0], confidence=0.7, provenance=where))
    taxes = tax_numbers(rows)
    if taxes:
        best = taxes[0]
        sure = best.sure * (0.5 + 0.5 * legibility(best.row.line, best.start, best.end))
        others_ = [t.value for t in taxes[1:3]]
        fields.append(_field("vendor_tax_id", best.value, best.row, (best.start, best.end), sure, origin, others_))
    known = {squash(t.value) for t in taxes}
    registered = next((r for r in registrations(rows) if squash(r.value) not in known), None)
    if registered is not None:
        fields.append(
            _field("vendor_registration_id", registered.value, registered.row, (registered.start, registered.end), registered.sure, origin)
        )  # fmt: skip
    return fields


def _around(rows: Sequence[SlipRow]) -> Box:
    boxes = [row.line.box for row in rows]
    return Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )


def _sale(rows: Sequence[SlipRow], origin: Origin, *, order_is_proven: bool) -> list[Field]:
    fields = []
    dated = sale_date(rows, order_is_proven=order_is_proven)
    if dated is not None:
        moment = dated.moment
        legible = legibility(dated.row.line, moment.start, moment.end)
        others = [m.value.isoformat() for m in dated.others]
        others += [moment.other.isoformat()] if moment.other and not order_is_proven else []
        fields.append(
            _field("issue_date", moment.value.isoformat(), dated.row, (moment.start, moment.end), dated.sure * (0.7 + 0.3 * legible), origin, others)
        )  # fmt: skip
    numbered = receipt_number(rows)
    if numbered is not None:
        legible = legibility(numbered.row.line, numbered.start, numbered.end)
        fields.append(
            _field("invoice_number", numbered.value, numbered.row, (numbered.start, numbered.end), numbered.sure * (0.6 + 0.4 * legible), origin, numbered.others)
        )  # fmt: skip
    return fields


def _sums(sums: Sums, origin: Origin) -> list[Field]:
    if sums.total is None:
        return []
    best = sums.total
    fields = [_amount("total", best, sums.sure, origin, [plain(c.value) for c in sums.others])]
    for name, found in (("tax_total", sums.tax), ("subtotal", sums.subtotal)):
        if found is not None:
            value, sighting, sure = found
            money = sighting.amount.money
            sure *= min(1.0, 0.6 + 0.4 * sums.sure)
            fields.append(_field(name, plain(value), sighting.row, (money.start, money.end), sure, origin))
    return fields


def _amount(name: str, candidate: Candidate, sure: float, origin: Origin, others: Sequence[str]) -> Field:
    row, money = candidate.best.row, candidate.best.amount.money
    legible = legibility(row.line, money.start, money.end)
    proven = len(candidate.proofs & {"cash", "items", "tax", "table"}) > 0
    found = _field(name, plain(candidate.value), row, (money.start, money.end), sure if proven else sure * (0.7 + 0.3 * legible), origin, others)  # fmt: skip
    if money.raw:
        return found
    return found.model_copy(update={"provenance": found.provenance.model_copy(update={"how": "inferred"})})


def _currency(
    rows: Sequence[SlipRow], country: str | None, votes: int, wording: Wording, origin: Origin
) -> list[Field]:
    """Return the currency: printed beside amounts or as a word, else that of the country."""
    home = wording.words.countries[country].currency if country else None
    signs: Counter[str] = Counter()
    places: dict[str, tuple[SlipRow, tuple[int, int]]] = {}
    for row in rows:
        for amount in row.amounts:
            if amount.money.currency:
                code = amount.money.currency
                code = (home if home and (votes > 1 or home.endswith("D")) else "USD") if code == "$" else code
                signs[code] += 1
                places.setdefault(code, (row, (amount.money.start, amount.money.end)))
        at = 0
        for word in row.text.split():
            code_ = wording.signs.get(squash(word.strip("()[]:.,"))) or wording.symbols.get(word.strip("()[]:.,"))
            start = row.text.index(word, at)
            at = start + len(word)
            if code_ and (word.isupper() or not word.isalpha()):
                signs[code_] += 1
                places.setdefault(code_, (row, (start, at)))
    if signs:
        code, count = signs.most_common(1)[0]
        if home is not None and signs[home] * 2 >= count:
            code, count = home, signs[home]
        share = count / sum(signs.values())
        sure = 0.6 + 0.2 * share + 0.1 * min(count, _ENOUGH) / _ENOUGH + 0.09 * (code == home)
        return [_field("currency", code, places[code][0], places[code][1], sure, origin)]
    if home is None:
        return []
    row = next((r for r in rows if _points_to(r, country or "", wording)), rows[0])
    return [_field("currency", home, row, (0, len(row.text)), 0.6 + 0.1 * min(votes, 3), origin)]


def _points_to(row: SlipRow, country: str, wording: Wording) -> bool:
    words = [squash(w) for w in row.text.split()]
    return any(wording.countries.get(w) == country for w in (*words, *(a + b for a, b in pairwise(words))))  # fmt: skip


def _is_good(item: Item, sums: Sums) -> bool:
    """Tell whether an item may be one: it has a text and is no sum in disguise."""
    total = sums.total.value if sums.total else None
    is_sum = total is not None and item.amount.money.value == total and item.amount.kind in {"total", "payable"}
    return sum(c.isalpha() for c in item.description) > 1 and not is_sum


def _line(item: Item, sums: Sums, items: Sequence[Item], origin: Origin) -> Row:
    row, money = item.row, item.amount.money
    proven = sums.total is not None and bool(sums.total.proofs & {"items", "item"}) and len(items) > 0
    sure = 0.93 if proven else 0.6
    factors = item.quantity is not None and item.unit_price is not None
    fields = [
        _field("description", item.description, row, (0, max(money.start, 1)), 0.85 if proven else 0.6, origin),
        _field("amount", plain(money.value), row, (money.start, money.end), max(sure, 0.92 * factors), origin),
    ]
    for name, value in (("quantity", item.quantity), ("unit_price", item.unit_price)):
        if value is not None:
            text = number(value) if name == "quantity" else plain(value)
            fields.append(_field(name, text, row, (0, len(row.text)), 0.93 if factors else 0.6, origin))
    return tuple(fields)


def _tax_row(line: TaxLine, origin: Origin) -> Row:
    fields = []
    for name, amount in (("base", line.base), ("amount", line.tax)):
        if amount is None:
            continue
        money = amount.money
        fields.append(_field(name, plain(money.value), line.row, (money.start, money.end), 0.9, origin))
    if line.rate is not None:
        fields.insert(0, _field("rate", number(Decimal(line.rate)), line.row, (0, len(line.row.text)), 0.92, origin))
    return tuple(fields)
