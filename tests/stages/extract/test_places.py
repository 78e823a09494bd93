import pytest

from engine.model.page import Page, Reading, Word
from engine.stages.extract.extract import extract
from tests.stages.extract.layout import extracted, kind, vocabularies

HEIGHT = 9.0


def _page(*prints: tuple[float, float, str], height: float = HEIGHT) -> Reading:
    """Place texts at (x, y); every character is half as wide as high."""
    words = []
    for x, y, text in prints:
        at = x
        for part in text.split():
            words.append(Word(part, at, y, at + 4.5 * len(part), y + height))
            at += 4.5 * len(part) + 3
    page = Page(number=1, width=595, height=842, words=tuple(words), how="text_layer", by="drawn@1")
    return Reading(pages=(page,), page_count=1)


def _values(reading: Reading, type_: str = "invoice") -> dict[str, str]:
    found = extract(reading, document_id="d" * 64, classification=kind("en", type_), vocabularies=vocabularies())
    return {field.name: field.value for field in found.fields}


@pytest.mark.parametrize("shift", [-4.6, 4.6, 5.5], ids=["raised", "lowered", "lowered far"])
def test_a_value_some_points_off_the_baseline_of_its_label_is_found(shift: float) -> None:
    reading = _page(
        (50, 40, "Invoice"),
        (330, 100, "Invoice No:"), (450, 100 + shift, "A-4711"),
        (330, 118, "Invoice Date:"), (450, 118 + shift, "17 May 2024"),
        (330, 136, "Customer No:"), (450, 136 + shift, "90210"),
    )  # fmt: skip

    values = _values(reading)

    assert (values["invoice_number"], values["issue_date"]) == ("A-4711", "2024-05-17")


def test_a_small_caption_names_the_value_above_it() -> None:
    captions = [(50.0, 112.0, "Our Invoice"), (230.0, 112.0, "Invoice Date"), (410.0, 112.0, "Your Order")]
    values = [(50.0, 100.0, "4711-B"), (230.0, 100.0, "17.05.2024"), (410.0, 100.0, "PO-88")]
    more = [(50.0, 136.0, "60 days"), (50.0, 148.0, "Terms of payment")]
    small = _page(*captions, more[1], height=6)
    large = _page((50, 40, "Invoice"), *values, more[0], height=10)
    page = large.pages[0].model_copy(update={"words": large.pages[0].words + small.pages[0].words})

    found = _values(Reading(pages=(page,), page_count=1))

    assert (found["invoice_number"], found["issue_date"], found["po_number"]) == ("4711-B", "2024-05-17", "PO-88")


def test_a_value_under_the_last_row_of_a_grid_is_no_caption_of_the_row_above() -> None:
    text = """
    Invoice

    Invoice Number     Invoice Date     Customer No.
    4711-B             17.05.2024       90210
    Terms              Due Date         Your Order
    30 days            16.06.2024       PO-88
    """

    found = extracted(text)

    assert (found.value("invoice_number"), found.value("due_date"), found.value("po_number")) == (
        "4711-B", "2024-06-16", "PO-88",
    )  # fmt: skip


def test_dates_of_two_columns_do_not_run_into_one_another() -> None:
    text = """
    Invoice
    Due Date          Invoice Date
    Nov 08, 2023      Oct 09, 2023
    """

    found = extracted(text)

    assert (found.value("due_date"), found.value("issue_date")) == ("2023-11-08", "2023-10-09")


@pytest.mark.parametrize(
    ("label", "terms"),
    [("Terms: ", "30 days net"), ("Payment Terms:     ", "Payment within 14 days"), ("Terms of payment   ", "Net 60")],
    ids=["beside", "in the next cell", "without a colon"],
)
def test_terms_keep_words_that_are_labels_elsewhere(label: str, terms: str) -> None:
    found = extracted(f"Invoice\nInvoice Number: 4711-B\n{label}{terms}")

    assert found.value("payment_terms") == terms
