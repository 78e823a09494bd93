import pytest

from engine.model.record import Extraction
from engine.stages.extract.blocks import Cell
from engine.stages.extract.extract import extract
from engine.stages.extract.names import is_initialled, is_name, is_street, name_in, without_digits
from tests.stages.extract.layout import extracted, kind, lexicon, line, reading, vocabularies


def _name(text: str) -> str:
    row = line(text)
    return name_in(Cell(row, 0, len(row.words)), 1.0, lexicon()).value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Beispiel GmbH - Ringstr. 3 - 50667 Köln", "Beispiel GmbH"),
        ("Beispiel GmbH & Co. KG, Ringstr. 3", "Beispiel GmbH & Co. KG"),
        ("Beispiel GmbH | Ringstr. 3", "Beispiel GmbH"),
        ("Brama Przyklad Sp. z o.o.", "Brama Przyklad Sp. z o.o."),
        ("• Acme Tools Ltd", "Acme Tools Ltd"),
        ("Acme Tools, Inc.", "Acme Tools, Inc"),
    ],
)
def test_a_name_ends_where_the_address_begins(text: str, name: str) -> None:
    assert _name(text).rstrip(".") == name.rstrip(".")


@pytest.mark.parametrize(
    "text",
    [
        "12345 Berlin",
        "Hauptstr. 5",
        "(not a name)",
        "Invoice Number",
        "a@b.example",
        "GLN 4000001123452",
        "Name:",
        "10 August 2025",
    ],
)
def test_other_lines_are_no_names(text: str) -> None:
    assert not is_name(text, lexicon())


@pytest.mark.parametrize("words", [("hauptstr", "5"), ("12", "rue", "basse"), ("lieferantenstrasse", "20")])
def test_a_street_has_a_street_word_and_a_number(words: tuple[str, ...]) -> None:
    assert is_street(words, lexicon())


def test_the_company_under_a_person_is_the_buyer() -> None:
    found = extracted(
        """
        Beispiel GmbH - Ringstr. 3 - 50667 Köln

        Herrn
        Max Muster
        Muster Handels AG
        Hauptstr. 5
        10115 Berlin

        Rechnung Nr. 4711
        """
    )

    assert found.value("buyer_name") == "Muster Handels AG"


def test_a_private_person_is_the_buyer_too() -> None:
    found = extracted(
        """
        Beispiel GmbH - Ringstr. 3 - 50667 Köln

        Herrn
        Max Muster
        Hauptstr. 5
        10115 Berlin

        Rechnung Nr. 4711
        """
    )

    assert found.value("buyer_name") == "Max Muster"


def test_a_form_names_its_parties_by_key() -> None:
    found = extracted(
        """
        Rechnung Nr. 4711

        Verkäufer
        Name:        Beispiel GmbH
        Anschrift:   Ringstr. 3

        Käufer/Leistungsempfänger
        Name:        Muster AG
        Anschrift:   Hauptstr. 5
        """
    )

    assert (found.value("vendor_name"), found.value("buyer_name")) == ("Beispiel GmbH", "Muster AG")


def test_the_name_that_looks_like_the_web_domain_is_the_vendor() -> None:
    found = extracted(
        """
        Frobnitz
        Invoice No. 4711
        Total 5.00
        Some Other Words
        www.frobnitz.com
        """
    )

    assert found.value("vendor_name") == "Frobnitz"


@pytest.mark.parametrize("noise", ["e", "O", "Kl", "|"])
def test_what_a_logo_left_before_a_recognised_name_is_dropped(noise: str) -> None:
    text = f"""
{noise} Muster Werkzeuge GmbH
Hauptstr. 5
10115 Berlin

Rechnung Nr. 4711
Gesamtbetrag      10,00 EUR

Muster Werkzeuge GmbH     Hauptstr. 5     10115 Berlin
"""
    assert extracted(text, how="ocr").value("vendor_name") == "Muster Werkzeuge GmbH"


def test_letters_that_belong_to_the_name_everywhere_stay() -> None:
    text = """
AB Muster Werkzeuge GmbH
Hauptstr. 5
10115 Berlin

Rechnung Nr. 4711
Gesamtbetrag      10,00 EUR

AB Muster Werkzeuge GmbH     Hauptstr. 5     10115 Berlin
"""
    assert extracted(text, how="ocr").value("vendor_name") == "AB Muster Werkzeuge GmbH"


def test_a_recognised_label_with_an_apostrophe_is_not_mended_away() -> None:
    text = """
Facture n° F-4711
Date d'émission      25/03/2025
Total TTC            10,00 EUR
"""
    field = extracted(text, how="ocr").get("issue_date")

    assert field is not None
    assert field.confidence > 0.9


def test_a_name_stands_in_the_cell_after_a_label_without_a_colon() -> None:
    found = extracted("Invoice No. 17\n\nSold To       Northwind Residences\n              12 Willow Street")

    assert found.value("buyer_name") == "Northwind Residences"


def test_an_address_begins_under_a_name_that_a_logo_pushes_aside() -> None:
    text = """
            Thornbury Vale Stationers Ltd
    22 Millrace Lane
    Bristol BS2 0QX

    Sold to:
    Muster Trading GmbH
    Hauptstr. 5
    10115 Berlin

    Invoice No. 17
    """

    assert extracted(text).value("vendor_address") == "22 Millrace Lane, Bristol BS2 0QX"


def test_a_name_that_goes_on_in_the_next_line_is_one() -> None:
    found = extracted(
        "ALBATROS Gegenseitige\nVersicherungsverein Nordstadt a.G.\nRingstr. 4\n20095 Hamburg\n\nFrau\nErna Beispiel\nWeg 3\n"
        "20097 Hamburg\n\nRechnung Nr. 4711\nDatum 01.02.2024\nGesamtbetrag  119,00 EUR"
    )

    assert found.value("vendor_name") == "ALBATROS Gegenseitige Versicherungsverein Nordstadt a.G."
    assert found.value("vendor_address") == "Ringstr. 4, 20095 Hamburg"


def test_the_end_of_a_name_behind_a_dash_belongs_to_it_when_the_domain_says_so() -> None:
    found = extracted(
        "From:\nNOVA - Cut Invoices\n123 Somewhere Street\nAustin, TX 78701\nadmin@cutinvoices.com\n\nInvoice Number   INV-3337\n"
        "Total Due        $93.50"
    )

    assert found.value("vendor_name") == "NOVA - Cut Invoices"


def test_degrees_and_a_person_yield_to_the_university_and_its_department() -> None:
    found = extracted(
        "Lumen Advisory LLC, 9 Harbor Lane, Salem, MA 01970\nProf. Dr. Dr.\nAda Quill\nNorthgate University, Department of Botany\n"
        "Salem\nMA 01970\n\nInvoice No.: LA-123\nTotal Amount: 24,187.50 $"
    )

    assert found.value("buyer_name") == "Northgate University, Department of Botany"


def test_an_account_number_may_stand_between_a_party_and_its_label() -> None:
    found = extracted(
        "Purchase Order\nSOLD TO   172634   Polarfest OOC          PO#       1231239\n                   15 Sports Street\n"
        "SHIP TO   165432   Private Residence      SUPPLIER  Silk Brands\n                   15 Towers             TERMS     Net 30\n\n"
        "LINE   MATERIAL    DESCRIPTION   QUANTITY   PRICE\n10     CLOCK       Clock         2          10,000.20"
    )

    assert (found.value("vendor_name"), found.value("buyer_name")) == ("Silk Brands", "Polarfest OOC")


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("Bou1anger Conseil SA", "Boulanger Conseil SA"),
        ("Kranich 5oftware GmbH", "Kranich Software GmbH"),
        ("Zielony 0gród", "Zielony Ogród"),
        ("M1CHEL SARL", "MICHEL SARL"),
        ("Studio 54", "Studio 54"),
        ("B2B Handel GmbH", "B2B Handel GmbH"),
        ("5 Seasons Ltd", "5 Seasons Ltd"),
    ],
)
def test_letters_that_were_read_as_digits_within_a_name_are_put_right(read: str, name: str) -> None:
    assert without_digits(read) == name


def test_a_person_at_the_suppliers_label_does_not_sell() -> None:
    assert is_initialled("A. Novak")
    assert not is_initialled("A. Novak & Sons Ltd")


_LETTER = """SERVIZI ESEMPIO S.R.L.
Piazza dei Tigli 2
37121 Verona
Tel. +39 863 536544
{addressee}


Riga  Descrizione     Q.tà   Prezzo   Totale
10    Sapone mani     5      23,20    116,00
      DDT 258905"""


def _closely_printed(addressee: str) -> Extraction:
    """A letterhead with the addressee half a line below it, so that both read as one block."""
    drawn = reading(_LETTER.format(addressee=addressee))
    sheet = drawn.pages[0]
    moved = tuple(w if w.top < 80 else w._replace(top=w.top + 7, bottom=w.bottom + 7) for w in sheet.words)
    drawn = drawn.model_copy(update={"pages": (sheet.model_copy(update={"words": moved}),)})
    return extract(drawn, document_id="d" * 64, classification=kind("it"), vocabularies=vocabularies())


def test_an_addressee_right_under_the_letterhead_is_the_buyer() -> None:
    found = _closely_printed("Muster Handels GmbH\nLindenallee 24\n50667 Köln")

    assert found.value("vendor_name") == "SERVIZI ESEMPIO S.R.L."
    assert found.value("vendor_address") == "Piazza dei Tigli 2, 37121 Verona"
    assert found.value("buyer_name") == "Muster Handels GmbH"


def test_the_heading_of_a_column_is_no_party() -> None:
    assert _closely_printed("").value("buyer_name") is None
