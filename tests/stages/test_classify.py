import pytest

from engine.model.page import Embedded, Reading
from engine.stages.classify import classify
from tests.stages.extract.layout import reading, vocabularies


@pytest.mark.parametrize(
    ("text", "type_", "language"),
    [
        ("INVOICE\nplease pay the total of this invoice to our account", "invoice", "en"),
        ("Credit Note\nfor the goods that you sent back to us", "credit_note", "en"),
        ("PURCHASE ORDER\nplease deliver the goods to our address", "purchase_order", "en"),
        ("Delivery Note\nfor the goods of your order", "goods_receipt", "en"),
        ("Remittance Advice\nwe have paid the following to your account", "remittance", "en"),
        ("Rechnung\nbitte zahlen Sie den Betrag auf unser Konto", "invoice", "de"),
        ("Gutschrift\nfür die von Ihnen zurückgegebene Ware", "credit_note", "de"),
        ("R E C H N U N G\nbitte zahlen Sie den Betrag", "invoice", "de"),
        ("Lieferschein\nfür die Ware aus Ihrer Bestellung", "goods_receipt", "de"),
        ("Facture\nmerci de votre commande et de votre confiance", "invoice", "fr"),
        ("Avoir\nsur la facture du mois pour les articles de retour", "credit_note", "fr"),
        ("Factura\ngracias por su compra y por la confianza en el servicio", "invoice", "es"),
        ("Fattura\nla merce che avete ordinato con il vostro ordine", "invoice", "it"),
        ("Factuur\nwij danken u voor uw bestelling van deze week", "invoice", "nl"),
        ("Faktura VAT\nprosimy o zapłatę na nasz rachunek w ciągu tego tygodnia", "invoice", "pl"),
        ("Kontoauszug\nvon Ihrem Konto für die Zeit im Mai", "bank_statement", "de"),
        ("Service Agreement\nthe parties agree to the following", "contract", "en"),
    ],
)
def test_a_title_tells_type_and_language(text: str, type_: str, language: str) -> None:
    found = classify(reading(text), vocabularies())

    assert (found.type, found.language) == (type_, language)
    assert found.evidence


def test_nothing_that_fits_is_unknown_with_low_confidence() -> None:
    found = classify(reading("Dear friend,\nthe weather is fine and we are on the beach"), vocabularies())

    assert found.type == "unknown"
    assert found.type_confidence < 0.5


def test_a_word_in_a_sentence_is_no_title() -> None:
    title = classify(reading("Invoice\nInvoice No. 5\nTotal 5.00"), vocabularies())
    prose = classify(reading("we shall send the invoice for this later, with best regards to you all"), vocabularies())

    assert title.type_confidence > prose.type_confidence


def test_a_reference_to_the_order_does_not_make_an_order() -> None:
    text = "Handelsrechnung Nr. 471102 vom 05.06.2024\nBestellung: 2024-471331\nGesamtbetrag 5,00 EUR"

    assert classify(reading(text), vocabularies()).type == "invoice"


def test_a_long_strip_with_till_words_is_a_receipt_even_as_tax_invoice() -> None:
    text = "CORNER SHOP\nTax Invoice\nCoffee 5.00\nTotal 5.00\nCash 10.00\nChange 5.00"

    assert classify(reading(text, width=200, height=600), vocabularies()).type == "receipt"


def test_no_pages_are_unknown_in_no_language() -> None:
    found = classify(Reading(), vocabularies())

    assert (found.type, found.language, found.language_confidence) == ("unknown", None, 0.0)


def test_data_without_pages_says_itself_what_it_is() -> None:
    found = classify(Reading(embedded=Embedded(syntax="ubl", type="credit_note", language="de")), vocabularies())

    assert (found.type, found.type_confidence, found.language) == ("credit_note", 1.0, "de")


def test_a_paper_named_among_the_items_is_no_title() -> None:
    text = """
Invoice No. INV-38698
Date: 8 June 2025

Description            Qty     Price    Line total
Lever arch file         39      1.68        65.52
Delivery note 826379
Copy paper              32      3.90       124.80
Delivery note 826380
Total                                      190.32
"""
    assert classify(reading(text), vocabularies()).type == "invoice"
