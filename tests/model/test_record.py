"""What a record says of itself."""

import pytest

from engine.model.document import DocumentType
from engine.model.field import Field, Provenance
from engine.model.record import Classification, Record

NUMBERS = {"invoice_number": "RE-1", "po_number": "45001", "delivery_note_number": "LS-7"}


@pytest.mark.parametrize(
    ("kind", "number"),
    [("invoice", "RE-1"), ("credit_note", "RE-1"), ("purchase_order", "45001"), ("goods_receipt", "LS-7")],
)
def test_a_document_is_called_by_its_own_number(kind: DocumentType, number: str) -> None:
    fields = tuple(
        Field(name=name, value=value, raw=value, confidence=1.0, provenance=Provenance(how="embedded"))
        for name, value in NUMBERS.items()
    )
    record = Record(
        document_id="a" * 64, revision=1, fields=fields,
        classification=Classification(type=kind, type_confidence=1.0, language="en", language_confidence=1.0),
    )  # fmt: skip

    assert record.number == number
    assert record.model_copy(update={"fields": ()}).number == ""
