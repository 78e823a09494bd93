"""Papers of suppliers in fourteen languages: what they are, and number, date and total of the invoices."""

import pytest

from engine.model.record import Record
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.normalize import normalize
from tests.stages.extract.layout import extracted, vocabularies
from tests.stages.languages.papers import Paper, papers

TYPES = {"invoice": "invoice", "confirmation": "purchase_order", "statement": "vendor_statement"}
ASIDES = {"confirmation": "order_confirmation", "invoice": None}
INVOICES = [paper for paper in papers() if paper.kind == "invoice"]
FOREIGN = papers("foreign", kinds=("invoice", "invoice", "invoice"))


def record_of(paper: Paper) -> Record:
    kind = classify(paper.reading, vocabularies())
    seen = extract(paper.reading, document_id=paper.id, classification=kind, vocabularies=vocabularies())
    return normalize(seen, revision=1, vocabularies=vocabularies())


@pytest.mark.parametrize("paper", papers(), ids=lambda paper: paper.id)
def test_a_paper_is_known_for_what_it_is_and_its_language(paper: Paper) -> None:
    found = classify(paper.reading, vocabularies())

    assert found.type == TYPES.get(paper.kind, "unknown")
    assert found.aside == ASIDES.get(paper.kind, paper.kind)
    assert (found.language, found.is_foreign) == (paper.language, False)


@pytest.mark.parametrize("paper", INVOICES, ids=lambda paper: paper.id)
def test_number_date_and_total_of_an_invoice_are_read(paper: Paper) -> None:
    record = record_of(paper)

    assert record.value("invoice_number") == paper.number
    assert record.value("issue_date") == paper.issued
    assert record.value("total") == paper.total


@pytest.mark.parametrize("paper", INVOICES, ids=lambda paper: paper.id)
def test_an_invoice_that_names_an_order_is_surely_an_invoice(paper: Paper) -> None:
    assert classify(paper.reading, vocabularies()).type_confidence >= 0.5


@pytest.mark.parametrize(
    "paper", [paper for paper in papers() if paper.kind == "reminder"], ids=lambda paper: paper.language
)
def test_a_reminder_is_dated_by_its_own_day_and_not_by_that_of_the_invoice(paper: Paper) -> None:
    assert record_of(paper).value("issue_date") == paper.issued


@pytest.mark.parametrize("paper", FOREIGN, ids=lambda paper: paper.id)
def test_a_language_without_vocabulary_is_told_and_doubted(paper: Paper) -> None:
    found = classify(paper.reading, vocabularies())

    assert (found.language, found.is_foreign) == (None, True)
    assert found.type_confidence < 0.5


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        (
            "Faktura\nFakturanr. 7\nBeløb 5,00 kr.\nMoms 1,00 kr.\nI alt inkl. moms kr. 6,00\nForfaldsdato 01-02-2025",
            "DKK",
        ),
        ("Faktura\nFakturanr. 7\nBeløp 5,00 kr\nMva 1,00 kr\nÅ betale kr 6,00\nForfallsdato 01.02.2025", "NOK"),
        ("Faktura\nFakturanr 7\nBelopp 5,00 kr\nMoms 1,00 kr\nAtt betala kr6,00\nFörfallodag 2025-02-01", "SEK"),
        ("Invoice\nInvoice no. 7\nNet 5.00 kr\nVAT 1.00 kr\nTotal 6.00 kr\nVAT no. SE556677889901", "SEK"),
    ],
    ids=["danish", "norwegian", "swedish", "english from sweden"],
)
def test_crowns_are_those_of_the_country(text: str, currency: str) -> None:
    assert extracted(text).value("currency") == currency


def test_a_day_in_eight_digits_is_read_where_the_year_comes_first() -> None:
    found = extracted(
        "Faktura\nFakturanr 20241\nFakturadatum 20250117\nAtt betala 6,00 SEK\nvänligen betala inom 30 dagar"
    )

    assert found.value("issue_date") == "2025-01-17"


def test_eight_digits_are_no_day_elsewhere() -> None:
    found = extracted("Invoice\nInvoice no. 20250117\nDate 3 May 2025\nTotal 6.00 EUR\nplease pay within 30 days")

    assert (found.value("invoice_number"), found.value("issue_date")) == ("20250117", "2025-05-03")
