"""Small invoices that need no OCR, for tests in which many processes die."""

import re
import zlib
from decimal import Decimal
from pathlib import Path

from engine.content.environment import load_environments

VENDOR = {
    "id": "70001", "name": "Nordlicht Filtertechnik GmbH", "tax_id": "DE136695976", "country": "DE", "currency": "EUR",
    "payment_terms": "30", "gl_account": "400000", "cost_centre": "1000", "tax_code": "V1",
}  # fmt: skip

CHECKOUT = Path(__file__).parents[2]

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>2026-10-15</cbc:IssueDate>
  <cbc:DueDate>2026-11-14</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:DespatchDocumentReference><cbc:ID>{delivery}</cbc:ID></cac:DespatchDocumentReference>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyName><cbc:Name>{vendor_name}</cbc:Name></cac:PartyName>
    <cac:PostalAddress><cac:Country><cbc:IdentificationCode>{vendor_country}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    <cac:PartyTaxScheme><cbc:CompanyID>{vendor_tax_id}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PartyName><cbc:Name>{buyer_name}</cbc:Name></cac:PartyName>
    <cac:PartyTaxScheme><cbc:CompanyID>{buyer_tax_id}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount>
    <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">{net}</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount>
      <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
    </cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">{net}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">{net}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">{total}</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">{total}</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">4</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">{net}</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Filter cartridge</cbc:Name>
      <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">{price}</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
</Invoice>
"""


def ubl_invoice(folder: Path, number: str, **values: str) -> Path:
    """Write a UBL invoice of the known test vendor to the known test company and return its path.

    Each number bills a delivery of its own, those of a series (RE-1001 ...) at a price of their own: the same goods on
    the same day under a number that looks alike would be a copy.
    """
    series = re.fullmatch(r"RE-1(\d{3})", number)
    price = Decimal(25) + (int(series[1]) if series else 0)
    net, tax = 4 * price, 4 * price * Decimal("0.19")
    buyer = load_environments(CHECKOUT / "environments")["dev"].company.entities[0]
    texts = {
        "vendor_name": VENDOR["name"], "vendor_country": VENDOR["country"], "vendor_tax_id": VENDOR["tax_id"],
        "buyer_name": buyer.name, "buyer_tax_id": buyer.tax_id or "", "delivery": f"LS{zlib.crc32(number.encode()) % 10**6:06d}",
        "price": f"{price:.2f}", "net": f"{net:.2f}", "tax": f"{tax:.2f}", "total": f"{net + tax:.2f}",
        **values, "number": number,
    }  # fmt: skip
    file = folder / f"{number}.xml"
    file.write_text(UBL.format(**texts), encoding="utf-8")
    return file
