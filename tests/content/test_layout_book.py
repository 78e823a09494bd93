"""Files of layouts: strict, one vendor in one place, written as they are read, and edited place by place."""

from pathlib import Path

import pytest

from engine.content import layout_book, layout_text
from engine.content.closure import reading_of
from engine.content.diff.changes import changes
from engine.content.diff.meaning import meaning
from engine.content.edits import edits, mixed
from engine.content.library import Library
from engine.content.shelf import reading_only
from engine.model.errors import ContentError
from tests.content.content_folder import adopted, copied, lean

BOOK = """\
name: suppliers
version: 1
vendors:
  - id: gb980780684
    name: "Northgate Widgets Ltd"
    known_by: ["vendor_tax_id:gb980780684", "vendor_iban:gb29nwbk60161331926819"]
    fields:
      invoice_number:
        kind: text
        shape: "a-9-a"
        words: 1
        page: 1
        x0: 0.2521
        top: 0.17
        anchors:
          - {text: "zyx code", right: 100.0, right_end: 152.5, down: 0.0}
        taught: {at: "2026-11-02T09:00:00+00:00", document: aaaaaaaaaaaa}
      lines.amount:
        kind: amount
        shape: "9.9"
        words: 1
        page: 1
        x0: 0.67
        top: 0.23
        column: {left: 0.67, right: 0.71, below: 0.0}
        taught: {at: "2026-11-02T09:00:00+00:00", document: ""}
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return lean(copied(tmp_path))


def written(content: Path, text: str = BOOK, version: int = 1) -> Path:
    file = layout_book.book_file(content, f"suppliers@{version}")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text.replace("version: 1", f"version: {version}"), encoding="utf-8")
    return file


def test_a_vendor_is_found_by_each_of_its_numbers(content: Path) -> None:
    written(content)

    book = layout_book.load_books(content)["suppliers"]

    placing = book.of("vendor_iban:gb29nwbk60161331926819")["invoice_number"]
    assert (placing.placing.anchors[0].text, placing.placing.anchors[0].right_end) == ("zyx code", 152.5)
    assert placing.origin == "suppliers@1"
    assert not book.of("vendor_tax_id:gb000000000")


def test_what_is_written_is_what_was_read(content: Path) -> None:
    written(content)
    book = layout_book.load_books(content)["suppliers"]

    written(content, layout_text.text_of(book))

    assert layout_book.load_books(content)["suppliers"] == book


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: text", "kind: words", "'date', 'amount' or 'text'"),
        ("x0: 0.2521", "x0: 252.1", "less than or equal to 1"),
        ("x0: 0.2521", "x0: left", "number"),
        ("invoice_number:", "Invoice Number:", "pattern"),
        ("vendor_tax_id:gb980780684", "vendor:gb980780684", "pattern"),
        ("vendor_iban:gb29nwbk60161331926819", "vendor_tax_id:gb980780684", "two vendors are known by"),
        ('"2026-11-02T09:00:00+00:00"', '"2026-11-02"', "at"),
        ("name: suppliers", "name: vendors", "a file called vendors.v1.yaml"),
        ("words: 1", "words: 1\n        colour: red", "colour"),
    ],
    ids=[
        "a kind that is none", "outside the page", "no number", "a field's title", "by what nobody is known",
        "twice the same number", "a day without a time", "another name", "an unknown key",
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_place(content: Path, old: str, new: str, words: str) -> None:
    assert old in BOOK
    file = written(content, BOOK.replace(old, new, 1))

    with pytest.raises(ContentError) as refused:
        layout_book.load_books(content)

    assert words in f"{refused.value.path} {refused.value.message}"
    assert refused.value.file == str(file)


def test_a_vendor_stands_in_one_file_only(content: Path) -> None:
    other = written(content).with_name("others.v1.yaml")
    other.write_text(BOOK.replace("name: suppliers", "name: others"), encoding="utf-8")

    with pytest.raises(ContentError, match="stands in others@1 already"):
        layout_book.load_books(content)


def test_a_field_that_no_record_has_is_refused(content: Path) -> None:
    written(content, BOOK.replace("invoice_number:", "invoice_colour:"))

    with pytest.raises(ContentError, match="invoice_colour"):
        Library.load(content, "dev")


def test_a_live_set_pins_the_layouts_and_refuses_a_changed_one(content: Path) -> None:
    file = written(content)
    live = adopted(content, "dev")
    written(content, version=2)

    assert "layout/suppliers@1" in live.pins
    assert Library.load(content, "dev").layouts["suppliers"].version == 1

    file.write_text(BOOK.replace("down: 0.0", "down: 9.0"), encoding="utf-8")
    with pytest.raises(ContentError, match="layout/suppliers@1 is live in dev and its file was changed"):
        Library.load(content, "dev")


def test_a_candidate_brings_the_next_version_and_each_place_is_an_edit(content: Path) -> None:
    written(content)
    adopted(content, "dev")
    text = BOOK.replace("right: 100.0", "right: 60.0").replace("below: 0.0", "below: 12.0")
    written(content, text, version=2)
    live, candidate = Library.load(content, "dev"), Library.candidate(content, "dev", "ap_invoice@1")
    assert candidate.layouts["suppliers"].version == 1, "a version that is live changes nothing"

    (content / "environments/live/dev.yaml").unlink()
    dev = content / "environments/dev.yaml"
    dev.write_text(dev.read_text(encoding="utf-8") + "flows: [ap_invoice@1]\n", encoding="utf-8")
    candidate = Library.load(content, "dev")
    made = edits(live, candidate, "ap_invoice")

    refs = [f"layout/suppliers@2#vendors.gb980780684.{field}" for field in ("invoice_number", "lines.amount")]
    assert [(one.kind, one.ref) for one in made] == [("layout", ref) for ref in refs]
    assert made[1].said == "vendor gb980780684.lines.amount: place.column.below: 0.0 -> 12.0"
    half = mixed(live, candidate, "ap_invoice", {refs[1]})
    assert half.layouts["suppliers"].placed == {
        ("gb980780684", "invoice_number"): live.layouts["suppliers"].placed["gb980780684", "invoice_number"],
        ("gb980780684", "lines.amount"): candidate.layouts["suppliers"].placed["gb980780684", "lines.amount"],
    }
    digests = {dict(reading_of(one))[f"layout/{one.layouts['suppliers'].ref}"] for one in (live, candidate, half)}
    assert len(digests) == 3, "a half of an edit is read with, not taken for either side"


def test_the_diff_tells_a_moved_place_in_words(content: Path) -> None:
    written(content)
    before = meaning(reading_only(content, None), "layout/suppliers@1")
    written(
        content,
        BOOK.replace("right: 100.0", "right: 60.0").replace('"Northgate Widgets Ltd"', '"Northgate"'),
        version=2,
    )
    after = meaning(reading_only(content, None), "layout/suppliers@2")

    assert [one.words for one in changes("layout/suppliers@2", before, after) if one.decides] == [
        "vendor gb980780684 fields.invoice_number.anchors.1.right: 100.0 -> 60.0"
    ]
