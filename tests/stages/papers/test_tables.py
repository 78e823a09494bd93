from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.paper_type import load_paper_types
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.stages.papers.examples import read

ROOT = Path(__file__).parents[3]
REMITTANCE = load_paper_types(ROOT)["remittance"].examples[0]


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


def rows(text: str, vocabularies: Mapping[str, Vocabulary]) -> list[dict[str, str]]:
    record = read(
        REMITTANCE.model_copy(update={"text": f"REMITTANCE ADVICE\nWe have paid the following invoices:\n{text}"}),
        vocabularies,
    )
    return [{field.name: field.value for field in row} for row in record.lines]


ONE = [{"invoice_number": "AR-1", "issue_date": "2026-03-14", "amount": "98.00"}]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Invoice no    Date          Amount paid\nAR-1          14/03/2026    98.00", id="plain"),
        pytest.param("Invoice       Date          Amount\nnumber        \nAR-1          14/03/2026    98.00", id="stacked"),
        pytest.param(
            "Your ref/         Invoice       Payable\nInvoice number    date          EUR\nAR-1              14/03/2026    98.00",
            id="every heading stacked",
        ),
        pytest.param("Invoice no    Date          Amount paid\n| AR-1 |     14/03/2026    98.00 |", id="rules as signs"),
        pytest.param("Invoice no    Date          Amount paid\n. AR-1.       14/03/2026    98.00 ·", id="specks as signs"),
        pytest.param("Invoice no    Date      Amount paid\nAR-1      14/03/2026 | 98.00", id="prints run together"),
        pytest.param(
            "Invoice no    Date          Our doc    Amount paid\nAR-1          14/03/2026    99881      98.00",
            id="a column that nobody knows",
        ),
        pytest.param(
            "Invoice no    Date          Amount paid\nAR-1          14/03/2026    98.00\n\nTotal paid    98.00    ",
            id="ends at a sum",
        ),
    ],
)  # fmt: skip
def test_a_row_is_read_under_its_headings(text: str, vocabularies: Mapping[str, Vocabulary]) -> None:
    assert rows(text, vocabularies) == ONE


def test_a_paper_with_one_column_of_amounts_pays_what_was_billed(vocabularies: Mapping[str, Vocabulary]) -> None:
    (row,) = rows("Invoice no    Date          Gross amount\nAR-1          14/03/2026    98.00", vocabularies)

    assert row == {**ONE[0], "invoice_amount": "98.00"}


def test_rows_go_on_below_headings_that_are_repeated(vocabularies: Mapping[str, Vocabulary]) -> None:
    head, row = "Invoice no    Date          Amount paid", "AR-1          14/03/2026    98.00"

    assert rows(f"{head}\n{row}\n\n\n\n\n\n{head}\n{row}", vocabularies) == ONE * 2


def test_prose_below_the_table_is_no_row(vocabularies: Mapping[str, Vocabulary]) -> None:
    head, row = "Invoice no    Date          Amount paid", "AR-1          14/03/2026    98.00"

    assert rows(f"{head}\n{row}\nThank you for working with us!", vocabularies) == ONE


def test_an_amount_in_a_sentence_is_announced_by_its_words(vocabularies: Mapping[str, Vocabulary]) -> None:
    text = "REMITTANCE ADVICE\nWe have pleasure in advising you of our payment of GBP 745.52 due to you"
    record = read(REMITTANCE.model_copy(update={"text": text}), vocabularies)

    assert (record.value("total"), record.value("currency")) == ("745.52", "GBP")


def test_a_word_is_no_number(vocabularies: Mapping[str, Vocabulary]) -> None:
    text = "REMITTANCE ADVICE\nPayment reference: PAYABLE"

    assert read(REMITTANCE.model_copy(update={"text": text}), vocabularies).value("payment_reference") is None
