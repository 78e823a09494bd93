"""Master data of SAP: listed page by page, and looked up by VAT number, IBAN or number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from adapters.sap import masters
from adapters.sap.client import SapClient
from adapters.sap.masters import Entity, Reading, Row
from adapters.sap.wire import behind, by_stamp, quoted
from adapters.shared.listing import listed
from engine.model.record import Candidate
from engine.ports import DirectoryPage

_PAGE = 200
_PARTNER = "API_BUSINESS_PARTNER/A_BusinessPartner"
_PARTNER_PARTS = "to_BusinessPartnerAddress/to_EmailAddress,to_BusinessPartnerTax,to_BusinessPartnerBank"
_MOST_FOUND = 20


class Listing(NamedTuple):
    """How one kind is listed."""

    path: str
    key: tuple[str, ...]
    """What it is ordered by; the next page begins behind the last key."""
    expand: str
    rows: Callable[[Entity, Reading], Iterable[Row]]
    only: str = ""
    changed: str = ""
    """The property that tells when it changed; empty: it cannot be asked."""
    is_moment: bool = False


def _one(row: Row) -> Iterable[Row]:
    return (row,) if row else ()


_BOUGHT = "Supplier ne ''"
"""Orders between plants have no supplier: nobody bills them."""
_ORDERS = ("API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder", ("PurchaseOrder",))
_PRODUCTS = ("API_PRODUCT_SRV/A_Product", ("Product",), "to_Description,to_ProductUnitsOfMeasure")
LISTINGS: Mapping[str, Listing] = {
    "vendors": Listing(
        _PARTNER, ("BusinessPartner",), f"{_PARTNER_PARTS},to_Supplier/to_SupplierCompany",
        lambda one, reading: _one(masters.party(one, reading, role="Supplier")), "Supplier ne ''", "LastChangeDate",
    ),
    "customers": Listing(
        _PARTNER, ("BusinessPartner",), f"{_PARTNER_PARTS},to_Customer",
        lambda one, reading: _one(masters.party(one, reading, role="Customer")), "Customer ne ''", "LastChangeDate",
    ),
    "orders": Listing(*_ORDERS, "to_PurchaseOrderItem", lambda one, _: (masters.order(one),), _BOUGHT, "LastChangeDateTime", True),
    "order_lines": Listing(
        *_ORDERS, "to_PurchaseOrderItem/to_ScheduleLine", masters.order_lines, _BOUGHT, "LastChangeDateTime", True
    ),
    "goods_receipts": Listing(
        "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader", ("MaterialDocumentYear", "MaterialDocument"),
        "to_MaterialDocumentItem", masters.receipt_lines, "", "CreationDate",
    ),
    "items": Listing(*_PRODUCTS, lambda one, reading: (masters.item(one, reading),), "", "LastChangeDateTime", True),
    "item_units": Listing(*_PRODUCTS, masters.item_units, "", "LastChangeDateTime", True),
    "cost_centres": Listing(
        "API_COSTCENTER_SRV/A_CostCenter", ("ControllingArea", "CostCenter"), "to_Text",
        lambda one, reading: (masters.cost_centre(one, reading),),
    ),
}  # fmt: skip


class SapDirectory:
    """Implements `Directory` over the OData services of one system."""

    def __init__(self, client: SapClient) -> None:
        self._client = client
        settings = client.settings
        self._reading = Reading(settings.language, settings.company_code, settings.tax_types, settings.units)

    def kinds(self) -> Sequence[str]:
        """Return the kinds that it lists."""
        return tuple(LISTINGS)

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:
        """Return a page of rows. What changed is asked for where SAP can tell; days count whole. Raises Transient or Unauthorised."""
        listing = LISTINGS[listed(kind, LISTINGS, of="SAP")]
        last = dict(zip(listing.key, map(quoted, after.split("|")), strict=True)) if after else {}
        conditions = [listing.only, *self._ours(kind), behind(last) if last else ""]
        if since is not None and listing.changed:
            conditions.append(f"{listing.changed} ge {by_stamp(since, by_day=not listing.is_moment)}")
        entities = self._client.rows(
            listing.path, filter=" and ".join(filter(None, conditions)), orderby=",".join(listing.key),
            top=str(_PAGE), expand=listing.expand,
        )  # fmt: skip
        rows = tuple(row for entity in entities for row in listing.rows(entity, self._reading))
        final = "|".join(str(entities[-1].get(name)) for name in listing.key) if len(entities) == _PAGE else ""
        return DirectoryPage(rows=rows, next=final, is_all=since is None or not listing.changed)

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        """Return vendors, customers or purchase orders by id, VAT number, IBAN or order number. Others are not known here."""
        if kind == "purchase_order":
            return self._orders(by)
        role = {"vendor": "Supplier", "customer": "Customer"}.get(kind)
        if role is None:
            return ()
        evidence = self._partners(by, kind, role)
        found = [self._party(partner, kind, why) for partner, why in evidence.items()]
        return tuple(one for one in found if one is not None)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.api.close()

    def _ours(self, kind: str) -> Iterable[str]:
        code = self._client.settings.company_code
        if code and kind in {"orders", "order_lines", "cost_centres"}:
            yield f"CompanyCode eq {quoted(code)}"
        if kind == "cost_centres":
            yield f"ValidityEndDate ge {by_stamp(datetime.now(UTC), by_day=True)}"

    def _partners(self, by: Mapping[str, str], kind: str, role: str) -> Mapping[str, list[tuple[str, str]]]:
        """Return numbers of business partners with what agreed."""
        found: dict[str, list[tuple[str, str]]] = {}
        tax_id, iban, number = (_said(by, kind, name) for name in ("tax_id", "iban", "id"))
        questions = [
            ("tax_id", tax_id, "A_BusinessPartnerTaxNumber", f"BPTaxNumber eq {quoted(tax_id)}", "BusinessPartner"),
            ("tax_id", tax_id, f"A_{role}", f"VATRegistration eq {quoted(tax_id)}", role),
            ("iban", iban, "A_BusinessPartnerBank", f"IBAN eq {quoted(iban)}", "BusinessPartner"),
            ("id", number, "A_BusinessPartner", f"{role} eq {quoted(number)}", "BusinessPartner"),
        ]
        for signal, value, entity_set, condition, name in questions:
            if not value:
                continue
            for row in self._client.rows(f"API_BUSINESS_PARTNER/{entity_set}", filter=condition, top=str(_MOST_FOUND)):
                partner = str(row.get(name) or "")
                partner = self._partner_of(role, partner) if name == role else partner
                signals = found.setdefault(partner, []) if partner else []
                if (signal, value) not in signals:
                    signals.append((signal, value))
        return found

    def _partner_of(self, role: str, number: str) -> str:
        """Return the business partner of a supplier or customer: the numbers need not be the same."""
        rows = self._client.rows(_PARTNER, filter=f"{role} eq {quoted(number)}", top="1", select="BusinessPartner")
        return str(rows[0]["BusinessPartner"]) if rows else ""

    def _party(self, partner: str, kind: str, why: list[tuple[str, str]]) -> Candidate | None:
        listing = LISTINGS[f"{kind}s"]
        rows = self._client.rows(_PARTNER, filter=f"BusinessPartner eq {quoted(partner)}", expand=listing.expand)
        row = next((one for entity in rows for one in listing.rows(entity, self._reading) if "id" in one), None)
        if row is None:
            return None
        attributes = tuple(
            (f"{kind}_{name}" if name in _OF_PARTY else name, value)
            for name, value in row.items()
            if name not in {"id", "name"}
        )
        return Candidate(kind=_KINDS[kind], id=row["id"], name=row["name"], attributes=attributes, evidence=tuple(why))

    def _orders(self, by: Mapping[str, str]) -> Sequence[Candidate]:
        number = by.get("po_number") or by.get("number") or ""
        if not number:
            return ()
        rows = self._client.rows(_ORDERS[0], filter=f"PurchaseOrder eq {quoted(number)}", expand="to_PurchaseOrderItem")
        found = (masters.order(row) for row in rows)
        return tuple(
            Candidate(
                kind="purchase_order", id=row["number"], name=row["number"],
                attributes=tuple((k, v) for k, v in row.items() if k != "number"), evidence=(("number", number),),
            )
            for row in found
        )  # fmt: skip


_KINDS: Mapping[str, Any] = {"vendor": "vendor", "customer": "customer"}
_OF_PARTY = frozenset({"tax_id", "iban", "email", "street", "postcode", "city", "country"})


def _said(by: Mapping[str, str], kind: str, name: str) -> str:
    value = by.get(f"{kind}_{name}") or by.get(name) or ""
    return value if name == "id" else "".join(value.split()).upper()
