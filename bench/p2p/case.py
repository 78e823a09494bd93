"""A purchase-to-pay case: what is known, what arrives, and what has to be decided. Written from the requirements alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Route = Literal["post", "wait", "review", "duplicate", "reject"]
Row = Mapping[str, str]


@dataclass
class Paper:
    """An invoice or credit note as it was read: canonical header, lines and taxes."""

    header: dict[str, str]
    lines: list[dict[str, str]] = field(default_factory=list)
    taxes: list[dict[str, str]] = field(default_factory=list)
    type: Literal["invoice", "credit_note"] = "invoice"


@dataclass
class Case:
    """One situation with its truth."""

    shape: str
    paper: Paper
    vendors: list[dict[str, str]]
    routes: frozenset[Route]
    """The only right answers; several where either is right."""
    reasons: frozenset[str] = frozenset()
    """Ids of rules of which one has to be among the reasons of a review; empty: any."""
    orders: list[dict[str, str]] = field(default_factory=list)
    order_lines: list[dict[str, str]] = field(default_factory=list)
    receipts: list[dict[str, str]] = field(default_factory=list)
    item_units: list[dict[str, str]] = field(default_factory=list)
    earlier: list[Paper] = field(default_factory=list)
    """Documents that were judged before, in this order; they are posted."""
    pairs: frozenset[tuple[int, str, str]] | None = None
    """(invoice line, order, order line) that have to be set against each other; None: not asked."""
    is_hard: bool = False
    """Whether posting it would be a hard failure: money that is not owed, or not to this vendor."""


def money(amount: Decimal) -> str:
    """Return an amount with two decimals."""
    return f"{amount.quantize(Decimal('0.01')):f}"


def plain(number: Decimal) -> str:
    """Return a number without an exponent and without idle zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
