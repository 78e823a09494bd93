"""Figures as a file: CSV for spreadsheets, Parquet for whoever reckons on with them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from engine.model.errors import PostroomError

Form = Literal["csv", "parquet"]
MEDIA: Mapping[Form, str] = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that spreadsheets would compute (OWASP, CSV injection)."""


class NoParquet(PostroomError):
    """The library that writes Parquet is not installed."""


def written(rows: Sequence[Mapping[str, Any]], form: Form) -> bytes:
    """Return rows of the same columns as a file. Raises NoParquet where the library for that is not installed."""
    return _csv(rows) if form == "csv" else _parquet(rows)


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows([{name: _cell(one) for name, one in row.items()} for row in rows])
    return text.getvalue().encode()


def _cell(one: object) -> object:
    return f"'{one}" if isinstance(one, str) and one.startswith(_COMPUTED) else one


def _parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as e:
        raise NoParquet(
            "Parquet files need the library pyarrow, which is not installed here. Install postroom[parquet], or take CSV.",
            detail=str(e),
        ) from e
    file = io.BytesIO()
    columns = {name: _column([row[name] for row in rows]) for name in rows[0]}
    parquet.write_table(pa.table(columns), file)
    return file.getvalue()


def _column(values: Sequence[Any]) -> list[Any]:
    """Return values of one type: whole numbers and others do not mix in a column."""
    mixed = any(isinstance(one, float) for one in values)
    return [float(one) if mixed and isinstance(one, int) else one for one in values]
