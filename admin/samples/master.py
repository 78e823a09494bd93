"""Writes the master data that goes with the documents: vendors, purchase orders and their lines."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from admin.samples import notation
from admin.samples.compose import rounded
from admin.samples.model import Item, Paper
from admin.samples.recipe import Recipe
from admin.samples.world import vendors

_VENDOR = ("id", "name", "tax_id", "registration_id", "iban", "email", "street", "postcode", "city", "country", "currency",
           "payment_terms", "gl_account", "cost_centre", "tax_code")  # fmt: skip
_ORDER = ("number", "vendor_id", "currency", "total", "status")
_LINE = ("number", "line", "item_code", "description", "quantity", "unit", "unit_price")


def write(out: Path, papers: Iterable[tuple[Recipe, Paper]]) -> None:
    """Write vendors.csv, purchase_orders.csv and purchase_order_lines.csv for the orders that the papers name."""
    _table(out / "vendors.csv", _VENDOR, [_vendor(party.model_dump()) for party in vendors()])
    orders: list[dict[str, str]] = []
    lines: list[dict[str, str]] = []
    for recipe, paper in papers:
        if recipe.original is None and recipe.order in {"exact", "short", "closed"}:
            orders.append(_order(recipe, paper))
            lines.extend(_lines(recipe, paper))
    _table(out / "purchase_orders.csv", _ORDER, orders)
    _table(out / "purchase_order_lines.csv", _LINE, lines)


def _vendor(party: Mapping[str, object]) -> dict[str, str]:
    row = {name: str(party[name]) for name in _VENDOR if name != "payment_terms"}
    # as the ERP spells it: net so many days
    return row | {"payment_terms": f"NET{party['days']}"}


def _order(recipe: Recipe, paper: Paper) -> dict[str, str]:
    total = paper.sums.net
    if recipe.order == "short":
        total = rounded(total * Decimal("0.8"), paper.currency)
    return {
        "number": paper.po_number, "vendor_id": paper.seller.id, "currency": paper.currency,
        "total": notation.canonical(total, paper.currency), "status": "closed" if recipe.order == "closed" else "open",
    }  # fmt: skip


def _lines(recipe: Recipe, paper: Paper) -> list[dict[str, str]]:
    factor = Decimal("0.8") if recipe.order == "short" else Decimal(1)
    return [
        {
            "number": paper.po_number, "line": item.po_line, "item_code": item.code, "description": item.description,
            "quantity": notation.plain(item.quantity * factor), "unit": item.unit,
            "unit_price": _agreed(item, paper.currency),
        }
        for item in paper.items
    ]  # fmt: skip


def _agreed(item: Item, currency: str) -> str:
    """Return the price on the order: with the discount that was agreed, as the order's total has it."""
    net = item.unit_price * (100 - item.discount) / 100
    return notation.plain(net) if item.discount else notation.canonical(net, currency)


def _table(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
