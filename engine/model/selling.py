"""Selling: which of our items a customer orders, and what our price list and its terms allow."""

from datetime import date
from decimal import Decimal
from typing import Literal

from engine.model.item import Item
from engine.model.value import Value

NamedBy = Literal["own", "customer", "gtin"]
"""Whose number named an item: ours, the customer's, or a GTIN."""
PriceOf = Literal["customer", "group", "all"]
"""For whom a price was agreed."""


class ListPrice(Value):
    """One row of the price list."""

    item_code: str
    currency: str
    unit_price: Decimal
    """Net price of `price_base` units."""
    price_base: Decimal = Decimal(1)
    unit: str = ""
    """Empty: the base unit of the item."""
    of: PriceOf = "all"
    min_quantity: Decimal = Decimal(0)
    valid_from: date | None = None
    valid_to: date | None = None


class AgreedTerms(Value):
    """Payment terms of a customer as the master data hold them."""

    code: str
    due_days: int | None = None
    discount_days: int | None = None
    discount_percent: Decimal | None = None
    end_of_month: bool = False


class Catalogue(Value):
    """What is known of the items that an order may mean."""

    articles: tuple[Item, ...] = ()
    theirs: tuple[tuple[str, str], ...] = ()
    """(number of the customer, our item)."""
    gtins: tuple[tuple[str, str], ...] = ()
    """(GTIN, our item)."""
    prices: tuple[ListPrice, ...] = ()
    """Of these items, for this customer, its group and everybody."""
    terms: AgreedTerms | None = None
    has_items: bool = False
    """Whether any item is known here at all; without one nothing is said of items."""
    has_prices: bool = False
    """Whether there is a price list at all."""


class Sold(Value):
    """A line of an order, as it is understood."""

    line: int
    """Index in the record."""
    shown: str
    """What the line calls it, for people."""
    item_code: str = ""
    """Ours; empty where none or several are meant."""
    by: NamedBy | None = None
    meant: tuple[str, ...] = ()
    """Several items that its numbers name."""
    is_open: bool = True
    list_price: Decimal | None = None
    """Of one unit of the line; None where the list has none that fits."""
    price_of: PriceOf | None = None
    ordered: Decimal | None = None
    """What the customer wants to pay for the line, net."""
    listed: Decimal | None = None
    """What the list asks for it."""


class Selling(Value):
    """What is known of a customer's order."""

    lines: tuple[Sold, ...] = ()
    has_items: bool = False
    has_prices: bool = False
    terms_beyond: tuple[str, ...] = ()
    """In what the order asks for more than was agreed: `60 days instead of 30`."""
