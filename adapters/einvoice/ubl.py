"""UBL 2.1 Invoice, CreditNote and Order: where each canonical field stands."""

from adapters.einvoice.table import Pick, Table, under

_BASE = "urn:oasis:names:specification:ubl:schema:xsd:"
_SHARED = {"cac": f"{_BASE}CommonAggregateComponents-2", "cbc": f"{_BASE}CommonBasicComponents-2"}
_ADDRESS = (
    "cbc:StreetName", "cbc:AdditionalStreetName", "cac:AddressLine/cbc:Line",
    "cbc:PostalZone", "cbc:CityName", "cac:Country/cbc:IdentificationCode",
)  # fmt: skip
_VAT = "cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID)='VAT']/cbc:CompanyID"
_IS_EMAIL = "normalize-space(@schemeID)='EM'"
_IS_ALLOWANCE = "[normalize-space(cbc:ChargeIndicator)='false' or normalize-space(cbc:ChargeIndicator)='0']"
_IS_CHARGE = "[normalize-space(cbc:ChargeIndicator)='true' or normalize-space(cbc:ChargeIndicator)='1']"
_IN_CURRENCY = "[normalize-space(@currencyID)=$currency or not(@currencyID)]"
_ALLOWANCE = f"cac:AllowanceCharge{_IS_ALLOWANCE}/cbc:Amount"
_CHARGE = f"cac:AllowanceCharge{_IS_CHARGE}/cbc:Amount"


def _parties(seller: str, buyer: str) -> tuple[Pick, ...]:
    return (
        Pick("vendor_name", "text", under(seller, "cac:PartyLegalEntity/cbc:RegistrationName", "cac:PartyName/cbc:Name")),
        Pick("vendor_tax_id", "text", under(seller, _VAT, "cac:PartyTaxScheme/cbc:CompanyID")),
        Pick("vendor_registration_id", "text", under(seller, "cac:PartyLegalEntity/cbc:CompanyID")),
        Pick("vendor_address", "text", under(f"{seller}/cac:PostalAddress", *_ADDRESS), "join"),
        Pick("vendor_email", "text", under(seller, "cac:Contact/cbc:ElectronicMail", f"cbc:EndpointID[{_IS_EMAIL}]")),
        Pick("buyer_name", "text", under(buyer, "cac:PartyLegalEntity/cbc:RegistrationName", "cac:PartyName/cbc:Name")),
        Pick("buyer_tax_id", "text", under(buyer, _VAT, "cac:PartyTaxScheme/cbc:CompanyID")),
    )  # fmt: skip


def _totals(total: str) -> tuple[Pick, ...]:
    # outside EN 16931 only the payable amount is mandatory
    without = f"{total}[not(cbc:TaxInclusiveAmount)]"
    return (
        Pick("subtotal", "decimal", under(total, "cbc:TaxExclusiveAmount")),
        Pick("discount_total", "decimal", under(total, "cbc:AllowanceTotalAmount")),
        Pick("charge_total", "decimal", under(total, "cbc:ChargeTotalAmount")),
        Pick("tax_total", "decimal", (
            f"cac:TaxTotal[cac:TaxSubtotal]/cbc:TaxAmount{_IN_CURRENCY}",
            f"cac:TaxTotal/cbc:TaxAmount{_IN_CURRENCY}",
        ), "difference"),
        Pick(
            "total", "decimal",
            (f"{total}/cbc:TaxInclusiveAmount", f"{without}/cbc:PayableAmount | {without}/cbc:PrepaidAmount"),
            "difference", (f"{without}/cbc:PayableRoundingAmount",),
        ),
        Pick("amount_due", "decimal", under(total, "cbc:PayableAmount")),
    )  # fmt: skip


def _line(quantity: str) -> tuple[Pick, ...]:
    return (
        Pick("line_number", "text", ("cbc:ID",)),
        Pick("item_code", "text", under(
            "cac:Item", "cac:SellersItemIdentification/cbc:ID",
            "cac:BuyersItemIdentification/cbc:ID", "cac:StandardItemIdentification/cbc:ID",
        )),
        Pick("description", "text", under("cac:Item", "cbc:Name", "cbc:Description"), "elaborate", glue=" - "),
        Pick("quantity", "decimal", (quantity,)),
        Pick("unit", "unit", (f"{quantity}/@unitCode",)),
        Pick("unit_price", "decimal", ("cac:Price/cbc:PriceAmount",), "quotient", ("cac:Price/cbc:BaseQuantity",)),
        Pick("discount", "decimal", (_ALLOWANCE,), "difference", (_CHARGE,)),
        Pick("amount", "decimal", ("cbc:LineExtensionAmount",)),
        Pick("tax_rate", "decimal", (
            "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
            "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent",
        )),
        Pick("po_number", "text", ("cac:OrderLineReference/cac:OrderReference/cbc:ID",), ignore=("NA",)),
        Pick("po_line", "text", ("cac:OrderLineReference/cbc:LineID",), ignore=("NA",)),
    )  # fmt: skip


_TAX = (
    Pick("rate", "decimal", ("cac:TaxCategory/cbc:Percent", "cbc:Percent")),
    Pick("category", "code", ("cac:TaxCategory/cbc:ID",)),
    Pick("base", "decimal", ("cbc:TaxableAmount",)),
    Pick("amount", "decimal", ("cbc:TaxAmount",)),
)
_TAX_PATH = f"cac:TaxTotal[cbc:TaxAmount{_IN_CURRENCY}]/cac:TaxSubtotal"
_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_BILLING = (
    *_parties(_SELLER, _BUYER),
    Pick("vendor_iban", "account", ("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",)),
    Pick("invoice_number", "text", ("cbc:ID",)),
    Pick("po_number", "text", ("cac:OrderReference/cbc:ID",), ignore=("NA",)),
    Pick("issue_date", "date", ("cbc:IssueDate",)),
    Pick("due_date", "date", (
        "cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate", "cac:PaymentTerms/cbc:PaymentDueDate",
    )),
    Pick("payment_terms", "text", ("cac:PaymentTerms/cbc:Note",), "join", glue="; "),
    Pick("currency", "currency", ("cbc:DocumentCurrencyCode",)),
    *_totals("cac:LegalMonetaryTotal"),
)  # fmt: skip
_ORDERING = (
    *_parties("cac:SellerSupplierParty/cac:Party", "cac:BuyerCustomerParty/cac:Party"),
    Pick("po_number", "text", ("cbc:ID",)),
    Pick("issue_date", "date", ("cbc:IssueDate",)),
    Pick("payment_terms", "text", ("cac:PaymentTerms/cbc:Note",), "join", glue="; "),
    Pick("currency", "currency", ("cbc:DocumentCurrencyCode",)),
    *_totals("cac:AnticipatedMonetaryTotal"),
)


def _table(
    name: str, *, type_code: str, default_code: str, header: tuple[Pick, ...], line_path: str, quantity: str
) -> Table:
    namespace = f"{_BASE}{name}-2"
    return Table(
        syntax="ubl",
        root=(namespace, name),
        namespaces={"ubl": namespace, **_SHARED},
        profile="cbc:CustomizationID",
        type_code=(type_code,),
        default_code=default_code,
        language="cbc:Note/@languageID",
        header=header,
        line_path=line_path,
        line=_line(quantity),
        tax_path=_TAX_PATH,
        tax=_TAX,
    )


TABLES = (
    _table(
        "Invoice", type_code="cbc:InvoiceTypeCode", default_code="380", header=_BILLING,
        line_path="cac:InvoiceLine", quantity="cbc:InvoicedQuantity",
    ),
    _table(
        "CreditNote", type_code="cbc:CreditNoteTypeCode", default_code="381", header=_BILLING,
        line_path="cac:CreditNoteLine", quantity="cbc:CreditedQuantity",
    ),
    _table(
        "Order", type_code="cbc:OrderTypeCode", default_code="220", header=_ORDERING,
        line_path="cac:OrderLine/cac:LineItem", quantity="cbc:Quantity",
    ),
)  # fmt: skip
"""The UBL messages that are understood."""
