"""Whose numbers they are."""

import pytest

from tests.stages.extract.layout import extracted, line

PAGE = """
Acme Tools Ltd
12 High Street
London SW1A 1AA

Bill to:
Muster Trading GmbH
Hauptstr. 5
10115 Berlin
{window}

INVOICE
Invoice number      Invoice date     {label}
INV-2024-001        17 May 2024      {below}

Total               GBP 120.00
{foot}
"""


def _page(*, window: str = "", label: str = "", below: str = "", foot: str = "") -> str:
    return PAGE.format(window=window, label=label, below=below, foot=foot)


def test_a_vat_id_below_the_buyers_label_is_the_buyers() -> None:
    found = extracted(_page(label="Your VAT ID", below="DE136695976", foot="VAT no.: FR40303265045"))

    assert (found.value("buyer_tax_id"), found.value("vendor_tax_id")) == ("DE136695976", "FR40303265045")


def test_a_vat_id_in_the_buyers_address_is_the_buyers() -> None:
    found = extracted(_page(window="DE136695976", foot="VAT no.: FR40303265045"))

    assert (found.value("buyer_tax_id"), found.value("vendor_tax_id")) == ("DE136695976", "FR40303265045")


def test_a_labelled_vat_id_with_a_right_checksum_is_sure() -> None:
    field = extracted(_page(foot="VAT no.: FR40303265045")).get("vendor_tax_id")

    assert field is not None
    assert field.confidence > 0.9


@pytest.mark.parametrize(
    ("foot", "value"),
    [("HRB 61427", "HRB 61427"), ("KvK 91760861", "KvK 91760861"), ("Company No.: 03316536", "03316536")],
)
def test_the_name_of_a_register_belongs_to_the_number(foot: str, value: str) -> None:
    assert extracted(_page(foot=foot)).value("vendor_registration_id") == value


def test_a_tax_number_keeps_its_signs_and_loses_what_it_is_called() -> None:
    assert extracted(_page(foot="Tax ID (EIN): 12-3456789")).value("vendor_tax_id") == "12-3456789"


def test_a_japanese_issuer_number_is_a_tax_id() -> None:
    found = extracted(_page(foot="Registration No.: T5835678256246"))

    assert (found.value("vendor_tax_id"), found.value("vendor_registration_id")) == ("T5835678256246", None)


@pytest.mark.parametrize("text", ["Storage 500 GB 1 121.47", "PL-1208/23  11,70 46", "GB 121 472 147"])
def test_numbers_after_two_letters_are_seldom_a_vat_id(text: str) -> None:
    from engine.stages.extract.identifiers import identifiers_on

    assert not [i for i in identifiers_on(line(text)) if i.kind == "vat"]


def test_an_order_names_our_company_as_supplier_and_its_writer_as_buyer() -> None:
    found = extracted("""
        Seehotel Muster GmbH
        Seestr. 4
        88131 Lindau

        Lieferant                        Bestellnummer:   35788387
        Beispiel Handels GmbH            Datum:           31.03.2025
        Hauptstr. 24
        50667 Köln

        Bestellung

        USt-IdNr.: DE136695976
    """)

    assert (found.value("vendor_name"), found.value("buyer_name")) == ("Beispiel Handels GmbH", "Seehotel Muster GmbH")
    assert (found.value("buyer_tax_id"), found.value("vendor_tax_id")) == ("DE136695976", None)


def _scan(foot: str, name: str) -> tuple[str, bool] | None:
    field = extracted(_page(foot=foot), how="ocr").get(name)
    return None if field is None else (field.value, field.confidence > 0.7)


@pytest.mark.parametrize("printed", ["GB82 WEST 1234 5698 7654 32", "6B82 WEST 1234 5698 7654 32"])
def test_an_account_that_no_checksum_proves_is_never_sure(printed: str) -> None:
    assert _scan(f"IBAN {printed.replace('32', '33')}", "vendor_iban") in (None, ("GB82WEST12345698765433", False))


@pytest.mark.parametrize("printed", ["DEB9 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"])
def test_a_check_digit_read_as_letter_is_put_right_where_the_checksum_holds(printed: str) -> None:
    assert _scan(f"IBAN {printed}", "vendor_iban") == ("DE89370400440532013000", True)


def test_a_country_read_in_digits_is_put_right_where_the_checksum_holds() -> None:
    field = extracted(_page(foot="VAT no.: 1E6433435F"), how="ocr").get("vendor_tax_id")

    assert field is not None
    assert field.value == "IE6433435F"


def test_a_tax_id_stands_under_a_heading_of_its_own() -> None:
    found = extracted("Tax Invoice No. 17\n\nGSTIN               CIN\n29ABCDE1234F1Z5     U63090DL2012PTC231770")

    assert found.value("vendor_tax_id") == "29ABCDE1234F1Z5"


def test_the_id_named_the_buyers_outweighs_one_of_the_buyers_department() -> None:
    found = extracted(
        _page(
            foot="Buyer Req VAT ID: FR 92 654 987 321\n\nBuyer VAT ID: FR 05 987 654 321 - Reference: 8841 of the buyer"
        )
    )

    assert found.value("buyer_tax_id") == "FR05987654321"


def test_an_id_in_a_third_partys_block_is_nobodys() -> None:
    found = extracted(
        _page(
            foot="Ship to:\nHafenlager Nord GmbH\nKai 3\n20095 Hamburg\nVAT no.: DE136695976\n\n\nVAT no.: FR40303265045"
        )
    )

    assert (found.value("buyer_tax_id"), found.value("vendor_tax_id")) == (None, "FR40303265045")
