"""What is read of each message, in both forms."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.model.field import Field
from tests.adapters.idoc.messages import (
    DELIVERY,
    INVOICE,
    ORDER,
    RESPONSE,
    Message,
    as_flat,
    as_xml,
    codes,
    data_of,
    delivery,
    item,
    plain,
    read,
    seg,
)

FORMS: dict[str, Callable[..., bytes]] = {"flat": as_flat, "xml": as_xml}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Callable[..., bytes]:
    return FORMS[request.param]


def test_an_invoice_is_read_with_all_that_posting_needs(tmp_path: Path, form: Callable[..., bytes]) -> None:
    reading = read(tmp_path, form(INVOICE))

    assert (data_of(reading).type, data_of(reading).profile, codes(reading)) == ("invoice", "INVOIC02 INVOIC", [])
    assert plain(reading) == {
        "invoice_number": "90012345", "issue_date": "2026-03-01", "due_date": "2026-03-31", "po_number": "4500001234",
        "delivery_note_number": "80001234", "currency": "EUR", "customer_number": "0000104711",
        "vendor_name": "Müller & Söhne KG", "vendor_tax_id": "DE136695976", "vendor_country": "DE",
        "vendor_address": "Hafenweg 3, 20457, Hamburg, DE", "vendor_street": "Hafenweg 3", "vendor_postcode": "20457",
        "vendor_city": "Hamburg", "vendor_iban": "DE02120300000000202051", "vendor_bic": "BYLADEM1001",
        "buyer_name": "Alpenkontor GmbH", "buyer_tax_id": "ATU12345675", "buyer_country": "AT", "buyer_address": "AT",
        "payment_terms": "30 days net", "subtotal": "112.50", "tax_total": "21.38", "total": "133.88",
        "taxes": [{"rate": "19.000", "amount": "21.38"}],
        "lines": [
            {"line_number": "10", "item_code": "12345", "buyer_item_code": "K-77", "description": "Espresso beans",
             "quantity": "10.000", "unit": "H87", "unit_price": "10.00", "price_base": "1", "amount": "100.00",
             "po_number": "4500001234", "po_line": "10"},
            {"line_number": "20", "item_code": "M-4", "description": "Filter paper", "quantity": "2.000", "unit": "H87",
             "amount": "12.50"},
        ],
    }  # fmt: skip


def test_a_customers_order_is_read(tmp_path: Path, form: Callable[..., bytes]) -> None:
    reading = read(tmp_path, form(ORDER))
    said = plain(reading)

    assert (data_of(reading).type, codes(reading)) == ("purchase_order", [])
    assert [said[name] for name in ("po_number", "issue_date", "delivery_date", "customer_number", "buyer_tax_id")] == [
        "4500009876", "2026-03-02", "2026-04-01", "0000104711", "ATU12345675",
    ]  # fmt: skip
    assert said["lines"] == [
        {"line_number": "10", "buyer_item_code": "K-77", "description": "Espresso", "quantity": "3.000", "unit": "KGM",
         "unit_price": "10.0055", "price_base": "1", "delivery_date": "2026-04-10"}
    ]  # fmt: skip


def test_an_order_response_keeps_its_type_and_both_numbers(tmp_path: Path, form: Callable[..., bytes]) -> None:
    reading = read(tmp_path, form(RESPONSE))
    said = plain(reading)

    assert (data_of(reading).type, said["po_number"], said["document_number"]) == (
        "order_response", "4500009876", "2000321116",
    )  # fmt: skip


def test_items_that_the_vendor_refuses_are_told(tmp_path: Path) -> None:
    refused = RESPONSE._replace(
        segments=(*RESPONSE.segments, seg("E1EDP01", POSEX="00020", ABGRU="02", ABGRT="Out of stock", MENGE="1.000"))
    )

    (finding,) = read(tmp_path, as_xml(refused)).findings
    assert (finding.code, finding.severity, finding.evidence) == (
        "order_line_refused", "error", (("00020", "Out of stock"),),
    )  # fmt: skip


def test_a_delivery_is_read(tmp_path: Path, form: Callable[..., bytes]) -> None:
    reading = read(tmp_path, form(DELIVERY))
    said = plain(reading)

    assert (data_of(reading).type, codes(reading)) == ("goods_receipt", [])
    assert [said[name] for name in ("delivery_note_number", "issue_date", "delivery_date", "po_number", "vendor_name")] == [
        "0080001234", "2026-02-28", "2026-03-03", "4500001234", "Müller & Söhne KG",
    ]  # fmt: skip
    assert said["lines"] == [
        {"line_number": "10", "item_code": "12345", "description": "Espresso beans", "quantity": "4.000", "unit": "H87",
         "po_number": "4500001234", "po_line": "10"},
        {"line_number": "20", "item_code": "12345", "description": "Espresso beans", "quantity": "2.500", "unit": "H87",
         "po_number": "4500001234", "po_line": "20"},
    ]  # fmt: skip


def test_a_delivery_against_several_orders_has_no_order_of_its_own(tmp_path: Path) -> None:
    said = plain(read(tmp_path, as_xml(delivery(item("10", "1"), item("20", "1", order="4500005678")))))

    assert ("po_number" in said, [line["po_number"] for line in said["lines"]]) == (False, ["4500001234", "4500005678"])


def test_an_item_that_comes_from_several_batches_counts_once(tmp_path: Path) -> None:
    batches = [item("900001", "3.000", HIPOS="000010", CHARG="B1"), item("900002", "1.000", HIPOS="000010", CHARG="B2")]
    said = plain(read(tmp_path, as_flat(delivery(item("000010", "0.000"), *batches))))

    assert [(line["quantity"], line["batch_number"], line["parent_line_number"]) for line in said["lines"]] == [
        ("3.000", "B1", "10"), ("1.000", "B2", "10"),
    ]  # fmt: skip


def test_several_deliveries_in_one_message_ask_a_person(tmp_path: Path) -> None:
    two = DELIVERY._replace(segments=DELIVERY.segments * 2)

    assert codes(read(tmp_path, as_xml(two))) == ["idoc_several_deliveries"]


@pytest.mark.parametrize(
    ("changed", "kind", "code"),
    [
        (INVOICE.with_(seg("E1EDK01", CURCY="EUR", BSART="CRME")), "credit_note", None),
        (INVOICE.with_(seg("E1EDS01", SUMID="011", SUMME="133.88-")), "credit_note", "negative_invoice"),
        (ORDER._replace(message="ORDCHG"), "purchase_order", "order_changed"),
        (ORDER.with_(seg("E1EDK01", CURCY="EUR", ACTION="003")), "purchase_order", "order_cancellation"),
    ],
    ids=["credit memo", "negative total", "change", "cancellation"],
)
def test_what_a_message_is_follows_from_what_it_says(
    tmp_path: Path, changed: Message, kind: str, code: str | None
) -> None:
    reading = read(tmp_path, as_xml(changed))

    assert (data_of(reading).type, codes(reading)) == (kind, [code] if code else [])


def test_other_messages_are_not_taken_for_documents(tmp_path: Path) -> None:
    reading = read(tmp_path, as_xml(INVOICE._replace(type="SYSTAT01", message="STATUS")))

    assert (reading.embedded, codes(reading)) == (None, ["idoc_not_read"])


def test_every_value_names_its_place_in_the_file(tmp_path: Path) -> None:
    def named(content: bytes, name: str) -> Field:
        return next(field for field in data_of(read(tmp_path, content)).fields if field.name == name)

    xml, flat = named(as_xml(INVOICE), "po_number"), named(as_flat(INVOICE), "po_number")

    assert xml.provenance.pointer == "/INVOIC02/IDOC[1]/E1EDK02[2]/BELNR"
    assert flat.provenance.pointer == "/E1EDK02[2]/BELNR (line 6, columns 67-101)"
    line = as_flat(INVOICE).decode().splitlines()[5]
    assert line[66:101].strip() == flat.value == "4500001234"
    assert {field.provenance.how for field in (xml, flat)} == {"embedded"}
    assert (xml.confidence, flat.confidence, xml.provenance.by) == (1.0, 1.0, "idoc@1.0")
