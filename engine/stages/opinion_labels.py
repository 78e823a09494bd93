"""Names what a service only printed: the pairs of a form by their labels, the cells of a table by its headings.

The words are those of our vocabularies. A name that the service gives itself counts before any label.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.content.vocabulary import ColumnName, LabelName
from engine.model.document import DocumentType
from engine.model.field import Alternative, Field, Provenance, Row
from engine.model.page import Labelled, Opinion, Printed, Table
from engine.stages.extract.labels import headings_on, labels_on, words_of
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.opinion_values import line_of

_FIELDS: Mapping[LabelName, str] = {
    "invoice_number": "invoice_number", "po_number": "po_number", "issue_date": "issue_date", "due_date": "due_date",
    "payment_terms": "payment_terms", "buyer_tax_id": "buyer_tax_id", "tax_id": "vendor_tax_id",
    "registration_id": "vendor_registration_id", "iban": "vendor_iban", "email": "vendor_email", "currency": "currency",
    "subtotal": "subtotal", "discount_total": "discount_total", "charge_total": "charge_total", "tax_total": "tax_total",
    "total": "total", "amount_due": "amount_due", "vendor": "vendor_name", "buyer": "buyer_name",
}  # fmt: skip
"""Labels whose value is a field of every document. Decoys (`other_date` and the like) are none."""
_OF_TYPE: Mapping[tuple[str, LabelName], str] = {
    ("credit_note", "credit_note_number"): "invoice_number",
    ("purchase_order", "order_date"): "issue_date",
}
_PARTIES = frozenset({"vendor_name", "buyer_name"})
_OWNERLESS = frozenset({"vendor_tax_id", "vendor_registration_id", "vendor_email"})
"""Fields whose label does not say whose number it is: it may be the buyer's."""
_SUMS = frozenset({"subtotal", "tax_total", "total", "amount_due", "discount_total", "charge_total"})
_COLUMNS = frozenset(
    {"line_number", "item_code", "description", "quantity", "unit", "unit_price", "discount", "amount", "tax_rate", "po_number", "po_line"}
)  # fmt: skip
_THINGS = frozenset({"description", "item_code"})
_WORTH = frozenset({"amount", "quantity", "unit_price"})
_PARTS = re.compile(r"[/()|\[\]]+")

_FOREIGN, _ENGLISH = 0.85, 0.95
_BY_LABEL = 0.9
"""A printed label is less sure than a field that the service was trained for."""
_NOT_SAID, _DISPUTED = 0.6, 0.6
_COVERED = 0.6
"""Share of a label's words that its known phrase must have; a question needs no more than the phrase."""
_HEAD_ROWS = 3
_FEWEST = 2


class _Meaning(NamedTuple):
    name: str
    strength: float


def named(opinion: Opinion, lexicon: Lexicon, *, language: str | None, kind: DocumentType) -> Opinion:
    """Return the opinion with the fields and line items that its forms and tables say, where it named none itself."""
    have = {field.name for field in opinion.fields}
    found: dict[str, list[tuple[float, Labelled]]] = {}
    for pair in opinion.pairs:
        meaning = _meaning(pair.label, lexicon, language, kind)
        if meaning is not None and meaning.name not in have:
            sure = _BY_LABEL * min(1.0, meaning.strength) * pair.value.confidence
            found.setdefault(meaning.name, []).append((sure, pair))
    fields = (_field(name, several, opinion.by) for name, several in found.items())
    lines = opinion.lines or _lines(opinion.tables, lexicon, opinion.by)
    kept = (*opinion.fields, *(field for field in fields if field is not None))
    return opinion.model_copy(update={"fields": kept, "lines": lines})


def _meaning(label: str, lexicon: Lexicon, language: str | None, kind: DocumentType) -> _Meaning | None:
    """Return the field that a label or a question is about; None when it is about nothing of ours."""
    for text in (label, *_PARTS.split(label)):
        weighed = [
            (entry.name, entry.strength * (1.0 if entry.language == language else _ENGLISH if entry.language == "en" else _FOREIGN))
            for entry in lexicon.labels.get(fold(text), ())
        ]  # fmt: skip
        if weighed:
            return _strongest(weighed, kind)
    line = line_of(label)
    if line is None:
        return None
    hits = labels_on(line, words_of(line, lexicon, is_ocr=True), lexicon, language=language)
    longest = max((hit.end - hit.start for hit in hits), default=0)
    if not longest or ("?" not in label and longest < _COVERED * len(line.words)):
        return None
    return _strongest([(hit.name, hit.strength) for hit in hits if hit.end - hit.start == longest], kind)


def _strongest(weighed: Iterable[tuple[LabelName, float]], kind: DocumentType) -> _Meaning | None:
    name, strength = max(weighed, key=lambda one: one[1])
    field = _OF_TYPE.get((kind, name)) or _FIELDS.get(name)
    return None if field is None else _Meaning(field, strength)


def _field(name: str, several: Sequence[tuple[float, Labelled]], by: str) -> Field | None:
    """Return the surest of several values under labels of one meaning; less sure when they differ."""
    said = [(sure, pair.value, _words(name, pair.value)) for sure, pair in several]
    said = [one for one in sorted(said, key=lambda one: -one[0]) if one[2]]
    if not said:
        return None
    sure, best, raw = said[0]
    others = {other: (rest, other) for rest, _, other in reversed(said) if fold(other) != fold(raw)}
    if others and name in _OWNERLESS:
        return None
    sure *= (_NOT_SAID if name in _OWNERLESS else 1.0) * (_DISPUTED if others else 1.0)
    return Field(
        name=name, value=raw, raw=raw, confidence=round(sure, 4), provenance=_origin(best, by),
        alternatives=tuple(Alternative(value=text, raw=text, confidence=round(rest * _DISPUTED, 4)) for rest, text in others.values()),
    )  # fmt: skip


def _words(name: str, printed: Printed) -> str:
    """Return the text of a value on one line; of a party the first line alone, for an address may follow it."""
    lines = [" ".join(line.split()) for line in printed.raw.splitlines()]
    return next(iter(lines), "") if name in _PARTIES else " ".join(lines).strip()


def _origin(printed: Printed, by: str) -> Provenance:
    return Provenance(how="read", page=printed.page, box=printed.box, by=by)


def _lines(tables: Sequence[Table], lexicon: Lexicon, by: str) -> tuple[Row, ...]:
    """Return the rows of the tables of goods; one without headings goes on where it has as many columns."""
    rows: list[Row] = []
    columns: Sequence[str] = ()
    for table in tables:
        found, body = _headed(table, lexicon)
        if found:
            columns = found if _is_of_goods(found) else ()
        elif table.headings or not body or len(columns) != len(body[0]):
            columns = ()
        for cells in body if columns else ():
            _add(rows, _row(columns, cells, by), lexicon)
    return tuple(rows)


def _headed(table: Table, lexicon: Lexicon) -> tuple[Sequence[str], Sequence[tuple[Printed, ...]]]:
    """Return what the columns hold and the rows below their headings; no columns when no row is one of headings."""
    if table.headings:
        found = _columns(table.headings, lexicon)
        return (found if sum(map(bool, found)) >= _FEWEST else ()), table.rows
    for index, row in enumerate(table.rows[:_HEAD_ROWS]):
        found = _columns([cell.raw for cell in row], lexicon)
        if sum(map(bool, found)) >= _FEWEST and _is_of_goods(found):
            return found, table.rows[index + 1 :]
    return (), table.rows


def _columns(headings: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Return our name of each column, empty for those that we have no use for; the net amount counts before the gross one."""
    names = [_column(text, lexicon) for text in headings]
    if "amount" not in names:
        names = ["amount" if name == "gross_amount" else name for name in names]
    return [name if name in _COLUMNS and name not in names[:index] else "" for index, name in enumerate(names)]


def _column(heading: str, lexicon: Lexicon) -> ColumnName | str:
    for text in (heading, *_PARTS.split(heading)):
        if fold(text) in lexicon.columns:
            return lexicon.columns[fold(text)]
    line = line_of(heading)
    hits = [] if line is None else headings_on(line, words_of(line, lexicon, is_ocr=True), lexicon)
    return max(hits, key=lambda hit: hit.end - hit.start).name if hits else ""


def _is_of_goods(columns: Sequence[str]) -> bool:
    return bool(_THINGS.intersection(columns)) and bool(_WORTH.intersection(columns))


def _row(columns: Sequence[str], cells: Sequence[Printed], by: str) -> Row:
    texts = ((name, cell, " ".join(cell.raw.split())) for name, cell in zip(columns, cells, strict=False))
    return tuple(
        Field(name=name, value=text, raw=text, confidence=round(_BY_LABEL * cell.confidence, 4), provenance=_origin(cell, by))
        for name, cell, text in texts
        if name and text
    )  # fmt: skip


def _add(rows: list[Row], row: Row, lexicon: Lexicon) -> None:
    """Add a row of goods; words without a number go on with the description above, sums are no goods."""
    names = {field.name for field in row}
    if _is_sum(row, lexicon):
        return
    if names & _WORTH:
        rows.append(row)
    elif names == {"description"} and rows:
        rows[-1] = tuple(_continued(field, row[0]) if field.name == "description" else field for field in rows[-1])


def _is_sum(row: Row, lexicon: Lexicon) -> bool:
    """Tell whether a row has a sum's label and no quantity: `Subtotal 200.00`, `Carried forward`."""
    if any(field.name in {"quantity", "unit_price"} for field in row):
        return False
    keys = {fold(field.raw.rstrip(": ")) for field in row if any(sign.isalpha() for sign in field.raw)}
    labelled = {entry.name for key in keys for entry in lexicon.labels.get(key, ())}
    return bool(labelled & _SUMS) or bool(keys & lexicon.carried_forward)


def _continued(field: Field, more: Field) -> Field:
    text = f"{field.raw} {more.raw}"
    return field.model_copy(update={"value": text, "raw": text, "confidence": min(field.confidence, more.confidence)})
