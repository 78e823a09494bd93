import pytest

from engine.model.record import Extraction
from engine.stages.extract.extract import extract
from tests.stages.extract.layout import extracted, kind, reading, vocabularies

ENGLISH = """
Acme Tools Ltd
12 High Street
London SW1A 1AA

Bill to:
Muster Trading GmbH
Hauptstr. 5
10115 Berlin

Invoice Number: INV-2024-001        Invoice Date: 17 May 2024
PO Number: PO-778                   Due Date: 16 June 2024

Description            Quantity   Unit price     Amount
Bolt                         10         5.00      50.00
Nut                          20         2.50      50.00

Subtotal                                        £100.00
VAT 20%                                          £20.00
Total                                           £120.00

VAT No: GB123456789     sales@acme-tools.example   IBAN GB82 WEST 1234 5698 7654 32
"""

GERMAN = """
Beispiel Werkzeuge GmbH - Ringstr. 3 - 50667 Köln

Muster Handels GmbH
Hauptstr. 5
10115 Berlin

Rechnung

Rechnungsnummer    Rechnungsdatum    Fällig am
RE-4711            17.05.2024        16.06.2024

Nettobetrag                               1.000,00 €
zzgl. 19 % MwSt                             190,00 €
Gesamtbetrag                              1.190,00 €

USt-IdNr. DE136695976   IBAN DE89 3704 0044 0532 0130 00
"""

FRENCH = """
Ateliers Dupont SARL
12 rue Basse
75001 Paris

Facture n° FA-2024-17 du 17 mai 2024
Date d'échéance : 16 juin 2024

Total HT                     1 000,00 €
TVA 20 %                       200,00 €
Total TTC                    1 200,00 €

N° TVA : FR40303265045
"""

SPANISH = """
Talleres Ejemplo S.L.
Factura nº: F-88      Fecha: 17/05/2024
Base imponible                 100,00
IVA 21%                         21,00
Total factura                  121,00 €
"""

ITALIAN = """
Officina Esempio S.r.l.
Fattura n. 88/2024 del 17/05/2024
Totale imponibile              100,00
IVA 22%                         22,00
Totale documento             € 122,00
"""

DUTCH = """
Voorbeeld Gereedschap B.V.
Factuurnummer: 2024-88
Factuurdatum: 17 mei 2024
Totaal excl. BTW               100,00
BTW 21%                         21,00
Totaal incl. BTW             € 121,00
"""

POLISH = """
Sprzedawca: Przykład Sp. z o.o.
Faktura VAT nr FV/88/2024      Data wystawienia: 17.05.2024
Razem netto                  1 000,00
Kwota VAT                      230,00
Do zapłaty                   1 230,00 PLN
"""


def _values(extraction: Extraction, *names: str) -> tuple[str | None, ...]:
    return tuple(extraction.value(name) for name in names)


KEYS = ("invoice_number", "issue_date", "subtotal", "tax_total", "total", "currency")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENGLISH, ("INV-2024-001", "2024-05-17", "100.00", "20.00", "120.00", "GBP")),
        (GERMAN, ("RE-4711", "2024-05-17", "1000.00", "190.00", "1190.00", "EUR")),
        (FRENCH, ("FA-2024-17", "2024-05-17", "1000.00", "200.00", "1200.00", "EUR")),
        (SPANISH, ("F-88", "2024-05-17", "100.00", "21.00", "121.00", "EUR")),
        (ITALIAN, ("88/2024", "2024-05-17", "100.00", "22.00", "122.00", "EUR")),
        (DUTCH, ("2024-88", "2024-05-17", "100.00", "21.00", "121.00", "EUR")),
        (POLISH, ("FV/88/2024", "2024-05-17", "1000.00", "230.00", "1230.00", "PLN")),
    ],
    ids=["english", "german", "french", "spanish", "italian", "dutch", "polish"],
)
def test_the_key_fields_are_read_in_every_language(text: str, expected: tuple[str, ...]) -> None:
    assert _values(extracted(text), *KEYS) == expected


def test_parties_and_their_identities_are_told_apart() -> None:
    found = extracted(ENGLISH)

    assert _values(found, "vendor_name", "buyer_name", "vendor_iban", "vendor_email") == (
        "Acme Tools Ltd", "Muster Trading GmbH", "GB82WEST12345698765432", "sales@acme-tools.example",
    )  # fmt: skip


def test_the_sender_line_names_the_vendor_and_the_window_the_buyer() -> None:
    assert _values(extracted(GERMAN), "vendor_name", "buyer_name") == ("Beispiel Werkzeuge GmbH", "Muster Handels GmbH")


def test_values_below_their_labels_are_read() -> None:
    assert _values(extracted(GERMAN), "due_date", "vendor_tax_id") == ("2024-06-16", "DE136695976")


def test_order_numbers_and_due_dates_are_not_mixed_up() -> None:
    assert _values(extracted(ENGLISH), "po_number", "due_date") == ("PO-778", "2024-06-16")


def test_every_value_knows_its_place_and_its_reader() -> None:
    for path, field in extracted(ENGLISH).walk():
        assert field.provenance.page == 1, path
        assert field.provenance.box is not None, path
        assert field.provenance.by == "drawn@1+en@1", path
        assert field.raw, path


def test_the_box_is_the_union_of_the_words_of_the_value() -> None:
    field = extracted("Invoice Date: 17 May 2024\nTotal 5.00").get("issue_date")

    assert field is not None
    assert field.provenance.box is not None
    assert tuple(field.provenance.box) == (110.0, 30.0, 165.0, 39.0)


def test_taxes_of_several_rates_are_read_and_summed() -> None:
    found = extracted(
        """
        Rechnung Nr. 4711   Datum: 17.05.2024
        Steuersatz     Netto      Steuer
        7 %           100,00        7,00
        19 %          200,00       38,00
        Gesamtbetrag              345,00 EUR
        """
    )

    assert [tuple(f.value for f in row) for row in found.taxes] == [("7", "100.00", "7.00"), ("19", "200.00", "38.00")]
    assert _values(found, "subtotal", "tax_total", "total") == ("300.00", "45.00", "345.00")


def test_an_ambiguous_date_is_less_sure_and_keeps_the_other_reading() -> None:
    unsure = extracted("Invoice No. 4711\nInvoice Date: 04/05/2024\nTotal 5.00").get("issue_date")
    proven = extracted("Invoice No. 4711\nInvoice Date: 04/05/2024\nDue Date: 30/05/2024\nTotal 5.00").get("issue_date")

    assert unsure is not None
    assert proven is not None
    assert (unsure.value, [a.value for a in unsure.alternatives]) == ("2024-05-04", ["2024-04-05"])
    assert unsure.confidence < proven.confidence
    assert proven.alternatives == ()


def test_a_buyers_tax_id_is_not_the_vendors() -> None:
    found = extracted("Rechnung Nr. 4711\nUSt-IdNr. DE136695976\nIhre USt-IdNr. DE118715439\nGesamtbetrag 5,00 EUR")

    assert _values(found, "vendor_tax_id", "buyer_tax_id") == ("DE136695976", "DE118715439")


def test_an_order_is_written_by_its_buyer() -> None:
    text = """
    Muster Handels GmbH - Hauptstr. 5 - 10115 Berlin

    Beispiel Werkzeuge AG
    Ringstr. 3
    50667 Köln

    Bestellung
    Bestellnummer: 4500001234       Datum: 17.05.2024
    """
    found = extracted(text)

    assert found.classification.type == "purchase_order"
    assert _values(found, "po_number", "issue_date", "vendor_name", "buyer_name") == (
        "4500001234", "2024-05-17", "Beispiel Werkzeuge AG", "Muster Handels GmbH",
    )  # fmt: skip


def test_an_empty_reading_gives_an_empty_extraction() -> None:
    found = extract(reading(), document_id="x", classification=kind(None, "unknown"), vocabularies=vocabularies())

    assert (found.fields, found.lines, found.taxes) == ((), (), ())


def test_the_same_reading_gives_the_same_extraction() -> None:
    assert extracted(ENGLISH) == extracted(ENGLISH)
