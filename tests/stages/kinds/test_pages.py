"""Kinds and languages on pages written as real ones are, with wordings that were not taken from the vocabularies."""

from pathlib import Path
from typing import NamedTuple

import pytest

from engine.model.record import Classification
from engine.stages.classify import classify
from tests.stages.extract.layout import reading, vocabularies

_TILL_WIDTH = 240


class Sample(NamedTuple):
    type: str
    language: str
    name: str
    text: str


def samples() -> list[Sample]:
    """Return the pages: `=== type language name` and the text."""
    chunks = (Path(__file__).parent / "pages.txt").read_text(encoding="utf-8").split("=== ")[1:]
    out = []
    for chunk in chunks:
        head, _, text = chunk.partition("\n")
        type_, language, *name = head.split()
        out.append(Sample(type_, language, " ".join(name), text))
    return out


def found(sample: Sample) -> Classification:
    width = _TILL_WIDTH if sample.type == "receipt" else 595
    return classify(reading(sample.text, width=width), vocabularies())


@pytest.mark.parametrize("sample", samples(), ids=lambda s: f"{s.language}-{s.type}-{s.name or 'plain'}")
def test_kind_and_language_are_known(sample: Sample) -> None:
    classification = found(sample)

    assert (classification.type, classification.language) == (sample.type, sample.language)


def test_a_line_of_a_list_is_no_title() -> None:
    text = "We list what is open\nInvoice 77120   03/02/2026   78.00\nInvoice 77188   09/02/2026   42.55"

    assert classify(reading(text), vocabularies()).type == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "This is not an invoice.\nDeposit 120.00\nTotal 120.00",
        "Keine Rechnung\nAbschlag 120,00\nSumme 120,00",
        "Ne constitue pas une facture\nAcompte 120,00\nTotal 120,00",
    ],
    ids=["en", "de", "fr"],
)
def test_what_says_that_it_is_no_invoice_is_none(text: str) -> None:
    classification = classify(reading(text), vocabularies())

    assert classification.type != "invoice" or classification.type_confidence < 0.5


def test_a_word_that_ends_in_a_title_is_one() -> None:
    assert classify(reading("Reparaturrechnung\nMaterial 5,00\nLohn 7,00"), vocabularies()).type == "invoice"


def test_the_order_that_an_invoice_names_does_not_make_it_an_order() -> None:
    text = "Your purchase order: 4500019921\nInvoice 77120\nBolts   5   1.00   5.00\nTotal   5.00"

    assert classify(reading(text), vocabularies()).type == "invoice"


def test_the_sign_for_number_is_no_denial() -> None:
    text = """
Datos del cliente              N.º de factura
Muster Werke GmbH              2025/A/3672
Lindenallee 24                 Pedido
50667 Köln                     4500019921
Factura

Descripción   Cant.   Precio   Importe
Tornillo          5    1,00       5,00
Base imponible                    5,00
IVA 21 %                          1,05
Importe total                     6,05
"""

    assert classify(reading(text), vocabularies()).type == "invoice"
