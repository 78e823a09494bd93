"""What the store would have answered at a moment in the past, as well as it can tell."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from engine.model.duplicate import Signature
from engine.model.purchasing import PurchaseOrder, ReceiptLine
from engine.model.record import Candidate
from engine.store import masterdata, outcomes, purchasing, signatures
from engine.store.signatures import Earlier, Key


class Asked(TypedDict):
    """What is known of the vendor that is looked for."""

    tax_id: str | None
    registration_id: str | None
    iban: str | None
    email_domain: str | None
    name: str | None
    address: str | None


def vendor_candidates(tx: Connection, asked: Asked, *, at: datetime) -> list[Candidate]:
    return masterdata.vendor_candidates(tx, **asked)


def named_orders(tx: Connection, numbers: Sequence[str], *, at: datetime) -> list[Candidate]:
    return masterdata.orders(tx, numbers)


def purchase_orders(tx: Connection, numbers: Sequence[str], *, besides: str, at: datetime) -> list[PurchaseOrder]:
    return purchasing.purchase_orders(tx, numbers, besides=besides)


def open_orders_of(
    tx: Connection, vendor_id: str, currency: str, *, besides: str, at: datetime
) -> list[PurchaseOrder]:  # fmt: skip
    return purchasing.open_orders_of(tx, vendor_id, currency, "", besides=besides)


def receipts_of(tx: Connection, orders: Sequence[PurchaseOrder], *, besides: str, at: datetime) -> list[ReceiptLine]:
    return purchasing.receipts_of(tx, orders, besides=besides)


def steps(tx: Connection, ruleset: str, *, at: datetime) -> int:
    return outcomes.steps(tx, ruleset)[0]


def earlier(
    tx: Connection, mine: Signature, keys: Sequence[Key], *, window_days: int, nearest: int, at: datetime
) -> Earlier:  # fmt: skip
    return signatures.earlier(tx, mine, keys, window_days=window_days, nearest=nearest)
