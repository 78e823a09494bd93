"""Master data: vendors, customers, items, accounts, terms, orders with their lines, and receipts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.shared.listing import listed
from adapters.shared.odata.literals import literal, moment
from adapters.shared.place import Place
from engine.model.record import Candidate
from engine.ports import DirectoryPage, Surroundings

_PARTY = {
    "id": "number", "name": "displayName", "tax_id": "taxRegistrationNumber", "email": "email", "street": "addressLine1",
    "postcode": "postalCode", "city": "city", "country": "country", "currency": "currencyCode", "phone": "phoneNumber",
    "website": "website",
}  # fmt: skip
_COLUMNS: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "vendors": ("vendors", _PARTY, ""),
    "customers": ("customers", _PARTY, ""),
    "items": ("items", {"code": "number", "description": "displayName", "gtin": "gtin", "group": "itemCategoryCode"}, ""),
    "gl_accounts": ("accounts", {"number": "number", "name": "displayName"}, ""),
    "orders": (
        "purchaseOrders",
        {"number": "number", "vendor_id": "vendorNumber", "currency": "currencyCode", "total": "totalAmountExcludingTax"}, "",
    ),
    "order_lines": (
        "purchaseOrders",
        {
            "line": "sequence", "item_code": "lineObjectNumber", "description": "description", "quantity": "quantity",
            "unit_price": "directUnitCost", "amount": "amountExcludingTax", "received": "receivedQuantity",
            "billed_quantity": "invoicedQuantity", "delivery_date": "expectedReceiptDate",
        },
        "purchaseOrderLines",
    ),
    "goods_receipts": (
        "purchaseReceipts", {"line": "sequence", "quantity": "quantity", "order_line": "sequence"}, "purchaseReceiptLines",
    ),
}  # fmt: skip
_NO_DATE = "0001-01-01"
"""How Business Central writes a date that is empty."""


class BcDirectory:
    """Implements `Directory` and `MovesIn`."""

    def __init__(self, client: BusinessCentral, place: Place) -> None:
        self._client = client
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over the surroundings."""
        self._place.move_in(surroundings)

    def kinds(self) -> Sequence[str]:
        """Return the kinds that Business Central lists."""
        return tuple(_COLUMNS)

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        """Return vendors, customers or orders whose fields equal the given values of our columns."""
        name = {"vendor": "vendors", "customer": "customers", "purchase_order": "orders"}.get(kind)
        if name is None:
            return ()
        path, columns, _ = self._columns(name)
        asked = {column: value for column, value in by.items() if column in columns and value}
        if not asked:
            return ()
        where = " and ".join(f"{columns[column]} eq {literal(value, 'v4')}" for column, value in asked.items())
        rows = [self._row(name, one) for one in self._client.rows(path, where)]
        key = "number" if name == "orders" else "id"
        return [
            Candidate(
                kind=kind, id=row[key], name=row.get("name", row[key]), score=1.0, evidence=tuple(asked.items()),
                attributes=tuple((column, value) for column, value in row.items() if column not in {key, "name"}),
            )
            for row in rows
        ]  # fmt: skip

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:
        """Return a page of all objects, or of those that changed since then."""
        path, columns, lines = self._columns(kind)
        where = f"lastModifiedDateTime gt {moment(since)}" if since is not None else ""
        found, following = self._client.page(path, where, following=after, expand=lines)
        if not lines:
            rows = [self._row(kind, one) for one in found]
        else:
            rows = [
                {**self._head(kind, one), **_values(columns, line)}
                for one in found
                for line in one.get(lines) or ()
                if line.get("lineType") != "Comment"
            ]
        return DirectoryPage(rows=tuple(rows), next=following, is_all=since is None)

    def _columns(self, kind: str) -> tuple[str, Mapping[str, str], str]:
        path, usual, lines = _COLUMNS[listed(kind, _COLUMNS, of="Business Central")]
        return path, {**usual, **self._client.settings.columns.get(kind, {})}, lines

    def _row(self, kind: str, one: Mapping[str, Any]) -> dict[str, str]:
        _, columns, _ = self._columns(kind)
        row = _values(columns, one)
        state = _STATES.get(kind)
        return {**row, "status": state(one)} if state is not None else row

    @staticmethod
    def _head(kind: str, one: Mapping[str, Any]) -> dict[str, str]:
        if kind == "goods_receipts":
            return {"receipt": str(one["number"]), "number": str(one.get("orderNumber") or "")}
        return {"number": str(one["number"])}


def _values(columns: Mapping[str, str], one: Mapping[str, Any]) -> dict[str, str]:
    """Return a row in our columns; empty texts and empty dates are left out."""
    values = {column: one.get(field) for column, field in columns.items()}
    return {column: str(value) for column, value in values.items() if value not in (None, "", _NO_DATE)}


def _party_state(one: Mapping[str, Any]) -> str:
    # `blocked` is an enumeration whose empty member travels as `_x0020_` (EDM names cannot be blank)
    return "open" if str(one.get("blocked") or " ").strip() in {"", "_x0020_"} else "blocked"


def _order_state(one: Mapping[str, Any]) -> str:
    return "closed" if one.get("fullyReceived") and one.get("status") == "Closed" else "open"


_STATES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "vendors": _party_state, "customers": _party_state, "orders": _order_state,
    "items": lambda one: "blocked" if one.get("blocked") else "open",
    "gl_accounts": lambda one: "blocked" if one.get("blocked") else "open",
}  # fmt: skip
