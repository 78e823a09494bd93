import re
from collections.abc import Callable

import pytest
from lxml import etree

from adapters.einvoice.checks import checker
from adapters.einvoice.checks.suite import CII_ROOT, MENDS, folder, suite
from adapters.einvoice.mapper import TABLES
from adapters.shared.guard import ChildDied
from engine.model.finding import Finding
from tests.adapters.einvoice.checks.child import asked
from tests.adapters.einvoice.messages import cii, order, ubl

Check = Callable[[bytes], dict[str, Finding]]
SUPPLIER = b"<cac:AccountingSupplierParty>"


@pytest.fixture(scope="module")
def broken() -> Check:
    """Return the findings of a message by rule, checked in a child."""

    def by_rule(content: bytes) -> dict[str, Finding]:
        root = etree.fromstring(content)
        name = etree.QName(root)
        key = (str(name.namespace), name.localname)
        profile = "urn:cen.eu:en16931:2017"
        wanted = suite(key, profile)
        request = {"xml": etree.tostring(root, encoding="unicode"), "schema": wanted.schema, "sheets": wanted.sheets}
        found = checker.findings(asked(request), TABLES[key].namespaces)
        return {dict(one.evidence).get("rule", one.code): one for one in found}

    return by_rule


def test_what_is_missing_is_named_with_the_field_and_what_to_do(broken: Check) -> None:
    found = broken(ubl(number=""))["BR-02"]

    assert (found.code, found.severity, found.fields) == ("en16931_rule", "error", ("invoice_number",))
    assert (
        found.message
        == "The e-invoice breaks BR-02: the invoice number is missing or empty. Ask the supplier for a corrected e-invoice."
    )
    assert dict(found.evidence)["place"] == "/ubl:Invoice[1]"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(ubl().replace(b'InclusiveAmount currencyID="EUR">83.30', b'InclusiveAmount currencyID="EUR">83.31'), "BR-CO-15", id="ubl sum"),
        pytest.param(ubl().replace(b"<cbc:DocumentCurrencyCode>EUR", b"<cbc:DocumentCurrencyCode>EUX"), "BR-CL-04", id="ubl code list"),
        pytest.param(ubl(root="CreditNote").replace(b">70.00</cbc:LineExt", b">70.001</cbc:LineExt"), "BR-DEC-09", id="credit note decimals"),
        pytest.param(cii(total="83.31"), "BR-CO-15", id="cii sum"),
        pytest.param(cii().replace(b"InvoiceCurrencyCode>EUR", b"InvoiceCurrencyCode>EUX"), "BR-CL-04", id="cii code list"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found_in_either_syntax(broken: Check, content: bytes, rule: str) -> None:
    before = broken(ubl(root="CreditNote") if b"CreditNote" in content else ubl() if b"cbc" in content else cii())

    assert rule not in before
    assert broken(content)[rule].severity == "error"


_CHARGE = b"""<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>true</udt:Indicator></ram:ChargeIndicator>
<ram:ActualAmount>1.00</ram:ActualAmount><ram:ReasonCode listID="5153">AAB</ram:ReasonCode></ram:SpecifiedTradeAllowanceCharge>"""
_DOCUMENT = b"""<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>A-1</ram:IssuerAssignedID><ram:TypeCode>130</ram:TypeCode>
%b</ram:AdditionalReferencedDocument>"""
_SETTLEMENT = b"<ram:ApplicableHeaderTradeSettlement>"


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        pytest.param("BR-CL-07", _DOCUMENT % b"<ram:ReferenceTypeCode>130</ram:ReferenceTypeCode>", _DOCUMENT % b"<ram:ReferenceTypeCode>AWV</ram:ReferenceTypeCode>", id="object identifier"),
        pytest.param("BR-CL-10", b'<ram:PayeeTradeParty><ram:GlobalID schemeID="SE">1</ram:GlobalID></ram:PayeeTradeParty>', b'<ram:PayeeTradeParty><ram:GlobalID schemeID="0088">1</ram:GlobalID></ram:PayeeTradeParty>', id="identifier scheme"),
        pytest.param("BR-CL-20", _CHARGE, _CHARGE.replace(b' listID="5153">AAB', b">AAA"), id="charge reason of another list"),
        pytest.param("BR-CL-24", _DOCUMENT % b'<ram:AttachmentBinaryObject mimeCode="text/xml">QQ==</ram:AttachmentBinaryObject>', _DOCUMENT % b'<ram:AttachmentBinaryObject mimeCode="text/csv">QQ==</ram:AttachmentBinaryObject>', id="kind of attachment"),
    ],
)  # fmt: skip
def test_code_lists_allow_just_what_the_standard_does(broken: Check, rule: str, wrong: bytes, right: bytes) -> None:
    assert rule in broken(cii().replace(_SETTLEMENT, _SETTLEMENT + wrong))
    assert rule not in broken(cii().replace(_SETTLEMENT, _SETTLEMENT + right))


@pytest.mark.parametrize("id_", MENDS)
def test_every_narrowing_fits_the_installed_artefact(id_: str) -> None:
    mend = MENDS[id_]
    file = suite(CII_ROOT, "urn:cen.eu:en16931:2017").sheets[1].file
    root = etree.parse(folder() / file).getroot()
    named = [found for found in root.iter("{*}failed-assert") if found.xpath("*[@name='id']/text()") == [id_]]
    rule = next(named[0].iterancestors("{*}template"))
    test = next(named[0].iterancestors("{*}choose")).find("{*}when")

    assert test is not None
    assert re.search(mend.pattern, (test if mend.where == "test" else rule).get(mend.where, ""))


def test_an_element_that_the_standard_does_not_use_is_a_warning(broken: Check) -> None:
    content = ubl().replace(
        b"<cbc:DocumentCurrencyCode>",
        b"<cbc:PricingCurrencyCode>EUR</cbc:PricingCurrencyCode><cbc:DocumentCurrencyCode>",
    )

    warnings = [rule for rule, found in broken(content).items() if found.severity == "warning"]

    assert any(rule.startswith("UBL-CR-") for rule in warnings)


def test_a_message_that_does_not_follow_its_schema_is_told_with_the_place(broken: Check) -> None:
    found = broken(ubl().replace(SUPPLIER, b"<cac:Nonsense/>" + SUPPLIER))["einvoice_schema"]

    assert "Nonsense" in found.message
    assert "{" not in found.message


def test_a_rule_that_is_broken_on_many_lines_is_one_finding(broken: Check) -> None:
    line = b"<cac:InvoiceLine><cbc:ID>9</cbc:ID></cac:InvoiceLine></Invoice>"

    found = broken(ubl().replace(b"</Invoice>", line).replace(b"</Invoice>", line))["BR-22"]

    assert dict(found.evidence)["times"] == "2"


def test_a_rule_broken_on_every_line_hides_no_other(broken: Check) -> None:
    line = b"<cac:InvoiceLine/>"
    content = (
        ubl()
        .replace(b"</Invoice>", line * 600 + b"</Invoice>")
        .replace(b'InclusiveAmount currencyID="EUR">83.30', b'InclusiveAmount currencyID="EUR">83.31')
    )

    found = broken(content)

    assert dict(found["BR-21"].evidence)["times"] == "600"
    assert "BR-CO-15" in found


def test_the_order_of_findings_is_errors_first(broken: Check) -> None:
    severities = [found.severity for found in broken(ubl(number="")).values()]

    assert severities == sorted(severities, key=lambda severity: severity != "error")


@pytest.mark.slow
@pytest.mark.parametrize("content", [ubl(), cii(), order()], ids=["ubl", "cii", "order-x"])
def test_a_guarded_child_checks_messages(content: bytes) -> None:
    root = etree.fromstring(content)

    found = checker.check(root, "urn:cen.eu:en16931:2017", {})

    assert "einvoice_unchecked" not in {finding.code for finding in found}
    assert {finding.code for finding in found} >= {"einvoice_profile", "einvoice_schema"}


def test_a_child_that_dies_leaves_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise ChildDied("out of memory")

    monkeypatch.setattr(checker, "_guard", type("Dead", (), {"ask": die})())

    found = checker.check(etree.fromstring(ubl()), "", {})

    assert [(finding.code, finding.severity) for finding in found] == [("einvoice_unchecked", "warning")]
