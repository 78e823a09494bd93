"""Master data as a paper says it: our own order that invoices are held against, and what a delivery note brought. Pure.

Rows are by the columns of `engine.model.master_kinds`.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.model.field import Row, by_name
from engine.model.purchasing import OrderMatch
from engine.model.record import Record
from engine.stages import sums
from engine.stages.rows import is_silent

Cells = Mapping[str, str]
_UNIT = re.compile(r"[0-9A-Z]{2,3}")
_SAME = ("description", "quantity", "price_base", "amount", "tax_rate")
"""Columns of an order line that are called so on the paper too."""


def order_of(record: Record, *, vendor: str, entity: str, is_received: bool = False) -> tuple[Cells, tuple[Cells, ...]]:
    """Return the order that a paper of ours says, and its lines; `vendor` and `entity` are who sells and which of us buys.

    `is_received`: only what came may be billed.
    """
    counting = ((index, row) for index, row in enumerate(record.lines) if not is_silent(by_name(row)))
    ordered = [(index, texts) for index, row in counting if _is_ordered(texts := _texts(row))]
    printed = [row.get("line_number", "") for _, row in ordered]
    is_numbered = all(printed) and len(set(printed)) == len(printed)
    delivery = record.value("delivery_date") or ""
    lines = tuple(
        {
            "line": row["line_number"] if is_numbered else str(index + 1),
            **_line(row, delivery),
            "receipt_required": "true" if is_received else "",
        }
        for index, row in ordered
    )
    amounts = [sums.exact(row.get("amount")) for _, row in ordered]
    whole = record.value("subtotal") or (_sum(amounts) if all(one is not None for one in amounts) else "")
    header = {
        "number": _one_line(record.value("po_number") or ""), "vendor_id": vendor, "currency": record.value("currency") or "",
        "total": whole, "status": "open", "entity": entity,
    }  # fmt: skip
    return header, lines


def receipts_of(record: Record, match: OrderMatch, *, vendor: str) -> tuple[Cells, ...]:
    """Return the lines of a goods receipt for what a delivery note was set against."""
    note = _one_line(record.value("delivery_note_number") or "")
    rows = []
    pairs = match.pairs if match.outcome == "unique" else ()
    for at, pair in enumerate((one for one in pairs if one.quantity), start=1):
        rows.append({
            "receipt": f"{vendor}/{note}", "line": str(at), "number": pair.order, "order_line": pair.order_line,
            "quantity": f"{pair.quantity:f}", "unit": pair.unit if _UNIT.fullmatch(pair.unit) else "", "delivery_note": note,
            "received_on": record.value("issue_date") or "",
        })  # fmt: skip
    return tuple(rows)


def _line(row: Mapping[str, str], delivery: str) -> Cells:
    """Return the columns of a line. Which of us two an item number is of is seldom said: it is looked for as both."""
    unit = row.get("unit", "")
    price = "" if row.get("discount") else row.get("unit_price", "")
    return {
        **{name: row[name] for name in _SAME if name in row},
        "item_code": row.get("buyer_item_code") or row.get("item_code", ""), "supplier_item_code": row.get("item_code", ""),
        "gtin": row.get("standard_item_code", ""), "unit": unit if _UNIT.fullmatch(unit) else "", "unit_price": price,
        "delivery_date": row.get("delivery_date") or delivery,
    }  # fmt: skip


def _is_ordered(row: Mapping[str, str]) -> bool:
    return bool(sums.exact(row.get("quantity")) or sums.exact(row.get("amount")))


def _sum(amounts: Sequence[Decimal | None]) -> str:
    return f"{sum((one for one in amounts if one is not None), Decimal(0)):f}" if amounts else ""


def _texts(row: Row) -> dict[str, str]:
    return {name: field.value.strip() for name, field in by_name(row).items() if field.value.strip()}


def _one_line(text: str) -> str:
    return " ".join(text.split())
