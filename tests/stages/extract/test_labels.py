import pytest

from engine.stages.extract.labels import headings_on, labels_on, words_of
from tests.stages.extract.layout import lexicon, line


def _names(text: str, language: str, *, is_ocr: bool = False) -> dict[str, float]:
    row = line(text)
    words = words_of(row, lexicon(), is_ocr=is_ocr)
    return {hit.name: hit.strength for hit in labels_on(row, words, lexicon(), language=language)}


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Invoice No.: 5", "en", "invoice_number"),
        ("INVOICE # 5", "en", "invoice_number"),
        ("Rechnungs-Nr. 5", "de", "invoice_number"),
        ("R e c h n u n g s n u m m e r 5", "de", "invoice_number"),
        ("F acture n° 5", "fr", "invoice_number"),
        ("N° de facture : 5", "fr", "invoice_number"),
        ("Número de factura 5", "es", "invoice_number"),
        ("Fattura n. 5", "it", "invoice_number"),
        ("Factuurnummer: 5", "nl", "invoice_number"),
        ("Faktura VAT nr 5", "pl", "invoice_number"),
        ("Fatura nº 5", "pt", "invoice_number"),
        ("Rēķina Nr. 5", "lv", "invoice_number"),
        ("Kundennummer 5", "de", "customer_number"),
        ("Lieferdatum 5", "de", "delivery_date"),
        ("Exclusief BTW 5", "nl", "subtotal"),
        ("Gesamt inkl. USt 5", "de", "total"),
        ("Käufer/Leistungsempfänger", "de", "buyer"),
        ("Rechnungssumme Netto (excl. USt.) 5", "de", "subtotal"),
    ],
)
def test_a_label_says_what_follows(text: str, language: str, name: str) -> None:
    assert max(_names(text, language).items(), key=lambda item: item[1])[0] == name


def test_a_misread_label_is_known_on_a_scan_only() -> None:
    assert "invoice_number" in _names("Involce Number 5", "en", is_ocr=True)
    assert _names("lnvoicee Nunber 5", "en") == {}


def test_a_label_inside_a_sentence_counts_less() -> None:
    alone = _names("Total 5", "en")["total"]
    within = _names("please note that the Total of all your orders this year was 5", "en")["total"]

    assert within < alone


def test_the_longest_phrase_wins() -> None:
    assert "total" not in _names("Total VAT 5", "en")


def test_column_headings_are_found() -> None:
    row = line("Pos   Bezeichnung   Menge   Einzelpreis   Betrag")
    found = [hit.name for hit in headings_on(row, row.folded, lexicon())]

    assert found == ["line_number", "description", "quantity", "unit_price", "amount"]
