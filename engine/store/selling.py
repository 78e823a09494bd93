"""What is known of the items, prices and terms of a customer's order."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, Table, select

from engine.model.item import Item
from engine.model.selling import AgreedTerms, Catalogue, ListPrice, PriceOf
from engine.store import tables
from engine.store.items import by_gtin, items, rows

_ITEMS = tables.masters["items"]
_THEIRS, _PRICES, _TERMS = (
    tables.masters["customer_items"],
    tables.masters["sales_prices"],
    tables.masters["payment_terms"],
)


def catalogue(tx: Connection, numbers: Sequence[str], *, customer: str, group: str, terms: str) -> Catalogue:
    """Return what is known of the items that these numbers may mean to a customer.

    `customer` and `group` are empty where nobody is known; `terms` is the code of the terms that were agreed.
    """
    spelled = {spelling for number in numbers for spelling in (number, number.upper(), "".join(number.split()))} - {""}
    theirs = rows(tx, _THEIRS, "customer_item_code", spelled, customer_id=customer) if customer else []
    gtins = {gtin: code for gtin, (code, _) in by_gtin(tx, {one.lstrip("0") for one in spelled} | spelled).items()}
    codes = {row["item_code"] for row in theirs} | set(gtins.values())
    codes |= {row["code"] for row in rows(tx, _ITEMS, "code", spelled)}
    known = items(tx, codes)
    return Catalogue(
        articles=tuple(known.get(code) or Item(code=code) for code in sorted(codes)), theirs=tuple((row["customer_item_code"], row["item_code"]) for row in theirs),
        gtins=tuple((gtin.lstrip("0"), code) for gtin, code in gtins.items()),
        prices=_prices(tx, codes, customer=customer, group=group), terms=_agreed(tx, terms),
        has_items=_is_kept(tx, _ITEMS), has_prices=_is_kept(tx, _PRICES),
    )  # fmt: skip


def _prices(tx: Connection, codes: Iterable[str], *, customer: str, group: str) -> tuple[ListPrice, ...]:
    found: list[ListPrice] = []
    for row in rows(tx, _PRICES, "item_code", codes, customer_id=("", customer), group=("", group)):
        of: PriceOf = "customer" if row["customer_id"] else "group" if row["group"] else "all"
        found.append(
            ListPrice(
                item_code=row["item_code"], currency=row["currency"], unit=row["unit"], of=of,
                unit_price=Decimal(row["unit_price"]), price_base=Decimal(row["price_base"] or 1) or Decimal(1),
                min_quantity=Decimal(row["min_quantity"] or 0), valid_from=_day(row["valid_from"]), valid_to=_day(row["valid_to"]),
            )
        )  # fmt: skip
    return tuple(found)


def _agreed(tx: Connection, code: str) -> AgreedTerms | None:
    row = next(iter(rows(tx, _TERMS, "code", [code])), None) if code else None
    if row is None:
        return None
    return AgreedTerms(
        code=code, due_days=_number(row["due_days"]), discount_days=_number(row["discount_days"]),
        discount_percent=Decimal(row["discount_percent"]) if row["discount_percent"] else None,
        end_of_month=row["end_of_month"] == "true",
    )  # fmt: skip


def _is_kept(tx: Connection, table: Table) -> bool:
    return tx.execute(select(table.c[0]).where(table.c.is_active).limit(1)).first() is not None


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
