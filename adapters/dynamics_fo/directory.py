"""Master data: vendors, orders with their lines, receipts and accounts, by Finance's data entities.

Names are those of the `$metadata` of the public entities. The public ones tell no time of change: each listing is whole.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.dynamics_fo.client import Condition, Finance
from adapters.shared.listing import listed
from engine.model.record import Candidate
from engine.ports import DirectoryPage

_COLUMNS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "vendors": (
        "VendorsV2",
        {
            "id": "VendorAccountNumber", "name": "VendorOrganizationName", "tax_id": "TaxExemptNumber", "group": "VendorGroupId",
            "street": "AddressStreet", "postcode": "AddressZipCode", "city": "AddressCity", "country": "AddressCountryRegionISOCode",
            "currency": "CurrencyCode", "payment_terms": "DefaultPaymentTermsName", "email": "PrimaryEmailAddress",
            "phone": "PrimaryPhoneNumber", "website": "PrimaryURL",
        },
    ),
    "orders": (
        "PurchaseOrderHeadersV2",
        {
            "number": "PurchaseOrderNumber", "vendor_id": "OrderVendorAccountNumber", "currency": "CurrencyCode",
            "payment_terms": "PaymentTermsName",
        },
    ),
    "order_lines": (
        "PurchaseOrderLinesV2",
        {
            "number": "PurchaseOrderNumber", "line": "LineNumber", "item_code": "ItemNumber", "description": "LineDescription",
            "quantity": "OrderedPurchaseQuantity", "unit_price": "PurchasePrice", "price_base": "PurchasePriceQuantity",
            "amount": "LineAmount", "supplier_item_code": "ExternalItemNumber", "delivery_date": "RequestedDeliveryDate",
        },
    ),
    "goods_receipts": (
        "VendPackingSlipTransBiEntities",
        {
            "line": "LineNum", "number": "OrigPurchid", "order_line": "PurchaseLineLineNumber", "quantity": "Qty",
            "delivery_note": "PackingSlipId", "received_on": "DeliveryDate",
        },
    ),
}  # fmt: skip
_DAYS = frozenset({"delivery_date", "received_on"})
_NO_DAY = "1900-01-01"
"""How Finance writes a date that is empty."""
_LOOKED_UP = {"vendor": "vendors", "purchase_order": "orders"}
_CLOSED = {"invoiced": "closed", "canceled": "cancelled"}


class FoDirectory:
    """Implements `Directory`."""

    def __init__(self, client: Finance) -> None:
        self._client = client

    def kinds(self) -> Sequence[str]:
        """Return the kinds that Finance lists."""
        return tuple(_COLUMNS)

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        """Return vendors or orders whose fields equal the given values of our columns."""
        name = _LOOKED_UP.get(kind)
        if name is None:
            return ()
        entity_set, columns = self._columns(name)
        only: list[Condition] = [(columns[one], "eq", value) for one, value in by.items() if one in columns and value]
        if not only:
            return ()
        key = "number" if name == "orders" else "id"
        return [
            Candidate(
                kind=kind, id=row[key], name=row.get("name", row[key]), score=1.0,
                evidence=tuple((one, by[one]) for one in by if one in columns and by[one]),
                attributes=tuple((column, value) for column, value in row.items() if column not in {key, "name"}),
            )
            for row in (self._row(name, one) for one in self._client.rows(entity_set, *only))
        ]  # fmt: skip

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:  # noqa: ARG002 - nothing tells what changed
        """Return a page of all rows."""
        entity_set, _ = self._columns(kind)
        found, following = self._client.page(entity_set, following=after)
        return DirectoryPage(rows=tuple(self._row(kind, one) for one in found), next=following)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _columns(self, kind: str) -> tuple[str, Mapping[str, str]]:
        entity_set, usual = _COLUMNS[listed(kind, _COLUMNS, of="Finance")]
        return entity_set, {**usual, **self._client.settings.columns.get(kind, {})}

    def _row(self, kind: str, one: Mapping[str, Any]) -> dict[str, str]:
        _, columns = self._columns(kind)
        known = {name.casefold(): value for name, value in one.items()}  # versions differ in capitals
        values = {column: _text(column, known.get(name.casefold())) for column, name in columns.items()}
        row = {column: text for column, text in values.items() if text}
        if kind == "goods_receipts":  # two orders may be delivered under one number of the vendor's
            return {"receipt": f"{row.get('number', '')}/{row.get('delivery_note', '')}", **row}
        return {**row, **_status(kind, known)}


def _text(column: str, value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if column in _DAYS:
        text = text[: len(_NO_DAY)]
    return "" if text == _NO_DAY else text


def _status(kind: str, known: Mapping[str, Any]) -> dict[str, str]:
    if kind == "vendors":
        held = str(known.get("onholdstatus") or "No")
        return {"status": "open" if held in {"No", "Never"} else "blocked"}
    if kind == "orders":
        return {"status": _CLOSED.get(str(known.get("purchaseorderstatus") or "").casefold(), "open")}
    return {}
