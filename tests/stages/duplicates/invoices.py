"""Invoices as they stand on paper, drawn by chance: who bills whom, under what number, for what.

Plain values, written before anything that compares them and knowing nothing of it.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.model.record import Candidate, Match, Record
from tests.stages.records import record

Numbering = Callable[[random.Random, int, date], str]


@dataclass(frozen=True)
class Vendor:
    """A row of vendor master data."""

    id: str
    name: str
    tax_id: str
    iban: str
    numbering: Numbering
    prints_references: float
    """How often (0..1) its invoices name an order, a delivery note or a contract."""


@dataclass(frozen=True)
class Line:
    """One line of an invoice."""

    description: str
    item_code: str
    quantity: Decimal
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        return (self.quantity * self.unit_price).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Paper:
    """What stands on one document."""

    vendor: Vendor
    number: str
    serial: int
    """The running number behind `number`; nobody but the generator knows it."""
    issued: date
    lines: tuple[Line, ...]
    type: str = "invoice"
    currency: str = "EUR"
    rate: Decimal = Decimal(19)
    buyer: tuple[str, str] = ("Muster Handels GmbH", "DE123456788")
    extra: Mapping[str, str] = field(default_factory=dict)
    """Other header fields by their canonical names."""
    total_read: Decimal | None = None
    """The total where it was read wrongly."""
    is_matched: bool = True
    """Whether its vendor is found in master data."""

    @property
    def subtotal(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.subtotal * self.rate / 100).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.tax

    def with_extra(self, **fields: str | None) -> "Paper":
        """Return it with header fields set, or taken away by None."""
        merged = {**self.extra, **fields}
        return replace(self, extra={name: value for name, value in merged.items() if value is not None})

    def without(self, *names: str) -> "Paper":
        """Return it without some header fields (`lines` and `subtotal` may be named too)."""
        return replace(self, extra={**self.extra, **dict.fromkeys(names, "")})

    def read(self, document_id: str = "d") -> Record:
        """Return the record that reading makes of it."""
        texts: dict[str, str] = {
            "vendor_name": self.vendor.name, "vendor_tax_id": self.vendor.tax_id, "vendor_iban": self.vendor.iban,
            "buyer_name": self.buyer[0], "buyer_tax_id": self.buyer[1], "invoice_number": self.number,
            "issue_date": self.issued.isoformat(), "currency": self.currency, "subtotal": str(self.subtotal),
            "tax_total": str(self.tax), "total": str(self.total_read or self.total), **self.extra,
        }  # fmt: skip
        lines = [] if texts.pop("lines", None) == "" else [
            {
                "description": line.description, "item_code": line.item_code, "quantity": str(line.quantity),
                "unit_price": str(line.unit_price), "amount": str(line.amount),
            }
            for line in self.lines
        ]  # fmt: skip
        present: dict[str, Any] = {name: text for name, text in texts.items() if text}
        made = record(lines=[{k: v for k, v in row.items() if v} for row in lines], type=self.type, **present)
        return made.model_copy(update={"document_id": document_id})

    def matched(self) -> Match:
        """Return the vendor that matching finds for it."""
        if not self.is_matched:
            return Match(kind="vendor", outcome="none")
        attributes = (("vendor_tax_id", self.vendor.tax_id), ("vendor_iban", self.vendor.iban))
        one = Candidate(kind="vendor", id=self.vendor.id, name=self.vendor.name, attributes=attributes)
        return Match(kind="vendor", outcome="one", chosen=one, candidates=(one,))


NUMBERINGS: Sequence[Numbering] = (
    lambda _r, n, d: f"RE-{d.year}-{n:04d}",
    lambda _r, n, d: f"{d.year}/{n:05d}",
    lambda _r, n, _d: f"INV{n:07d}",
    lambda _r, n, d: f"F{d.year % 100}-{n}",
    lambda _r, n, d: f"VF/{d.year}/{d.month:02d}/{n:04d}",
    lambda _r, n, _d: f"{900100000 + n}",
    lambda _r, n, _d: f"{n:07d}",
    lambda r, n, _d: f"{''.join(r.choices('ABCDEFGHKLMNPRSTXZ23456789', k=5))}{n % 1000:03d}",
)
"""How vendors number while the comparison is being built."""

UNSEEN_NUMBERINGS: Sequence[Numbering] = (
    lambda _r, n, d: f"A-{n}/{d.year % 100}",
    lambda _r, n, d: f"{d:%Y%m%d}-{n % 100:02d}",
    lambda _r, n, d: f"FA{d.year}{n:05d}",
    lambda _r, n, _d: f"B{n % 90 + 10}.{n:05d}.S",
    lambda r, n, _d: f"{r.choice('QWERTZ')}{r.randint(10, 99)}I{n:05d}",
    lambda _r, n, d: f"SI {n}-{d.month}",
    lambda _r, n, d: f"No. {n}/{d.year}",
    lambda _r, n, _d: f"{n}",
)
"""How vendors number in the half that is held out."""

_GOODS = (
    "Filter cartridge", "Hex bolt M8x40", "Service hours technician", "Copy paper A4", "Cleaning of offices",
    "Hydraulic oil 46", "Cloud storage", "Freight", "Pallet", "Licence fee", "Maintenance contract", "Toner black",
    "Cable CAT6", "Rent of container", "Coffee beans", "Training day", "Safety gloves", "Sensor PT100",
)  # fmt: skip
_NAMES = ("Nord", "Alpen", "Rhein", "Delta", "Sol", "Vento", "Krona", "Baltic", "Iber", "Terra", "Mar", "Silva")
_TRADES = ("Technik GmbH", "Logistik AG", "Services Ltd", "Distribution SARL", "Impianti Srl", "Energi AB", "Papel SA")


def draw_vendor(rng: random.Random, index: int, numberings: Sequence[Numbering]) -> Vendor:
    """Return a vendor of its own name, ids and way to number."""
    tax_id = f"DE{rng.randint(100_000_000, 999_999_999)}"
    return Vendor(
        id=f"{70000 + index}", name=f"{rng.choice(_NAMES)}{rng.choice(_NAMES).lower()} {rng.choice(_TRADES)}",
        tax_id=tax_id, iban=f"DE{rng.randint(10, 99)}{rng.randint(10**17, 10**18 - 1)}",
        numbering=rng.choice(numberings), prints_references=rng.choice((0.2, 0.6, 0.95)),
    )  # fmt: skip


def draw_lines(rng: random.Random, most: int = 6) -> tuple[Line, ...]:
    """Return lines of random goods, prices and quantities."""
    return tuple(
        Line(
            description=goods, item_code=f"{rng.choice('ABKT')}{rng.randint(100, 9999)}" if rng.random() < 0.6 else "",
            quantity=Decimal(rng.choice((1, 1, 1, 2, 3, 4, 5, 10, 12, 25, 100))),
            unit_price=Decimal(rng.randint(150, 90_000)) / 100,
        )
        for goods in rng.sample(_GOODS, rng.randint(1, most))
    )  # fmt: skip


def draw_paper(rng: random.Random, vendor: Vendor) -> Paper:
    """Return an ordinary invoice of a vendor."""
    issued = date(2025, 1, 1) + timedelta(days=rng.randint(0, 650))
    serial = rng.randint(1, 8900)
    extra = {"due_date": (issued + timedelta(days=rng.choice((10, 14, 30, 60)))).isoformat()}
    if rng.random() < vendor.prints_references:
        extra["po_number"] = f"45{rng.randint(10**7, 10**8 - 1)}"
    if rng.random() < vendor.prints_references / 2:
        extra["delivery_note_number"] = f"LS{rng.randint(10_000, 99_999)}"
    if rng.random() < 0.3:
        extra["customer_number"] = f"{rng.randint(10_000, 99_999)}"
    return Paper(
        vendor=vendor, number=vendor.numbering(rng, serial, issued), serial=serial, issued=issued,
        lines=draw_lines(rng), currency=rng.choice(("EUR", "EUR", "EUR", "CHF", "USD")), extra=extra,
    )  # fmt: skip
