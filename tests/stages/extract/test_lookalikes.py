"""Words that look like labels and are parts of names and numbers, and accounts that are not the vendor's."""

import pytest

from tests.stages.extract.layout import extracted


def _values(text: str) -> dict[str, str]:
    return {field.name: field.value for field in extracted(text).fields}


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Rechnung\n\nRechnungsnummer   VR 20250048812", "VR 20250048812"),
        ("FACTURA\n\nFactura nº   FAC 20418", "FAC 20418"),
        ("INVOICE\n\nInvoice No.   20418", "20418"),
    ],
    ids=["letters of a register", "short for invoice", "none"],
)
def test_capitals_before_the_digits_belong_to_the_number(printed: str, number: str) -> None:
    assert _values(printed)["invoice_number"] == number


def test_a_province_in_brackets_names_no_buyer() -> None:
    values = _values("""
    Fattura
    Officine Tanaro S.r.l.
    Via Garibaldi 18, 10122 Torino (TO) Partita IVA: IT00743110157

    Fattura nr. 881
    """)

    assert values["vendor_tax_id"] == "IT00743110157"


def test_the_abbreviation_of_county_names_no_third_party() -> None:
    values = _values("""
    Shannon Avionics Ltd                          Tax Invoice
    Free Zone East, Shannon, Co. Clare. VAT IE6433435F

    Invoice no. 3310
    """)

    assert values["vendor_tax_id"] == "IE6433435F"


def test_a_currency_in_a_column_of_its_own_does_not_part_a_label_from_its_amount() -> None:
    values = _values("""
    Rechnung Nr. 4711

    Warenwert       EUR      2.027,52
    MwSt 19%        EUR        385,23
    Zu zahlen       EUR      2.412,75
    """)

    assert values["tax_total"] == "385.23"


def test_an_account_that_is_debited_is_not_the_vendors() -> None:
    values = _values("""
    Rechnung Nr. 4711

    Den Betrag buchen wir von Ihrem Konto DE89 3704 0044 0532 0130 00 ab.

    Stadtwerke Ammertal GmbH  IBAN DE02 1203 0000 0000 2020 51
    """)

    assert values["vendor_iban"] == "DE02120300000000202051"


def test_an_account_named_after_a_request_to_pay_is_the_vendors() -> None:
    values = _values("""
    Rechnung Nr. 4711

    Wir erwarten Ihre Zahlung auf DE02 1203 0000 0000 2020 51.
    """)

    assert values["vendor_iban"] == "DE02120300000000202051"


@pytest.mark.parametrize(
    "printed", ["61 1090 1014 0000 0712 1981 2874", "61109010140000071219812874"], ids=["in groups", "in one word"]
)
def test_a_polish_account_without_its_country_is_read_as_iban(printed: str) -> None:
    assert _values(f"Faktura VAT nr 12/2025\n\nRachunek do wpłat: {printed}")["vendor_iban"] == (
        "PL61109010140000071219812874"
    )


def test_26_digits_with_a_wrong_checksum_are_no_account() -> None:
    assert "vendor_iban" not in _values("Faktura VAT nr 12/2025\n\nRef 62 1090 1014 0000 0712 1981 2874")


def test_a_street_is_not_the_vendor() -> None:
    values = _values("""
    The Larkhill Hotel
    Larkhill Road, Bath BA1 5DU - VAT No. GB517564393

    Invoice no. 118204
    """)

    assert values["vendor_name"] == "The Larkhill Hotel"


def test_a_postcode_below_a_label_of_money_is_no_amount() -> None:
    values = _values("""
    Facture no 2025/88

    Montant total CHF       9102.00

    Payable par
    2900 Porrentruy
    """)

    assert values.get("amount_due") != "2900.00"


@pytest.mark.parametrize("sign", ["n.º", "n.0"], ids=["printed", "misread"])
def test_a_number_sign_without_a_space_is_no_part_of_a_tax_id(sign: str) -> None:
    assert _values(f"FATURA\n\nContribuinte {sign}590381075")["vendor_tax_id"] == "590381075"


def test_a_dot_for_a_narrow_space_does_not_hide_an_amount() -> None:
    values = _values("""
    Rechnung Nr. 4711

    Netto           938,72 EUR
    MwSt 19%        178,36 EUR
    Gesamt        EUR·1.117,08
    """)

    assert values["total"] == "1117.08"


def test_a_title_above_the_letterhead_does_not_make_the_addressee_the_vendor() -> None:
    values = _values("""
    Sales Invoice
    Kestrel Optics plc
    4 Quarry Lane, Bristol BS9 2LT   VAT Registration: GB931706097

    Harcourt & Wells LLP
    18 Temple Row
    Birmingham B2 5HG

    Invoice no. 3310
    """)

    assert (values["vendor_name"], values["buyer_name"]) == ("Kestrel Optics plc", "Harcourt & Wells LLP")
