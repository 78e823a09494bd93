"""UN/CEFACT Cross Industry messages: CII D16B/D22B, ZUGFeRD 1.0 and Order-X. Where each canonical field stands.

The three differ in the names of their frames (`ApplicableHeaderTradeAgreement`, `ApplicableSupplyChainTradeAgreement`)
and of a few leaves; one table of paths is written out for each set of names.
"""

from typing import NamedTuple

from adapters.einvoice.table import Pick, Table, under

_UN = "urn:un:unece:uncefact:data:"


class _Names(NamedTuple):
    """What the frames and leaves are called in one generation of the message."""

    document: str
    context: str
    transaction: str
    header: str
    line: str
    line_frame: str
    header_sum: str
    line_sum: str
    reference: str
    rate: str


_D16B = _Names(
    document="rsm:ExchangedDocument",
    context="rsm:ExchangedDocumentContext",
    transaction="rsm:SupplyChainTradeTransaction",
    header="ram:ApplicableHeaderTrade",
    line="ram:IncludedSupplyChainTradeLineItem",
    line_frame="ram:SpecifiedLineTrade",
    header_sum="ram:SpecifiedTradeSettlementHeaderMonetarySummation",
    line_sum="ram:SpecifiedTradeSettlementLineMonetarySummation",
    reference="ram:IssuerAssignedID",
    rate="ram:RateApplicablePercent",
)
_ZUGFERD_1 = _Names(
    document="rsm:HeaderExchangedDocument",
    context="rsm:SpecifiedExchangedDocumentContext",
    transaction="rsm:SpecifiedSupplyChainTradeTransaction",
    header="ram:ApplicableSupplyChainTrade",
    line="ram:IncludedSupplyChainTradeLineItem",
    line_frame="ram:SpecifiedSupplyChainTrade",
    header_sum="ram:SpecifiedTradeSettlementMonetarySummation",
    line_sum="ram:SpecifiedTradeSettlementMonetarySummation",
    reference="ram:ID",
    rate="ram:ApplicablePercent",
)
_ADDRESS = (
    "ram:LineOne", "ram:LineTwo", "ram:LineThree", "ram:PostcodeCode", "ram:CityName", "ram:CountryID",
)  # fmt: skip
_VAT = "ram:SpecifiedTaxRegistration/ram:ID[normalize-space(@schemeID)='VA']"
_TAX_NUMBER = "ram:SpecifiedTaxRegistration/ram:ID[normalize-space(@schemeID)='FC']"
_ANY_TAX_ID = "ram:SpecifiedTaxRegistration/ram:ID"
_EMAIL = (
    "ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID",
    "ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:CompleteNumber",
    "ram:URIUniversalCommunication/ram:URIID[normalize-space(@schemeID)='EM']",
)
_PHONE = (
    "ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber",
    "ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:URIID",
)
_ACCOUNT = "ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount"
_INDICATOR = "normalize-space(ram:ChargeIndicator/udt:Indicator)"
_ALLOWANCE = f"ram:SpecifiedTradeAllowanceCharge[{_INDICATOR}='false' or {_INDICATOR}='0']/ram:ActualAmount"
_CHARGE = f"ram:SpecifiedTradeAllowanceCharge[{_INDICATOR}='true' or {_INDICATOR}='1']/ram:ActualAmount"
_NAMED = "ram:SpecifiedTradeProduct/ram:Name[normalize-space()]"
_IN_CURRENCY = "[normalize-space(@currencyID)=$currency or not(@currencyID)]"


def _date(path: str) -> tuple[str, ...]:
    # senders put the child into any of several data type namespaces, ZUGFeRD 1.0 sometimes leaves it out
    return under(path, "*[starts-with(local-name(), 'Date')]", "text()[normalize-space()]")


def _parties(agreement: str) -> tuple[Pick, ...]:
    seller, buyer = f"{agreement}/ram:SellerTradeParty", f"{agreement}/ram:BuyerTradeParty"
    address = f"{seller}/ram:PostalTradeAddress"
    name = ("ram:Name", "ram:SpecifiedLegalOrganization/ram:TradingBusinessName")
    return (
        Pick("vendor_name", "text", under(seller, *name)),
        Pick("vendor_trade_name", "text", under(seller, "ram:SpecifiedLegalOrganization/ram:TradingBusinessName")),
        Pick("vendor_tax_id", "text", under(seller, _VAT, _ANY_TAX_ID)),
        Pick("vendor_tax_number", "text", under(seller, _TAX_NUMBER)),
        Pick("vendor_registration_id", "text", under(seller, "ram:SpecifiedLegalOrganization/ram:ID")),
        Pick("vendor_endpoint", "text", under(seller, "ram:URIUniversalCommunication/ram:URIID")),
        Pick("vendor_address", "text", under(address, *_ADDRESS), "join"),
        Pick("vendor_street", "text", under(address, "ram:LineOne")),
        Pick("vendor_postcode", "text", under(address, "ram:PostcodeCode")),
        Pick("vendor_city", "text", under(address, "ram:CityName")),
        Pick("vendor_country", "country", under(address, "ram:CountryID")),
        Pick("vendor_email", "text", under(seller, *_EMAIL)),
        Pick("vendor_phone", "text", under(seller, *_PHONE)),
        Pick("buyer_name", "text", under(buyer, *name)),
        Pick("buyer_tax_id", "text", under(buyer, _VAT, _ANY_TAX_ID)),
        Pick("buyer_endpoint", "text", under(buyer, "ram:URIUniversalCommunication/ram:URIID")),
        Pick("buyer_address", "text", under(f"{buyer}/ram:PostalTradeAddress", *_ADDRESS), "join"),
        Pick("buyer_country", "country", under(buyer, "ram:PostalTradeAddress/ram:CountryID")),
        Pick("customer_number", "text", under(buyer, "ram:ID", "ram:GlobalID")),
    )


def _references(transaction: str, names: _Names) -> tuple[Pick, ...]:
    agreement, delivery, settlement = (
        f"{transaction}/{names.header}{frame}" for frame in ("Agreement", "Delivery", "Settlement")
    )
    number = names.reference
    return (
        Pick("buyer_reference", "text", under(agreement, "ram:BuyerReference")),
        Pick("sales_order_number", "text", under(agreement, f"ram:SellerOrderReferencedDocument/{number}")),
        Pick("contract_number", "text", under(agreement, f"ram:ContractReferencedDocument/{number}")),
        Pick("project_number", "text", under(agreement, "ram:SpecifiedProcuringProject/ram:ID")),
        Pick("delivery_date", "date", tuple(
            path for event in ("ActualDelivery", "RequestedDelivery")
            for path in _date(f"{delivery}/ram:{event}SupplyChainEvent/ram:OccurrenceDateTime")
        )),
        Pick("delivery_note_number", "text", under(
            delivery, f"ram:DespatchAdviceReferencedDocument/{number}", f"ram:DeliveryNoteReferencedDocument/{number}",
        )),
        Pick("preceding_invoice_number", "text", under(settlement, f"ram:InvoiceReferencedDocument/{number}")),
        Pick("accounting_reference", "text", under(settlement, "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID")),
    )  # fmt: skip


def _settlement(settlement: str, names: _Names) -> tuple[Pick, ...]:
    total = f"{settlement}/{names.header_sum}"
    terms = f"{settlement}/ram:SpecifiedTradePaymentTerms"
    means = f"{settlement}/ram:SpecifiedTradeSettlementPaymentMeans"
    period = f"{settlement}/ram:BillingSpecifiedPeriod"
    return (
        Pick("payee_name", "text", under(settlement, "ram:PayeeTradeParty/ram:Name")),
        Pick("payee_id", "text", under(
            f"{settlement}/ram:PayeeTradeParty", "ram:ID", "ram:GlobalID", "ram:SpecifiedLegalOrganization/ram:ID",
        )),
        Pick("vendor_iban", "account", under(f"{settlement}/{_ACCOUNT}", "ram:IBANID", "ram:ProprietaryID")),
        Pick("vendor_bic", "account", under(means, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID")),
        Pick("payment_means_code", "code", under(means, "ram:TypeCode")),
        Pick("payment_reference", "text", under(settlement, "ram:PaymentReference")),
        Pick("mandate_reference", "text", under(terms, "ram:DirectDebitMandateID")),
        Pick("tax_point_date", "date", _date(f"{settlement}/ram:ApplicableTradeTax/ram:TaxPointDate")),
        Pick("period_start", "date", _date(f"{period}/ram:StartDateTime")),
        Pick("period_end", "date", _date(f"{period}/ram:EndDateTime")),
        Pick("due_date", "date", _date(f"{terms}/ram:DueDateDateTime")),
        Pick("payment_terms", "text", (f"{terms}/ram:Description",), "join", glue="; "),
        Pick("currency", "currency", (
            f"{settlement}/ram:InvoiceCurrencyCode", f"{settlement}/ram:OrderCurrencyCode",
            f"{total}/ram:GrandTotalAmount/@currencyID",
        )),
        Pick("line_total", "decimal", (f"{total}/ram:LineTotalAmount",)),
        Pick("subtotal", "decimal", (f"{total}/ram:TaxBasisTotalAmount{_IN_CURRENCY}", f"{total}/ram:TaxBasisTotalAmount")),
        Pick("discount_total", "decimal", (f"{total}/ram:AllowanceTotalAmount", f"{settlement}/{_ALLOWANCE}"), "difference"),
        Pick("charge_total", "decimal", (f"{total}/ram:ChargeTotalAmount", f"{settlement}/{_CHARGE}"), "difference"),
        Pick("tax_total", "decimal", (f"{total}/ram:TaxTotalAmount{_IN_CURRENCY}",)),
        Pick("total", "decimal", (f"{total}/ram:GrandTotalAmount{_IN_CURRENCY}",)),
        Pick("prepaid_amount", "decimal", (f"{total}/ram:TotalPrepaidAmount",)),
        Pick("rounding", "decimal", (f"{total}/ram:RoundingAmount",)),
        Pick("amount_due", "decimal", (f"{total}/ram:DuePayableAmount",)),
    )  # fmt: skip


def _line(names: _Names) -> tuple[Pick, ...]:
    agreement, delivery, settlement = (
        f"{names.line_frame}{frame}" for frame in ("Agreement", "Delivery", "Settlement")
    )
    net, gross = f"{agreement}/ram:NetPriceProductTradePrice", f"{agreement}/ram:GrossPriceProductTradePrice"
    quantities = under(delivery, "ram:BilledQuantity", "ram:RequestedQuantity", "ram:AgreedQuantity")
    order = f"{agreement}/ram:BuyerOrderReferencedDocument"
    document, product = "ram:AssociatedDocumentLineDocument", "ram:SpecifiedTradeProduct"
    period = f"{settlement}/ram:BillingSpecifiedPeriod"
    return (
        Pick("line_number", "text", ("ram:AssociatedDocumentLineDocument/ram:LineID",)),
        Pick("item_code", "text", under(
            "ram:SpecifiedTradeProduct", "ram:SellerAssignedID", "ram:BuyerAssignedID", "ram:GlobalID",
        )),
        Pick("buyer_item_code", "text", (f"{product}/ram:BuyerAssignedID",)),
        Pick("standard_item_code", "text", (f"{product}/ram:GlobalID",)),
        # ZUGFeRD 1.0 has lines that are nothing but a remark
        Pick("description", "text", (
            "ram:SpecifiedTradeProduct/ram:Name", "ram:SpecifiedTradeProduct/ram:Description",
            f"ram:AssociatedDocumentLineDocument[not(../{_NAMED})]/ram:IncludedNote/ram:Content",
        ), "elaborate", glue=" - "),
        Pick("quantity", "decimal", quantities),
        Pick("unit", "unit", tuple(f"{path}/@unitCode" for path in quantities)),
        Pick(
            "unit_price", "decimal", (f"{net}/ram:ChargeAmount", f"{gross}/ram:ChargeAmount"), "quotient",
            (f"{net}/ram:BasisQuantity", f"{gross}[not(../ram:NetPriceProductTradePrice)]/ram:BasisQuantity"),
        ),
        Pick("discount", "decimal", (f"{settlement}/{_ALLOWANCE}",), "difference", (f"{settlement}/{_CHARGE}",)),
        Pick("amount", "decimal", (f"{settlement}/{names.line_sum}/ram:LineTotalAmount",)),
        Pick("tax_category", "code", (f"{settlement}/ram:ApplicableTradeTax/ram:CategoryCode",)),
        Pick("tax_rate", "decimal", (f"{settlement}/ram:ApplicableTradeTax/{names.rate}",)),
        Pick("po_number", "text", (f"{order}/{names.reference}",)),
        Pick("po_line", "text", (f"{order}/ram:LineID",)),
        Pick("line_role", "code", (f"{document}/ram:LineStatusReasonCode",)),
        Pick("parent_line_number", "text", (f"{document}/ram:ParentLineID",)),
        Pick("period_start", "date", _date(f"{period}/ram:StartDateTime")),
        Pick("period_end", "date", _date(f"{period}/ram:EndDateTime")),
        Pick("origin_country", "country", (f"{product}/ram:OriginTradeCountry/ram:ID",)),
        Pick("note", "text", (f"{document}[../{_NAMED}]/ram:IncludedNote/ram:Content",), "join", glue="; "),
    )  # fmt: skip


def _numbers(own: str, *, order: str, is_order: bool) -> tuple[Pick, ...]:
    # a change of an order names the order it changes and has a number of its own
    if is_order:
        return Pick("po_number", "text", (order, own)), Pick("document_number", "text", (f"{own}[../../{order}]",))
    return Pick("invoice_number", "text", (own,)), Pick("po_number", "text", (order,))


_NOT_ORDERED = frozenset({
    "preceding_invoice_number", "delivery_note_number", "payee_name", "payee_id", "vendor_iban", "vendor_bic",
    "payment_means_code", "payment_reference", "mandate_reference", "tax_point_date", "period_start", "period_end", "due_date",
})  # fmt: skip
"""What an invoice says and an order does not."""


def _table(names: _Names, *, root: str, namespaces: dict[str, str], default_code: str, is_order: bool = False) -> Table:
    agreement, settlement = (f"{names.transaction}/{names.header}{frame}" for frame in ("Agreement", "Settlement"))
    order = f"{agreement}/ram:BuyerOrderReferencedDocument/{names.reference}"
    header = (
        *_parties(agreement),
        *_numbers(f"{names.document}/ram:ID", order=order, is_order=is_order),
        Pick("issue_date", "date", _date(f"{names.document}/ram:IssueDateTime")),
        *_references(names.transaction, names),
        *_settlement(settlement, names),
        Pick("note", "text", (f"{names.document}/ram:IncludedNote/ram:Content",), "join", glue="; "),
        Pick("document_type_code", "code", (f"{names.document}/ram:TypeCode",)),
    )
    return Table(
        syntax="cii", message="order" if is_order else "invoice",
        root=(namespaces["rsm"], root),
        namespaces=namespaces,
        profile=f"{names.context}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        type_code=(f"{names.document}/ram:TypeCode",),
        default_code=default_code,
        language=f"{names.document}/ram:LanguageID/text()",
        header=tuple(pick for pick in header if not (is_order and pick.name in _NOT_ORDERED)),
        line_path=f"{names.transaction}/{names.line}",
        line=_line(names),
        tax_path=f"{settlement}/ram:ApplicableTradeTax",
        tax=(
            Pick("rate", "decimal", (names.rate,)),
            Pick("category", "code", ("ram:CategoryCode",)),
            Pick("base", "decimal", ("ram:BasisAmount",)),
            Pick("amount", "decimal", ("ram:CalculatedAmount",)),
        ),
    )  # fmt: skip


def _namespaces(rsm: str, aggregate: str, unqualified: str) -> dict[str, str]:
    return {
        "rsm": rsm,
        "ram": f"{_UN}standard:ReusableAggregateBusinessInformationEntity:{aggregate}",
        "udt": f"{_UN}standard:UnqualifiedDataType:{unqualified}",
        "qdt": f"{_UN}standard:QualifiedDataType:{aggregate}",
    }


TABLES = (
    _table(
        _D16B, root="CrossIndustryInvoice", default_code="380",
        namespaces=_namespaces(f"{_UN}standard:CrossIndustryInvoice:100", "100", "100"),
    ),
    _table(
        _ZUGFERD_1, root="CrossIndustryDocument", default_code="380",
        namespaces=_namespaces("urn:ferd:CrossIndustryDocument:invoice:1p0", "12", "15"),
    ),
    _table(
        _D16B, root="SCRDMCCBDACIOMessageStructure", default_code="220", is_order=True,
        namespaces=_namespaces(f"{_UN}SCRDMCCBDACIOMessageStructure:100", "128", "128"),
    ),
)  # fmt: skip
"""The Cross Industry messages that are understood."""
