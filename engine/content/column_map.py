"""Column maps: how the columns of somebody's file or system become those of a kind of master data.

    name: erp_vendors
    version: 1
    kind: vendors
    file: {delimiter: ";", encoding: cp1252}
    columns:
      id: {from: LIFNR, via: "value | upper"}
      name: {from: [NAME1, NAME2]}                     # joined by a blank
      country: LAND1                                   # short for {from: LAND1}
      currency: {value: EUR}                           # the same in every row
      status: {from: SPERR, values: {"": open, X: blocked}}
    ignore: [MANDT, ERDAT]                             # every other column has to be named; `"*"` ignores all
    examples:
      - {row: {LIFNR: a7, NAME1: Acme, NAME2: Ltd, LAND1: GB, SPERR: X}, gives: {id: A7, name: Acme Ltd, status: blocked}}

`via` is an expression (engine/content/expression.py) over `value`. `dates` names the form of days (`%d.%m.%Y`), `decimals` the
sign before the decimals (`comma` or `point`), for the whole file or one column. The examples are run when the map is loaded.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from engine.content import strict_yaml
from engine.content.converters import Inconvertible
from engine.content.expression import Expression, ExpressionError, compile_expression
from engine.model import master_cells, master_kinds
from engine.model.master_cells import Refused
from engine.model.masterdata import FileForm, Kind
from engine.model.posted_invoices import POSTED_INVOICES
from engine.model.value import Value

Decimals = Literal["point", "comma"]

_GROUPED = {
    "point": re.compile(r"(-?)(\d{1,3}(?:[,' \u00a0\u202f\u2019]\d{3})+|\d+)(?:\.(\d+))?(-?)"),
    "comma": re.compile(r"(-?)(\d{1,3}(?:[.' \u00a0\u202f\u2019]\d{3})+|\d+)(?:,(\d+))?(-?)"),
}
"""A number with or without groups of three; the sign may stand behind it, as SAP writes it."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?")
_FORM = re.compile(r"(%[Ymdy]|[-./ ])+")


class ColumnSource(Value):
    """Where one of our columns comes from."""

    source: tuple[str, ...] = Field(default=(), alias="from")
    """Their columns; several are joined by `join`, empty ones left out."""
    value: str | None = None
    """The same text in every row."""
    join: str = " "
    via: str | None = None
    values: Mapping[str, str] = {}
    """Ours for theirs, looked up after `via`."""
    otherwise: Literal["refuse", "keep", "empty"] = "refuse"
    """What becomes of a value that `values` does not name."""
    dates: str | None = None
    decimals: Decimals | None = None

    @field_validator("via")
    @classmethod
    def _can_be_worked_out(cls, via: str | None) -> str | None:
        if via is not None:
            _compile(via)
        return via

    @model_validator(mode="after")
    def _has_one_source(self) -> "ColumnSource":
        if bool(self.source) is (self.value is not None):
            raise ValueError("a column has either `from` or `value`")
        return self


class MapExample(Value):
    """A row of theirs and some columns of ours that it gives."""

    row: Mapping[str, str]
    gives: Mapping[str, str]


class ColumnMap(Value):
    """How a file's columns become ours, see above."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    kind: str
    file: FileForm = FileForm()
    dates: str = "%Y-%m-%d"
    decimals: Decimals = "point"
    columns: Mapping[str, ColumnSource] = Field(min_length=1)
    ignore: tuple[str, ...] = ()
    examples: tuple[MapExample, ...] = Field(min_length=1)

    @field_validator("dates")
    @classmethod
    def _is_form(cls, form: str) -> str:
        if not _FORM.fullmatch(form):
            raise ValueError("a form of days may hold %Y %y %m %d and - . / only")
        return form

    @property
    def ref(self) -> str:
        """Name and version."""
        return f"{self.name}@{self.version}"

    def check_header(self, header: Iterable[str]) -> None:
        """Refuse a file without a column that is asked for, or with one that is neither used nor ignored."""
        names = set(header)
        wanted = {name for one in self.columns.values() for name in one.source}
        if missing := sorted(wanted - names):
            raise Refused(f"column {missing[0]!r} is missing; there are: {', '.join(sorted(names))}")
        unused = sorted(names - wanted - set(self.ignore) - {""})
        if unused and "*" not in self.ignore:
            raise Refused(f"column {unused[0]!r} is neither used nor ignored by {self.ref}")

    def apply(self, raw: Mapping[str, object]) -> dict[str, str]:
        """Return our columns of a row. Raises Refused for what cannot be converted."""
        kind = _kind(self.kind)
        return {name: self._cell(kind, name, one, raw) for name, one in self.columns.items()}

    def _cell(self, kind: Kind, name: str, one: ColumnSource, raw: Mapping[str, object]) -> str:
        if one.value is not None:
            return one.value
        found = one.join.join(text for part in one.source if (text := _text(raw.get(part)))).strip()
        if one.via is not None and found:
            try:
                found = str(_compile(one.via).evaluate({"value": found}, xref={}) or "")
            except Inconvertible as e:
                raise Refused(f"{name}: {e.message}", column=name) from e
        if one.values:
            return _looked_up(name, one, found)
        return _plain(kind, name, found, form=one.dates or self.dates, decimals=one.decimals or self.decimals)


def load(path: Path) -> ColumnMap:
    """Read a column map and run its examples. Raises ContentError with file, line and what is allowed."""
    return _checked(strict_yaml.load(path))


def declared(kind: str, body: Mapping[str, Any], *, name: str, file: str) -> ColumnMap:
    """Return the column map that stands in a binding, of which `body` is all but name, version and kind.

    Raises ContentError like `load`, naming `file`.
    """
    plain = json.loads(json.dumps(body))
    return _checked(strict_yaml.Source(Path(file), {**plain, "name": name, "version": 1, "kind": kind}, {}))


def _checked(source: strict_yaml.Source) -> ColumnMap:
    made = strict_yaml.parse(_with_lists(source), ColumnMap)
    try:
        kind = _kind(made.kind)
    except LookupError as e:
        raise source.error(str(e.args[0]), "kind") from e
    for name in made.columns:
        if name not in kind.names:
            raise source.error(f"unknown column; allowed: {', '.join(kind.names)}", "columns", name)
    for place, example in enumerate(made.examples):
        try:
            given = master_cells.row(kind, made.apply(example.row))
        except Refused as e:
            raise source.error(str(e), "examples", place) from e
        wrong = next((name for name, value in example.gives.items() if given.get(name) != value), None)
        if wrong is not None:
            message = f"{wrong} is {given.get(wrong)!r}, not {example.gives[wrong]!r}"
            raise source.error(message, "examples", place)
    return made


def _kind(name: str) -> Kind:
    return POSTED_INVOICES if name == POSTED_INVOICES.name else master_kinds.kind(name)


def _with_lists(source: strict_yaml.Source) -> strict_yaml.Source:
    """Return the file with the short forms written out, which the strict check knows only as lists and mappings."""
    data = source.data
    if isinstance(data, dict):
        columns = data.get("columns")
        if isinstance(columns, dict):
            for name, one in columns.items():
                columns[name] = {"from": [one]} if isinstance(one, str) else one
                if isinstance(one, dict) and isinstance(one.get("from"), str):
                    one["from"] = [one["from"]]
        if isinstance(data.get("ignore"), str):
            data["ignore"] = [data["ignore"]]
    return source


def _compile(via: str) -> Expression:
    """Return a `via`, which may name nothing but `value`. Raises ValueError in the words of the author."""
    try:
        expression = compile_expression(via)
    except ExpressionError as e:
        raise ValueError(e.message) from e
    if set(expression.reading.names) - {"value"} or expression.reading.tables:
        raise ValueError("`via` may name `value` only")
    return expression


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def _looked_up(name: str, one: ColumnSource, found: str) -> str:
    if found in one.values:
        return one.values[found]
    if one.otherwise == "refuse" and found:
        allowed = ", ".join(repr(key) for key in one.values)
        raise Refused(f"{name} {found[:60]!r} is not among the `values`: {allowed}", column=name)
    return found if one.otherwise == "keep" else ""


def _plain(kind: Kind, name: str, text: str, *, form: str, decimals: Decimals) -> str:
    """Return days and numbers as we write them; everything else as it is."""
    column = kind.column(name)
    if not text or column.type not in {"date", "decimal", "integer"}:
        return text
    if column.type == "date":
        return _day(name, text, form)
    number = _GROUPED[decimals].fullmatch(text)
    if number is None or (number[1] and number[4]):
        example = "1.234,56" if decimals == "comma" else "1,234.56"
        raise Refused(f"{name} {text[:60]!r} is not a number such as {example}", column=name)
    digits = re.sub(r"\D", "", number[2])
    return f"{'-' if number[1] or number[4] else ''}{digits}{'.' + number[3] if number[3] else ''}"


def _day(name: str, text: str, form: str) -> str:
    try:
        return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day of a calendar, without a zone
    except ValueError:
        if _ISO.fullmatch(text):  # a workbook's day, or data that is ISO 8601 already
            return text
        raise Refused(f"{name} {text[:60]!r} is not a day of the form {form}", column=name) from None
