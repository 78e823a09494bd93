"""A file of several documents ends as unpacked, its parts as documents of their own."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.page import Code, Page, Reading, Word
from engine.runtime import intake, reading, splitting, steps
from engine.runtime.cutting import cut
from engine.runtime.house import House
from engine.runtime.read_only import read_file
from engine.runtime.settings import Settings
from engine.stages.split import Part, Split
from engine.store import documents, ledger
from engine.store.database import transaction
from tests.runtime.bundles import SAMPLES, hybrid, joined


@pytest.fixture
def house(empty_house: House) -> House:
    return empty_house


def arrived(house: House, content: bytes, *, parent_id: str | None = None) -> Document:
    stream = io.BytesIO(content)
    return intake.accept(house, stream, name="scan.pdf", source="test", parent_id=parent_id).document


def children(house: House, document: Document) -> list[Document]:
    with transaction(house.engine) as tx:
        return documents.children(tx, document.id)


def story(house: House, document: Document) -> list[str]:
    with transaction(house.engine) as tx:
        return [event.kind for event in ledger.story(tx, document.id)]


def test_a_bundle_ends_as_unpacked_and_its_parts_inherit(house: House) -> None:
    document = arrived(house, joined("01-papier-de.pdf", "08-cedar-us.pdf"))

    result = steps.read(house, document.id, 1)

    parts = [steps.get(house, child) for child in result["children"]]
    assert result["next"] == "over"
    assert steps.get(house, document.id).state == "unpacked"
    assert [part.name for part in parts] == ["scan, page 1.pdf", "scan, page 2.pdf"]
    assert {(part.parent_id, part.source, part.state) for part in parts} == {(document.id, "test", "received")}
    assert story(house, document)[-1] == "bundle_split"


def test_a_part_is_not_read_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    document = arrived(house, joined("01-papier-de.pdf", "08-cedar-us.pdf"))
    first, *_ = steps.read(house, document.id, 1)["children"]
    monkeypatch.setattr(reading, "read", _never)

    result = steps.read(house, first, 1)

    assert result == {"next": "understand", "children": []}
    assert steps.understand(house, first, 1) == {"next": "judge"}


def _never(*_: object) -> Reading:
    raise AssertionError("it was read again")


def test_the_same_bundle_again_gives_the_same_parts(house: House) -> None:
    content = joined("01-papier-de.pdf", "08-cedar-us.pdf")
    document = arrived(house, content)
    seen = reading.read(house, document)
    found, _ = splitting.plan(house, document, seen)
    assert found is not None

    first = splitting.unpack(house, document, seen, found)
    again = splitting.unpack(house, document, seen, found)

    assert first == again
    assert len(children(house, document)) == 2


def test_a_worker_that_dies_while_it_cuts_leaves_nothing_double(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    document = arrived(house, joined("01-papier-de.pdf", "08-cedar-us.pdf"))
    accept: Callable[..., intake.Arrival] = intake.accept
    calls: list[str] = []

    def dies_at_the_second(*arguments: object, **options: object) -> intake.Arrival:
        calls.append(str(options["name"]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return accept(*arguments, **options)

    monkeypatch.setattr(intake, "accept", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        steps.read(house, document.id, 1)
    monkeypatch.setattr(intake, "accept", accept)

    result = steps.read(house, document.id, 1)

    assert len(result["children"]) == len(children(house, document)) == 2


def test_a_blank_page_between_parts_is_dropped_and_remembered(house: House) -> None:
    document = arrived(house, joined("01-papier-de.pdf", "08-cedar-us.pdf", blank_after=1))

    result = steps.read(house, document.id, 1)

    with transaction(house.engine) as tx:
        event = ledger.story(tx, document.id)[-1]
    assert event.data["dropped"] == "2"
    with pikepdf.open(house.blobs.local(steps.get(house, result["children"][1]).blob)) as second:
        assert len(second.pages) == 1


@pytest.mark.parametrize("name", ["16-systeme-de-3-pages.pdf", "17-engineering-gb-2-pages.pdf"])
def test_a_document_of_several_pages_stays_whole(house: House, name: str) -> None:
    document = arrived(house, (SAMPLES / name).read_bytes())

    assert steps.read(house, document.id, 1) == {"next": "understand", "children": []}


def test_what_was_cut_out_is_not_cut_again(house: House) -> None:
    whole = arrived(house, joined("01-papier-de.pdf", "08-cedar-us.pdf"))
    part = arrived(house, joined("08-cedar-us.pdf", "01-papier-de.pdf"), parent_id=whole.id)

    assert steps.read(house, part.id, 1)["next"] == "understand"


def test_a_doubt_goes_to_a_person_with_the_proposal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    document = arrived(house, joined("01-papier-de.pdf", "08-cedar-us.pdf"))
    monkeypatch.setattr(splitting, "split", _doubtful)

    result = steps.read(house, document.id, 1)

    with transaction(house.engine) as tx:
        event = ledger.story(tx, document.id)[-1]
    assert result["next"] == "over"
    assert steps.get(house, document.id).state == "in_review"
    assert event.data["reasons"] == ["split_unsure"]
    assert event.data["findings"][0]["evidence"] == [["document 1", "1"], ["document 2", "2"]]
    assert children(house, document) == []


def _doubtful(*_: object, **__: object) -> Split:
    parts = (Part(pages=(1,), confidence=1.0), Part(pages=(2,), confidence=0.6))
    return Split(parts=parts, confidence=0.6, is_sure=False)


def test_a_file_that_carries_one_e_invoice_is_not_cut_without_asking(house: House) -> None:
    document = arrived(house, hybrid())
    seen = reading.read(house, document)
    assert seen.embedded is not None

    found, question = splitting.plan(house, document, seen)

    assert found is None
    assert question is not None
    assert question.code == "split_unsure"


def test_frames_of_a_tiff_become_files_of_their_own(tmp_path: Path) -> None:
    frames = [Image.new("1", (60, 80), color) for color in (0, 1, 0)]
    frames[0].save(tmp_path / "fax.tif", save_all=True, append_images=frames[1:], compression="group4")

    files = cut(tmp_path / "fax.tif", "image/tiff", [[1], [2, 3]], tmp_path, texts=["", ""], limits=Settings().limits())

    counts = []
    for file in files:
        with Image.open(file) as image:
            counts.append(getattr(image, "n_frames", 1))
    assert counts == [1, 2]


def test_an_attached_e_invoice_goes_with_the_part_that_names_its_number(tmp_path: Path) -> None:
    with pikepdf.new() as whole:
        whole.add_blank_page()
        whole.add_blank_page()
        xml = b"<Invoice><CustomizationID>x</CustomizationID><ID>R-2</ID></Invoice>"
        whole.attachments["invoice.xml"] = pikepdf.AttachedFileSpec(whole, xml, filename="invoice.xml")
        whole.save(tmp_path / "whole.pdf")

    first, second = cut(
        tmp_path / "whole.pdf", "application/pdf", [[1], [2]], tmp_path, texts=["InvoiceR-1", "InvoiceR-2"],
        limits=Settings().limits(),
    )  # fmt: skip

    with pikepdf.open(first) as one, pikepdf.open(second) as two:
        assert (list(one.attachments), list(two.attachments)) == ([], ["invoice.xml"])


def test_a_file_that_cannot_be_cut_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")

    with pytest.raises(ReadError, match="cannot be taken apart"):
        cut(tmp_path / "broken.pdf", "application/pdf", [[1]], tmp_path, texts=[""], limits=Settings().limits())


def test_an_ocr_result_is_cut_into_our_own_form() -> None:
    page = Page(
        number=1, width=100, height=200, words=(Word("Total", 1, 2, 3, 4, 0.5),),
        codes=(Code("qr", "x", 1, 2, 3, 4),), how="ocr", by="engine@1",
    )  # fmt: skip

    form = splitting.as_ocr_result(Reading(pages=(page,), page_count=1))

    assert form["engine"] == "engine@1"
    assert form["pages"][0]["words"] == [{"text": "Total", "box": [1.0, 2.0, 3.0, 4.0], "confidence": 0.5}]


def test_reading_without_a_trace_shows_the_parts(house: House, tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(joined("01-papier-de.pdf", "08-cedar-us.pdf"))

    parts = list(read_file(house, file))

    assert [(part.name, part.pages) for part in parts] == [("scan, page 1.pdf", 1), ("scan, page 2.pdf", 1)]
    assert len({part.record.document_id for part in parts}) == 2
