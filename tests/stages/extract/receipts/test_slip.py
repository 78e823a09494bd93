import pytest

from engine.model.document import DocumentType
from engine.stages.extract.lines_of_text import sheets_of
from engine.stages.extract.receipts.slip import is_slip
from tests.stages.extract.receipts.paper import paper, wording

_SLIP = "SHOP LTD\nTAX INVOICE\nTea  2.00\nCake  3.50\nTOTAL  5.50\nCash  10.00\nChange  4.50"
_BILL = "SHOP LTD\nTAX INVOICE\nTea  2.00\nCake  3.50\nTOTAL  5.50\nPayable within 30 days"
_LETTER = "\n".join(
    f"A line of a letter that runs over the whole width of the sheet as letters and long reports usually do, page {n}"
    for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (_SLIP, "receipt", True),
        (_SLIP, "unknown", True),
        (_SLIP, "invoice", True),
        (_BILL, "invoice", False),
        (_SLIP, "purchase_order", False),
        (_LETTER, "receipt", False),
        (_LETTER, "unknown", False),
        ("SHOP LTD", "receipt", False),
    ],
    ids=[
        "a receipt", "a narrow page", "a tax invoice with change", "a narrow invoice", "an order", "a wide receipt",
        "a letter", "one line",
    ],
)  # fmt: skip
def test_slips_are_known_by_width_and_by_change(text: str, kind: DocumentType, expected: bool) -> None:
    assert is_slip(sheets_of(paper(text)), kind, wording()) is expected
