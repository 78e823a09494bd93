"""A value with its origin: what was read, where, by whom, and how sure we are."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from pydantic.dataclasses import dataclass

from engine.model.value import CLOSED, Slotted, Value

How = Literal["read", "embedded", "normalized", "inferred", "looked_up", "rule", "human", "event"]


class Box(NamedTuple):
    """A rectangle in PDF points from the top left of the upright page."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Provenance(Slotted):
    """Where a value comes from: page and box, or a pointer into embedded data, and who produced it."""

    how: How
    page: int | None = None
    box: Box | None = None
    pointer: str | None = None
    """XPath or JSON pointer into embedded data."""
    by: str = ""
    """Engine, vocabulary, layout or user, with version (`tesseract@5.3.0`, `ap_vendors`, `anna`)."""
    source: tuple[str, ...] = ()
    """Paths of the fields this one was inferred from."""
    at: datetime | None = None
    """Set only where a person or an event is the origin; steps of the machine are timed by the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Alternative(Slotted):
    """Another reading of the same field that was not chosen."""

    value: str
    raw: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Field(Slotted):
    """One value of a document under its canonical name.

    `value` is canonical text: amounts and quantities as decimal strings (`1204.50`), dates as ISO 8601, currencies as
    ISO 4217, countries as ISO 3166, units as UN/ECE Rec 20. `raw` is what stood on the page, kept for ever.
    """

    name: str
    value: str
    raw: str
    confidence: float
    """Probability (0..1) that `value` is exactly right."""
    provenance: Provenance
    alternatives: tuple[Alternative, ...] = ()

    def decimal(self) -> Decimal:
        """Return the value as an exact number."""
        return Decimal(self.value)

    def date(self) -> date:
        """Return the value as a date."""
        return date.fromisoformat(self.value)


Row = tuple[Field, ...]
"""The fields of one line item or one tax breakdown row, each name at most once."""


def by_name(fields: Row) -> Mapping[str, Field]:
    """Return the fields of a row by name."""
    return {field.name: field for field in fields}


class FieldSet(Value):
    """Header fields, lines and taxes: the common shape of an extraction and a record."""

    fields: tuple[Field, ...] = ()
    lines: tuple[Row, ...] = ()
    taxes: tuple[Row, ...] = ()

    def get(self, name: str) -> Field | None:
        """Return the header field of that name, or None when the document does not have it."""
        for field in self.fields:
            if field.name == name:
                return field
        return None

    def value(self, name: str) -> str | None:
        """Return the canonical text of a header field, or None."""
        field = self.get(name)
        return None if field is None else field.value

    def amount(self, name: str) -> Decimal | None:
        """Return a header amount as an exact number, or None."""
        field = self.get(name)
        return None if field is None else field.decimal()

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Yield every field with its path: `total`, `lines[0].amount`, `taxes[1].rate`."""
        for field in self.fields:
            yield field.name, field
        for group, rows in (("lines", self.lines), ("taxes", self.taxes)):
            for index, row in enumerate(rows):
                for field in row:
                    yield f"{group}[{index}].{field.name}", field

    def plain(self) -> dict[str, object]:
        """Return the bare values as JSON data, in the shape of the canonical schemas."""
        data: dict[str, object] = {field.name: field.value for field in self.fields}
        for group, rows in (("lines", self.lines), ("taxes", self.taxes)):
            if rows:
                data[group] = [{field.name: field.value for field in row} for row in rows]
        return data
