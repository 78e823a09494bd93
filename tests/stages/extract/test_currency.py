"""Which currency a document is in when the sign on its amounts and the words of the page disagree."""

import pytest

from engine.model.page import Page
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from tests.stages.extract.layout import extracted, reading, vocabularies

INVOICE = """
    Harrow Mills                                  Invoice

    Bill to: Muster Werke GmbH, Finanzamt Musterstadt

    Invoice no. 3310          Date 03/05/2024

    Description          Qty     Price     Amount
    Woollen cloth          2    100.00     200.00

    Net                                    200.00
    VAT 20%                                 40.00
    Total                                 {total}
"""


def _currency(text: str, *, how: str = "text_layer") -> str | None:
    return next((f.value for f in extracted(text, how=how).fields if f.name == "currency"), None)


def _read_with(confidence: float, text: str) -> str | None:
    """Return the currency of a scan whose amounts with a pound sign were recognised so surely."""
    drawn = reading(text, how="ocr")
    (sheet,) = drawn.pages
    words = tuple(w._replace(confidence=confidence if "£" in w.text else 1.0) for w in sheet.words)
    scan = drawn.model_copy(update={"pages": (Page.model_validate(sheet.model_copy(update={"words": words})),)})
    found = extract(
        scan, document_id="d" * 64, classification=classify(scan, vocabularies()), vocabularies=vocabularies()
    )
    return next((f.value for f in found.fields if f.name == "currency"), None)


@pytest.mark.parametrize("how", ["text_layer", "ocr"])
def test_the_sign_at_the_total_beats_the_company_form_of_the_buyer(how: str) -> None:
    assert _currency(INVOICE.format(total="£240.00"), how=how) == "GBP"


def test_a_lone_sign_that_was_hardly_recognised_gives_way_to_the_country() -> None:
    assert _read_with(0.7, INVOICE.format(total="£240.00")) == "EUR"


def test_a_sign_that_was_hardly_recognised_is_believed_when_another_word_points_to_it() -> None:
    assert _read_with(0.7, INVOICE.format(total="£240.00\n    Registered in England")) == "GBP"


def test_a_dollar_is_the_one_of_the_country() -> None:
    text = INVOICE.replace("GmbH, Finanzamt Musterstadt", "Pty Ltd, Australia").format(total="$240.00")

    assert _currency(text, how="ocr") == "AUD"


@pytest.mark.parametrize(
    ("said", "currency"),
    [
        ("Pty Ltd, Australia", "AUD"),
        ("Inc., Tempe, AZ 85281, shipped from Australia", "USD"),
        ("Ltd, Hong Kong, booked on 9/18/2024", "USD"),
        ("Ltd, Hong Kong, booked on 18/9/2024", "HKD"),
        ("Ltd, Canada, booked on 9/18/2024", "CAD"),
    ],
)
def test_a_bare_dollar_stays_american_where_the_page_writes_as_americans_do(said: str, currency: str) -> None:
    text = INVOICE.replace("GmbH, Finanzamt Musterstadt", said).format(total="$240.00")

    assert _currency(text) == currency
