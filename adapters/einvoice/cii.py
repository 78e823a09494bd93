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
_ANY_TAX_ID = "ram:SpecifiedTaxRegistration/ram:ID"
_EMAIL = (
    "ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID",
    "ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:CompleteNumber",
    "ram:URIUniversalCommunication/ram:URIID[normalize-space(@schemeID)='EM']",
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
    return (
        Pick("vendor_name", "text", under(
            seller, "ram:Name", "ram:SpecifiedLegalOrganization/ram:TradingBusinessName",
        )),
        Pick("vendor_tax_id", "text", under(seller, _VAT, _ANY_TAX_ID)),
        Pick("vendor_registration_id", "text", under(seller, "ram:SpecifiedLegalOrganization/ram:ID")),
        Pick("vendor_address", "text", under(f"{seller}/ram:PostalTradeAddress", *_ADDRESS), "join"),
        Pick("vendor_email", "text", under(seller, *_EMAIL)),
        Pick("buyer_name", "text", under(
            buyer, "ram:Name", "ram:SpecifiedLegalOrganization/ram:TradingBusinessName",
        )),
        Pick("buyer_tax_id", "text", under(buyer, _VAT, _ANY_TAX_ID)),
    )  # fmt: skip


def _settlement(settlement: str, names: _Names) -> tuple[Pick, ...]:
    total = f"{settlement}/{names.header_sum}"
    terms = f"{settlement}/ram:SpecifiedTradePaymentTerms"
    return (
        Pick("vendor_iban", "account", under(f"{settlement}/{_ACCOUNT}", "ram:IBANID", "ram:ProprietaryID")),
        Pick("due_date", "date", _date(f"{terms}/ram:DueDateDateTime")),
        Pick("payment_terms", "text", (f"{terms}/ram:Description",), "join", glue="; "),
        Pick("currency", "currency", (
            f"{settlement}/ram:InvoiceCurrencyCode", f"{settlement}/ram:OrderCurrencyCode",
            f"{total}/ram:GrandTotalAmount/@currencyID",
        )),
        Pick("subtotal", "decimal", (f"{total}/ram:TaxBasisTotalAmount",)),
        Pick("discount_total", "decimal", (f"{total}/ram:AllowanceTotalAmount",)),
        Pick("charge_total", "decimal", (f"{total}/ram:ChargeTotalAmount",)),
        Pick("tax_total", "decimal", (f"{total}/ram:TaxTotalAmount{_IN_CURRENCY}",)),
        Pick("total", "decimal", (f"{total}/ram:GrandTotalAmount{_IN_CURRENCY}",)),
        Pick("amount_due", "decimal", (f"{total}/ram:DuePayableAmount",)),
    )  # fmt: skip


def _line(names: _Names) -> tuple[Pick, ...]:
    agreement, delivery, settlement = (
        f"{names.line_frame}{frame}" for frame in ("Agreement", "Delivery", "Settlement")
    )
    net, gross = f"{agreement}/ram:NetPriceProductTradePrice", f"{agreement}/ram:GrossPriceProductTradePrice"
    quantities = under(delivery, "ram:BilledQuantity", "ram:RequestedQuantity", "ram:AgreedQuantity")
    order = f"{agreement}/ram:BuyerOrderReferencedDocument"
    return (
        Pick("line_number", "text", ("ram:AssociatedDocumentLineDocument/ram:LineID",)),
        Pick("item_code", "text", under(
            "ram:SpecifiedTradeProduct", "ram:SellerAssignedID", "ram:BuyerAssignedID", "ram:GlobalID",
        )),
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
        Pick("tax_rate", "decimal", (f"{settlement}/ram:ApplicableTradeTax/{names.rate}",)),
        Pick("po_number", "text", (f"{order}/{names.reference}",)),
        Pick("po_line", "text", (f"{order}/ram:LineID",)),
    )  # fmt: skip


def _numbers(own: str, *, order: str, is_order: bool) -> tuple[Pick, ...]:
    # a change of an order names the order it changes and has a number of its own
    if is_order:
        return (Pick("po_number", "text", (order, own)),)
    return Pick("invoice_number", "text", (own,)), Pick("po_number", "text", (order,))


def _table(names: _Names, *, root: str, namespaces: dict[str, str], default_code: str, is_order: bool = False) -> Table:
    agreement, settlement = (f"{names.transaction}/{names.header}{frame}" for frame in ("Agreement", "Settlement"))
    order = f"{agreement}/ram:BuyerOrderReferencedDocument/{names.reference}"
    return Table(
        syntax="cii",
        root=(namespaces["rsm"], root),
        namespaces=namespaces,
        profile=f"{names.context}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        type_code=(f"{names.document}/ram:TypeCode",),
        default_code=default_code,
        language=f"{names.document}/ram:LanguageID/text()",
        header=(
            *_parties(agreement),
            *_numbers(f"{names.document}/ram:ID", order=order, is_order=is_order),
            Pick("issue_date", "date", _date(f"{names.document}/ram:IssueDateTime")),
            *_settlement(settlement, names),
        ),
        line_path=f"{names.transaction}/{names.line}",
        line=_line(names),
        tax_path=f"{settlement}/ram:ApplicableTradeTax",
        tax=(
            Pick("rate", "decimal", (names.rate,)),
            Pick("category", "code", ("ram:CategoryCode",)),
            Pick("base", "decimal", ("ram:BasisAmount",)),
            Pick("amount", "decimal", ("ram:CalculatedAmount",)),
        ),
    )


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
