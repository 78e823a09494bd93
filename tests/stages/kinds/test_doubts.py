"""What the kind and the language of a paper make a person look at."""

import pytest

from engine.model.field import Field, How, Provenance
from engine.model.record import Aside, Classification, Extraction, Record
from engine.stages.kinds.doubts import doubted, doubts

_KEYS = ("invoice_number", "issue_date", "total")


def kind(*, aside: Aside | None = None, is_foreign: bool = False) -> Classification:
    return Classification(
        type="invoice", type_confidence=0.9, language=None, language_confidence=0.0, evidence=("Mahnung",), aside=aside,
        is_foreign=is_foreign,
    )  # fmt: skip


def fields(how: How = "read") -> tuple[Field, ...]:
    origin = Provenance(how=how)
    return tuple(Field(name=name, value="1", raw="1", confidence=0.99, provenance=origin) for name in _KEYS)


def seen(classification: Classification, how: How = "read") -> Extraction:
    return Extraction(document_id="d", classification=classification, fields=fields(how))


@pytest.mark.parametrize(
    ("aside", "code"),
    [
        ("reminder", "payment_reminder"),
        ("statement", "supplier_statement"),
        ("quotation", "quotation"),
        ("pro_forma", "pro_forma"),
        ("order_confirmation", "order_confirmation"),
    ],
)
def test_a_paper_that_is_not_to_be_paid_says_so(aside: Aside, code: str) -> None:
    (finding,) = doubts(seen(kind(aside=aside)))

    assert (finding.code, finding.severity) == (code, "error")


def test_a_reminder_names_the_invoice_that_it_is_about() -> None:
    (finding,) = doubts(seen(kind(aside="reminder")))

    assert finding.evidence == (("title", "Mahnung"), ("invoice_number", "1"))


def test_nothing_is_said_of_an_invoice_in_a_known_language() -> None:
    assert doubts(seen(kind())) == ()


def test_an_unknown_language_is_told_until_a_person_gave_the_key_values() -> None:
    assert [finding.code for finding in doubts(seen(kind(is_foreign=True)))] == ["language_unknown"]
    assert doubts(seen(kind(is_foreign=True), how="human")) == ()
    assert doubts(seen(kind(is_foreign=True), how="embedded")) == ()


@pytest.mark.parametrize(("how", "confidence"), [("read", 0.45), ("human", 0.99), ("embedded", 0.99)])
def test_in_an_unknown_language_only_what_was_read_loses_confidence(how: How, confidence: float) -> None:
    record = Record(
        document_id="d", revision=1, classification=kind(is_foreign=True), fields=fields(how), confidence=0.9
    )

    found = doubted(record)

    assert {field.confidence for field in found.fields} == {confidence}
    assert found.confidence == 0.45


def test_in_a_known_language_confidence_stays() -> None:
    record = Record(document_id="d", revision=1, classification=kind(), fields=fields(), confidence=0.9)

    assert doubted(record) is record
