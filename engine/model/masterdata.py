"""How a kind of master data is described: its columns, what they may hold and what tells two rows apart."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from engine.model.value import Value

ColumnType = Literal["text", "decimal", "integer", "date", "boolean", "currency", "country", "unit", "choice"]


class Column(Value):
    """One column. Every value is kept as text in one spelling, so that nothing becomes a float on the way."""

    name: str
    meaning: str
    type: ColumnType = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    """Allowed values of a `choice`."""


class Kind(Value):
    """One kind of master data: what drives its table, the checks, the import and the documentation."""

    name: str
    """As it is called in commands and files: `vendors`, `order_lines`."""
    title: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that tell two rows apart."""
    parent: tuple[str, str] | None = None
    """(kind, column of ours that holds its key): a row without that parent is refused."""
    mentions: tuple[tuple[str, str], ...] = ()
    """(kind, column of ours that holds its key): a row that names an unknown one is reported, not refused."""
    search: tuple[str, ...] = ()
    """Columns that are looked up by value besides the key."""

    def column(self, name: str) -> Column:
        """Return a column. Raises KeyError for a name that it does not have."""
        for one in self.columns:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(one.name for one in self.columns)


class FileForm(Value):
    """How a file of rows is written, where it does not say so itself."""

    encoding: str = "utf-8-sig"
    delimiter: str = ""
    """Of a CSV file; empty: comma, semicolon or tab, whichever the first line has most of."""
    sheet: str = ""
    """Of a workbook; empty: the first."""
    header_row: int = 1
    """Row or line (from 1) that names the columns; what stands above it is left out."""
    path: str = ""
    """Where the list stands in a JSON object: `value`, `d.results`; empty: the file is the list, or one object a line."""


class Change(Value):
    """One import: what rows point to that it made."""

    id: int
    at: datetime
    by: str = ""
    source: str = ""


class Edit(Value):
    """What an import does to one row, for people to look at before it is done."""

    key: str
    what: Literal["new", "changed", "deactivated"]
    columns: tuple[tuple[str, str, str], ...] = ()
    """(column, value before, value after) of a changed row."""


class Outcome(Value):
    """What an import did to one kind."""

    kind: str
    new: int = 0
    changed: int = 0
    same: int = 0
    deactivated: int = 0
    edits: tuple[Edit, ...] = ()
    """The first few."""
    unknown: tuple[tuple[str, str], ...] = ()
    """(column, value): the first few mentions of rows that are not known."""

    @property
    def rows(self) -> int:
        """Rows that were given."""
        return self.new + self.changed + self.same


class Version(Value):
    """One row as it was from a moment up to another."""

    cells: tuple[tuple[str, str], ...]
    is_active: bool
    since: datetime | None
    """None: since before anybody kept track."""
    until: datetime | None = None
    """None: it is so now."""
    by: str = ""
    source: str = ""


class ExchangeRate(Value):
    """What one unit of a currency cost in another on a day."""

    from_currency: str
    to_currency: str
    on: date
    """Day that the rate is of: the last one with a rate up to the day that was asked for."""
    rate: Decimal
    """Units of `to_currency` for `per` units of `from_currency`."""
    per: Decimal = Decimal(1)
    rate_type: str = ""
    is_inverse: bool = False
    """The rate was kept the other way round: divide by `rate`, multiply by `per`."""
