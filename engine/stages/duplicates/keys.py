"""Under which keys a document is kept, so that an earlier copy is found without looking at all of them."""

import hashlib
from datetime import date
from decimal import Decimal

from engine.model.duplicate import Signature
from engine.model.value import Value
from engine.stages.duplicates.numbers import bare, core, stem, widely_folded

_BYTES = 8
_FAMILY = {"credit_note": "invoice"}


class BlockingKey(Value):
    """One key under which a document is kept and looked for."""

    digest: int
    """Signed 64 bits."""
    is_dated: bool
    """Whether only documents of near dates are looked for under it: amounts come back every month."""


def blocking_keys(one: Signature) -> tuple[BlockingKey, ...]:
    """Return the keys of a document, sorted and each once.

    Two documents that share none of vendor and number, vendor and amount, vendor and net amount, number and amount, or
    order and amount are never compared. Each way to know the vendor (master data, tax id, account) has keys of its own,
    so that a vendor that stands in master data twice is found. A year read wrongly, or day and month taken for each
    other, puts a copy outside any window: vendor, amount, day and month find it. Invoices and credit notes share keys,
    so that an invoice finds what took it back.
    """
    total, subtotal = (_amount(one, value) for value in (one.total, one.subtotal))
    numbers = {key for text in (one.number, one.preceding) if bare(text) for key in (core(text), stem(text))}
    found: set[tuple[bool, str]] = set()
    for vendor in _vendors(one):
        found |= {(False, f"number/{vendor}/{number}") for number in numbers}
        found |= {(True, f"amount/{vendor}/{amount}") for amount in (total, subtotal) if amount}
        found |= {(False, f"calendar/{vendor}/{total}/{day}") for day in _calendar(one.issued) if total}
    if total:
        found |= {(False, f"anyone/{widely_folded(one.number)}/{total}")} if bare(one.number) else set()
        found |= {(True, f"order/{order}/{total}") for order in one.orders}
    made = (
        BlockingKey(digest=_digest(f"{_FAMILY.get(one.type, one.type)}/{text}"), is_dated=dated)
        for dated, text in found
    )
    return tuple(sorted(made, key=lambda key: (key.digest, key.is_dated)))


def _amount(one: Signature, value: Decimal | None) -> str:
    return "" if value is None else f"{one.currency}{abs(value)}"


def _calendar(day: date | None) -> list[str]:
    """Return day and month, the smaller number first."""
    return [] if day is None else ["{}-{}".format(*sorted((day.day, day.month)))]


def _vendors(one: Signature) -> list[str]:
    known = [f"id:{one.vendor_id}"] if one.vendor_id else []
    known += [f"tax:{key}" for key in one.vendor_tax_ids[:2]]
    known += [f"iban:{key}" for key in one.vendor_ibans[:2]]
    return known or ([f"name:{one.vendor_name}"] if one.vendor_name else [])


def _digest(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)
