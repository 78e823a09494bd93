"""The `options:` of a matrix for this adapter, typed. The manifest holds the same as a JSON Schema for authors."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from adapters.files.manifest import complaint
from engine.model.errors import Rejected
from engine.model.value import Value

Kind = Literal["text", "decimal", "integer", "date"]
Encoding = Literal["utf-8", "utf-8-sig", "latin-1", "iso-8859-15", "cp1252", "cp850", "ascii"]
Unencodable = Literal["reject", "replace", "transliterate"]
IdocType = Literal["INVOIC02", "ORDERS05"]


class Cell(Value):
    """Where a value comes from and what it is."""

    name: str = ""
    path: str | None = None
    """`header.x`, `line.x`, `meta.x` or `sum.x`."""
    value: str | None = None
    """A constant, instead of a path."""
    type: Kind = "text"
    places: int | None = None
    required: bool = False

    @property
    def label(self) -> str:
        """What the cell is called in a message."""
        return self.name or self.path or "constant"


class Column(Cell):
    """One column of a CSV file."""

    max: int | None = None
    """Longest text allowed, in characters."""


class FixedField(Cell):
    """One field of a fixed-width record."""

    start: int
    """1-based column."""
    length: int
    align: Literal["left", "right"] | None = None
    pad: str | None = None
    decimals: int | None = None
    """Implied decimals: `12.3` with 2 is written `1230`."""
    sign: Literal["leading", "trailing"] = "leading"


class FixedRecord(Value):
    """One kind of record of a fixed-width file."""

    id: str = ""
    each: Literal["lines"] | None = None
    fields: tuple[FixedField, ...]


class Common(Value):
    """What every file has."""

    name: str
    checksum: bool = True
    done_marker: str | None = None
    max_bytes: int | None = None


class Lined(Common):
    """What files of text records have."""

    encoding: Encoding = "utf-8"
    unencodable: Unencodable = "reject"
    line_ending: Literal["crlf", "lf"] = "crlf"

    @property
    def newline(self) -> str:
        """The characters that end a record."""
        return "\r\n" if self.line_ending == "crlf" else "\n"


class Split(Lined):
    """What files have that can be split into parts."""

    decimal: Literal[".", ","] = "."
    date_format: str = "%Y-%m-%d"
    max_lines: int | None = None


class CsvOptions(Split):
    """Comma (or semicolon, tab, pipe) separated values."""

    format: Literal["csv"]
    header: bool = True
    delimiter: str = ";"
    quote: str = '"'
    quoting: Literal["minimal", "all", "nonnumeric", "none"] = "minimal"
    escape: str | None = None
    formulas: Literal["neutralise", "reject", "keep"] = "neutralise"
    newlines: Literal["keep", "space"] = "keep"
    columns: tuple[Column, ...]


class FixedOptions(Split):
    """Records of fixed width."""

    format: Literal["fixed"]
    record_length: int | None = None
    records: tuple[FixedRecord, ...]

    @model_validator(mode="after")
    def fields_do_not_overlap(self) -> "FixedOptions":
        """Refuse a layout in which two fields claim the same column."""
        for record in self.records:
            end, before = len(record.id), "the record id"
            for field in sorted(record.fields, key=lambda f: f.start):
                if field.start <= end:
                    message = f"record {record.id or '?'}: {field.label} starts at {field.start}, inside {before}"
                    raise ValueError(message)
                end, before = field.start + field.length - 1, field.label
            if self.record_length is not None and end > self.record_length:
                message = f"record {record.id or '?'}: {before} ends at {end}, past record_length {self.record_length}"
                raise ValueError(message)
        return self


class XmlOptions(Common):
    """A rendered XML template."""

    format: Literal["xml"]
    encoding: Encoding = "utf-8"


class JsonOptions(Common):
    """A rendered JSON template, or the payload itself. Always UTF-8."""

    format: Literal["json"]


class IdocFlatOptions(Lined):
    """An SAP IDoc as a flat file: one record a line."""

    format: Literal["idoc_flat"]
    type: IdocType = "INVOIC02"
    control: Mapping[str, str]
    segment_names: Mapping[str, str] = {}
    trim: bool = False


class IdocXmlOptions(Common):
    """An SAP IDoc as XML."""

    format: Literal["idoc_xml"]
    type: IdocType = "INVOIC02"
    encoding: Encoding = "utf-8"
    control: Mapping[str, str]


Options = Annotated[
    CsvOptions | FixedOptions | XmlOptions | JsonOptions | IdocFlatOptions | IdocXmlOptions,
    Field(discriminator="format"),
]

_ADAPTER: TypeAdapter[Options] = TypeAdapter(Options)


def parse_options(options: Mapping[str, Any], *, control: Mapping[str, str] | None = None) -> Options:
    """Return the typed options. Raises Rejected naming the option that is wrong.

    `control` are fields of an IDoc's control record that the environment sets: they go before the mapping's.
    """
    if control and "control" in options:
        options = {**options, "control": {**options["control"], **control}}
    given = {name: value for name, value in options.items() if value is not None}
    wrong = complaint("options", given)
    if wrong is not None:
        path, message = wrong
        raise Rejected(
            f"The file options of the mapping are wrong: {path}: {message}", fields={path or "options": message}
        )
    try:
        return _ADAPTER.validate_python(given)
    except ValidationError as e:
        first = e.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise Rejected(
            f"The file options of the mapping are wrong: {path}: {first['msg']}", fields={path: first["msg"]}
        ) from e
