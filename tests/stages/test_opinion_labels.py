"""Labels and headings of forms and tables, named by the vocabularies."""

from pathlib import Path

import pytest

from engine.content.vocabulary import load_vocabularies
from engine.model.field import by_name
from engine.model.page import Labelled, Opinion, Page, Printed, Reading, Table, Word
from engine.model.record import Classification, Extraction
from engine.stages.extract.lexicon import lexicon_of
from engine.stages.opinion_labels import named
from engine.stages.second_opinion import second_opinion

VOCABULARIES = load_vocabularies(Path(__file__).parents[2])
LEXICON = lexicon_of(VOCABULARIES)
HEADINGS = ("Pos.", "Beschreibung", "Menge", "Einzelpreis", "Betrag")
GOODS = (("1", "Ordner grau", "10", "12,00", "120,00"), ("2", "Papier A4", "20", "4,00", "80,00"))


def _print(raw: str, confidence: float = 0.9) -> Printed:
    return Printed(raw=raw, confidence=confidence, page=1)


def _named(*pairs: tuple[str, str], tables: tuple[Table, ...] = (), language: str = "de") -> Opinion:
    labelled = tuple(Labelled(label=label, value=_print(raw)) for label, raw in pairs)
    opinion = Opinion(by="aws-textract", pairs=labelled, tables=tables)
    return named(opinion, LEXICON, language=language, kind="invoice")


def _table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Table:
    return Table(headings=headings, rows=tuple(tuple(_print(text) for text in row) for row in rows))


def _plain(opinion: Opinion) -> list[dict[str, str]]:
    return [{field.name: field.value for field in row} for row in opinion.lines]


@pytest.mark.parametrize(
    ("label", "language", "name"),
    [
        ("Rechnungsnummer:", "de", "invoice_number"), ("Invoice No.", "en", "invoice_number"), ("Date de facture", "fr", "issue_date"),
        ("Fecha de vencimiento", "es", "due_date"), ("Totale documento", "it", "total"), ("Kwota netto", "pl", "subtotal"),
        ("What is the invoice number?", "en", "invoice_number"), ("What is the due date of this invoice?", "en", "due_date"),
        ("Rechnungsnummer / Invoice number", "de", "invoice_number"),
    ],
)  # fmt: skip
def test_a_label_names_its_value(label: str, language: str, name: str) -> None:
    assert [field.name for field in _named((label, "4711"), language=language).fields] == [name]


@pytest.mark.parametrize(
    "label", ["Kundennummer", "Lieferdatum", "Telefon", "Unser Zeichen", "Name des Fahrers und Kennzeichen"]
)
def test_a_label_of_something_else_names_nothing(label: str) -> None:
    assert _named((label, "4711")).fields == ()


def test_a_name_of_the_service_counts_before_a_label() -> None:
    one = _named(("Rechnungsnummer", "4711"))

    again = named(one.model_copy(update={"pairs": (Labelled(label="Rechnungsnummer", value=_print("0815")),)}), LEXICON, language="de", kind="invoice")  # fmt: skip

    assert [field.value for field in again.fields] == ["4711"]


def test_values_that_differ_are_less_sure_and_kept() -> None:
    field = by_name(_named(("Gesamtbetrag", "238,00"), ("Gesamtsumme", "200,00")).fields)["total"]

    assert field.confidence < 0.6
    assert [other.value for other in field.alternatives] == ["200,00"]


def test_an_address_below_a_party_is_no_part_of_its_name() -> None:
    assert (
        _named(("Rechnung an", "Lindenhof Handels GmbH\nGartenweg 3\n20095 Hamburg")).fields[0].value
        == "Lindenhof Handels GmbH"
    )


def test_two_tax_numbers_that_nobody_owns_are_nobodys() -> None:
    assert _named(("USt-IdNr.", "DE811907980"), ("UST-ID", "DE136695976")).fields == ()


def test_a_credit_note_has_its_own_number() -> None:
    pairs = (Labelled(label="Gutschriftsnummer", value=_print("G-1")),)

    found = named(Opinion(by="x", pairs=pairs), LEXICON, language="de", kind="credit_note")

    assert [(field.name, field.value) for field in found.fields] == [("invoice_number", "G-1")]


def test_columns_become_line_items() -> None:
    assert _plain(_named(tables=(_table(*GOODS),))) == [
        {"line_number": "1", "description": "Ordner grau", "quantity": "10", "unit_price": "12,00", "amount": "120,00"},
        {"line_number": "2", "description": "Papier A4", "quantity": "20", "unit_price": "4,00", "amount": "80,00"},
    ]  # fmt: skip


def test_a_row_of_headings_is_found_when_nobody_said_which_it_is() -> None:
    title = ("Unsere Lieferung", "", "", "", "")

    assert _plain(_named(tables=(_table(title, HEADINGS, *GOODS, headings=()),))) == _plain(
        _named(tables=(_table(*GOODS),))
    )


def test_a_table_goes_on_over_the_page() -> None:
    both = (_table(GOODS[0]), _table(GOODS[1], headings=()))

    assert [row["description"] for row in _plain(_named(tables=both))] == ["Ordner grau", "Papier A4"]


def test_sums_are_no_goods_and_words_alone_go_on() -> None:
    rows = (GOODS[0], ("", "mit Aufdruck", "", "", ""), ("", "Zwischensumme", "", "", "120,00"), GOODS[1])

    assert [row["description"] for row in _plain(_named(tables=(_table(*rows),)))] == [
        "Ordner grau mit Aufdruck",
        "Papier A4",
    ]


@pytest.mark.parametrize(
    "headings", [("Steuersatz", "Netto", "Steuerbetrag"), ("Datum", "Kundennummer", "Seite"), ("", "", "")],
    ids=["taxes", "head of a letter", "nothing"],
)  # fmt: skip
def test_other_tables_are_no_line_items(headings: tuple[str, ...]) -> None:
    assert _named(tables=(_table(("19 %", "200,00", "38,00"), headings=headings),)).lines == ()


def test_forms_are_heard_as_a_second_opinion() -> None:
    """The whole way: typed by the document's habits, with place and origin."""
    words = tuple(
        Word(text, 20.0 + 60 * at, 20.0, 70.0 + 60 * at, 30.0) for at, text in enumerate(("Betrag", "1.204,50", "EUR"))
    )
    pairs = (
        Labelled(label="Rechnungsdatum", value=_print("03.02.2025")),
        Labelled(label="Gesamtbetrag", value=_print("1.204,50 EUR")),
    )
    opinion = Opinion(by="aws-textract", pairs=pairs, tables=(_table(*GOODS),))
    kind = Classification(type="invoice", type_confidence=0.9, language="de", language_confidence=0.9)
    reading = Reading(pages=(Page(number=1, width=600, height=842, words=words, how="ocr"),), opinions=(opinion,))

    heard = second_opinion(Extraction(document_id="d", classification=kind), reading, VOCABULARIES)

    assert {field.name: field.value for field in heard.fields} == {"issue_date": "2025-02-03", "total": "1204.50"}
    assert all(0.5 < field.confidence < 0.9 for field in heard.fields)
    assert [field.value for row in heard.lines for field in row if field.name == "amount"] == ["120.00", "80.00"]
