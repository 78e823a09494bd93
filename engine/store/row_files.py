"""Files of rows: CSV, Excel workbook or JSON, told apart by their name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from engine.model.errors import ContentError
from engine.model.masterdata import FileForm
from engine.store import csv_rows, json_rows, xlsx_rows

CSV = frozenset({".csv", ".tsv", ".txt", ""})
JSON = frozenset({".json", ".jsonl", ".ndjson"})
XLSX = frozenset({".xlsx", ".xlsm"})

Rows = Iterator[tuple[int, Mapping[str, Any]]]
"""Rows with the line, row or place in the list that they stand in."""


@contextmanager
def opened(path: Path, form: FileForm) -> Iterator[tuple[list[str], Rows]]:
    """Offer (names of the columns, rows). JSON has no header: the names are those of the first object.

    Cells are text; in JSON also true, false, null and lists of objects. Raises ContentError with file and line.
    """
    kind = path.suffix.casefold()
    if kind in JSON:
        with json_rows.opened(path, form) as objects:
            first = next(objects, None)
            names = list(first[1]) if first else []
            yield names, (chain([first], objects) if first else iter(()))
    elif kind in XLSX:
        with xlsx_rows.opened(path, form) as (header, rows):
            yield header, rows
    elif kind in CSV:
        with csv_rows.opened(path, form) as (header, rows):
            yield header, rows
    else:
        known = ", ".join(sorted((CSV | JSON | XLSX) - {""}))
        raise ContentError(f"files of this kind cannot be imported; there are: {known}", file=str(path))
