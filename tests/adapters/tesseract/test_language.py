import pytest

from adapters.tesseract.engine import WANTED
from adapters.tesseract.language import narrowed

ALL = "+".join(WANTED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Rechnung ist mit dem Betrag und der Nummer zahlbar", "deu+eng"),
        ("Amount of the invoice is due with this order", "eng"),
        ("Montant de la facture pour votre commande avec TVA", "fra+eng"),
        ("Faktura numer: sprzedawca, nabywca, kwota razem do zap\u0142aty", "pol+eng"),
        ("Fatura: descri\u00e7\u00e3o, quantidade, valor e vencimento da encomenda", "por+eng"),
        ("R\u0113\u0137ins, piegad\u0101t\u0101js, daudzums, cena, kop\u0101 ar PVN", "lav+eng"),
    ],
    ids=["german", "english", "french", "polish", "portuguese", "latvian"],
)
def test_a_page_is_read_in_its_language_and_in_english(text: str, expected: str) -> None:
    assert narrowed(text.split(), languages=ALL) == expected


def test_a_page_with_two_languages_is_read_in_both() -> None:
    text = "Rechnung Betrag Datum Nummer Facture Montant Numero Quantite"

    assert set(narrowed(text.split(), languages=ALL).split("+")) == {"deu", "fra", "eng"}


def test_words_without_accents_tell_the_language_too() -> None:
    assert narrowed(["Facture", "designation", "quantite"], languages=ALL) == "fra+eng"


def test_a_page_without_known_words_is_read_in_all_languages() -> None:
    assert narrowed(["4711", "0815", "EUR", "12,00"], languages=ALL) == ALL
