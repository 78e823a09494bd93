from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from engine.model.correction import Correction
from engine.runtime import corrections, story
from engine.runtime.corrections import Refused
from tests.house import Hub, running_hub

VENDOR_TAX_ID = "GB980780684"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running_hub(tmp_path / "home") as hub:
        yield hub


def paper(folder: Path, number: str, *, total: str, tax_id: str = VENDOR_TAX_ID, kind: str = "Zyx code") -> Path:
    """An invoice whose number stands under a label that no vocabulary knows, beside one that looks like a number."""
    path = folder / f"{number}.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    rows = [
        (50, 60, "Northgate Widgets Ltd, 7 Quay Street, Leeds LS1 4AP"), (50, 110, "INVOICE"), (50, 130, "Date"),
        (150, 130, "03 February 2026"), (50, 150, kind), (150, 150, number), (50, 200, "Widgets"),
        (400, 200, total), (300, 240, "Total GBP"), (400, 240, total), (50, 800, f"VAT Reg No {tax_id}"),
    ]  # fmt: skip
    for x, top, text in rows:
        canvas.drawString(x, 842 - top, text)
    canvas.save()
    return path


def value(hub: Hub, line: story.Line, name: str) -> str | None:
    record = story.story(hub.house, line.id).record
    return record.value(name) if record else None


@pytest.mark.slow
def test_one_correction_mends_the_document_and_the_next_of_that_vendor(hub: Hub, tmp_path: Path) -> None:
    first = hub.process(paper(tmp_path, "NWX-77-A", total="120.00"))
    assert value(hub, first, "invoice_number") != "NWX-77-A", "the test needs a document that is read wrong"

    mended = hub.correct(first.id, invoice_number="NWX-77-A")
    second = hub.process(paper(tmp_path, "NWX-78-C", total="360.00"))
    other = hub.process(paper(tmp_path, "NWX-79-D", total="99.00", tax_id="GB123456782"))

    assert value(hub, mended, "invoice_number") == "NWX-77-A"
    assert value(hub, second, "invoice_number") == "NWX-78-C"
    assert value(hub, other, "invoice_number") != "NWX-79-D", "another vendor's paper is not read by this layout"


@pytest.mark.slow
def test_what_a_person_said_is_noted_with_their_name(hub: Hub, tmp_path: Path) -> None:
    line = hub.process(paper(tmp_path, "NWX-1", total="120.00"))

    hub.correct(line.id, total="121.00")

    ledger = [event for event in story.story(hub.house, line.id).events if event.kind == "document_corrected"]
    assert (ledger[0].actor, ledger[0].data["values"]) == ("anna", {"total": "121.00"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Correction(path="colour", value="red"), "no field"),
        (Correction(path="issue_date", value="3.2.2026"), "right form"),
        (Correction(path="lines[7].amount", value="1.00"), "lines"),
    ],
    ids=["unknown field", "date as printed", "row that is not there"],
)
def test_a_correction_that_cannot_be_meant_changes_nothing(
    hub: Hub, tmp_path: Path, change: Correction, words: str
) -> None:
    line = hub.process(paper(tmp_path, "NWX-1", total="120.00"))

    with pytest.raises(Refused, match=words):
        corrections.correct(hub.house, line.id, [change], by="anna")

    assert story.story(hub.house, line.id).document.revision == 1


def list_of_goods(
    folder: Path, number: str, *rows: tuple[str, str, str, str, str], tax_id: str = VENDOR_TAX_ID
) -> Path:
    """An invoice with two columns of prices, of which the headings tell only the wrong one; five percent are off each line."""
    path = folder / f"{number}.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    total = f"{sum(float(row[4]) for row in rows):.2f}"
    texts = [
        (50, 60, "Northgate Widgets Ltd, 7 Quay Street, Leeds LS1 4AP"), (50, 110, "INVOICE"), (50, 130, "Invoice number"),
        (150, 130, number), (50, 150, "Date"), (150, 150, "03 February 2026"), (50, 190, "Description"), (250, 190, "Quantity"),
        (320, 190, "Unit price"), (400, 190, "Quop"), (480, 190, "Amount"), (50, 800, f"VAT Reg No {tax_id}"),
    ]  # fmt: skip
    for line, row in enumerate(rows):
        texts += [(x, 210 + 18 * line, text) for x, text in zip((50, 250, 320, 400, 480), row, strict=True)]
    texts += [(400, 300, "Total GBP"), (480, 300, total)]
    for x, top, text in texts:
        canvas.drawString(x, 842 - top, text)
    canvas.save()
    return path


def prices(hub: Hub, line: story.Line) -> list[str]:
    record = story.story(hub.house, line.id).record
    return [field.value for row in record.lines for field in row if field.name == "unit_price"] if record else []


@pytest.mark.slow
def test_one_corrected_cell_mends_the_column_on_the_next_of_that_vendor(hub: Hub, tmp_path: Path) -> None:
    first = hub.process(list_of_goods(tmp_path, "A-1", ("Bolt", "2", "12.50", "10.00", "19.00")))
    assert prices(hub, first) == ["12.50"], "the test needs a column that is read wrong"

    corrections.correct(hub.house, first.id, [Correction(path="lines[0].unit_price", value="10.00")], by="anna")
    rows = (("Steel plate", "10", "120.00", "99.50", "945.25"), ("Saw", "1", "40.00", "36.00", "34.20"))
    second = hub.process(list_of_goods(tmp_path, "A-2", *rows))
    other = hub.process(list_of_goods(tmp_path, "A-3", *rows, tax_id="GB123456782"))

    assert prices(hub, second) == ["99.50", "36.00"]
    assert prices(hub, other) == ["120.00", "40.00"], "another vendor's paper is not read by this layout"
