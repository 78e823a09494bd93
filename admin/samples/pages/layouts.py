"""The looks of the invoices: each layout is one entry, not a program."""

from typing import Literal

from admin.samples.notation import DateStyle, MoneyStyle
from admin.samples.pages.sheet import A4, LETTER
from engine.model.value import Value


class Layout(Value):
    """How a paper is laid out."""

    name: str
    family: str = "helvetica"
    points: float = 9
    size: tuple[float, float] = A4
    margin: float = 56
    ink: str = "#000000"
    """Colour of the letterhead and of heads of tables."""
    head: Literal["left", "right", "centre", "band", "window", "typed"] = "left"
    meta: Literal["side", "grid", "inline", "stack", "boxed"] = "side"
    """Where number and dates stand: `side` label left of value; `grid` and `boxed` cells with the label above; `stack` label
    above value in a column; `inline` in sentences under the title."""
    recipient: Literal["left", "right"] = "left"
    table: Literal["ruled", "plain", "zebra", "lines", "boxed", "typed"] = "ruled"
    columns: tuple[str, ...]
    totals: Literal["right", "box", "wide", "left", "recap"] = "right"
    foot: Literal["columns", "line", "body"] = "columns"
    """Where tax number and bank account stand: in columns or a line at the bottom, or in the text under the totals."""
    dates: DateStyle = "numeric"
    money: MoneyStyle = "code_after"
    """How the total is written; amounts in the table are bare unless `symbols`."""
    symbols: bool = False
    wording: int = 0
    has_register: bool = False
    has_buyer_vat: bool = False
    has_email: bool = True
    has_customer_number: bool = False
    carries: bool = False
    """Carries the running sum over to the next page."""
    languages: tuple[str, ...] = ()
    """Only used for these; empty: all."""


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        name="harbour", ink="#1f3a5f", head="left", meta="side", table="ruled", totals="right", foot="columns", wording=0,
        columns=("position", "code", "description", "quantity", "unit", "unit_price", "discount", "amount"),
        has_register=True, has_customer_number=True, carries=True,
    ),
    Layout(
        name="atelier", family="times", points=10.5, head="centre", meta="inline", table="plain", totals="right", foot="body",
        wording=1, dates="long", money="symbol_after", columns=("description", "quantity", "unit_price", "amount"),
    ),
    Layout(
        name="ledger", family="courier", points=8.5, margin=40, head="typed", meta="side", table="typed", totals="right", foot="body",
        wording=1, columns=("position", "code", "description", "quantity", "unit", "unit_price", "rate", "amount"),
        money="code_before", carries=True, has_email=False,
    ),
    Layout(
        name="band", ink="#0b6e5b", head="band", meta="grid", table="zebra", totals="wide", foot="line", wording=2,
        columns=("code", "description", "quantity", "unit", "unit_price", "discount", "rate", "amount"), money="symbol_after",
    ),
    Layout(
        name="window", points=9.5, margin=64, head="window", meta="side", table="lines", totals="right", foot="columns", wording=1,
        columns=("position", "quantity", "unit", "code", "description", "unit_price", "discount", "amount"), has_register=True,
        has_buyer_vat=True, has_customer_number=True, carries=True,
    ),
    Layout(
        name="boxes", ink="#333333", head="left", meta="boxed", recipient="right", table="boxed", totals="recap", foot="line", wording=0,
        columns=("code", "description", "quantity", "unit_price", "discount", "rate", "amount"), has_register=True, has_buyer_vat=True,
    ),
    Layout(
        name="slate", family="vera", points=8, ink="#444b54", head="right", meta="stack", table="lines", totals="box", foot="body",
        wording=2, dates="iso", columns=("quantity", "unit", "description", "code", "unit_price", "rate", "amount"), money="code_after",
    ),
    Layout(
        name="compact", points=7.5, margin=36, ink="#7a1f1f", head="left", meta="grid", table="zebra", totals="recap", foot="columns",
        wording=1, columns=("position", "code", "description", "quantity", "unit", "unit_price", "discount", "rate", "amount"),
        carries=True, has_customer_number=True,
    ),
    Layout(
        name="prairie", size=LETTER, points=9.5, ink="#22427c", head="right", meta="side", table="ruled", totals="right", foot="line",
        wording=2, dates="long", money="symbol_before", symbols=True, columns=("code", "description", "quantity", "unit_price", "amount"),
    ),
    Layout(
        name="minimal", points=10, margin=72, ink="#b0472e", head="left", meta="stack", table="plain", totals="left", foot="line",
        wording=2, dates="short", money="symbol_before", columns=("description", "quantity", "unit_price", "rate", "amount"),
    ),
    Layout(
        name="guild", family="times", points=10, ink="#5b3a1a", head="centre", meta="side", recipient="right", table="boxed", totals="box",
        foot="columns", wording=0, dates="long", columns=("description", "code", "unit_price", "quantity", "amount"),
        money="code_before",
    ),
)  # fmt: skip


def layout(name: str) -> Layout:
    """Return a layout by name. Raises StopIteration for one that does not exist."""
    return next(each for each in LAYOUTS if each.name == name)
