"""A service's opinion when its file is taken apart: on the pages of one part, and written down with them."""

from collections.abc import Mapping
from typing import Any

from engine.model.field import Field, Row
from engine.model.page import Opinion, Printed, Reading, Table


def of_part(opinion: Opinion, numbers: Mapping[int, int]) -> Opinion | None:
    """Return the opinion with its pages as `numbers` count them (old to new), or None when it is not on these pages."""
    if opinion.pages is None or not all(page in numbers for page in opinion.pages):
        return None
    first, last = (numbers[page] for page in opinion.pages)
    return opinion.model_copy(
        update={
            "pages": (first, last), "fields": _row(opinion.fields, numbers),
            "lines": tuple(_row(row, numbers) for row in opinion.lines),
            "taxes": tuple(_row(row, numbers) for row in opinion.taxes),
            "pairs": tuple(one.model_copy(update={"value": _print(one.value, numbers)}) for one in opinion.pairs),
            "tables": tuple(_table(one, numbers) for one in opinion.tables),
        }
    )  # fmt: skip


def as_documents(reading: Reading) -> list[dict[str, Any]]:
    """Return the opinions as the `documents` of our own OCR form (`postroom-ocr` 1)."""
    return [_document(opinion) for opinion in reading.opinions]


def _row(row: Row, numbers: Mapping[int, int]) -> Row:
    return tuple(_field(field, numbers) for field in row)


def _field(field: Field, numbers: Mapping[int, int]) -> Field:
    """Return the field on its new page; what stands on no page of the part keeps its value and loses its place."""
    page = None if field.provenance.page is None else numbers.get(field.provenance.page)
    box = None if page is None else field.provenance.box
    return field.model_copy(update={"provenance": field.provenance.model_copy(update={"page": page, "box": box})})


def _table(table: Table, numbers: Mapping[int, int]) -> Table:
    return table.model_copy(update={"rows": tuple(tuple(_print(cell, numbers) for cell in row) for row in table.rows)})


def _print(printed: Printed, numbers: Mapping[int, int]) -> Printed:
    page = None if printed.page is None else numbers.get(printed.page)
    return printed.model_copy(update={"page": page, "box": None if page is None else printed.box})


def _document(opinion: Opinion) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": opinion.type, "type_confidence": opinion.type_confidence, "fields": _written(opinion.fields),
        "lines": [_written(row) for row in opinion.lines], "taxes": [_written(row) for row in opinion.taxes],
    }  # fmt: skip
    if opinion.pairs:
        found["pairs"] = [{"label": one.label, "value": _cell(one.value)} for one in opinion.pairs]
    if opinion.tables:
        found["tables"] = [_table_written(one) for one in opinion.tables]
    return found if opinion.pages is None else {"pages": list(opinion.pages), **found}


def _written(row: Row) -> dict[str, Any]:
    return {field.name: _said(field) for field in row}


def _said(field: Field) -> dict[str, Any]:
    said: dict[str, Any] = {"raw": field.raw, "value": field.value, "confidence": field.confidence}
    if field.provenance.page is not None and field.provenance.box is not None:
        said |= {"page": field.provenance.page, "box": list(field.provenance.box)}
    return said


def _table_written(table: Table) -> dict[str, Any]:
    return {"headings": list(table.headings), "rows": [[_cell(cell) for cell in row] for row in table.rows]}


def _cell(printed: Printed) -> dict[str, Any]:
    said: dict[str, Any] = {"raw": printed.raw, "confidence": printed.confidence}
    if printed.page is not None and printed.box is not None:
        said |= {"page": printed.page, "box": list(printed.box)}
    return said
