"""Items as they are known to us, to their suppliers and by GTIN, and what their packs hold."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.model.item import Item
from engine.store import tables
from engine.store.writing import chunks

_ITEMS = tables.masters["items"]
_UNITS = tables.masters["item_units"]
_REFERENCES = tables.masters["item_references"]


def items(tx: Connection, codes: Iterable[str], *, vendor_id: str = "") -> Mapping[str, Item]:
    """Return our items by number; with the vendor's number and GTIN for it where the vendor has only one."""
    found: dict[str, Item] = {}
    wanted = set(codes) - {""}
    packs = _grouped(tx, _UNITS, wanted)
    theirs = _grouped(tx, _REFERENCES, wanted, vendor_id=vendor_id) if vendor_id else {}
    known = {row["code"]: row for row in rows(tx, _ITEMS, "code", wanted)}
    for code in known.keys() | packs.keys() | theirs.keys():
        own: Mapping[Any, Any] = known.get(code, {})
        reference = theirs[code][0] if len(theirs.get(code, ())) == 1 else {}
        found[code] = Item(
            code=code, unit=own.get("unit", ""), gtin=reference.get("gtin") or own.get("gtin", ""),
            supplier_item_code=reference.get("supplier_item_code", ""), status=own.get("status", ""),
            packs=tuple((row["unit"], Decimal(row["factor"])) for row in packs.get(code, ())),
        )  # fmt: skip
    return found


def meant(tx: Connection, vendor_id: str, printed: Iterable[str]) -> Mapping[str, str]:
    """Return our item numbers by what a vendor prints: its own number of the item, or else a GTIN."""
    codes = sorted(set(printed))
    by_number = own_codes(tx, vendor_id, codes)
    rest = by_gtin(tx, [code for code in codes if code not in by_number])
    return {**{gtin: item for gtin, (item, _) in rest.items()}, **by_number}


def own_codes(tx: Connection, vendor_id: str, supplier_item_codes: Iterable[str]) -> Mapping[str, str]:
    """Return our item numbers by the vendor's own, for those that are known."""
    found = rows(tx, _REFERENCES, "supplier_item_code", set(supplier_item_codes) - {""}, vendor_id=vendor_id)
    return {row["supplier_item_code"]: row["item_code"] for row in found}


def by_gtin(tx: Connection, gtins: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return (item number, unit) by GTIN, of the item or of one of its packs; left out when several items have it."""
    found: dict[str, set[tuple[str, str]]] = {}
    wanted = set(gtins) - {""}
    for table, column in ((_ITEMS, "code"), (_UNITS, "item_code")):
        for row in rows(tx, table, "gtin", wanted):
            found.setdefault(row["gtin"], set()).add((row[column], row["unit"]))
    return {gtin: next(iter(items)) for gtin, items in found.items() if len(items) == 1}


def rows(
    tx: Connection, table: Table, column: str, values: Iterable[str], **where: str | tuple[str, ...]
) -> list[Mapping[Any, Any]]:  # fmt: skip
    """Return the rows in use whose column holds one of some values, and others one value or one of several."""
    found: list[Mapping[Any, Any]] = []
    for some in chunks(sorted(set(values))):
        query = select(table).where(table.c[column].in_(some), table.c.is_active)
        for name, value in where.items():
            query = query.where(table.c[name].in_([value] if isinstance(value, str) else list(value)))
        found += tx.execute(query.order_by(*table.primary_key)).mappings()
    return found


def _grouped(tx: Connection, table: Table, codes: Iterable[str], **where: str) -> dict[str, list[Mapping[Any, Any]]]:
    grouped: dict[str, list[Mapping[Any, Any]]] = {}
    for row in rows(tx, table, "item_code", codes, **where):
        grouped.setdefault(row["item_code"], []).append(row)
    return grouped
