"""Entities of SAP as rows of our master data (engine/model/master_kinds.py)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DivisionByZero, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adapters.sap.wire import children, read_day

Entity = Mapping[str, Any]
Row = dict[str, str]
_VAT_TYPE = re.compile(r"^[A-Z]{2}0$")
_RETURNS = frozenset({"102", "106", "122", "124", "161"})
"""Movement types that take goods of an order out again."""
_OF_ORDERS = frozenset({"101", "105", *_RETURNS})
_MOST_PLACES = 20


@cache
def _shipped_units() -> Mapping[str, str]:
    file = Path(__file__).with_name("units.yaml")
    return {str(key): str(value) for key, value in yaml.safe_load(file.read_text(encoding="utf-8")).items()}


@dataclass(frozen=True)
class Reading:
    """What has to be known to read entities of one system."""

    language: str = "EN"
    company_code: str = ""
    tax_types: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    def unit(self, code: Any) -> str:
        """Return a unit of SAP in UN/ECE Recommendation 20; empty for one that no table knows."""
        return {**_shipped_units(), **self.units}.get(str(code or ""), "")

    def is_vat(self, tax_type: Any) -> bool:
        """Whether a tax number category holds VAT numbers."""
        return str(tax_type) in self.tax_types if self.tax_types else bool(_VAT_TYPE.match(str(tax_type)))


def filled(row: Mapping[str, Any]) -> Row:
    """Return a row without what is empty, all as text."""
    return {name: str(value) for name, value in row.items() if str(value if value is not None else "")}


def one(entity: Entity, name: str) -> Entity:
    """Return the entity behind a navigation property that leads to one; empty when there is none."""
    inner = entity.get(name)
    if isinstance(inner, Mapping) and "__deferred" not in inner and "results" not in inner:
        return inner
    return next(iter(children(entity, name)), {})


def party(entity: Entity, reading: Reading, *, role: str) -> Row:
    """Return a business partner as a vendor (`Supplier`) or customer (`Customer`). Empty when our company has none of it."""
    kind = one(entity, f"to_{role}")
    companies = children(kind, f"to_{role}Company")
    company: Entity = next((row for row in companies if row.get("CompanyCode") == reading.company_code), {})
    if reading.company_code and role == "Supplier" and not company:
        return {}
    company = company or next(iter(companies), {})
    address = next(iter(children(entity, "to_BusinessPartnerAddress")), {})
    return filled(
        {
            "id": entity.get(role), "name": entity.get("BusinessPartnerFullName") or entity.get("BusinessPartnerName"),
            "tax_id": _joined([*_vat_numbers(entity, reading), kind.get("VATRegistration")]),
            "iban": _joined(row.get("IBAN") for row in children(entity, "to_BusinessPartnerBank")),
            "email": _joined(row.get("EmailAddress") for row in children(address, "to_EmailAddress")),
            "street": " ".join(filter(None, (address.get("StreetName"), address.get("HouseNumber")))),
            "postcode": address.get("PostalCode"), "city": address.get("CityName"), "country": address.get("Country"),
            "currency": company.get("Currency"), "payment_terms": company.get("PaymentTerms"),
            "status": _party_status(entity, kind, company),
        }
    )  # fmt: skip


def _vat_numbers(entity: Entity, reading: Reading) -> Iterator[Any]:
    for row in children(entity, "to_BusinessPartnerTax"):
        if reading.is_vat(row.get("BPTaxType")):
            yield row.get("BPTaxNumber") or row.get("BPTaxLongNumber")


def _joined(values: Iterable[Any]) -> str:
    return ";".join(dict.fromkeys(str(value).replace(" ", "") for value in values if value))


def _party_status(entity: Entity, kind: Entity, company: Entity) -> str:
    if entity.get("IsMarkedForArchiving") or kind.get("DeletionIndicator") or company.get("DeletionIndicator"):
        return "closed"
    blocks = (
        entity.get("BusinessPartnerIsBlocked"),
        kind.get("PostingIsBlocked"),
        company.get("SupplierIsBlockedForPosting"),
    )
    return "blocked" if any(blocks) else "open"


def order(entity: Entity) -> Row:
    """Return a purchase order's header; its total is the net value of the items that were not deleted."""
    items = [
        item for item in children(entity, "to_PurchaseOrderItem") if not item.get("PurchasingDocumentDeletionCode")
    ]
    amounts = [_net(item) for item in items]
    limits = [limit for item in items if (limit := _number(item.get("OverallLimitAmount")))]
    return filled(
        {
            "number": entity.get("PurchaseOrder"), "vendor_id": entity.get("Supplier"),
            "currency": entity.get("DocumentCurrency"), "total": _text(sum(amounts, Decimal())) if amounts else "",
            "status": _order_status(entity, items), "kind": "blanket" if limits else "standard",
            "limit": _text(sum(limits, Decimal())) if limits else "", "entity": entity.get("CompanyCode"),
            "valid_from": read_day(entity.get("ValidityStartDate")), "valid_to": read_day(entity.get("ValidityEndDate")),
            "payment_terms": entity.get("PaymentTerms"),
        }
    )  # fmt: skip


def _order_status(entity: Entity, items: list[Entity]) -> str:
    if entity.get("PurchasingDocumentDeletionCode") or (children(entity, "to_PurchaseOrderItem") and not items):
        return "cancelled"
    if entity.get("ReleaseIsNotCompleted"):
        return "blocked"
    return "closed" if items and all(item.get("IsFinallyInvoiced") for item in items) else "open"


def order_lines(entity: Entity, reading: Reading) -> Iterator[Row]:
    """Yield the items of a purchase order that were not deleted."""
    for item in children(entity, "to_PurchaseOrderItem"):
        if item.get("PurchasingDocumentDeletionCode"):
            continue
        unit, price_unit = reading.unit(item.get("PurchaseOrderQuantityUnit")), reading.unit(item.get("OrderPriceUnit"))
        schedule = next(iter(children(item, "to_ScheduleLine")), {})
        yield filled(
            {
                "number": entity.get("PurchaseOrder"), "line": str(item.get("PurchaseOrderItem")).lstrip("0"),
                "item_code": item.get("Material"), "description": item.get("PurchaseOrderItemText"),
                "quantity": _given(item.get("OrderQuantity")), "unit": unit,
                "unit_price": _given(item.get("NetPriceAmount")), "price_base": _given(item.get("NetPriceQuantity")),
                "price_unit": price_unit if price_unit != unit else "", "amount": _text(_net(item)),
                "supplier_item_code": item.get("SupplierMaterialNumber"), "gtin": item.get("InternationalArticleNumber"),
                "receipt_required": "true" if item.get("InvoiceIsGoodsReceiptBased") else "false",
                "delivery_date": read_day(schedule.get("ScheduleLineDeliveryDate")),
            }
        )  # fmt: skip


def receipt_lines(entity: Entity, reading: Reading) -> Iterator[Row]:
    """Yield the items of a material document that belong to purchase orders; what goes back is negative."""
    for item in children(entity, "to_MaterialDocumentItem"):
        movement = str(item.get("GoodsMovementType") or "")
        if not item.get("PurchaseOrder") or movement not in _OF_ORDERS:
            continue
        quantity = _number(item.get("QuantityInEntryUnit"))
        yield filled(
            {
                "receipt": f"{entity.get('MaterialDocument')}/{entity.get('MaterialDocumentYear')}",
                "line": str(item.get("MaterialDocumentItem")).lstrip("0"), "number": item.get("PurchaseOrder"),
                "order_line": str(item.get("PurchaseOrderItem")).lstrip("0"),
                "quantity": _text(-quantity if movement in _RETURNS else quantity),
                "unit": reading.unit(item.get("EntryUnit")), "delivery_note": entity.get("ReferenceDocument"),
                "received_on": read_day(entity.get("PostingDate")),
            }
        )  # fmt: skip


def item(entity: Entity, reading: Reading) -> Row:
    """Return a product."""
    texts = {row.get("Language"): row.get("ProductDescription") for row in children(entity, "to_Description")}
    return filled(
        {
            "code": entity.get("Product"), "description": texts.get(reading.language) or next(iter(texts.values()), ""),
            "gtin": entity.get("ProductStandardID"), "unit": reading.unit(entity.get("BaseUnit")),
            "group": entity.get("ProductGroup"), "status": "closed" if entity.get("IsMarkedForDeletion") else "open",
        }
    )  # fmt: skip


def item_units(entity: Entity, reading: Reading) -> Iterator[Row]:
    """Yield the other units of a product, as far as they are exact numbers of base units."""
    for row in children(entity, "to_ProductUnitsOfMeasure"):
        unit = reading.unit(row.get("AlternativeUnit"))
        if row.get("AlternativeUnit") == entity.get("BaseUnit") or not unit:
            continue
        try:
            factor = _number(row.get("QuantityNumerator")) / _number(row.get("QuantityDenominator"))
        except (DivisionByZero, InvalidOperation):
            continue
        if factor * _number(row.get("QuantityDenominator")) == _number(row.get("QuantityNumerator")):
            said = {
                "item_code": entity.get("Product"),
                "unit": unit,
                "factor": _text(factor),
                "gtin": row.get("GlobalTradeItemNumber"),
            }
            yield filled(said)


def cost_centre(entity: Entity, reading: Reading) -> Row:
    """Return a cost centre."""
    texts = {row.get("Language"): row.get("CostCenterName") for row in children(entity, "to_Text")}
    return filled(
        {
            "code": entity.get("CostCenter"), "entity": entity.get("CompanyCode"),
            "name": texts.get(reading.language) or next(iter(texts.values()), ""),
            "owner": entity.get("CostCtrResponsiblePersonName"),
            "status": "blocked" if entity.get("IsBlkdForPrimaryCostsPosting") else "open",
            "valid_from": read_day(entity.get("ValidityStartDate")), "valid_to": _end(read_day(entity.get("ValidityEndDate"))),
        }
    )  # fmt: skip


def _end(day: str) -> str:
    """Return the last day of a validity; empty for the last that SAP knows, which means for ever."""
    return "" if day.startswith("9999") else day


def _net(item: Entity) -> Decimal:
    """Return the net value of an item: quantity at the price of so many units."""
    base = _number(item.get("NetPriceQuantity")) or Decimal(1)
    value = _number(item.get("OrderQuantity")) * _number(item.get("NetPriceAmount")) / base
    return value.quantize(Decimal("0.01"))


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value or "0"))
    except InvalidOperation:
        return Decimal()


def _given(value: Any) -> str:
    number = _number(value)
    return _text(number) if number else ""


def _text(number: Decimal) -> str:
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") or "0" if "." in plain else plain
