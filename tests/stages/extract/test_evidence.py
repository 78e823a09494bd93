from engine.stages.classify import classify
from engine.stages.extract.evidence import Evidence
from engine.stages.extract.extract import extract_with_evidence
from tests.stages.extract.layout import reading, vocabularies

TEXT = """
Invoice
Invoice Number: 4711-B
Net total      100.00
VAT 20%         20.00
Total          120.00
17 May 2024
"""


def _evidence() -> dict[str, Evidence]:
    drawn = reading(TEXT)
    _, evidence = extract_with_evidence(
        drawn, document_id="d" * 64, classification=classify(drawn, vocabularies()), vocabularies=vocabularies()
    )
    return dict(evidence)


def test_a_labelled_value_tells_its_label_and_place() -> None:
    number = _evidence()["invoice_number"]

    assert (number.relation, number.label > 0.9, number.proof > 0.9) == ("beside", True, True)


def test_a_value_without_a_label_says_so() -> None:
    date = _evidence()["issue_date"]

    assert (date.relation, date.label) == ("none", 0.0)


def test_sums_that_add_up_are_proven() -> None:
    assert _evidence()["total"].is_proven
