"""Items as they are known to us, to their suppliers and by GTIN, and what their packs hold."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from engine.model.value import Value
from engine.store import tables
from engine.store.writing import chunks

PIECES = frozenset({"", "H87", "C62", "EA"})
"""Base units that are pieces: piece, one, each (UN/ECE Recommendation 20)."""

_ITEMS = tables.masters["items"]
_UNITS = tables.masters["item_units"]
_REFERENCES = tables.masters["item_references"]


class Item(Value):
    """What is known of one of our items, and of what one vendor calls it."""

    code: str
    unit: str = ""
    gtin: str = ""
    supplier_item_code: str = ""
    packs: tuple[tuple[str, Decimal], ...] = ()
    """(unit, how many base units are in one)."""

    def pieces(self, unit: str) -> Decimal | None:
        """Return how many pieces are in one of a unit, or None when that is not known or the item is not counted."""
        return dict(self.packs).get(unit) if self.unit in PIECES else None


def items(tx: Connection, codes: Iterable[str], *, vendor_id: str = "") -> Mapping[str, Item]:
    """Return our items by number; with the vendor's number and GTIN for it where the vendor has only one."""
    found: dict[str, Item] = {}
    for some in chunks(sorted(set(codes) - {""})):
        packs = _grouped(tx, _UNITS, some)
        theirs = _grouped(tx, _REFERENCES, some, vendor_id=vendor_id) if vendor_id else {}
        known = {row["code"]: row for row in _rows(tx, _ITEMS, "code", some)}
        for code in known.keys() | packs.keys() | theirs.keys():
            own: Mapping[Any, Any] = known.get(code, {})
            reference = theirs[code][0] if len(theirs.get(code, ())) == 1 else {}
            found[code] = Item(
                code=code, unit=own.get("unit", ""), gtin=reference.get("gtin") or own.get("gtin", ""),
                supplier_item_code=reference.get("supplier_item_code", ""),
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
    found: dict[str, str] = {}
    for some in chunks(sorted(set(supplier_item_codes) - {""})):
        for row in _rows(tx, _REFERENCES, "supplier_item_code", some, vendor_id=vendor_id):
            found[row["supplier_item_code"]] = row["item_code"]
    return found


def by_gtin(tx: Connection, gtins: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return (item number, unit) by GTIN, of the item or of one of its packs; left out when several items have it."""
    found: dict[str, set[tuple[str, str]]] = {}
    for some in chunks(sorted(set(gtins) - {""})):
        for row in _rows(tx, _ITEMS, "gtin", some):
            found.setdefault(row["gtin"], set()).add((row["code"], row["unit"]))
        for row in _rows(tx, _UNITS, "gtin", some):
            found.setdefault(row["gtin"], set()).add((row["item_code"], row["unit"]))
    return {gtin: next(iter(items)) for gtin, items in found.items() if len(items) == 1}


def _grouped(tx: Connection, table: Any, codes: Iterable[str], **where: str) -> dict[str, list[Mapping[Any, Any]]]:
    grouped: dict[str, list[Mapping[Any, Any]]] = {}
    for row in _rows(tx, table, "item_code", codes, **where):
        grouped.setdefault(row["item_code"], []).append(row)
    return grouped


def _rows(tx: Connection, table: Any, column: str, values: Iterable[str], **where: str) -> list[Mapping[Any, Any]]:
    query = select(table).where(table.c[column].in_(list(values)), table.c.is_active)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    return list(tx.execute(query.order_by(*table.primary_key)).mappings())
