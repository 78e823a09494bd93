from pathlib import Path
from typing import Any, Protocol, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.einvoice.mapper import TABLES
from adapters.einvoice.plug import PLUG
from adapters.einvoice.reader import VERSION, EInvoiceReader
from engine.model.errors import ReadError
from engine.model.field import Row
from engine.model.page import Embedded, Reading
from engine.ports import Limits, Plug
from tests.adapters.einvoice.messages import UBL_LINE, UBL_TOTALS, cii, order, ubl

XML = "application/xml"
UNCHECKED = EInvoiceReader(check=lambda *_: ())
HEADER = {
    "vendor_name": "Schrauben GmbH",
    "vendor_tax_id": "DE123456788",
    "vendor_registration_id": "HRB 1",
    "vendor_address": "Weg 1, 89073, Ulm, DE",
    "vendor_email": "rechnung@schrauben.example",
    "vendor_iban": "DE75512108001245126199",
    "buyer_name": "Muster Handel",
    "buyer_tax_id": "DE999999999",
    "po_number": "PO-77",
    "issue_date": "2026-03-01",
    "due_date": "2026-03-31",
    "payment_terms": "30 Tage netto",
    "currency": "EUR",
    "subtotal": "70.00",
    "discount_total": "0.00",
    "charge_total": "0.0",
    "tax_total": "13.30",
    "total": "83.30",
    "amount_due": "80.00",
    "line_total": "70.00",
    "vendor_street": "Weg 1",
    "vendor_postcode": "89073",
    "vendor_city": "Ulm",
    "vendor_country": "DE",
    "vendor_tax_number": "88/123",
    "document_type_code": "380",
}
UBL_ONLY = {"vendor_trade_name": "Trade name", "note": "Danke"}


class Read(Protocol):
    def __call__(self, content: bytes, limits: Limits | None = None) -> Reading: ...


def plain(row: Row) -> dict[str, str]:
    return {field.name: field.value for field in row}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_bytes(content: bytes, limits: Limits | None = None) -> Reading:
        file = tmp_path / "message"
        file.write_bytes(content)
        return UNCHECKED.read(file, XML, pages=None, limits=limits or Limits())

    return read_bytes


def data(reading: Reading) -> Embedded:
    assert reading.embedded is not None
    return reading.embedded


@pytest.mark.parametrize(
    ("message", "syntax", "number"),
    [
        pytest.param(ubl(), "ubl", "RE-1", id="ubl"),
        pytest.param(cii(), "cii", "RE-2", id="cii"),
        pytest.param(cii(generation="CrossIndustryDocument"), "cii", "RE-2", id="zugferd 1.0"),
    ],
)
def test_every_header_field_is_read(read: Read, message: bytes, syntax: str, number: str) -> None:
    found = data(read(message))

    assert (found.syntax, found.type, found.profile) == (syntax, "invoice", "urn:cen.eu:en16931:2017")
    assert plain(found.fields) == HEADER | {"invoice_number": number} | (UBL_ONLY if syntax == "ubl" else {})


def test_a_ubl_line_is_read_with_its_price_per_unit_and_net_discount(read: Read) -> None:
    (line,) = data(read(ubl())).lines

    assert plain(line) == {
        "line_number": "1", "item_code": "S-1", "buyer_item_code": "B-1", "standard_item_code": "4000000000006",
        "tax_category": "S", "description": "Screw - galvanised, M8", "quantity": "300",
        "unit": "C62", "unit_price": "0.25", "discount": "5.00", "amount": "70.00", "tax_rate": "19",
        "po_number": "PO-78", "po_line": "20",
    }  # fmt: skip


@pytest.mark.parametrize("generation", ["CrossIndustryInvoice", "CrossIndustryDocument"])
def test_cii_lines_are_read_and_a_remark_is_a_line_of_its_own(read: Read, generation: str) -> None:
    remark, line = data(read(cii(generation=generation))).lines

    assert plain(remark) == {"description": "Delivered as agreed"}
    assert plain(line) == {
        "line_number": "1", "item_code": "4000000000006", "standard_item_code": "4000000000006", "tax_category": "S",
        "description": "Screw", "quantity": "210.0", "unit": "KGM",
        "unit_price": "0.3333333333", "amount": "70.00", "tax_rate": "19.00", "po_line": "20",
    }  # fmt: skip


def test_a_price_that_does_not_divide_evenly_is_less_than_certain(read: Read) -> None:
    line = data(read(cii())).lines[1]

    assert {field.confidence for field in line if field.name == "unit_price"} == {0.99}
    assert {field.confidence for field in line if field.name != "unit_price"} == {1.0}


@pytest.mark.parametrize(("message", "rate"), [(ubl(), "19"), (cii(), "19.00")], ids=["ubl", "cii"])
def test_the_tax_breakdown_is_that_of_the_document_currency(read: Read, message: bytes, rate: str) -> None:
    (tax,) = data(read(message)).taxes

    assert plain(tax) == {"rate": rate, "category": "S", "base": "70.00", "amount": "13.30"}


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(ubl(), id="ubl"),
        pytest.param(cii(), id="cii"),
        pytest.param(cii(generation="CrossIndustryDocument"), id="zugferd 1.0"),
        pytest.param(order(), id="order-x"),
    ],
)
def test_every_pointer_leads_back_to_what_was_read(read: Read, message: bytes) -> None:
    found = data(read(message))
    root = etree.fromstring(message, etree.XMLParser(remove_comments=True))
    name = etree.QName(root)
    namespaces = dict(TABLES[name.namespace or "", name.localname].namespaces)

    for field in [*found.fields, *(f for row in (*found.lines, *found.taxes) for f in row)]:
        assert field.provenance.how == "embedded"
        assert field.provenance.by == VERSION
        for pointer in (field.provenance.pointer or "").split(" | "):
            (node,) = cast("list[Any]", root.xpath(pointer, namespaces=namespaces))
            text = node if isinstance(node, str) else "".join(node.itertext())
            assert " ".join(text.split()) in " ".join(field.raw.split())


@pytest.mark.parametrize(
    ("root", "code", "total", "expected", "finding"),
    [
        ("Invoice", "380", "83.30", "invoice", None),
        ("Invoice", "326", "83.30", "invoice", None),
        ("Invoice", "384", "83.30", "invoice", None),
        ("Invoice", "389", "83.30", "invoice", None),
        ("Invoice", "383", "83.30", "invoice", None),
        ("Invoice", "380", "-83.30", "credit_note", "negative_invoice"),
        ("Invoice", "384", "-83.30", "credit_note", "negative_invoice"),
        ("Invoice", "325", "83.30", "unknown", "not_payable"),
        ("Invoice", "751", "83.30", "invoice", "accounting_aid"),
        ("CreditNote", "381", "83.30", "credit_note", None),
        ("CreditNote", "261", "83.30", "credit_note", None),
        ("CreditNote", "396", "83.30", "credit_note", None),
        ("CreditNote", "381", "-83.30", "credit_note", "credit_note_sign"),
        ("CreditNote", "", "83.30", "credit_note", None),
    ],
)
def test_the_type_follows_code_and_sign(
    read: Read, root: str, code: str, total: str, expected: str, finding: str | None
) -> None:
    reading = read(ubl(root=root, type_code=code, totals=UBL_TOTALS.replace("83.30", total)))

    assert data(reading).type == expected
    assert [found.code for found in reading.findings] == ([finding] if finding else [])


def test_an_order_is_recognised_with_its_number_as_order_number(read: Read) -> None:
    found = data(read(order()))

    assert found.type == "purchase_order"
    assert plain(found.fields)["po_number"] == "PO-9"
    assert "invoice_number" not in plain(found.fields)


def test_the_language_of_the_notes_is_kept(read: Read) -> None:
    assert data(read(ubl())).language == "de"


def test_a_message_in_a_transport_envelope_is_found(read: Read) -> None:
    envelope = (
        b'<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">'
    )
    inner = ubl(prolog="")

    assert plain(data(read(envelope + inner + b"</StandardBusinessDocument>")).fields)["total"] == "83.30"


@pytest.mark.parametrize(
    ("broken", "path", "raw"),
    [
        (ubl(totals=UBL_TOTALS.replace("83.30", "83,30")), "total", "83,30"),
        (ubl(totals=UBL_TOTALS.replace("83.30", "NaN")), "total", "NaN"),
        (ubl(totals=UBL_TOTALS.replace("83.30", "8e1")), "total", "8e1"),
        (ubl(due="31.03.2026"), "due_date", "31.03.2026"),
        (ubl(due="2026-02-30"), "due_date", "2026-02-30"),
        (ubl(UBL_LINE.replace(">300<", ">viele<")), "lines[0].quantity", "viele"),
        (ubl(UBL_LINE.replace('"C62">300', '"Stück">300')), "lines[0].unit", "Stück"),
        (ubl(UBL_LINE.replace('"C62">100<', '"C62">0<')), "lines[0].unit_price", "0"),
    ],
    ids=["comma", "nan", "exponent", "german date", "no such day", "quantity in words", "unit in words", "base of zero"],
)  # fmt: skip
def test_a_value_of_the_wrong_form_is_left_out_and_told(read: Read, broken: bytes, path: str, raw: str) -> None:
    reading = read(broken)

    (finding,) = reading.findings
    assert (finding.code, finding.fields, finding.evidence[0]) == ("invalid_value", (path,), ("raw", raw))
    assert path.rsplit(".", maxsplit=1)[-1] not in plain(
        data(reading).lines[0] if "lines" in path else data(reading).fields
    )


def test_findings_of_one_message_are_bounded(read: Read) -> None:
    reading = read(ubl(UBL_LINE.replace(">300<", ">viele<") * 300))

    assert len(data(reading).lines) == 300
    assert len(reading.findings) == 200


@pytest.mark.parametrize(
    ("raw", "value"),
    [("100.00", "100.00"), ("+5", "5"), (".5", "0.5"), ("-0.00", "0.00"), ("007.50", "7.50"), (" 1.0\n", "1.0")],
)
def test_decimals_keep_their_scale(read: Read, raw: str, value: str) -> None:
    assert plain(data(read(ubl(totals=UBL_TOTALS.replace("83.30", raw)))).fields)["total"] == value


def test_without_a_grand_total_it_is_what_is_payable_and_was_paid(read: Read) -> None:
    paid = '<cbc:PrepaidAmount currencyID="EUR">3.30</cbc:PrepaidAmount>'
    totals = UBL_TOTALS.replace('<cbc:TaxInclusiveAmount currencyID="EUR">83.30</cbc:TaxInclusiveAmount>', paid)

    (total,) = [field for field in data(read(ubl(totals=totals))).fields if field.name == "total"]

    assert (total.value, total.confidence) == ("83.30", 0.99)


def test_a_base_quantity_that_contradicts_the_line_amount_is_ignored(read: Read) -> None:
    line = UBL_LINE.replace(">300<", ">3<")

    reading = read(ubl(line))

    assert plain(data(reading).lines[0])["unit_price"] == "25.00"
    assert [finding.code for finding in reading.findings] == ["base_quantity_ignored"]


def test_further_accounts_are_kept_as_alternatives(read: Read) -> None:
    means = "<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>{}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"

    reading = read(ubl(means.format("FR1420041010050500013M02606") + UBL_LINE))

    (account,) = [field for field in data(reading).fields if field.name == "vendor_iban"]
    assert [other.value for other in account.alternatives] == ["FR1420041010050500013M02606"]
    assert [finding.code for finding in reading.findings] == ["several_values"]


def test_an_order_number_that_only_says_not_available_is_none(read: Read) -> None:
    message = ubl().replace(b"<cbc:ID>PO-77</cbc:ID>", b"<cbc:ID>NA</cbc:ID>")

    assert "po_number" not in plain(data(read(message)).fields)


def test_unknown_xml_becomes_a_finding(read: Read) -> None:
    reading = read(b"<catalogue/>")

    assert reading.embedded is None
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("unknown_xml", "error")]


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><lolz>&c;</lolz>'
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(BILLION_LAUGHS.encode(), id="billion laughs"),
        pytest.param(b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', id="external subset"),
        pytest.param(b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>', id="external entity"),
        pytest.param(b"<!DOCTYPE x [<!ENTITY", id="damaged behind it"),
        pytest.param(b"<!-- a --><?b c?>\n<!-- d --><!DOCTYPE x><x/>", id="behind comments"),
        pytest.param(BILLION_LAUGHS.replace('"1.0"', '"1.0" encoding="utf-16"', 1).encode("utf-16"), id="utf-16"),
        pytest.param(b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://198.51.100.1/">%p;]><x/>', id="parameter entity"),
        pytest.param(ubl(prolog='<?xml version="1.0"?><!DOCTYPE Invoice>'), id="harmless but needless"),
    ],
)
def test_a_document_type_is_refused(read: Read, content: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read(content)

    assert caught.value.code == "unsafe_xml"


@pytest.mark.parametrize(
    "content",
    [b"<a><b></a>", ubl()[:-40], b"<a>&nbsp;</a>", b"<a>\xff</a>", b"not xml", b"", b"<a>" * 100_000],
    ids=["crossed", "truncated", "undeclared entity", "wrong encoding", "text", "empty", "too deep"],
)
def test_damaged_xml_is_refused_with_a_code(read: Read, content: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read(content)

    assert caught.value.code == "unreadable_xml"


def test_xml_past_the_limit_is_not_opened(read: Read) -> None:
    with pytest.raises(ReadError) as caught:
        read(ubl(), Limits(max_xml_bytes=100))

    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ubl(),
        b"\n  " + ubl(),
        ubl(prolog='<?xml version="1.0" encoding="UTF-16"?>').decode().encode("utf-16"),
        ubl(prolog='<?xml version="1.0" encoding="UTF-16"?>').decode().encode("utf-16-be"),
        ubl(prolog='<?xml version="1.0" encoding="ISO-8859-1"?>').decode().encode("latin-1"),
        ubl().replace(b"cbc:", b"x.1:").replace(b":cbc=", b":x.1="),
        ubl().replace(b"83.30<", b"<![CDATA[83.30]]><"),
        ubl().replace(b"83.30<", b"83<!-- and -->.30<?x y?><"),
        ubl().replace(b"83.30<", b"\n  83.30\t<"),
        ubl().replace(b"<cac:TaxTotal>", b"<cbc:Empty/><cbc:DueDate></cbc:DueDate><cac:TaxTotal>", 1),
    ],
    ids=[
        "utf-8 with mark",
        "leading white space",
        "utf-16",
        "utf-16 without mark",
        "latin-1",
        "other prefixes",
        "cdata",
        "comment in a value",
        "white space in a value",
        "empty elements",
    ],
)
def test_usual_dress_of_xml_does_no_harm(read: Read, content: bytes) -> None:
    assert plain(data(read(content)).fields) == plain(data(read(ubl())).fields)
    assert plain(data(read(content)).fields)["total"] == "83.30"


def test_text_of_another_encoding_keeps_its_letters(read: Read) -> None:
    text = (
        ubl(prolog='<?xml version="1.0" encoding="ISO-8859-1"?>')
        .decode()
        .replace("Schrauben  GmbH", "Müßig & Söhne".replace("&", "&amp;"))
    )

    assert plain(data(read(text.encode("latin-1"))).fields)["vendor_name"] == "Müßig & Söhne"


@pytest.mark.parametrize(("month", "severity"), [("202602", "warning"), ("20260231", "warning")])
def test_a_delivery_month_instead_of_a_day_is_left_out_with_a_warning(read: Read, month: str, severity: str) -> None:
    event = "<ram:ActualDeliverySupplyChainEvent><ram:OccurrenceDateTime><udt:DateTimeString>{}</udt:DateTimeString></ram:OccurrenceDateTime></ram:ActualDeliverySupplyChainEvent>"
    delivery = (
        b"<ram:ApplicableHeaderTradeDelivery>" + event.format(month).encode() + b"</ram:ApplicableHeaderTradeDelivery>"
    )

    reading = read(cii().replace(b"<ram:ApplicableHeaderTradeDelivery/>", delivery))

    assert "delivery_date" not in plain(data(reading).fields)
    assert [(found.code, found.severity) for found in reading.findings] == [("invalid_value", severity)]


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_code(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "file"
    file.write_bytes(content)

    try:
        codes = {finding.code for finding in UNCHECKED.read(file, XML, pages=None, limits=Limits()).findings}
    except ReadError as e:
        codes = {e.code}

    assert codes <= {"unreadable_xml", "unsafe_xml", "unknown_xml"}
    assert codes


def test_the_plug_fits_its_socket() -> None:
    assert isinstance(PLUG, Plug)
    assert PLUG.manifest.name == "einvoice"
    assert [is_well for _, is_well, _ in PLUG.diagnose()] == [True]
    with pytest.raises(LookupError):
        PLUG.target({})
