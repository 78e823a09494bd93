"""Where each further field stands, in every message that is understood."""

import json
from pathlib import Path

import pytest

from adapters.einvoice import cii, ubl
from adapters.einvoice.mapper import TABLES, embedded
from adapters.einvoice.table import Table
from adapters.shared.safe_xml import parse
from engine.model.field import Row
from engine.model.page import Embedded

CANONICAL = Path(__file__).parents[3] / "mappings" / "canonical"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_DATE = '<udt:DateTimeString format="102">20260228</udt:DateTimeString>'


def read_ubl(body: str, root: str = "Invoice") -> Embedded:
    namespaces = f'xmlns="{_UBL}{root}-2" xmlns:cac="{_UBL}CommonAggregateComponents-2" xmlns:cbc="{_UBL}CommonBasicComponents-2"'
    message = parse(f"<{root} {namespaces}>{body}</{root}>".encode(), max_bytes=10_000)
    return embedded(message, TABLES[f"{_UBL}{root}-2", root], by="test")[0]


def read_cii(path: str, content: str, *, root: str = "CrossIndustryInvoice") -> Embedded:
    """Read a message that holds nothing but `content` below `path` (names without prefix, from the root)."""
    table = next(table for table in cii.TABLES if table.root[1] == root)
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in table.namespaces.items())
    steps = [
        f"{'rsm' if name.startswith(('Exchanged', 'SupplyChainTradeT')) else 'ram'}:{name}" for name in path.split("/")
    ]
    opened, closed = "".join(f"<{s}>" for s in steps), "".join(f"</{s}>" for s in reversed(steps))
    text = f"<rsm:{root} {names}>{opened}{content}{closed}</rsm:{root}>"
    return embedded(parse(text.encode(), max_bytes=10_000), table, by="test")[0]


def plain(row: Row) -> dict[str, str]:
    return {field.name: field.value for field in row}


SELLER = "<cac:AccountingSupplierParty><cac:Party>{}</cac:Party></cac:AccountingSupplierParty>"
BUYER = "<cac:AccountingCustomerParty><cac:Party>{}</cac:Party></cac:AccountingCustomerParty>"
TOTALS = "<cac:LegalMonetaryTotal>{}</cac:LegalMonetaryTotal>"
MEANS = "<cac:PaymentMeans>{}</cac:PaymentMeans>"


@pytest.mark.parametrize(
    ("body", "name", "value"),
    [
        ("<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>R-1</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>", "preceding_invoice_number", "R-1"),
        ("<cac:InvoicePeriod><cbc:StartDate>2026-02-01</cbc:StartDate></cac:InvoicePeriod>", "period_start", "2026-02-01"),
        ("<cac:InvoicePeriod><cbc:EndDate>2026-02-28+01:00</cbc:EndDate></cac:InvoicePeriod>", "period_end", "2026-02-28"),
        ("<cac:Delivery><cbc:ActualDeliveryDate>2026-02-03</cbc:ActualDeliveryDate></cac:Delivery>", "delivery_date", "2026-02-03"),
        ("<cac:DespatchDocumentReference><cbc:ID>D-1</cbc:ID></cac:DespatchDocumentReference>", "delivery_note_number", "D-1"),
        ("<cac:ContractDocumentReference><cbc:ID>C-1</cbc:ID></cac:ContractDocumentReference>", "contract_number", "C-1"),
        ("<cac:ProjectReference><cbc:ID>P-1</cbc:ID></cac:ProjectReference>", "project_number", "P-1"),
        ("<cac:OrderReference><cbc:SalesOrderID>S-1</cbc:SalesOrderID></cac:OrderReference>", "sales_order_number", "S-1"),
        ("<cbc:BuyerReference>04011000-1</cbc:BuyerReference>", "buyer_reference", "04011000-1"),
        ("<cbc:AccountingCost>4711</cbc:AccountingCost>", "accounting_reference", "4711"),
        ("<cbc:TaxPointDate>2026-02-04</cbc:TaxPointDate>", "tax_point_date", "2026-02-04"),
        ("<cbc:Note>one</cbc:Note><cbc:Note>two</cbc:Note>", "note", "one; two"),
        ("<cac:PayeeParty><cac:PartyName><cbc:Name>Factor AG</cbc:Name></cac:PartyName></cac:PayeeParty>", "payee_name", "Factor AG"),
        (MEANS.format("<cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>"), "payment_means_code", "58"),
        (MEANS.format("<cbc:PaymentID>RF 18</cbc:PaymentID>"), "payment_reference", "RF 18"),
        (MEANS.format("<cac:PaymentMandate><cbc:ID>M-1</cbc:ID></cac:PaymentMandate>"), "mandate_reference", "M-1"),
        (MEANS.format("<cac:PayeeFinancialAccount><cac:FinancialInstitutionBranch><cbc:ID>COBADEFFXXX</cbc:ID></cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount>"), "vendor_bic", "COBADEFFXXX"),
        (SELLER.format('<cbc:EndpointID schemeID="0204">991-1</cbc:EndpointID>'), "vendor_endpoint", "991-1"),
        (SELLER.format("<cac:Contact><cbc:Telephone>+49 1</cbc:Telephone></cac:Contact>"), "vendor_phone", "+49 1"),
        (BUYER.format("<cac:PartyIdentification><cbc:ID>K-1</cbc:ID></cac:PartyIdentification>"), "customer_number", "K-1"),
        (BUYER.format("<cac:PostalAddress><cbc:CityName>Riga</cbc:CityName><cac:Country><cbc:IdentificationCode>lv</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"), "buyer_country", "LV"),
        (TOTALS.format("<cbc:PrepaidAmount>10.00</cbc:PrepaidAmount>"), "prepaid_amount", "10.00"),
        (TOTALS.format("<cbc:PayableRoundingAmount>-0.02</cbc:PayableRoundingAmount>"), "rounding", "-0.02"),
        ("<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount>3.00</cbc:Amount></cac:AllowanceCharge>" * 2, "discount_total", "6.00"),
    ],
)  # fmt: skip
def test_a_ubl_invoice_tells(body: str, name: str, value: str) -> None:
    assert plain(read_ubl(body).fields)[name] == value


_T = "SupplyChainTradeTransaction"
_AGREED, _DELIVERED, _SETTLED = (
    f"{_T}/ApplicableHeaderTrade{frame}" for frame in ("Agreement", "Delivery", "Settlement")
)
_SUM = f"{_SETTLED}/SpecifiedTradeSettlementHeaderMonetarySummation"


@pytest.mark.parametrize(
    ("path", "content", "name", "value"),
    [
        (f"{_SETTLED}/InvoiceReferencedDocument", "<ram:IssuerAssignedID>R-1</ram:IssuerAssignedID>", "preceding_invoice_number", "R-1"),
        (f"{_SETTLED}/BillingSpecifiedPeriod/StartDateTime", _DATE, "period_start", "2026-02-28"),
        (f"{_SETTLED}/BillingSpecifiedPeriod/EndDateTime", _DATE, "period_end", "2026-02-28"),
        (f"{_DELIVERED}/ActualDeliverySupplyChainEvent/OccurrenceDateTime", _DATE, "delivery_date", "2026-02-28"),
        (f"{_DELIVERED}/DespatchAdviceReferencedDocument", "<ram:IssuerAssignedID>D-1</ram:IssuerAssignedID>", "delivery_note_number", "D-1"),
        (f"{_AGREED}/ContractReferencedDocument", "<ram:IssuerAssignedID>C-1</ram:IssuerAssignedID>", "contract_number", "C-1"),
        (f"{_AGREED}/SellerOrderReferencedDocument", "<ram:IssuerAssignedID>S-1</ram:IssuerAssignedID>", "sales_order_number", "S-1"),
        (f"{_AGREED}/SpecifiedProcuringProject", "<ram:ID>P-1</ram:ID>", "project_number", "P-1"),
        (_AGREED, "<ram:BuyerReference>04011</ram:BuyerReference>", "buyer_reference", "04011"),
        (f"{_AGREED}/BuyerTradeParty", "<ram:GlobalID>K-1</ram:GlobalID>", "customer_number", "K-1"),
        (f"{_AGREED}/SellerTradeParty/URIUniversalCommunication", "<ram:URIID>991-1</ram:URIID>", "vendor_endpoint", "991-1"),
        (f"{_AGREED}/SellerTradeParty/SpecifiedLegalOrganization", "<ram:TradingBusinessName>T</ram:TradingBusinessName>", "vendor_trade_name", "T"),
        (f"{_SETTLED}/PayeeTradeParty", "<ram:Name>Factor AG</ram:Name>", "payee_name", "Factor AG"),
        (_SETTLED, "<ram:PaymentReference>RF 18</ram:PaymentReference>", "payment_reference", "RF 18"),
        (f"{_SETTLED}/SpecifiedTradeSettlementPaymentMeans/PayeeSpecifiedCreditorFinancialInstitution", "<ram:BICID>COBADEFFXXX</ram:BICID>", "vendor_bic", "COBADEFFXXX"),
        (f"{_SETTLED}/ReceivableSpecifiedTradeAccountingAccount", "<ram:ID>4711</ram:ID>", "accounting_reference", "4711"),
        (_SUM, "<ram:TotalPrepaidAmount>10.00</ram:TotalPrepaidAmount>", "prepaid_amount", "10.00"),
        (_SUM, "<ram:RoundingAmount>0.01</ram:RoundingAmount>", "rounding", "0.01"),
        ("ExchangedDocument/IncludedNote", "<ram:Content>Danke</ram:Content>", "note", "Danke"),
    ],
)  # fmt: skip
def test_a_cii_invoice_tells(path: str, content: str, name: str, value: str) -> None:
    assert plain(read_cii(path, content).fields)[name] == value


@pytest.mark.parametrize(
    ("path", "content", "name", "value"),
    [
        ("AssociatedDocumentLineDocument", "<ram:ParentLineID>1</ram:ParentLineID>", "parent_line_number", "1"),
        ("SpecifiedTradeProduct", "<ram:GlobalID>400</ram:GlobalID>", "standard_item_code", "400"),
        ("SpecifiedTradeProduct", "<ram:BuyerAssignedID>B-1</ram:BuyerAssignedID>", "buyer_item_code", "B-1"),
        ("SpecifiedTradeProduct/OriginTradeCountry", "<ram:ID>CN</ram:ID>", "origin_country", "CN"),
        ("SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/EndDateTime", _DATE, "period_end", "2026-02-28"),
    ],
)
def test_a_cii_line_tells(path: str, content: str, name: str, value: str) -> None:
    (line,) = read_cii(f"{_T}/IncludedSupplyChainTradeLineItem/{path}", content).lines

    assert plain(line)[name] == value


ORDER_HEADER = """<cbc:ID>OWN-1</cbc:ID><cbc:IssueDate>2026-02-01</cbc:IssueDate>{}
<cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>
<cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Buyer</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty>
<cac:SellerSupplierParty><cac:Party><cac:PartyName><cbc:Name>Seller</cbc:Name></cac:PartyName></cac:Party></cac:SellerSupplierParty>"""
ORDER_LINE = """<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="EA">2</cbc:Quantity>
<cac:Item><cbc:Name>Bolt</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine>"""


@pytest.mark.parametrize("code", ["", "220", "221", "226", "999"])
def test_an_order_is_an_order_whatever_code_it_carries(code: str) -> None:
    found = read_ubl(ORDER_HEADER.format(f"<cbc:OrderTypeCode>{code}</cbc:OrderTypeCode>") + ORDER_LINE, "Order")

    assert (found.type, plain(found.fields)["po_number"]) == ("purchase_order", "OWN-1")
    assert [plain(line) for line in found.lines] == [
        {"line_number": "1", "quantity": "2", "unit": "EA", "description": "Bolt"}
    ]


@pytest.mark.parametrize(
    ("root", "type_"),
    [
        ("OrderChange", "purchase_order"),
        ("OrderCancellation", "purchase_order"),
        ("OrderResponse", "unknown"),
        ("OrderResponseSimple", "unknown"),
    ],
)
def test_a_message_about_an_order_names_the_order_and_itself(root: str, type_: str) -> None:
    found = read_ubl(ORDER_HEADER.format(""), root)
    fields = plain(found.fields)

    assert (found.type, fields["po_number"], fields["document_number"]) == (type_, "PO-1", "OWN-1")
    assert (fields["vendor_name"], fields["buyer_name"]) == ("Seller", "Buyer")


def test_an_answer_names_the_line_of_the_order_and_its_sums() -> None:
    line = ORDER_LINE.replace(
        "</cac:LineItem>", "</cac:LineItem><cac:OrderLineReference><cbc:LineID>30</cbc:LineID></cac:OrderLineReference>"
    )
    total = "<cac:LegalMonetaryTotal><cbc:PayableAmount>9.50</cbc:PayableAmount></cac:LegalMonetaryTotal>"

    found = read_ubl(ORDER_HEADER.format("") + total + line, "OrderResponse")

    assert plain(found.lines[0])["po_line"] == "30"
    assert plain(found.fields)["total"] == "9.50"


def test_a_despatch_advice_is_a_delivery_note() -> None:
    body = """<cbc:ID>LS-1</cbc:ID><cbc:IssueDate>2026-02-01</cbc:IssueDate>
    <cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>
    <cac:DespatchSupplierParty><cac:Party><cac:PartyName><cbc:Name>Sender</cbc:Name></cac:PartyName></cac:Party></cac:DespatchSupplierParty>
    <cac:DeliveryCustomerParty><cac:Party><cac:PartyName><cbc:Name>Receiver</cbc:Name></cac:PartyName></cac:Party></cac:DeliveryCustomerParty>
    <cac:Shipment><cac:Delivery><cac:Despatch><cbc:ActualDespatchDate>2026-02-02</cbc:ActualDespatchDate></cac:Despatch></cac:Delivery></cac:Shipment>
    <cac:DespatchLine><cbc:ID>1</cbc:ID><cbc:DeliveredQuantity unitCode="KGM">7.5</cbc:DeliveredQuantity>
    <cac:OrderLineReference><cbc:LineID>10</cbc:LineID></cac:OrderLineReference>
    <cac:Item><cbc:Name>Sand</cbc:Name><cac:ItemInstance><cbc:SerialID>S-9</cbc:SerialID><cac:LotIdentification>
    <cbc:LotNumberID>CH-7</cbc:LotNumberID><cbc:ExpiryDate>2027-01-31</cbc:ExpiryDate></cac:LotIdentification></cac:ItemInstance>
    </cac:Item></cac:DespatchLine>"""

    found = read_ubl(body, "DespatchAdvice")

    assert found.type == "goods_receipt"
    assert plain(found.fields) == {
        "delivery_note_number": "LS-1", "issue_date": "2026-02-01", "po_number": "PO-1", "vendor_name": "Sender",
        "buyer_name": "Receiver", "delivery_date": "2026-02-02",
    }  # fmt: skip
    assert plain(found.lines[0]) == {
        "line_number": "1",
        "quantity": "7.5",
        "unit": "KGM",
        "po_line": "10",
        "description": "Sand",
        "batch_number": "CH-7",
        "serial_number": "S-9",
        "expiry_date": "2027-01-31",
    }


@pytest.mark.parametrize("table", [*ubl.TABLES, *cii.TABLES], ids=lambda table: table.root[1])
def test_every_field_that_is_read_has_a_place_in_the_canonical_record(table: Table) -> None:
    records = {"invoice": "invoice", "credit_note": "invoice", "despatch": "goods_receipt"}
    name = records.get(table.message, "purchase_order")
    schema = json.loads((CANONICAL / f"{name}.schema.json").read_text(encoding="utf-8"))["properties"]

    assert {pick.name for pick in table.header} - set(schema) == set()
    assert {pick.name for pick in table.line} - set(schema["lines"]["items"]["properties"]) == set()
