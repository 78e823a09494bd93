"""The cells of master data: every value becomes text in one spelling, or is refused with what would be allowed."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from engine.model.masterdata import Column, ColumnType, Kind

MAX_CELL = 20_000
"""Longest text of a cell, in characters."""

_DECIMAL = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_CODE = {
    "currency": re.compile(r"[A-Z]{3}", re.ASCII),
    "country": re.compile(r"[A-Z]{2}", re.ASCII),
    "unit": re.compile(r"[0-9A-Z]{2,3}", re.ASCII),
}
_CONTROL = re.compile(r"[\x00-\x1f]")
_FLAGS = {"true": "true", "false": "false", "1": "true", "0": "false", "yes": "true", "no": "false"}


class Refused(ValueError):
    """A cell or a row that may not be kept; the sentence says what is allowed."""

    def __init__(self, sentence: str, *, column: str = "") -> None:
        super().__init__(sentence)
        self.column = column


def row(kind: Kind, raw: Mapping[str, object], *, whole: bool = True) -> dict[str, str]:
    """Return the cells of a row as text. `whole` adds the columns that are not given, as empty text.

    Raises Refused for an unknown column, a required one that is empty and a value that the column does not allow;
    TypeError for a float, because money would already be inexact.
    """
    given = {name: cell(_column(kind, name), value) for name, value in raw.items()}
    for column in kind.columns:
        if column.required and not given.get(column.name):
            raise Refused(f"{column.name} is missing", column=column.name)
    for name in kind.key:
        if _CONTROL.search(given.get(name, "")):
            raise Refused(f"{name} holds a tab or line break", column=name)
    return {**dict.fromkeys(kind.names, ""), **given} if whole else given


def key_of(kind: Kind, cells: Mapping[str, str]) -> str:
    """Return what tells a row from all others of its kind: the cells of its key, separated by tabs."""
    return "\t".join(cells.get(name, "") for name in kind.key)


def cell(column: Column, value: object) -> str:
    """Return a value in the one spelling of its column. Raises Refused, and TypeError for a float."""
    text = _text(column, value)
    return _SPELLING[column.type](column, text) if text else ""


def _column(kind: Kind, name: str) -> Column:
    found = _columns(kind).get(name)
    if found is None:
        raise Refused(f"unknown column {name!r}; allowed: {', '.join(kind.names)}", column=name)
    return found


def _columns(kind: Kind) -> Mapping[str, Column]:
    found = _COLUMNS.get(kind.name)
    if found is None:
        found = _COLUMNS[kind.name] = {one.name: one for one in kind.columns}
    return found


_COLUMNS: dict[str, Mapping[str, Column]] = {}
"""Columns by name, by kind: a file of a million rows asks for them ten million times."""


def _text(column: Column, value: object) -> str:
    if isinstance(value, str):
        text = value.strip()
    elif value is None:
        return ""
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, Decimal):
        text = format(value, "f")
    elif isinstance(value, int):
        text = str(value)
    elif isinstance(value, date) and (not isinstance(value, datetime) or value.time() == time()):
        text = value.isoformat()[:10]
    else:
        raise TypeError(f"{column.name} is a {type(value).__name__}; give text, an integer, a day or a Decimal")
    if len(text) > MAX_CELL:
        raise Refused(f"{column.name} is longer than {MAX_CELL} characters", column=column.name)
    return text


def _decimal(column: Column, text: str) -> str:
    if not _DECIMAL.fullmatch(text):
        raise _refused(column, text, "a decimal number such as 1234.50")
    return text


def _integer(column: Column, text: str) -> str:
    if not _INTEGER.fullmatch(text):
        raise _refused(column, text, "a whole number such as 30")
    return str(int(text))


def _date(column: Column, text: str) -> str:
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1] if found else "").isoformat()
    except ValueError:
        raise _refused(column, text, "a day such as 2026-11-22") from None


def _boolean(column: Column, text: str) -> str:
    flag = _FLAGS.get(text.casefold())
    if flag is None:
        raise _refused(column, text, f"one of {', '.join(_FLAGS)}")
    return flag


def _code(column: Column, text: str) -> str:
    code = text.upper()
    if not _CODE[column.type].fullmatch(code):
        raise _refused(column, text, _CODE_WORDS[column.type])
    return code


def _choice(column: Column, text: str) -> str:
    if text.casefold() not in column.choices:
        raise _refused(column, text, f"one of {', '.join(column.choices)}")
    return text.casefold()


def _refused(column: Column, text: str, allowed: str) -> Refused:
    return Refused(f"{column.name} {text[:60]!r} is not {allowed}", column=column.name)


_CODE_WORDS = {
    "currency": "a currency of ISO 4217 such as EUR",
    "country": "a country of ISO 3166 such as DE",
    "unit": "a unit of UN/ECE Recommendation 20 such as H87 (piece), KGM, HUR; translate it with `values` in a column map",
}
_SPELLING: Mapping[ColumnType, Callable[[Column, str], str]] = {
    "text": lambda _column, text: text, "decimal": _decimal, "integer": _integer, "date": _date, "boolean": _boolean,
    "currency": _code, "country": _code, "unit": _code, "choice": _choice,
}  # fmt: skip
