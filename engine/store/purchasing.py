"""Purchase orders with their lines, receipts, and what was billed of them: what an invoice is matched against."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from sqlalchemy import Connection, delete, select

from engine.model import master_kinds
from engine.model.item import Item
from engine.model.purchasing import OrderLine, OrderMatch, OrderStatus, PurchaseOrder, ReceiptLine
from engine.store import from_papers, keys, tables
from engine.store.items import items
from engine.store.master_history import rows_then
from engine.store.writing import chunks

_STATUSES = frozenset(get_args(OrderStatus))
_ZERO = Decimal(0)
_BILLED = ("quantity", "amount")

Row = Mapping[Any, Any]
LineKey = tuple[str, str]


class _Known:
    """What is known of some order lines besides the lines themselves: receipts, and what our own documents billed."""

    def __init__(self, tx: Connection, numbers: Sequence[str], besides: str | None, at: datetime | None) -> None:
        self.received: dict[LineKey, list[Row]] = defaultdict(list)
        for row in _goods_receipts(tx, numbers, at, besides):
            self.received[row["order"], row["order_line"]].append(row)
        self.quantity: dict[LineKey, Decimal] = defaultdict(Decimal)
        self.amount: dict[LineKey, Decimal] = defaultdict(Decimal)
        for row in _billings(tx, numbers, besides, at):
            line = (row["number"], row["order_line"])
            self.quantity[line] += _decimal(row["quantity"]) or _ZERO
            self.amount[line] += _decimal(row["amount"]) or _ZERO
        self._vendors: Mapping[str, str] = {}
        self._items: dict[str, Mapping[str, Item]] = {}

    def add_items(self, tx: Connection, vendors: Mapping[str, str], lines: Sequence[Row]) -> None:
        """Look the items of the lines up; `vendors` are those of the orders."""
        self._vendors = vendors
        codes: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            codes[vendors[line["number"]]].add(line["item_code"])
        self._items = {vendor: items(tx, some, vendor_id=vendor) for vendor, some in codes.items()}

    def item(self, line: Row) -> Item:
        """Return what is known of the item of a line."""
        none = Item(code=line["item_code"])
        return self._items.get(self._vendors.get(line["number"], ""), {}).get(line["item_code"], none)


def purchase_orders(
    tx: Connection, numbers: Iterable[str], *, besides: str | None = None, at: datetime | None = None
) -> list[PurchaseOrder]:
    """Return the orders that are meant by these numbers, with lines, whatever their spelling (`PO-0815` = `po 0815`).

    Item numbers of the vendor, GTIN and pack sizes that an order does not state come from the items.
    `billed_quantity` and `billed_amount` of the lines hold what earlier documents billed, pending ones included, but for
    the document `besides`: an invoice that is judged again does not compete with itself.

    With `at` all that is as it was at that moment, but for the items.
    """
    wanted = sorted({keys.order_number(number) for number in numbers} - {""})
    table = tables.orders
    found: list[Row] = []
    for chunk in chunks(wanted):
        query = select(table).where(table.c.number_key.in_(chunk)).order_by(table.c.number)
        found += rows_then(tx, master_kinds.ORDERS, query, at)
    return _with_lines(tx, found, besides, at)


def open_orders_of(
    tx: Connection, vendor_id: str, currency: str, entity: str, *, besides: str | None = None, limit: int = 500,
    at: datetime | None = None,
) -> list[PurchaseOrder]:  # fmt: skip
    """Return the open orders of a vendor, with lines, by number; at most `limit`, the latest numbers.

    An empty `currency` or `entity` is any; an order without one fits any. `besides` and `at` as in `purchase_orders`.
    """
    table, is_open = tables.orders, ["", "open"]
    query = select(table).where(table.c.vendor_id == vendor_id)
    if at is None:
        query = query.where(table.c.status.in_(is_open), table.c.is_active)
    if currency:
        query = query.where(table.c.currency.in_(["", currency]))
    if entity:
        query = query.where(table.c.entity.in_(["", entity]))
    query = query.order_by(table.c.number.desc()).limit(limit if at is None else None)
    found = [row for row in rows_then(tx, master_kinds.ORDERS, query, at) if row["status"] in is_open][:limit]
    return _with_lines(tx, sorted(found, key=lambda row: str(row["number"])), besides, at)


def receipts_of(
    tx: Connection, orders: Iterable[PurchaseOrder | str], *, besides: str | None = None, at: datetime | None = None
) -> list[ReceiptLine]:
    """Return the lines of goods receipts for these orders (values or numbers), the earliest first.

    `billed_quantity` is what was billed of each, `besides` left out; `at` as in `purchase_orders`.
    """
    numbers = [one if isinstance(one, str) else one.number for one in orders]
    billed: dict[LineKey, Decimal] = defaultdict(Decimal)
    for row in _billings(tx, numbers, besides, at):
        billed[row["receipt"], row["receipt_line"]] += _decimal(row["quantity"]) or _ZERO
    lines = [
        _receipt_line(row, billed[row["receipt"], row["line"]]) for row in _goods_receipts(tx, numbers, at, besides)
    ]
    return sorted(lines, key=lambda one: (one.received_on or date.max, one.receipt, _by_number(one.line)))


def record_billing(
    tx: Connection, order_match: OrderMatch, document_id: str, *, seen: Iterable[PurchaseOrder] = ()
) -> bool:
    """Note what a document bills of order and receipt lines, in the place of what was noted for it before.

    Call it in the transaction that plans the posting; calling it again changes nothing. Returns False, and notes
    nothing, when other documents billed of the orders in `seen` since they were looked up: match again. Documents that
    bill the same order wait for one another here, so that two of them cannot both take the last piece.
    """
    _hold(tx, sorted({pair.order for pair in order_match.pairs} | {order.number for order in seen}))
    before = list(seen)
    if before and _billed_of(before) != _billed_of(
        purchase_orders(tx, [o.number for o in before], besides=document_id)
    ):
        return False
    reverse_billing(tx, document_id)
    rows = [
        {
            "document_id": document_id, "position": position, "number": pair.order, "order_line": pair.order_line,
            "receipt": pair.receipt, "receipt_line": pair.receipt_line,
            "quantity": "" if pair.quantity is None else format(pair.quantity, "f"),
            "amount": format(pair.amount, "f"),
        }
        for position, pair in enumerate(order_match.pairs)
    ]  # fmt: skip
    for chunk in chunks(rows):
        tx.execute(tables.billings.insert(), chunk)
    return True


def reverse_billing(tx: Connection, document_id: str) -> None:
    """Take back what a document billed: it was rejected, or its posting was reversed."""
    tx.execute(delete(tables.billings).where(tables.billings.c.document_id == document_id))


def elsewhere(tx: Connection, lines: Sequence[Row]) -> Callable[[Row, Row | None], dict[str, str]]:
    """Return a function that says what others billed of an order line, by the line as given and as it was.

    That is the stated figure without our own documents. It may lag behind them, so what was found once stays, unless
    the figure itself falls.
    """
    ours: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in _billings(tx, [line["number"] for line in lines], None, None):
        for what in _BILLED:
            ours[row["number"], row["order_line"], what] += _decimal(row[what]) or _ZERO

    def find(line: Row, before: Row | None) -> dict[str, str]:
        return {f"elsewhere_{what}": others(line, before, what) for what in _BILLED}

    def others(line: Row, before: Row | None, what: str) -> str:
        stated, was = line.get(f"billed_{what}", ""), before or {}
        known = str(was.get(f"elsewhere_{what}", ""))
        if not stated:
            return known
        rest = max(Decimal(stated) - ours[line["number"], line["line"], what], _ZERO)
        has_fallen = Decimal(stated) < (_decimal(was.get(f"billed_{what}", "")) or _ZERO)
        return format(rest if has_fallen or not known else max(rest, Decimal(known)), "f")

    return find


def _hold(tx: Connection, numbers: Sequence[str]) -> None:
    """Keep others from billing these orders until the transaction ends; SQLite has one writer at a time anyway."""
    if tx.dialect.name == "postgresql":
        column = tables.orders.c.number
        tx.execute(select(column).where(column.in_(numbers)).order_by(column).with_for_update())


def _billed_of(orders: Sequence[PurchaseOrder]) -> dict[LineKey, tuple[Decimal, Decimal]]:
    return {(line.order, line.line): (line.billed_quantity, line.billed_amount) for o in orders for line in o.lines}


def _with_lines(
    tx: Connection, found: Sequence[Row], besides: str | None, at: datetime | None
) -> list[PurchaseOrder]:  # fmt: skip
    numbers = [row["number"] for row in found]
    known = _Known(tx, numbers, besides, at)
    rows: list[Row] = []
    for chunk in chunks(numbers):
        table = tables.order_lines
        rows += rows_then(tx, master_kinds.ORDER_LINES, select(table).where(table.c.number.in_(chunk)), at)
    known.add_items(tx, {row["number"]: row["vendor_id"] for row in found}, rows)
    lines: dict[str, list[OrderLine]] = defaultdict(list)
    for row in rows:
        lines[row["number"]].append(_order_line(row, known))
    return [_order(row, sorted(lines[row["number"]], key=lambda one: _by_number(one.line))) for row in found]


def _order(row: Row, lines: Sequence[OrderLine]) -> PurchaseOrder:
    status = row["status"].casefold() or "open"
    return PurchaseOrder(
        number=row["number"], vendor_id=row["vendor_id"], currency=row["currency"], kind=row["kind"] or "standard",
        status=status if status in _STATUSES else "other", total=_decimal(row["total"]), limit=_decimal(row["limit"]),
        valid_from=_date(row["valid_from"]), valid_to=_date(row["valid_to"]), entity=row["entity"],
        payment_terms=row["payment_terms"], lines=tuple(lines),
    )  # fmt: skip


def _order_line(row: Row, known: _Known) -> OrderLine:
    at = (row["number"], row["line"])
    receipts = known.received.get(at, [])
    received, accepted = _received(row, receipts)
    item = known.item(row)
    return OrderLine(
        order=row["number"], line=row["line"], item_code=row["item_code"],
        supplier_item_code=row["supplier_item_code"] or item.supplier_item_code, gtin=row["gtin"] or item.gtin, description=row["description"],
        quantity=_decimal(row["quantity"]), unit=row["unit"], unit_price=_decimal(row["unit_price"]),
        price_base=_decimal(row["price_base"]) or Decimal(1), price_unit=row["price_unit"],
        amount=_decimal(row["amount"]), received=received, accepted=accepted,
        billed_quantity=_billed(row, "quantity", known.quantity.get(at, _ZERO)),
        billed_amount=_billed(row, "amount", known.amount.get(at, _ZERO)),
        receipt_required=_flag(row["receipt_required"], default=bool(receipts or row["received"])),
        inspection_required=_flag(row["inspection_required"], default=False),
        delivery_date=_date(row["delivery_date"]), tax_rate=_decimal(row["tax_rate"]),
        pack_size=item.pieces(row["unit"]),
    )  # fmt: skip


def _received(row: Row, receipts: Sequence[Row]) -> tuple[Decimal, Decimal | None]:
    """Return (received, accepted) in the unit of the line: by its receipts, or as the line says where there are none.

    Receipts in another unit cannot be added here; then the line's own figure counts.
    """
    if not receipts or any(one["unit"] not in {"", row["unit"]} for one in receipts):
        return _decimal(row["received"]) or _ZERO, _decimal(row["accepted"])
    received = sum((Decimal(one["quantity"]) for one in receipts), _ZERO)
    inspected = [Decimal(one["accepted"]) for one in receipts if one["accepted"]]
    return received, sum(inspected, _ZERO) if inspected else _decimal(row["accepted"])


def _billed(row: Row, what: str, ours: Decimal) -> Decimal:
    """Return what was billed of a line: the greater of what the system of record says and what we know.

    The system's figure may or may not hold our own documents yet. What others billed there (`elsewhere`) was found at
    the import, by leaving our own out; so neither is a document counted twice nor one that is on its way forgotten.
    """
    stated = _decimal(row[f"billed_{what}"]) or _ZERO
    elsewhere = _decimal(row.get(f"elsewhere_{what}", "")) or _ZERO
    return max(stated, elsewhere + ours)


def _receipt_line(row: Row, ours: Decimal) -> ReceiptLine:
    return ReceiptLine(
        receipt=row["receipt"], line=row["line"], order=row["order"], order_line=row["order_line"],
        quantity=Decimal(row["quantity"]), unit=row["unit"], accepted=_decimal(row["accepted"]),
        delivery_note=row["delivery_note"], received_on=_date(row["received_on"]),
        billed_quantity=max(_decimal(row["billed_quantity"]) or _ZERO, ours),
    )  # fmt: skip


def _goods_receipts(tx: Connection, numbers: Sequence[str], at: datetime | None, besides: str | None) -> list[Row]:
    """Return the receipts of orders, each with `order`, the number as the order spells it; not what `besides` brought itself."""
    own = set(from_papers.changes_of(tx, besides)) if besides else set()
    spelled = {keys.order_number(number): number for number in numbers}
    table = tables.goods_receipts
    found: list[Row] = []
    for chunk in chunks(sorted(spelled)):
        rows = rows_then(tx, master_kinds.GOODS_RECEIPTS, select(table).where(table.c.number_key.in_(chunk)), at)
        found += (
            {**row, "order": row["number"] if row["number"] in numbers else spelled[keys.order_number(row["number"])]}
            for row in rows
            if row.get("change_id") is None or row["change_id"] not in own
        )
    return found


def _billings(tx: Connection, numbers: Sequence[str], besides: str | None, at: datetime | None) -> list[Row]:
    table, documents = tables.billings, tables.documents
    found: list[Row] = []
    for chunk in chunks(sorted(set(numbers))):
        query = select(table).where(table.c.number.in_(chunk))
        if at is not None:
            came = (documents.c.id == table.c.document_id) & (documents.c.received_at < at)
            query = query.where(select(documents.c.id).where(came).exists())
        found += tx.execute(query if besides is None else query.where(table.c.document_id != besides)).mappings()
    return found


def _by_number(line: str) -> tuple[int, str]:
    return (int(line) if line.isdecimal() else 0, line)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _flag(text: str, *, default: bool) -> bool:
    return default if not text else text == "true"
