"""A supplier's billing program, written apart from what it tests: figures from quantities and prices under a convention.

It counts in fractions, so that it shares no arithmetic with the stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from engine.model.convention import Convention
from engine.model.record import Record
from tests.stages.records import record

CENT = Fraction(1, 100)
Figures = Mapping[str, Fraction]


@dataclass(frozen=True)
class Item:
    quantity: Fraction
    price: Fraction
    discount: Fraction
    rate: Fraction


@dataclass(frozen=True)
class Order:
    """What is billed, before anything is rounded."""

    items: tuple[Item, ...]
    discount: Fraction = Fraction(0)
    charge: Fraction = Fraction(0)
    currency: str = "EUR"

    @property
    def rates(self) -> list[Fraction]:
        return sorted({item.rate for item in self.items})


@dataclass(frozen=True)
class Program:
    """How the figures are worked out."""

    lines: str = "half_up"
    prices: str = "net"
    level: str = "rate"
    tax: str = "half_up"
    discount: str = "before_tax"
    charges: str = "taxed"
    coin: Fraction | None = None

    def follows(self, convention: Convention, order: Order) -> bool:
        """Tell whether nothing that a convention says contradicts this program."""
        mine = {
            "lines": "carried" if self.lines == "carried" else f"{self.lines}@2", "prices": self.prices,
            "tax_level": self.level, "tax": f"{self.tax}@2", "discount": self.discount if order.discount else None,
            "charges": self.charges if order.charge else None, "cash": f"total:{text(self.coin)}" if self.coin else None,
            "line_discount": "amount",
        }  # fmt: skip
        return all(mine.get(name) == value for name, value in convention.parts)


def programs(order: Order) -> list[Program]:
    """Return every program that could bill an order; one line that is carried is only one that is rounded half up."""
    return [
        Program(*parts)
        for parts in product(
            ("half_up", "half_even", "down", *(["carried"] if len(order.items) > 1 else [])), ("net", "gross"), ("line", "rate", "document"),
            ("half_up", "half_even", "down"), ("before_tax", "after_tax") if order.discount else ("before_tax",),
            ("taxed", "untaxed") if order.charge else ("taxed",), (None, Fraction(1, 20)) if order.currency == "CHF" else (None,),
        )
    ]  # fmt: skip


def rounded(value: Fraction, mode: str, step: Fraction = CENT) -> Fraction:
    steps = value / step
    sign = -1 if steps < 0 else 1
    whole, rest = divmod(abs(steps), 1)
    half = Fraction(1, 2)
    up = {
        "half_up": rest >= half, "half_down": rest > half, "down": False,
        "half_even": rest > half or (rest == half and whole % 2 == 1),
    }[mode]  # fmt: skip
    return sign * (whole + up) * step


def bill(order: Order, program: Program) -> Figures:
    """Return every figure of the invoice by its path."""
    exact = [item.quantity * item.price - item.discount for item in order.items]
    printed = [rounded(value, "half_up" if program.lines == "carried" else program.lines) for value in exact]
    amounts = exact if program.lines == "carried" else printed
    off = (order.discount if program.discount == "before_tax" else 0) - (
        order.charge if program.charges == "taxed" else 0
    )
    later = (order.discount if program.discount == "after_tax" else 0) - (
        order.charge if program.charges == "untaxed" else 0
    )
    is_gross = program.prices == "gross"
    exact_taxes, taxes, bases = [], [], []
    for rate in order.rates:
        mine = [amount for amount, item in zip(amounts, order.items, strict=True) if item.rate == rate]
        mine += [Fraction(-off)] if off else []
        base = rounded(sum(mine, Fraction(0)), "half_up")
        exact_tax = taxed(base, rate, is_gross=is_gross)
        apart = [taxed(amount, rate, is_gross=is_gross) for amount in mine]
        tax = (
            sum((rounded(one, program.tax) for one in apart), Fraction(0))
            if program.level == "line"
            else rounded(exact_tax, program.tax)
        )
        exact_taxes.append(exact_tax)
        taxes.append(tax)
        bases.append(base - tax if is_gross else base)
    whole = sum(exact_taxes, Fraction(0))
    tax_total = rounded(whole, program.tax) if program.level == "document" else sum(taxes, Fraction(0))
    together = rounded(sum(amounts, Fraction(0)), "half_up") - off
    subtotal = together - tax_total if is_gross else together
    total = subtotal + tax_total - later
    if program.coin:
        total = rounded(total, "half_up", program.coin)
    figures = {f"lines[{index}].amount": amount for index, amount in enumerate(printed)}
    figures |= {f"taxes[{index}].base": base for index, base in enumerate(bases)}
    figures |= {f"taxes[{index}].amount": tax for index, tax in enumerate(taxes)}
    return figures | {"subtotal": subtotal, "tax_total": tax_total, "total": total}


def taxed(amount: Fraction, rate: Fraction, *, is_gross: bool) -> Fraction:
    return amount * rate / (100 + rate) if is_gross else amount * rate / 100


def invoice(order: Order, figures: Figures) -> Record:
    """Return what is read from the print."""
    lines = [
        {
            "quantity": text(item.quantity), "unit_price": text(item.price), "tax_rate": text(item.rate),
            "amount": text(figures[f"lines[{index}].amount"]), **({"discount": text(item.discount)} if item.discount else {}),
        }
        for index, item in enumerate(order.items)
    ]  # fmt: skip
    taxes = [
        {
            "rate": text(rate), "base": text(figures[f"taxes[{index}].base"]), "amount": text(figures[f"taxes[{index}].amount"]),
        }
        for index, rate in enumerate(order.rates)
    ]  # fmt: skip
    header: dict[str, Any] = {name: text(figures[name]) for name in ("subtotal", "tax_total", "total")}
    header |= {"discount_total": text(order.discount)} if order.discount else {}
    header |= {"charge_total": text(order.charge)} if order.charge else {}
    return record(lines=lines, taxes=taxes, currency=order.currency, **header)


def text(value: Fraction | None) -> str:
    """Return a fraction that ends as decimal text, with two decimals at least."""
    if value is None:
        return ""
    places = next(places for places in range(2, 30) if (value * 10**places).denominator == 1)
    digits = f"{abs(int(value * 10**places)):0{places + 1}d}"
    return f"{'-' * (value < 0)}{digits[:-places]}.{digits[-places:]}"
