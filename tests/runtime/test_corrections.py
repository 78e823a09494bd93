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
