from collections.abc import Callable

import pytest
from lxml import etree

from adapters.einvoice import cii, ubl
from adapters.einvoice.checks.own import Syntax, books, names_for, rules, stylesheet
from adapters.einvoice.checks.wording import wording
from tests.adapters.einvoice.checks.child import asked

Broken = Callable[[str, str, Syntax], set[str]]
UBL, CII = ubl.TABLES[0].namespaces, cii.TABLES[0].namespaces
SELLER = "<cac:AccountingSupplierParty><cac:Party>{}</cac:Party></cac:AccountingSupplierParty>"
CONTACT = SELLER.format("<cac:Contact>{}</cac:Contact>")
MEANS = "<cac:PaymentMeans><cbc:PaymentMeansCode>{}</cbc:PaymentMeansCode>{}</cac:PaymentMeans>"
ACCOUNT = "<cac:PayeeFinancialAccount><cbc:ID>{}</cbc:ID></cac:PayeeFinancialAccount>"
LINE = """<cac:InvoiceLine><cbc:InvoicedQuantity unitCode="C62">{}</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount>{}</cbc:LineExtensionAmount>{}<cac:Price><cbc:PriceAmount>{}</cbc:PriceAmount>
<cbc:BaseQuantity unitCode="C62">{}</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>"""
CHARGE = "<cac:AllowanceCharge><cbc:ChargeIndicator>{}</cbc:ChargeIndicator><cbc:Amount>{}</cbc:Amount></cac:AllowanceCharge>"
NOTE = "<cac:PaymentTerms><cbc:Note>{}</cbc:Note></cac:PaymentTerms>"


@pytest.fixture(scope="module")
def broken() -> Broken:
    """Return the ids that one of our rule books gives for the body of a message."""

    def ids(book: str, body: str, syntax: Syntax = "ubl") -> set[str]:
        namespaces, name = (UBL, "ubl:Invoice") if syntax == "ubl" else (CII, "rsm:CrossIndustryInvoice")
        declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
        xml = f"<{name} {declared}>{body}</{name}>"
        (answer,) = asked({"xml": xml, "schema": None, "sheets": [[f"own/{book}/{syntax}", ""]]})
        return {found[0] for found in answer["sheet"]}

    return ids


@pytest.mark.parametrize(
    ("book", "rule", "good", "bad"),
    [
        ("xrechnung", "BR-DE-1", MEANS.format("58", ""), ""),
        ("xrechnung", "BR-DE-2", CONTACT.format(""), SELLER.format("")),
        ("xrechnung", "BR-DE-6", CONTACT.format("<cbc:Telephone>0</cbc:Telephone>"), CONTACT.format("<cbc:Telephone> </cbc:Telephone>")),
        ("xrechnung", "BR-DE-15", "<cbc:BuyerReference>x</cbc:BuyerReference>", ""),
        ("xrechnung", "BR-DE-17", "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "<cbc:InvoiceTypeCode>999</cbc:InvoiceTypeCode>"),
        ("xrechnung", "BR-DE-18", NOTE.format("#SKONTO#TAGE=14#PROZENT=2.25#\n"), NOTE.format("#SKONTO#TAGE=14#PROZENT=2,25#\n")),
        ("xrechnung", "BR-DE-19", MEANS.format("58", ACCOUNT.format("DE75 5121 0800 1245 1261 99")), MEANS.format("58", ACCOUNT.format("DE76512108001245126199"))),
        ("xrechnung", "BR-DE-23-a", MEANS.format("58", ACCOUNT.format("x")), MEANS.format("58", "")),
        ("xrechnung", "BR-DE-23-b", MEANS.format("58", ""), MEANS.format("58", "<cac:CardAccount/>")),
        ("xrechnung", "BR-DE-27", CONTACT.format("<cbc:Telephone>+49 1 2</cbc:Telephone>"), CONTACT.format("<cbc:Telephone>n/a</cbc:Telephone>")),
        ("xrechnung", "BR-DE-28", CONTACT.format("<cbc:ElectronicMail>a@b.de</cbc:ElectronicMail>"), CONTACT.format("<cbc:ElectronicMail>a@@b.de</cbc:ElectronicMail>")),
        ("peppol", "PEPPOL-EN16931-R001", "<cbc:ProfileID>x</cbc:ProfileID>", ""),
        ("peppol", "PEPPOL-EN16931-R002", "<cbc:Note>a</cbc:Note>", "<cbc:Note>a</cbc:Note><cbc:Note>b</cbc:Note>"),
        ("peppol", "PEPPOL-EN16931-R003", "<cac:OrderReference><cbc:ID>1</cbc:ID></cac:OrderReference>", "<cbc:BuyerReference/>"),
        ("peppol", "PEPPOL-EN16931-R007", "<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>", "<cbc:ProfileID>bis</cbc:ProfileID>"),
        ("peppol", "PEPPOL-EN16931-R120", LINE.format("300", "70.00", CHARGE.format("false", "7.50") + CHARGE.format("true", "2.50"), "25.00", "100"), LINE.format("300", "75.00", CHARGE.format("false", "7.50"), "25.00", "100")),
        ("peppol", "PEPPOL-EN16931-R121", LINE.format("1", "1", "", "1", "1"), LINE.format("1", "1", "", "1", "0")),
        ("peppol", "PEPPOL-EN16931-R130", LINE.format("1", "1", "", "1", "1"), LINE.format("1", "1", "", "1", "1").replace('"C62">1</cbc:Inv', '"KGM">1</cbc:Inv')),
    ],
)  # fmt: skip
def test_a_rule_of_a_profile_tells_good_from_bad(broken: Broken, book: str, rule: str, good: str, bad: str) -> None:
    assert rule not in broken(book, good, "ubl")
    assert rule in broken(book, bad, "ubl")


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("BR-DE-1", "<ram:SpecifiedTradeSettlementPaymentMeans/>", ""),
        ("BR-DE-19", "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>GB82 WEST 1234 5698 7654 32</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>", "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>4711</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>"),
        ("BR-DE-14", "<ram:ApplicableTradeTax><ram:RateApplicablePercent>0</ram:RateApplicablePercent></ram:ApplicableTradeTax>", "<ram:ApplicableTradeTax/>"),
    ],
)  # fmt: skip
def test_a_german_rule_holds_in_cii_too(broken: Broken, rule: str, good: str, bad: str) -> None:
    settlement = "<ram:ApplicableHeaderTradeSettlement>{}</ram:ApplicableHeaderTradeSettlement>"

    assert rule not in broken("xrechnung", settlement.format(good), "cii")
    assert rule in broken("xrechnung", settlement.format(bad), "cii")


DUTCH = SELLER.format(
    "<cac:PostalAddress><cac:Country><cbc:IdentificationCode>{}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
)


@pytest.mark.parametrize(("book", "rule"), [("nlcius", "BR-NL-1"), ("nlcius", "BR-NL-3"), ("peppol_nl", "NL-R-002")])
def test_dutch_rules_are_for_dutch_sellers(broken: Broken, book: str, rule: str) -> None:
    assert rule in broken(book, DUTCH.format("NL"), "ubl")
    assert broken(book, DUTCH.format("BE"), "ubl") == set()


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("BR-NL-8", "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "<cbc:InvoiceTypeCode>381</cbc:InvoiceTypeCode>"),
        ("BR-NL-12", MEANS.format("58", ""), MEANS.format("10", "")),
        ("BR-NL-29", MEANS.format("58", ""), MEANS.format("58", "").replace("Code>58", 'Code name="x">58')),
        ("BR-NL-20", "", "<cbc:TaxPointDate>2026-01-01</cbc:TaxPointDate>"),
    ],
)
def test_a_dutch_rule_tells_good_from_bad(broken: Broken, rule: str, good: str, bad: str) -> None:
    assert rule not in broken("nlcius", DUTCH.format("NL") + good, "ubl")
    assert rule in broken("nlcius", DUTCH.format("NL") + bad, "ubl")


def test_a_value_that_is_no_number_leaves_the_other_rules_at_work(broken: Broken) -> None:
    assert "PEPPOL-EN16931-R001" in broken("peppol", LINE.format("many", "1", "", "1", "1"), "ubl")


def test_the_place_is_told_in_qualified_names() -> None:
    xml = f'<Invoice xmlns="{UBL["ubl"]}"/>'

    (answer,) = asked({"xml": xml, "schema": None, "sheets": [["own/peppol/ubl", ""]]})

    assert f"/Q{{{UBL['ubl']}}}Invoice[1]" in {found[2] for found in answer["sheet"]}


@pytest.mark.parametrize(
    ("profile", "syntax", "names"),
    [
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "cii", ("xrechnung",)),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "ubl", ("peppol", "peppol_nl")),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "cii", ()),
        ("urn:cen.eu:en16931:2017", "ubl", ()),
    ],
)
def test_rule_books_are_chosen_by_the_profile(profile: str, syntax: Syntax, names: tuple[str, ...]) -> None:
    assert names_for(profile, syntax) == names


@pytest.mark.parametrize("book", books(), ids=lambda book: book.name)
def test_a_rule_book_names_each_rule_once_and_makes_well_formed_stylesheets(book: object) -> None:
    name = getattr(book, "name", "")
    ids = [rule.id for one in books() if one.name == name for rule in one.rules]

    assert len(ids) == len(set(ids))
    assert etree.fromstring(stylesheet(name, "ubl", UBL)).get("version") == "3.0"


def test_every_rule_of_ours_has_its_sentence() -> None:
    assert [id_ for id_ in rules() if wording(id_) is None] == []
