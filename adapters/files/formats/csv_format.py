"""Writes CSV in the dialect of the receiver."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from adapters.files.formats.options import Column, CsvOptions
from adapters.files.formats.values import Scope, encodable, is_plain_number, refuse, spell

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters that make a spreadsheet run a cell, with their full-width twins."""

_QUOTING: Final[dict[str, Literal[0, 1, 2, 3]]] = {
    "minimal": csv.QUOTE_MINIMAL,
    "all": csv.QUOTE_ALL,
    "nonnumeric": csv.QUOTE_NONNUMERIC,
    "none": csv.QUOTE_NONE,
}


class _Numeric:
    """Text of a number. The csv module leaves everything unquoted that can be an integer and writes `str()` of it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __int__(self) -> int:
        return int(Decimal(self._text))

    def __str__(self) -> str:
        return self._text


def render_csv(options: CsvOptions, scopes: Sequence[Scope]) -> bytes:
    """Return the file: one row a scope, below the header row. Raises Rejected naming the column that does not fit."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=options.delimiter, quotechar=options.quote, quoting=_QUOTING[options.quoting],
        escapechar=options.escape, lineterminator=options.newline, doublequote=True,
    )  # fmt: skip
    if options.header:
        names = [encodable(c.name, options.encoding, options.unencodable, c.name) for c in options.columns]
        _write(writer.writerow, names, options)
    for scope in scopes:
        _write(writer.writerow, [_cell(column, scope, options) for column in options.columns], options)
    return out.getvalue().encode(options.encoding)


def _cell(column: Column, scope: Scope, options: CsvOptions) -> str | _Numeric:
    text = spell(column, scope, decimal=options.decimal, date_format=options.date_format)
    if column.type in {"decimal", "integer"}:
        return _Numeric(text) if text and options.quoting == "nonnumeric" and options.delimiter not in text else text
    if options.newlines == "space":
        text = " ".join(text.splitlines())
    if column.max is not None and len(text) > column.max:
        raise refuse(column.label, f"{len(text)} characters, at most {column.max} fit")
    text = _defused(text, column, options)
    return encodable(text, options.encoding, options.unencodable, column.label)


def _defused(text: str, column: Column, options: CsvOptions) -> str:
    """Return text that a spreadsheet shows and does not run. Plain negative numbers stay numbers."""
    if options.formulas == "keep" or column.value is not None or not text.startswith(_RUNS):
        return text
    if is_plain_number(text) or (options.decimal == "," and is_plain_number(text.replace(",", ".", 1))):
        return text
    if options.formulas == "reject":
        raise refuse(column.label, "the text starts like a spreadsheet formula")
    return "'" + text


def _write(writerow: Callable[[Iterable[Any]], Any], row: Sequence[str | _Numeric], options: CsvOptions) -> None:
    try:
        writerow(row)
    except csv.Error as e:
        for column, text in zip(options.columns, row, strict=True):
            if any(sign in str(text) for sign in (options.delimiter, options.quote, "\r", "\n")):
                raise refuse(
                    column.label, "the text holds a separator and the dialect has no quotes to protect it"
                ) from e
        raise refuse(options.columns[0].label, str(e)) from e
