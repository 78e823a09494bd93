"""Names what a recognition service only printed on a labelled paper: pairs by their labels, cells by their headings."""

from collections.abc import Mapping, Sequence

from engine.model.field import Field, Provenance, Row
from engine.model.page import Opinion, Printed, Table
from engine.stages.extract.lexicon import fold
from engine.stages.papers.words import OTHER, PaperWords, Phrases

_BY_LABEL = 0.9
"""A printed label is less sure than a field that the service was trained for."""
_FEWEST = 2


def named_by(opinion: Opinion, words: PaperWords) -> Opinion:
    """Return the opinion with the fields and lines that its pairs and tables say, where it named none itself."""
    have = {field.name for field in opinion.fields}
    fields: dict[str, Field] = {}
    for pair in opinion.pairs:
        name = _name(pair.label, words.labels)
        field = None if name in have else _field(name, pair.value, opinion.by)
        if field is not None and (name not in fields or fields[name].confidence < field.confidence):
            fields[name] = field
    lines = opinion.lines or tuple(row for table in opinion.tables for row in _rows(table, words, opinion.by))
    return opinion.model_copy(update={"fields": (*opinion.fields, *fields.values()), "lines": lines})


def _name(label: str, phrases: Phrases) -> str:
    """Return the field that a label announces, or OTHER."""
    known: Mapping[str, object] = phrases.get(fold(label.rstrip(": ")), {})
    return next(iter(known), OTHER)


def _field(name: str, printed: Printed, by: str) -> Field | None:
    raw = " ".join(printed.raw.split())
    if name == OTHER or not raw:
        return None
    where = Provenance(how="read", page=printed.page, box=printed.box, by=by)
    return Field(name=name, value=raw, raw=raw, confidence=round(_BY_LABEL * printed.confidence, 4), provenance=where)


def _rows(table: Table, words: PaperWords, by: str) -> list[Row]:
    """Return the rows below the headings of a table, which may be its first row; none of a table of something else."""
    headings, body = table.headings, table.rows
    if not headings and body:
        headings, body = tuple(cell.raw for cell in body[0]), body[1:]
    columns = [_name(heading, words.headings) for heading in headings]
    if sum(name != OTHER for name in columns) < _FEWEST:
        return []
    return [row for cells in body if (row := _row(columns, cells, by))]


def _row(columns: Sequence[str], cells: Sequence[Printed], by: str) -> Row:
    found = (_field(name, cell, by) for name, cell in zip(columns, cells, strict=False))
    return tuple(field for field in found if field is not None)
