"""UBL 2.1 invoices, credit notes, the messages of an order, and despatch advice: where each canonical field stands."""

from adapters.einvoice.table import Message, Pick, Table, under

_BASE = "urn:oasis:names:specification:ubl:schema:xsd:"
_SHARED = {"cac": f"{_BASE}CommonAggregateComponents-2", "cbc": f"{_BASE}CommonBasicComponents-2"}
_ADDRESS = (
    "cbc:StreetName", "cbc:AdditionalStreetName", "cac:AddressLine/cbc:Line",
    "cbc:PostalZone", "cbc:CityName", "cac:Country/cbc:IdentificationCode",
)  # fmt: skip
_IS_VAT = "normalize-space(cac:TaxScheme/cbc:ID)='VAT'"
_VAT = f"cac:PartyTaxScheme[{_IS_VAT}]/cbc:CompanyID"
_IS_EMAIL = "normalize-space(@schemeID)='EM'"
_IS_ALLOWANCE = "[normalize-space(cbc:ChargeIndicator)='false' or normalize-space(cbc:ChargeIndicator)='0']"
_IS_CHARGE = "[normalize-space(cbc:ChargeIndicator)='true' or normalize-space(cbc:ChargeIndicator)='1']"
_IN_CURRENCY = "[normalize-space(@currencyID)=$currency or not(@currencyID)]"
_ALLOWANCE = f"cac:AllowanceCharge{_IS_ALLOWANCE}/cbc:Amount"
_CHARGE = f"cac:AllowanceCharge{_IS_CHARGE}/cbc:Amount"
_NAME = ("cac:PartyLegalEntity/cbc:RegistrationName", "cac:PartyName/cbc:Name")
_PARTY_ID = "cac:PartyIdentification/cbc:ID"


def _parties(seller: str, buyer: str) -> tuple[Pick, ...]:
    return (
        Pick("vendor_name", "text", under(seller, *_NAME)),
        Pick("vendor_trade_name", "text", (f"{seller}[cac:PartyLegalEntity/cbc:RegistrationName]/cac:PartyName/cbc:Name",)),
        Pick("vendor_tax_id", "text", under(seller, _VAT, "cac:PartyTaxScheme/cbc:CompanyID")),
        Pick("vendor_tax_number", "text", under(seller, f"cac:PartyTaxScheme[not({_IS_VAT})]/cbc:CompanyID")),
        Pick("vendor_registration_id", "text", under(seller, "cac:PartyLegalEntity/cbc:CompanyID")),
        Pick("vendor_endpoint", "text", under(seller, "cbc:EndpointID")),
        Pick("vendor_address", "text", under(f"{seller}/cac:PostalAddress", *_ADDRESS), "join"),
        Pick("vendor_street", "text", under(f"{seller}/cac:PostalAddress", "cbc:StreetName")),
        Pick("vendor_postcode", "text", under(f"{seller}/cac:PostalAddress", "cbc:PostalZone")),
        Pick("vendor_city", "text", under(f"{seller}/cac:PostalAddress", "cbc:CityName")),
        Pick("vendor_country", "country", under(f"{seller}/cac:PostalAddress", "cac:Country/cbc:IdentificationCode")),
        Pick("vendor_email", "text", under(seller, "cac:Contact/cbc:ElectronicMail", f"cbc:EndpointID[{_IS_EMAIL}]")),
        Pick("vendor_phone", "text", under(seller, "cac:Contact/cbc:Telephone")),
        Pick("buyer_name", "text", under(buyer, *_NAME)),
        Pick("buyer_tax_id", "text", under(buyer, _VAT, "cac:PartyTaxScheme/cbc:CompanyID")),
        Pick("buyer_endpoint", "text", under(buyer, "cbc:EndpointID")),
        Pick("buyer_address", "text", under(f"{buyer}/cac:PostalAddress", *_ADDRESS), "join"),
        Pick("buyer_country", "country", under(f"{buyer}/cac:PostalAddress", "cac:Country/cbc:IdentificationCode")),
        Pick("customer_number", "text", under(buyer, _PARTY_ID)),
    )  # fmt: skip


def _totals(total: str) -> tuple[Pick, ...]:
    # outside EN 16931 only the payable amount is mandatory
    without = f"{total}[not(cbc:TaxInclusiveAmount)]"
    return (
        Pick("line_total", "decimal", under(total, "cbc:LineExtensionAmount")),
        Pick("subtotal", "decimal", under(total, "cbc:TaxExclusiveAmount")),
        Pick("discount_total", "decimal", (f"{total}/cbc:AllowanceTotalAmount", _ALLOWANCE), "difference"),
        Pick("charge_total", "decimal", (f"{total}/cbc:ChargeTotalAmount", _CHARGE), "difference"),
        Pick("tax_total", "decimal", (
            f"cac:TaxTotal[cac:TaxSubtotal]/cbc:TaxAmount{_IN_CURRENCY}",
            f"cac:TaxTotal/cbc:TaxAmount{_IN_CURRENCY}",
        ), "difference"),
        Pick(
            "total", "decimal",
            (f"{total}/cbc:TaxInclusiveAmount", f"{without}/cbc:PayableAmount | {without}/cbc:PrepaidAmount"),
            "difference", (f"{without}/cbc:PayableRoundingAmount",),
        ),
        Pick("prepaid_amount", "decimal", under(total, "cbc:PrepaidAmount")),
        Pick("rounding", "decimal", under(total, "cbc:PayableRoundingAmount")),
        Pick("amount_due", "decimal", under(total, "cbc:PayableAmount")),
    )  # fmt: skip


def _line(quantities: tuple[str, ...], item: str = "cac:Item", price: str = "cac:Price") -> tuple[Pick, ...]:
    return (
        Pick("line_number", "text", ("cbc:ID",)),
        Pick("item_code", "text", under(
            item, "cac:SellersItemIdentification/cbc:ID",
            "cac:BuyersItemIdentification/cbc:ID", "cac:StandardItemIdentification/cbc:ID",
        )),
        Pick("buyer_item_code", "text", under(item, "cac:BuyersItemIdentification/cbc:ID")),
        Pick("standard_item_code", "text", under(item, "cac:StandardItemIdentification/cbc:ID")),
        Pick("description", "text", under(item, "cbc:Name", "cbc:Description"), "elaborate", glue=" - "),
        Pick("quantity", "decimal", quantities),
        Pick("unit", "unit", tuple(f"{quantity}/@unitCode" for quantity in quantities)),
        Pick("unit_price", "decimal", (f"{price}/cbc:PriceAmount",), "quotient", (f"{price}/cbc:BaseQuantity",)),
        Pick("discount", "decimal", (_ALLOWANCE,), "difference", (_CHARGE,)),
        Pick("amount", "decimal", ("cbc:LineExtensionAmount",)),
        Pick("tax_category", "code", under(item, "cac:ClassifiedTaxCategory/cbc:ID")),
        Pick("tax_rate", "decimal", (
            f"{item}/cac:ClassifiedTaxCategory/cbc:Percent",
            "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent",
        )),
        Pick("po_number", "text", ("cac:OrderLineReference/cac:OrderReference/cbc:ID",), ignore=("NA",)),
        Pick("po_line", "text", ("cac:OrderLineReference/cbc:LineID",), ignore=("NA",)),
        Pick("period_start", "date", ("cac:InvoicePeriod/cbc:StartDate",)),
        Pick("period_end", "date", ("cac:InvoicePeriod/cbc:EndDate",)),
        Pick("origin_country", "country", under(item, "cac:OriginCountry/cbc:IdentificationCode")),
        Pick("note", "text", ("cbc:Note",), "join", glue="; "),
    )  # fmt: skip


_TAX = (
    Pick("rate", "decimal", ("cac:TaxCategory/cbc:Percent", "cbc:Percent")),
    Pick("category", "code", ("cac:TaxCategory/cbc:ID",)),
    Pick("base", "decimal", ("cbc:TaxableAmount",)),
    Pick("amount", "decimal", ("cbc:TaxAmount",)),
)
_TAX_PATH = f"cac:TaxTotal[cbc:TaxAmount{_IN_CURRENCY}]/cac:TaxSubtotal"
_CONTRACT = Pick("contract_number", "text", ("cac:ContractDocumentReference/cbc:ID", "cac:Contract/cbc:ID"))
_NOTE = Pick("note", "text", ("cbc:Note",), "join", glue="; ")
_TERMS = Pick("payment_terms", "text", ("cac:PaymentTerms/cbc:Note",), "join", glue="; ")
_COST = Pick("accounting_reference", "text", ("cbc:AccountingCost",))
_CURRENCY = Pick("currency", "currency", ("cbc:DocumentCurrencyCode",))
_ISSUED = Pick("issue_date", "date", ("cbc:IssueDate",))
_REFERENCE = Pick("buyer_reference", "text", ("cbc:BuyerReference", "cbc:CustomerReference"))
_SALES_ORDER = Pick(
    "sales_order_number", "text", ("cac:OrderReference/cbc:SalesOrderID", "cbc:SalesOrderID"), ignore=("NA",)
)
_ORDER = Pick("po_number", "text", ("cac:OrderReference/cbc:ID",), ignore=("NA",))
_ACCOUNT = "cac:PaymentMeans/cac:PayeeFinancialAccount"
_BILLED = (
    "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
    "cac:BillingReference/cac:CreditNoteDocumentReference/cbc:ID",
)
_BILLING = (
    *_parties("cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"),
    Pick("payee_name", "text", ("cac:PayeeParty/cac:PartyName/cbc:Name",)),
    Pick("payee_id", "text", ("cac:PayeeParty/cac:PartyIdentification/cbc:ID", "cac:PayeeParty/cac:PartyLegalEntity/cbc:CompanyID")),
    Pick("vendor_iban", "account", (f"{_ACCOUNT}/cbc:ID",)),
    Pick("vendor_bic", "account", (
        f"{_ACCOUNT}/cac:FinancialInstitutionBranch/cbc:ID",
        f"{_ACCOUNT}/cac:FinancialInstitutionBranch/cac:FinancialInstitution/cbc:ID",
    )),
    Pick("payment_means_code", "code", ("cac:PaymentMeans/cbc:PaymentMeansCode",)),
    Pick("payment_reference", "text", ("cac:PaymentMeans/cbc:PaymentID",)),
    Pick("mandate_reference", "text", ("cac:PaymentMeans/cac:PaymentMandate/cbc:ID",)),
    Pick("invoice_number", "text", ("cbc:ID",)),
    Pick("preceding_invoice_number", "text", _BILLED),
    _ORDER,
    _SALES_ORDER,
    _CONTRACT,
    Pick("project_number", "text", (
        "cac:ProjectReference/cbc:ID", "cac:AdditionalDocumentReference[normalize-space(cbc:DocumentTypeCode)='50']/cbc:ID",
    )),
    Pick("delivery_note_number", "text", ("cac:DespatchDocumentReference/cbc:ID",)),
    _REFERENCE,
    _ISSUED,
    Pick("due_date", "date", (
        "cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate", "cac:PaymentTerms/cbc:PaymentDueDate",
    )),
    Pick("delivery_date", "date", ("cac:Delivery/cbc:ActualDeliveryDate",)),
    Pick("tax_point_date", "date", ("cbc:TaxPointDate",)),
    Pick("period_start", "date", ("cac:InvoicePeriod/cbc:StartDate",)),
    Pick("period_end", "date", ("cac:InvoicePeriod/cbc:EndDate",)),
    _TERMS,
    _COST,
    _CURRENCY,
    *_totals("cac:LegalMonetaryTotal"),
    _NOTE,
)  # fmt: skip
_TRADE = _parties("cac:SellerSupplierParty/cac:Party", "cac:BuyerCustomerParty/cac:Party")
_ORDERING = (
    *_TRADE,
    Pick("po_number", "text", ("cbc:ID",)),
    _SALES_ORDER, _CONTRACT, _REFERENCE, _ISSUED,
    Pick("delivery_date", "date", (
        "cac:Delivery/cac:RequestedDeliveryPeriod/cbc:EndDate", "cac:Delivery/cac:RequestedDeliveryPeriod/cbc:StartDate",
    )),
    _TERMS, _COST, _CURRENCY,
    *_totals("cac:AnticipatedMonetaryTotal"),
    _NOTE,
)  # fmt: skip
_ANSWERED = "*[self::cac:LegalMonetaryTotal or self::cac:AnticipatedMonetaryTotal]"
_SUMS = {pick.name for pick in _totals("")}
_ABOUT_AN_ORDER = (
    Pick("document_number", "text", ("cbc:ID",)), _ORDER,
    *(pick for pick in _ORDERING if pick.name not in {"po_number", *_SUMS}),
    *_totals(_ANSWERED),
)  # fmt: skip
_SHIPPED = "cac:Shipment/cac:Delivery"
_DESPATCH = (
    *_parties(
        "(cac:SellerSupplierParty | cac:DespatchSupplierParty[not(../cac:SellerSupplierParty/cac:Party)])/cac:Party",
        "(cac:BuyerCustomerParty | cac:DeliveryCustomerParty[not(../cac:BuyerCustomerParty/cac:Party)])/cac:Party",
    ),
    Pick("delivery_note_number", "text", ("cbc:ID",)),
    _ORDER, _SALES_ORDER, _CONTRACT, _ISSUED,
    Pick("delivery_date", "date", (
        f"{_SHIPPED}/cbc:ActualDeliveryDate", f"{_SHIPPED}/cac:Despatch/cbc:ActualDespatchDate",
        f"{_SHIPPED}/cac:EstimatedDeliveryPeriod/cbc:EndDate", f"{_SHIPPED}/cac:EstimatedDeliveryPeriod/cbc:StartDate",
    )),
    Pick("currency", "currency", ()),
    _NOTE,
)  # fmt: skip


def _table(
    name: str, message: Message, *, default_code: str, header: tuple[Pick, ...], line_path: str, line: tuple[Pick, ...]
) -> Table:
    namespace = f"{_BASE}{name}-2"
    return Table(
        syntax="ubl", message=message,
        root=(namespace, name),
        namespaces={"ubl": namespace, **_SHARED},
        profile="cbc:CustomizationID",
        type_code=(f"cbc:{name}TypeCode",),
        default_code=default_code,
        language="cbc:Note/@languageID",
        header=(*header, Pick("document_type_code", "code", (f"cbc:{name}TypeCode",))),
        line_path=line_path,
        line=line,
        tax_path=_TAX_PATH,
        tax=_TAX,
    )  # fmt: skip


_INSTANCE = (
    Pick("batch_number", "text", ("cac:Item/cac:ItemInstance/cac:LotIdentification/cbc:LotNumberID",)),
    Pick("serial_number", "text", ("cac:Item/cac:ItemInstance/cbc:SerialID",)),
    Pick("expiry_date", "date", ("cac:Item/cac:ItemInstance/cac:LotIdentification/cbc:ExpiryDate",)),
)
_ORDER_LINES = {"line_path": "cac:OrderLine/cac:LineItem"}
_ITEM = tuple(
    # an answer names the line of the order beside its item, not in it
    pick._replace(paths=(*pick.paths, "../cac:OrderLineReference/cbc:LineID")) if pick.name == "po_line" else pick
    for pick in _line(("cbc:Quantity", "cbc:MaximumQuantity"))
)
TABLES = (
    _table(
        "Invoice", "invoice", default_code="380", header=_BILLING,
        line_path="cac:InvoiceLine", line=_line(("cbc:InvoicedQuantity",)),
    ),
    _table(
        "CreditNote", "credit_note", default_code="381", header=_BILLING,
        line_path="cac:CreditNoteLine", line=_line(("cbc:CreditedQuantity",)),
    ),
    _table("Order", "order", default_code="220", header=_ORDERING, line=_ITEM, **_ORDER_LINES),
    _table("OrderChange", "order_change", default_code="230", header=_ABOUT_AN_ORDER, line=_ITEM, **_ORDER_LINES),
    _table("OrderResponse", "order_response", default_code="231", header=_ABOUT_AN_ORDER, line=_ITEM, **_ORDER_LINES),
    _table(
        "OrderResponseSimple", "order_response", default_code="231", header=_ABOUT_AN_ORDER, line=_ITEM, **_ORDER_LINES,
    ),
    _table(
        "OrderCancellation", "order_cancellation", default_code="", header=_ABOUT_AN_ORDER, line=_ITEM, **_ORDER_LINES,
    ),
    _table(
        "DespatchAdvice", "despatch", default_code="351", header=_DESPATCH,
        line_path="cac:DespatchLine", line=(*_line(("cbc:DeliveredQuantity",)), *_INSTANCE),
    ),
)  # fmt: skip
"""The UBL messages that are understood."""
