"""How sure a value is must follow from evidence that can be named."""

import pytest

from engine.model.page import Reading
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from tests.stages.extract.layout import extracted, reading, vocabularies

SURE, UNSURE = 0.9, 0.7

PAGE = """
Acme Tools Ltd
12 High Street
London SW1A 1AA

INVOICE

Invoice No.      INV-2024-001
{date}
Payment due      {due}

Description            Quantity   Unit price     Amount
Bolt                         10         5.00      50.00
Nut                          20         2.50      50.00

Net amount                                       100.00
VAT 20%                                           20.00
Total                                        {total}

Terms: {terms}
{foot}
"""


def _confidence(
    name: str, *, date: str = "Date             17/05/2024", due: str = "16/06/2024", total: str = "GBP 120.00",
    terms: str = "on receipt", foot: str = "",
) -> float:  # fmt: skip
    field = extracted(PAGE.format(date=date, due=due, total=total, terms=terms, foot=foot)).get(name)
    assert field is not None
    return field.confidence


@pytest.mark.parametrize(
    "date",
    ["Date             17/05/2024", "Invoice date     17 May 2024", "Date:            2024-05-17"],
    ids=["weak label alone in its cell", "clear label", "colon"],
)
def test_a_date_beside_its_label_is_sure(date: str) -> None:
    assert _confidence("issue_date", date=date) >= SURE


def test_a_number_beside_its_label_is_sure() -> None:
    assert _confidence("invoice_number") >= SURE


def test_a_date_whose_day_and_month_may_be_swapped_is_not_sure() -> None:
    assert _confidence("issue_date", date="Date             04/05/2024", due="04/06/2024") < UNSURE


def test_an_account_of_a_country_with_the_day_first_settles_the_order() -> None:
    sure = _confidence("issue_date", date="Date  04/05/2024", due="04/06/2024", foot="IBAN GB82 WEST 1234 5698 7654 32")

    assert sure >= SURE


@pytest.mark.parametrize(
    ("printed", "due", "issued"),
    [("04/05/2024", "05/05/2024", "2024-04-05"), ("04/05/2024", "03/06/2024", "2024-05-04")],
    ids=["month first", "day first"],
)
def test_the_days_that_the_terms_grant_settle_the_order(printed: str, due: str, issued: str) -> None:
    field = extracted(PAGE.format(date=f"Date  {printed}", due=due, total="GBP 120.00", terms="Net 30", foot="")).get(
        "issue_date"
    )

    assert field is not None
    assert field.value == issued
    assert field.confidence >= SURE


def test_sums_that_prove_one_another_are_sure() -> None:
    assert _confidence("total") >= SURE


def test_sums_that_contradict_are_not_sure() -> None:
    assert _confidence("total", total="GBP 210.00") < UNSURE


def _scanned(letters: float) -> Reading:
    drawn = reading(PAGE.format(date="Date  17/05/2024", due="16/06/2024", total="GBP 120.00", terms="-", foot=""))
    (page,) = drawn.pages
    hard = tuple(w._replace(confidence=letters) if w.text in {"17/05/2024", "120.00"} else w for w in page.words)
    return drawn.model_copy(update={"pages": (page.model_copy(update={"words": hard, "how": "ocr"}),)})


def _of_scan(name: str, letters: float) -> float:
    scan = _scanned(letters)
    found = extract(
        scan, document_id="d", classification=classify(scan, vocabularies()), vocabularies=vocabularies()
    ).get(name)
    assert found is not None
    return found.confidence


def test_letters_that_were_hard_to_recognise_take_confidence_away() -> None:
    assert _of_scan("issue_date", 0.95) >= SURE
    assert _of_scan("issue_date", 0.8) < UNSURE


def test_sums_that_prove_one_another_make_up_for_hard_letters() -> None:
    assert _of_scan("total", 0.8) >= SURE
