import pytest

from engine.stages.extract.identifiers import identifiers_on, number_shape
from tests.stages.extract.layout import line


def _found(text: str) -> list[tuple[str, str, bool]]:
    return [(i.kind, i.value, i.is_valid) for i in identifiers_on(line(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IBAN DE89370400440532013000", ("iban", "DE89370400440532013000", True)),
        ("IBAN: DE89 3704 0044 0532 0130 00 BIC X", ("iban", "DE89370400440532013000", True)),
        ("NL91 ABNA 0417 1643 00", ("iban", "NL91ABNA0417164300", True)),
        ("DE89370400440532013001", ("iban", "DE89370400440532013001", False)),
        ("VAT DE136695976", ("vat", "DE136695976", True)),
        ("USt-IdNr. DE 136 695 976", ("vat", "DE136695976", True)),
        ("TVA FR 40 303 265 045", ("vat", "FR40303265045", True)),
        ("mail Info@Example.com, fax", ("email", "info@example.com", True)),
        ("see www.example.com/imprint", ("domain", "example.com", True)),
    ],
)
def test_an_identifier_is_known_by_its_proof(text: str, expected: tuple[str, str, bool]) -> None:
    assert expected in _found(text)


def test_a_wrong_vat_checksum_proves_nothing() -> None:
    assert _found("VAT DE136695977") == []


@pytest.mark.parametrize(
    ("better", "worse"), [("RE-2024/0815", "2"), ("471102", "12"), ("AB123", "Invoice"), ("2024-0001", "+49")]
)
def test_a_document_number_has_a_better_shape(better: str, worse: str) -> None:
    assert number_shape(better) > number_shape(worse)
