from datetime import UTC, datetime

from engine.model.correction import Correction
from engine.model.field import Field, Provenance
from engine.model.record import Classification, Extraction
from engine.stages.correct import corrected

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def read(name: str, value: str) -> Field:
    return Field(name=name, value=value, raw=value, confidence=0.6, provenance=Provenance(how="read", page=1))


EXTRACTION = Extraction(
    document_id="d" * 64, fields=(read("total", "10.00"), read("po_number", "77")), lines=((read("amount", "9.00"),),),
    classification=Classification(type="invoice", type_confidence=0.9, language="en", language_confidence=0.9),
)  # fmt: skip


def said(path: str, value: str | None) -> Correction:
    return Correction(path=path, value=value, by="anna", at=NOON)


def test_a_person_is_sure_and_named_and_what_was_read_is_kept() -> None:
    total = corrected(EXTRACTION, [said("total", "12.00")]).get("total")

    assert total is not None
    assert (total.value, total.confidence, total.provenance.how, total.provenance.by) == ("12.00", 1.0, "human", "anna")
    assert [other.value for other in total.alternatives] == ["10.00"]


def test_a_value_that_is_not_on_the_document_goes() -> None:
    assert corrected(EXTRACTION, [said("po_number", None)]).get("po_number") is None


def test_a_missing_value_is_added() -> None:
    assert corrected(EXTRACTION, [said("currency", "EUR")]).value("currency") == "EUR"


def test_a_cell_of_a_row_is_put_right() -> None:
    assert corrected(EXTRACTION, [said("lines[0].amount", "8.00")]).lines[0][0].value == "8.00"


def test_a_cell_of_a_row_that_is_no_longer_read_is_left_out() -> None:
    assert corrected(EXTRACTION, [said("lines[4].amount", "8.00")]).lines == EXTRACTION.lines


def test_a_type_that_a_person_said_last_counts_and_is_no_value_of_the_document() -> None:
    told = corrected(EXTRACTION, [said("document_type", "receipt"), said("document_type", "credit_note")])

    assert (told.classification.type, told.classification.type_confidence) == ("credit_note", 1.0)
    assert told.classification.evidence == ("said by anna",)
    assert told.fields == EXTRACTION.fields
