import pytest

from engine.stages.extract.extract import extract
from tests.stages.extract.layout import kind, reading, vocabularies


def _values(text: str, language: str, type_: str) -> dict[str, str]:
    found = extract(
        reading(text), document_id="d" * 64, classification=kind(language, type_), vocabularies=vocabularies()
    )
    return {field.name: field.value for field in found.fields}


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "Inv. Ref"), ("de", "Rg.-Nr."), ("de", "Belegnummer"), ("fr", "N° pièce"), ("fr", "Fact. n°"),
        ("es", "Nº de fra."), ("it", "Nr. fatt."), ("nl", "Nota nr."), ("pl", "Nr faktury"), ("pt", "N.º da factura"),
        ("lv", "Rēķ. Nr."), ("de", "Baurechnung Nr."),
    ],
)  # fmt: skip
def test_an_invoice_is_known_by_its_number_in_any_wording(language: str, label: str) -> None:
    values = _values(f"{label}: F-2041\n12.05.2024", language, "invoice")

    assert values["invoice_number"] == "F-2041"


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Your P.O. No."), ("de", "Ihre Best.-Nr."), ("fr", "V/commande"), ("es", "Su pedido nº"), ("it", "Vs. ord. n."),
     ("nl", "Uw bestelnr."), ("pl", "Zam. nr"), ("pt", "V/ Encomenda"), ("lv", "Jūsu pasūtījuma Nr.")],
)  # fmt: skip
def test_an_invoice_names_the_order_of_the_reader(language: str, label: str) -> None:
    values = _values(f"{label}: 45-001\n12.05.2024", language, "invoice")

    assert values["po_number"] == "45-001"


def test_a_bare_word_over_a_number_is_the_order_when_nothing_better_stands_there() -> None:
    values = _values("Factura nº: F-88     Fecha: 17/05/2024\n\nPedido      Cliente\n71032       889", "es", "invoice")

    assert values["po_number"] == "71032"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Credit Note No: CN-7\nOriginal invoice: 4711-B"),
        ("de", "Gutschriftsnummer: CN-7\nRechnung Nr.: 4711-B"),
        ("it", "N. documento: CN-7\nStorno fattura n.: 4711-B"),
        ("pl", "Nr korekty: CN-7\nDo faktury nr: 4711-B"),
    ],
    ids=["en", "de, bare invoice label", "it, title as label", "pl"],
)
def test_a_credit_note_tells_its_own_number_from_that_of_the_invoice(language: str, text: str) -> None:
    values = _values(text, language, "credit_note")

    assert (values["invoice_number"], values["preceding_invoice_number"]) == ("CN-7", "4711-B")


def test_an_invoice_reference_on_an_invoice_is_its_number() -> None:
    assert _values("Invoice reference: 4711-B", "en", "invoice")["invoice_number"] == "4711-B"


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Lieferschein-Nr.: L-88\nLieferdatum: 24.01.2023\nBestellnummer: 450"), ("es", "Albarán nº: L-88\nFecha de entrega: 24/01/2023\nPedido nº: 450")],
    ids=["de", "es"],
)  # fmt: skip
def test_a_delivery_note_has_its_own_number_and_the_day_of_delivery(language: str, text: str) -> None:
    values = _values(text, language, "goods_receipt")

    assert (values["delivery_note_number"], values["issue_date"], values["po_number"]) == ("L-88", "2023-01-24", "450")


def test_an_order_is_on_the_letterhead_of_the_buyer() -> None:
    text = """
    Bestellung

    Besteller:                        Lieferant:
    Bergmann Werkzeugbau GmbH         Kranich Technik AG
    Am Hafen 3                        Gartenstr. 8
    20095 Hamburg                     70173 Stuttgart

    Bestellnummer: 4500-17            Datum: 12.05.2024

    USt-IdNr. DE136695976
    """

    values = _values(text, "de", "purchase_order")

    assert (values["buyer_tax_id"], values.get("vendor_tax_id")) == ("DE136695976", None)


@pytest.mark.parametrize("number", ["001", "0047", "0012345", "00123456789"])
def test_a_number_may_begin_with_zeros(number: str) -> None:
    assert _values(f"Invoice No. {number}", "en", "invoice")["invoice_number"] == number


def test_a_delivery_note_without_prices_has_no_total() -> None:
    text = "Delivery Note No. 88\n\nItem              Qty     Weight\nBolt              10       0.75"

    assert "total" not in _values(text, "en", "goods_receipt")
