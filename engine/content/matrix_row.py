"""A row of the mapping matrix: where one value, object or list of a payload comes from.

A row is one of four kinds, told apart by its keys:

    {to: header.invoice_no, from: invoice_number, via: "value | upper", type: {text: {max: 16}}, need: must}   # a leaf
    {to: QUALF, value: "009"}                                                                 # a leaf with a fixed value
    {to: E1EDK01, rows: [...]}                                                                # an object
    {to: lines, each: lines, where: line.amount is present, rows: [...], when_none: [...]}    # one object a line (or tax)
    {to: E1EDK02, items: [{rows: [...]}, {when: record.po_number is present, rows: [...]}]}   # a list of named objects

An `each` may stand inside another: `outer.x` is then a field of the row around it. `detail` decides by supplier: the expression
says `lines`, or `header` for one object built by `when_none` (`detail: "vendor.id | xref('invoice_detail@1')"`).
`from` is a header field, inside `each` a field of the line and then of the header, or `vendor.x customer.x order.x match.x env.x document.x`.
`via`, `when` and `where` are expressions (engine/content/expression.py). `where` picks lines; `when_none` builds the one object
of a record of which no line is left.
A missing value goes by `need` and `fallback`: must -> hold (default), default or reject; should -> omit with a warning;
may -> omit. A value that does not fit its type holds the document; `misfit: omit` leaves it out with a warning instead.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, model_validator

from engine.content.row_type import TEXT, FieldType
from engine.model.value import Value

Need = Literal["must", "should", "may"]
Fallback = Literal["hold", "default", "omit", "reject"]
_FALLBACKS: Mapping[Need, Fallback] = {"must": "hold", "should": "omit", "may": "omit"}


class MatrixRow(Value):
    """One row of the matrix, see above."""

    to: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*$")
    """Target path below the enclosing object."""
    source: str | None = Field(default=None, alias="from")
    value: str | int | bool | None = None
    """A fixed value."""
    via: str | None = None
    when: str | None = None
    type: FieldType | None = None
    need: Need = "may"
    fallback_key: Fallback | None = Field(default=None, alias="fallback")
    default: str | int | bool | None = None
    misfit: Literal["hold", "omit", "reject"] = "hold"
    """What happens to a value that its converters or its type refuse."""
    owner: str | None = None
    """The team that must agree to a change; the matrix's owner when not said."""
    why: str = ""
    each: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """A list of the record: `lines`, `taxes`."""
    where: str | None = None
    detail: str | None = None
    """An expression that says `header` or `lines`: whether the rows of the list are sent or `when_none` in their place."""
    rows: tuple["MatrixRow", ...] = ()
    when_none: tuple["MatrixRow", ...] = ()
    items: tuple["MatrixItem", ...] = ()

    @model_validator(mode="after")
    def _is_one_kind(self) -> "MatrixRow":
        leaf = self.value is not None or self.source is not None or self.via is not None
        if leaf + bool(self.rows) + bool(self.items) != 1:
            raise ValueError("a row has either `from`/`via`, or `value`, or `rows`, or `items`")
        if self.value is not None and (self.source or self.via):
            raise ValueError("a fixed `value` stands alone, without `from` and `via`")
        if self.each and not self.rows:
            raise ValueError("`each` needs `rows`")
        if (self.when_none or self.where or self.detail) and not self.each:
            raise ValueError("`where`, `detail` and `when_none` go with `each`")
        if self.detail and not self.when_none:
            raise ValueError("`detail` needs `when_none`: what is sent where the lines are not")
        if not leaf and {"type", "need", "fallback_key", "default", "misfit"} & self.model_fields_set:
            raise ValueError("`type`, `need`, `fallback`, `default` and `misfit` belong to rows with a value")
        if (self.fallback == "default") is not (self.default is not None):
            raise ValueError("`fallback: default` and a `default` go together")
        if self.need == "must" and "omit" in (self.fallback, self.misfit):
            raise ValueError("a row that must be there cannot be omitted; use hold, default or reject")
        return self

    @property
    def fallback(self) -> Fallback:
        """What happens when the value is missing."""
        return self.fallback_key or _FALLBACKS[self.need]

    @property
    def is_leaf(self) -> bool:
        """True for a row that fills one value."""
        return not self.rows and not self.items

    @property
    def kind(self) -> FieldType:
        """The type of a leaf; unbounded text when the row does not say."""
        return self.type or TEXT

    def below(self) -> Iterator["MatrixRow"]:
        """Yield the rows directly below this one."""
        yield from self.rows
        yield from self.when_none
        for item in self.items:
            yield from item.rows


class MatrixItem(Value):
    """One object of a list that is written out in the matrix; left out when `when` is false."""

    when: str | None = None
    rows: tuple[MatrixRow, ...] = Field(min_length=1)
