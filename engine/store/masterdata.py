"""Vendors and purchase orders as the systems of record know them, and the indexed search for who is meant."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, select

from engine.model import master_kinds
from engine.model.record import Candidate
from engine.store import csv_rows, keys, tables
from engine.store.vendor_search import IDENTIFIERS, SOURCE_COLUMN, Query, search
from engine.store.writing import chunks, insert_new_rows, upsert

VENDOR_COLUMNS = master_kinds.VENDORS.names
ORDER_COLUMNS = master_kinds.ORDERS.names
LINE_COLUMNS = master_kinds.ORDER_LINES.names
RECEIPT_COLUMNS = master_kinds.GOODS_RECEIPTS.names

_AMOUNTS = frozenset(one.name for kind in master_kinds.KINDS for one in kind.columns if one.type == "decimal")
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")
_ORDER_ATTRIBUTES = ("vendor_id", "currency", "total", "status")

Cell = str | int | Decimal | None
"""What a row of master data may hold; never a float."""


def upsert_vendors(tx: Connection, rows: Iterable[Mapping[str, Cell]]) -> int:
    """Insert or replace vendors and their search keys. Return how many. Missing columns are empty.

    Raises ValueError for a row without id or name or with an unknown column, TypeError for a float.
    """
    count = 0
    spelled: set[str] = set()
    for chunk in chunks(rows):
        vendors = {row["id"]: row for row in (_row(raw, VENDOR_COLUMNS, ("id", "name")) for raw in chunk)}
        full = [{**row, "name_key": " ".join(keys.name_tokens(row["name"]))} for row in vendors.values()]
        upsert(tx, tables.vendors, full)
        _index(tx, full, spelled)
        count += len(vendors)
    return count


def upsert_orders(tx: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert or replace purchase orders; `lines` in a row replaces the lines of that order. Return how many orders.

    Raises ValueError for a missing number or vendor_id, an unknown column or an amount that is not decimal text.
    """
    count = 0
    for chunk in chunks(rows):
        headers = [{name: value for name, value in raw.items() if name != "lines"} for raw in chunk]
        orders = {row["number"]: row for row in (_row(h, ORDER_COLUMNS, ("number", "vendor_id")) for h in headers)}
        upsert(tx, tables.orders, [{**r, "number_key": keys.order_number(r["number"])} for r in orders.values()])
        with_lines = [raw for raw in chunk if "lines" in raw]
        numbers = [str(raw["number"]) for raw in with_lines]
        tx.execute(delete(tables.order_lines).where(tables.order_lines.c.number.in_(numbers)))
        upsert_order_lines(tx, ({"number": raw["number"], **line} for raw in with_lines for line in raw["lines"]))
        count += len(orders)
    return count


def upsert_order_lines(tx: Connection, rows: Iterable[Mapping[str, Cell]]) -> int:
    """Insert or replace single lines of known purchase orders. Return how many."""
    count = 0
    for chunk in chunks(rows):
        lines = {
            (row["number"], row["line"]): row for row in (_row(r, LINE_COLUMNS, ("number", "line")) for r in chunk)
        }
        wanted = {row["number"] for row in lines.values()}
        known = set(tx.execute(select(tables.orders.c.number).where(tables.orders.c.number.in_(wanted))).scalars())
        if wanted - known:
            raise ValueError(f"there is no order {min(wanted - known)}")
        upsert(tx, tables.order_lines, list(lines.values()))
        count += len(lines)
    return count


def upsert_goods_receipts(tx: Connection, rows: Iterable[Mapping[str, Cell]]) -> int:
    """Insert or replace lines of goods receipts; the order may not be known yet. Return how many.

    Raises ValueError for a missing key, order, order line or quantity.
    """
    count = 0
    for chunk in chunks(rows):
        required = ("receipt", "line", "number", "order_line", "quantity")
        lines = {(row["receipt"], row["line"]): row for row in (_row(r, RECEIPT_COLUMNS, required) for r in chunk)}
        full = [{**row, "number_key": keys.order_number(row["number"])} for row in lines.values()]
        upsert(tx, tables.goods_receipts, full)
        count += len(lines)
    return count


def vendor_candidates(
    tx: Connection,
    *,
    tax_id: str | None = None,
    registration_id: str | None = None,
    iban: str | None = None,
    email_domain: str | None = None,
    name: str | None = None,
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
    )
    return search(tx, query, limit)


def vendor(tx: Connection, vendor_id: str) -> Mapping[str, str] | None:
    """Return the columns of one vendor, or None."""
    query = select(*(tables.vendors.c[name] for name in VENDOR_COLUMNS)).where(tables.vendors.c.id == vendor_id)
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def orders(tx: Connection, numbers: Iterable[str]) -> list[Candidate]:
    """Return the purchase orders that are meant by these numbers, whatever their spelling (`PO-0815` = `po 0815`)."""
    wanted = {keys.order_number(number): number for number in numbers} if numbers else {}
    wanted.pop("", None)
    table = tables.orders
    found = tx.execute(select(table).where(table.c.number_key.in_(list(wanted))).order_by(table.c.number)).mappings()
    return [
        Candidate(
            kind="purchase_order",
            id=row["number"],
            name=row["number"],
            attributes=tuple((name, row[name]) for name in _ORDER_ATTRIBUTES if row[name]),
            score=1.0,
            evidence=(("number", wanted[row["number_key"]]),),
        )
        for row in found
    ]


def counts(tx: Connection) -> dict[str, int]:
    """Return how many vendors and purchase orders are known."""
    sizes = {"vendors": tables.vendors, "orders": tables.orders}
    return {name: tx.execute(select(func.count()).select_from(table)).scalar_one() for name, table in sizes.items()}


def import_vendors_csv(tx: Connection, path: Path) -> int:
    """Read vendors from a CSV file with a header (UTF-8; comma, semicolon or tab). Return how many.

    Raises ContentError naming file, line and the columns that are allowed.
    """
    with csv_rows.opened(path, VENDOR_COLUMNS) as (_header, rows):
        return upsert_vendors(tx, csv_rows.checked(path, rows, lambda raw: _row(raw, VENDOR_COLUMNS, ("id", "name"))))


def import_orders_csv(tx: Connection, path: Path) -> int:
    """Read purchase orders from a CSV file with a header; return how many orders, or lines when it holds only lines.

    A file with `vendor_id` holds orders, one row an order, or with line columns one row a line. A file without holds
    the lines of orders that are there already. Raises ContentError naming file, line and the allowed columns.
    """
    with csv_rows.opened(path, tuple(dict.fromkeys(ORDER_COLUMNS + LINE_COLUMNS))) as (header, rows):
        if "vendor_id" not in header:
            lines = csv_rows.checked(path, rows, lambda raw: _row(raw, LINE_COLUMNS, ("number", "line")))
            return csv_rows.guarded(path, lambda: upsert_order_lines(tx, lines))
        found = csv_rows.checked(path, rows, lambda raw: _order_and_line(raw, has_line="line" in header))
        return csv_rows.guarded(path, lambda: upsert_orders(tx, _grouped(found)))


def _order_and_line(raw: Mapping[str, Cell], *, has_line: bool) -> tuple[dict[str, str], dict[str, str] | None]:
    order = _row({name: raw.get(name) for name in ORDER_COLUMNS}, ORDER_COLUMNS, ("number", "vendor_id"))
    if not has_line or not raw.get("line"):
        return order, None
    return order, _row({name: raw.get(name) for name in LINE_COLUMNS}, LINE_COLUMNS, ("number", "line"))


def _grouped(found: Iterable[tuple[dict[str, str], dict[str, str] | None]]) -> list[dict[str, Any]]:
    """Put the lines of each order together; the header of its first row counts."""
    grouped: dict[str, dict[str, Any]] = {}
    for order, line in found:
        entry = grouped.setdefault(order["number"], dict(order))
        if line is not None:
            entry.setdefault("lines", []).append(line)
    return list(grouped.values())


def _row(raw: Mapping[str, Cell], columns: Sequence[str], required: Sequence[str]) -> dict[str, str]:
    """Return a row with every column as trimmed text. Amounts must be decimal text."""
    unknown = sorted(set(raw) - set(columns))
    if unknown:
        raise ValueError(f"unknown column {unknown[0]!r}; allowed: {', '.join(columns)}")
    row = {name: _text(name, raw.get(name)) for name in columns}
    for name in required:
        if not row[name]:
            raise ValueError(f"{name} is missing")
    for name in _AMOUNTS & set(columns):
        if row[name] and not _DECIMAL.fullmatch(row[name]):
            raise ValueError(f"{name} {row[name]!r} is not a decimal number such as 1234.50")
    return row


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value).strip()
    raise TypeError(f"{name} is a {type(value).__name__}; give text, an integer or a Decimal")


def _index(tx: Connection, vendors: Sequence[Mapping[str, str]], spelled: set[str]) -> None:
    """Replace the search keys of these vendors and note the trigrams of words that are not in `spelled` yet."""
    table = tables.vendor_keys
    tx.execute(delete(table).where(table.c.vendor_id.in_([row["id"] for row in vendors])))
    found = [{"kind": kind, "key": key, "vendor_id": row["id"]} for row in vendors for kind, key in _keys(row)]
    for chunk in chunks(found):
        insert_new_rows(tx, table, chunk)
    words = {key["key"] for key in found if key["kind"] == "token"} - spelled
    grams = [{"gram": gram, "token": word} for word in sorted(words) for gram in sorted(keys.grams(word))]
    for chunk in chunks(grams):
        insert_new_rows(tx, tables.token_grams, chunk)
    spelled |= words


def _keys(vendor_row: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield (kind, key) for everything a vendor may be found by, each once."""
    for kind, normalise in IDENTIFIERS.items():
        yield from ((kind, key) for key in sorted(normalise(vendor_row[SOURCE_COLUMN[kind]])))
    tokens = vendor_row["name_key"].split()
    if tokens:
        yield "name", "".join(tokens)[:255]
        yield from (("token", token) for token in tokens)
