"""The wording of till receipts, all languages in one file: slips mix them, and recognition seldom tells which it is."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from engine.content.wording import Wording, newest
from engine.model.value import Value


class SlipWords(Value):
    """Words of one language. Matching ignores case, accents, signs and spaces."""

    payable: tuple[str, ...] = ()
    """Phrases that announce nothing but the sum to pay."""
    total: tuple[str, ...] = ()
    total_weak: tuple[str, ...] = ()
    """Phrases that may announce the sum to pay when nothing better does."""
    subtotal: tuple[str, ...] = ()
    tax: tuple[str, ...] = ()
    including: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    """Charges added to the items: service, delivery, deposit."""
    tip: tuple[str, ...] = ()
    discount: tuple[str, ...] = ()
    rounding: tuple[str, ...] = ()
    cash: tuple[str, ...] = ()
    """What the customer handed over."""
    change: tuple[str, ...] = ()
    card: tuple[str, ...] = ()
    other_amount: tuple[str, ...] = ()
    """Numbers that are no sum to pay: counts, savings, points, balances."""
    number: tuple[str, ...] = ()
    number_weak: tuple[str, ...] = ()
    other_number: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    other_date: tuple[str, ...] = ()
    """Dates that are not the sale's: validity, printing, return until."""
    tax_id: tuple[str, ...] = ()
    registration: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    """Lines at the head that name the paper or greet, never the merchant."""
    closing: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    legal_forms: tuple[str, ...] = ()
    legal_prefixes: tuple[str, ...] = ()
    """Legal forms that stand before the name."""
    trade_words: tuple[str, ...] = ()
    """Words that shop names are made of."""
    item_headings: tuple[str, ...] = ()


class Country(Value):
    """What a slip of a country looks like."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    dates: Literal["dmy", "mdy", "ymd"] = "dmy"
    words: tuple[str, ...] = ()
    """Words that only slips of this country carry."""


class ReceiptWords(Wording):
    """Everything that is known of the wording of till receipts."""

    languages: Mapping[str, SlipWords]
    """ISO 639-1 -> words."""
    countries: Mapping[str, Country] = {}
    """ISO 3166 -> habits."""
    signs: Mapping[str, tuple[str, ...]] = {}
    """ISO 4217 -> how the currency is printed beside an amount."""


def load_receipt_words(root: Path, *, only: Collection[str] | None = None) -> ReceiptWords | None:
    """Load the highest `mappings/inbound/receipts.v*.yaml`, or return None when there is none.

    `only` are the versions that may be looked at; None: all. Raises ContentError for a broken file.
    """
    return newest(root, "receipts", ReceiptWords, only=only)
