"""Master data as the systems of record know it: writing rows with their search keys, and looking them up."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from engine.model import master_cells, master_kinds
from engine.model.masterdata import Change, Kind
from engine.model.record import Candidate
from engine.store import keys, party_index, tables
from engine.store.master_rows import Writer
from engine.store.party_search import COLUMNS, PartyKind, Query, candidate_of, search

_PARTIES: Mapping[str, str] = {"vendors": "vendor", "customers": "customer"}
"""Kinds that are searched for by name and identifiers, as the search index calls them."""
_ORDER_ATTRIBUTES = ("vendor_id", "currency", "total", "status")

Cells = Mapping[str, object]
"""A row; amounts are text or Decimal, never a float."""


@contextmanager
def writing(tx: Connection, kind: Kind, change: Change | None = None) -> Iterator[Writer]:
    """Offer a writer of rows of a kind. Vendors and customers are found by the new rows when the block is left.

    Without `change` no history is kept.
    """
    party = _PARTIES.get(kind.name)
    if party is None:
        yield Writer(tx, kind, change)
        return
    with party_index.indexing(tx, party) as index:
        yield Writer(tx, kind, change, index=index, forget=partial(party_index.forget, tx, party))


def write(tx: Connection, kind: Kind, rows: Iterable[Cells], change: Change | None = None) -> int:
    """Insert or replace rows; columns that are left out become empty. Return how many were given, each key once.

    Raises Refused (a ValueError) naming what is allowed, NoParent for a line of an unknown order, TypeError for a float.
    """
    with writing(tx, kind, change) as writer:
        writer.write(master_cells.row(kind, raw) for raw in rows)
    return writer.outcome().rows


def upsert_vendors(tx: Connection, rows: Iterable[Cells]) -> int:
    """Insert or replace vendors and their search keys, see `write`. Return how many."""
    return write(tx, master_kinds.VENDORS, rows)


def upsert_orders(tx: Connection, rows: Iterable[Mapping[str, Any]], change: Change | None = None) -> int:
    """Insert or replace purchase orders; `lines` in a row are all the lines of that order. Return how many orders."""
    lines: list[Cells] = []
    with_lines: list[str] = []

    def headers() -> Iterator[Cells]:
        for raw in rows:
            if "lines" in raw:
                with_lines.append(str(raw["number"]))
                lines.extend({"number": raw["number"], **line} for line in raw["lines"])
            yield {name: value for name, value in raw.items() if name != "lines"}

    count = write(tx, master_kinds.ORDERS, headers(), change)
    replace_lines(tx, with_lines, lines, change)
    return count


def replace_lines(tx: Connection, numbers: Iterable[str], rows: Iterable[Cells], change: Change | None = None) -> None:
    """Write lines of orders and take other lines of these orders out of use."""
    kind = master_kinds.ORDER_LINES
    checked = [master_cells.row(kind, raw) for raw in rows]
    given = {master_cells.key_of(kind, row) for row in checked}
    with writing(tx, kind, change) as writer:
        wanted = sorted(set(numbers))
        writer.deactivate([key for key in writer.active_keys({"number": wanted}) if key not in given])
        writer.write(checked)


def upsert_order_lines(tx: Connection, rows: Iterable[Cells]) -> int:
    """Insert or replace single lines of known purchase orders. Return how many."""
    return write(tx, master_kinds.ORDER_LINES, rows)


def upsert_goods_receipts(tx: Connection, rows: Iterable[Cells]) -> int:
    """Insert or replace lines of goods receipts; the order may not be known yet. Return how many."""
    return write(tx, master_kinds.GOODS_RECEIPTS, rows)


def vendor_candidates(
    tx: Connection,
    *,
    tax_id: str | None = None,
    registration_id: str | None = None,
    iban: str | None = None,
    email_domain: str | None = None,
    name: str | None = None,
    address: str | None = None,
    limit: int = 20,
) -> list[Candidate]:
    """Return the vendors that share an identifier or telling words of the name, the likeliest first.

    `score` is the similarity of the names (0..1), or 1 when an identifier agrees and no name was asked for; `evidence`
    says on which signal each agrees: `tax_id`, `registration_id`, `iban`, `email_domain`, `name` (its similarity).
    """
    query = Query(
        tax_id=tax_id or "",
        registration_id=registration_id or "",
        iban=iban or "",
        email_domain=email_domain or "",
        name=name or "",
        address=address or "",
    )
    return search(tx, query, limit)


def customer_candidates(
    tx: Connection,
    asked: Mapping[str, object],
    *,
    number: str | None = None,
    limit: int = 20,
    kind: PartyKind = "customer",
) -> list[Candidate]:
    """Return the customers that may be meant: the one of this number (our own for it) first, then as for vendors.

    `asked` says what is known: tax_id, registration_id, iban, email_domain, name, address. `kind`: vendors in their place.
    """
    query = Query.model_validate({name: value or "" for name, value in asked.items()})
    found = search(tx, query, limit, kind=kind)
    if not number or any(one.id == number for one in found):
        return found
    own = row(tx, master_kinds.CUSTOMERS if kind == "customer" else master_kinds.VENDORS, number)
    if own is None:
        return found
    columns = {name: own[name] for name in COLUMNS}
    return [candidate_of(columns, query, 0.0, 0.0, kind=kind)[1], *found]


def vendor(tx: Connection, vendor_id: str) -> Mapping[str, str] | None:
    """Return the columns of one vendor that is in use, or None."""
    return row(tx, master_kinds.VENDORS, vendor_id)


def row(tx: Connection, kind: Kind, *key: str) -> Mapping[str, str] | None:
    """Return the columns of one row in use, by the columns of its key, or None."""
    table = tables.masters[kind.name]
    query = select(*(table.c[name] for name in kind.names)).where(table.c.is_active)
    for name, value in zip(kind.key, key, strict=True):
        query = query.where(table.c[name] == value)
    found = tx.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def orders(tx: Connection, numbers: Iterable[str]) -> list[Candidate]:
    """Return the purchase orders that are meant by these numbers, whatever their spelling (`PO-0815` = `po 0815`)."""
    wanted = {keys.order_number(number): number for number in numbers} if numbers else {}
    wanted.pop("", None)
    table = tables.orders
    query = select(table).where(table.c.number_key.in_(list(wanted)), table.c.is_active)
    rows = tx.execute(query.order_by(table.c.number)).mappings()
    return [order_candidate(row, wanted[row["number_key"]]) for row in rows]


def order_candidate(row: Mapping[Any, Any], asked: str) -> Candidate:
    """Return a purchase order as one that a number may mean."""
    attributes = tuple((name, row[name]) for name in _ORDER_ATTRIBUTES if row[name])
    return Candidate(
        kind="purchase_order", id=row["number"], name=row["number"], attributes=attributes, score=1.0,
        evidence=(("number", asked),),
    )  # fmt: skip


def counts(tx: Connection) -> dict[str, int]:
    """Return how many rows of each kind are in use."""
    return {
        name: tx.execute(select(func.count()).select_from(table).where(table.c.is_active)).scalar_one()
        for name, table in tables.masters.items()
    }
