"""Master data of SAP in our columns."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.sap.directory import SapDirectory
from adapters.sap.plug import PLUG
from adapters.sap.sandbox.checks import date_text
from adapters.sap.sandbox.sandbox import SapSandbox
from adapters.shared.contract.surroundings import QUICK
from engine.model.master_kinds import kind as kind_of

DAY = datetime(2026, 3, 4, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[SapSandbox]:
    with PLUG.sandbox() as sandbox:
        fill(sandbox)
        yield sandbox


def fill(sandbox: SapSandbox) -> None:
    company = {"Supplier": "4711", "CompanyCode": "1010", "PaymentTerms": "0004", "Currency": "EUR"}
    sandbox.add(
        "A_BusinessPartner", BusinessPartner="4711", Supplier="4711", BusinessPartnerFullName="Papier Nord GmbH",
        LastChangeDate=date_text(DAY),
        to_BusinessPartnerAddress=[
            {"StreetName": "Hafenstraße", "HouseNumber": "7", "PostalCode": "20457", "CityName": "Hamburg", "Country": "DE",
             "to_EmailAddress": [{"EmailAddress": "post@papier-nord.example"}]}],
        to_BusinessPartnerTax=[{"BPTaxType": "DE0", "BPTaxNumber": "DE250815845"}, {"BPTaxType": "DE1", "BPTaxNumber": "12/345"}],
        to_BusinessPartnerBank=[{"IBAN": "DE02120300000000202051"}],
        to_Supplier=[{"Supplier": "4711", "PostingIsBlocked": False, "to_SupplierCompany": [
            {**company, "CompanyCode": "2000", "PaymentTerms": "9999"}, company]}],
    )  # fmt: skip
    sandbox.add(
        "A_BusinessPartner", BusinessPartner="5000", Supplier="S-9", BusinessPartnerFullName="Blocked AG",
        LastChangeDate=date_text(LATER), to_Supplier=[{"Supplier": "S-9", "PostingIsBlocked": True}],
    )  # fmt: skip
    sandbox.add("A_BusinessPartner", BusinessPartner="6000", Customer="6000", BusinessPartnerFullName="Kunde KG")
    sandbox.add("A_BusinessPartnerTaxNumber", BusinessPartner="4711", BPTaxType="DE0", BPTaxNumber="DE250815845")
    sandbox.add("A_BusinessPartnerBank", BusinessPartner="4711", IBAN="DE02120300000000202051")
    sandbox.add("A_Supplier", Supplier="S-9", VATRegistration="ATU12345678")
    item = {"PurchaseOrderItem": "00010", "Material": "M-1", "PurchaseOrderItemText": "Bolts", "OrderQuantity": "2000",
            "PurchaseOrderQuantityUnit": "PC", "OrderPriceUnit": "PC", "NetPriceAmount": "123.40", "NetPriceQuantity": "1000",
            "InvoiceIsGoodsReceiptBased": True, "to_ScheduleLine": [{"ScheduleLineDeliveryDate": date_text(DAY)}]}  # fmt: skip
    gone = {**item, "PurchaseOrderItem": "00020", "PurchasingDocumentDeletionCode": "L"}
    sandbox.add(
        "A_PurchaseOrder", PurchaseOrder="4500000001", CompanyCode="1010", Supplier="4711", DocumentCurrency="EUR",
        LastChangeDateTime=date_text(LATER), to_PurchaseOrderItem=[item, gone],
    )  # fmt: skip
    sandbox.add(
        "A_PurchaseOrder", PurchaseOrder="4500000002", CompanyCode="2000", Supplier="4711", to_PurchaseOrderItem=[gone]
    )
    sandbox.add(
        "A_PurchaseOrder",
        PurchaseOrder="4500000003",
        CompanyCode="1010",
        PurchaseOrderType="UB",
        to_PurchaseOrderItem=[item],
    )
    received = {"PurchaseOrder": "4500000001", "PurchaseOrderItem": "10", "EntryUnit": "PC"}
    sandbox.add(
        "A_MaterialDocumentHeader", MaterialDocument="5000000001", MaterialDocumentYear="2026", ReferenceDocument="LS-77",
        PostingDate=date_text(DAY), CreationDate=date_text(DAY),
        to_MaterialDocumentItem=[
            {**received, "MaterialDocumentItem": "0001", "GoodsMovementType": "101", "QuantityInEntryUnit": "1500"},
            {**received, "MaterialDocumentItem": "0002", "GoodsMovementType": "122", "QuantityInEntryUnit": "100"},
            {**received, "MaterialDocumentItem": "0003", "GoodsMovementType": "261", "QuantityInEntryUnit": "1"}],
    )  # fmt: skip
    sandbox.add(
        "A_Product", Product="M-1", BaseUnit="PC", ProductGroup="L001", ProductStandardID="4006381333931",
        to_Description=[{"Language": "DE", "ProductDescription": "Schraube"}, {"Language": "EN", "ProductDescription": "Bolt"}],
        to_ProductUnitsOfMeasure=[
            {"AlternativeUnit": "PC", "QuantityNumerator": "1", "QuantityDenominator": "1"},
            {"AlternativeUnit": "CAR", "QuantityNumerator": "12", "QuantityDenominator": "1", "GlobalTradeItemNumber": "14006381333938"},
            {"AlternativeUnit": "KG", "QuantityNumerator": "1", "QuantityDenominator": "3"}],
    )  # fmt: skip
    sandbox.add(
        "A_CostCenter", ControllingArea="A000", CostCenter="10101301", CompanyCode="1010", CostCtrResponsiblePersonName="M. Sand",
        ValidityStartDate=date_text(DAY), ValidityEndDate=date_text(datetime(9999, 12, 31, tzinfo=UTC)),
        to_Text=[{"Language": "EN", "CostCenterName": "Financials"}],
    )  # fmt: skip
    sandbox.add("A_CostCenter", CostCenter="OLD", ValidityEndDate=date_text(datetime(2020, 12, 31, tzinfo=UTC)))


Connect = Callable[..., SapDirectory]


@pytest.fixture
def connect(sandbox: SapSandbox) -> Iterator[Connect]:
    with contextlib.ExitStack() as opened:

        def connected(**changed: Any) -> SapDirectory:
            directory = PLUG.directory({**sandbox.settings(), **changed}, patience=QUICK)
            opened.callback(directory.close)
            return directory

        yield connected


@pytest.fixture
def directory(connect: Connect) -> SapDirectory:
    return connect(company_code="1010")


EXPECTED: Mapping[str, list[dict[str, str]]] = {
    "vendors": [
        {"id": "4711", "name": "Papier Nord GmbH", "tax_id": "DE250815845", "iban": "DE02120300000000202051",
         "email": "post@papier-nord.example", "street": "Hafenstraße 7", "postcode": "20457", "city": "Hamburg", "country": "DE",
         "currency": "EUR", "payment_terms": "0004", "status": "open"}],
    "customers": [{"id": "6000", "name": "Kunde KG", "status": "open"}],
    "orders": [
        {"number": "4500000001", "vendor_id": "4711", "currency": "EUR", "total": "246.8", "status": "open", "kind": "standard",
         "entity": "1010"}],
    "order_lines": [
        {"number": "4500000001", "line": "10", "item_code": "M-1", "description": "Bolts", "quantity": "2000", "unit": "H87",
         "unit_price": "123.4", "price_base": "1000", "amount": "246.8", "receipt_required": "true", "delivery_date": "2026-03-04"}],
    "goods_receipts": [
        {"receipt": "5000000001/2026", "line": "1", "number": "4500000001", "order_line": "10", "quantity": "1500", "unit": "H87",
         "delivery_note": "LS-77", "received_on": "2026-03-04"},
        {"receipt": "5000000001/2026", "line": "2", "number": "4500000001", "order_line": "10", "quantity": "-100", "unit": "H87",
         "delivery_note": "LS-77", "received_on": "2026-03-04"}],
    "items": [
        {"code": "M-1", "description": "Bolt", "gtin": "4006381333931", "unit": "H87", "group": "L001", "status": "open"}],
    "item_units": [{"item_code": "M-1", "unit": "CT", "factor": "12", "gtin": "14006381333938"}],
    "cost_centres": [
        {"code": "10101301", "entity": "1010", "name": "Financials", "owner": "M. Sand", "status": "open", "valid_from": "2026-03-04"}],
}  # fmt: skip


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_kind_is_listed_in_our_columns(directory: SapDirectory, kind: str) -> None:
    page = directory.page(kind, after="", since=None)

    assert [*page.rows] == EXPECTED[kind]
    assert (page.next, page.is_all) == ("", True)
    columns = {column.name for column in kind_of(kind).columns}
    assert all(row.keys() <= columns for row in page.rows)


def test_all_kinds_are_looked_at(directory: SapDirectory) -> None:
    assert set(directory.kinds()) == EXPECTED.keys()


def test_without_a_company_code_every_supplier_is_listed(connect: Connect) -> None:
    directory = connect()

    rows = directory.page("vendors", after="", since=None).rows

    assert [(row["id"], row["status"]) for row in rows] == [("4711", "open"), ("S-9", "blocked")]


@pytest.mark.parametrize(
    ("kind", "since", "ids"),
    [("vendors", datetime(2026, 3, 9, 23, tzinfo=UTC), ["S-9"]), ("orders", datetime(2026, 3, 9, 10, 31, tzinfo=UTC), []),
     ("orders", datetime(2026, 3, 9, 10, 29, tzinfo=UTC), ["4500000001"])],
)  # fmt: skip
def test_what_changed_since_is_asked_for_alone(connect: Connect, kind: str, since: datetime, ids: list[str]) -> None:
    page = connect().page(kind, after="", since=since)

    assert [row.get("id") or row["number"] for row in page.rows] == ids
    assert not page.is_all


def test_pages_follow_each_other_without_a_gap(
    sandbox: SapSandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.sap.directory._PAGE", 2)
    for number in range(5000000002, 5000000007):
        for year in ("2025", "2026"):
            line = {"PurchaseOrder": "1", "GoodsMovementType": "101", "QuantityInEntryUnit": "1"}
            sandbox.add(
                "A_MaterialDocumentHeader", MaterialDocument=str(number), MaterialDocumentYear=year, to_MaterialDocumentItem=[line]
            )  # fmt: skip
    directory = connect()
    found: list[str] = []
    after = ""
    while True:
        page = directory.page("goods_receipts", after=after, since=None)
        found += [row["receipt"] for row in page.rows]
        after = page.next
        if not after:
            break

    assert len(found) == 12
    assert len(set(found)) == 11


LOOKED_UP = {
    "by VAT number": ({"vendor_tax_id": "DE250815845"}, [("4711", (("tax_id", "DE250815845"),))]),
    "by the VAT number of the supplier": ({"tax_id": "ATU12345678"}, [("S-9", (("tax_id", "ATU12345678"),))]),
    "in small letters": ({"vendor_tax_id": "de 250815845"}, [("4711", (("tax_id", "DE250815845"),))]),
    "by IBAN with blanks": (
        {"vendor_iban": "DE02 1203 0000 0000 2020 51"}, [("4711", (("iban", "DE02120300000000202051"),))]),
    "by number": ({"vendor_id": "S-9"}, [("S-9", (("id", "S-9"),))]),
    "by what nobody has": ({"vendor_tax_id": "DE1"}, []),
    "by nothing": ({}, []),
}  # fmt: skip


@pytest.mark.parametrize(("by", "found"), LOOKED_UP.values(), ids=LOOKED_UP)
def test_a_vendor_is_looked_up(connect: Connect, by: Mapping[str, str], found: list[Any]) -> None:
    candidates = connect().look_up("vendor", by)

    assert [(one.id, one.evidence) for one in candidates] == found


def test_an_order_is_looked_up_by_its_number(directory: SapDirectory) -> None:
    (order,) = directory.look_up("purchase_order", {"po_number": "4500000001"})

    assert (order.id, order.attribute("vendor_id"), order.attribute("total")) == ("4500000001", "4711", "246.8")
    assert directory.look_up("purchase_order", {"po_number": "1"}) == ()
    assert directory.look_up("contract", {"number": "1"}) == ()


def test_units_of_the_binding_go_before_the_shipped_ones(connect: Connect) -> None:
    directory = connect(units={"PC": "EA"})

    assert directory.page("items", after="", since=None).rows[0]["unit"] == "EA"
