import pytest

from adapters.einvoice.checks.wording import wording


@pytest.mark.parametrize(
    ("rule", "words", "field"),
    [
        ("BR-02", "the invoice number is missing", "invoice_number"),
        ("BR-CO-10", "do not add up", "lines"),
        ("BR-AE-08", "'reverse charge'", "taxes"),
        ("BR-CL-23", "unit", "lines"),
    ],
)
def test_a_rule_has_a_sentence_and_fields(rule: str, words: str, field: str) -> None:
    found = wording(rule)

    assert found is not None
    assert words in found.sentence
    assert field in found.fields


@pytest.mark.parametrize("rule", ["UBL-CR-646", "BR-99", "BR-S-99", "", "X"])
def test_a_rule_without_a_sentence_of_ours_has_none(rule: str) -> None:
    assert wording(rule) is None
