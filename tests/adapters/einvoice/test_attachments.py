"""E-invoices that travel inside a PDF."""

import tracemalloc
from pathlib import Path

import pikepdf
import pytest

from adapters.einvoice.reader import EInvoiceReader
from engine.model.field import Row
from engine.model.page import Embedded, Reading
from engine.ports import Limits
from tests.adapters.einvoice.messages import cii, pdf

UNCHECKED = EInvoiceReader(check=lambda *_: ())


def plain(row: Row) -> dict[str, str]:
    return {field.name: field.value for field in row}


def data(reading: Reading) -> Embedded:
    assert reading.embedded is not None
    return reading.embedded


def read_pdf(file: Path, **limits: int) -> Reading:
    return UNCHECKED.read(file, "application/pdf", pages=None, limits=Limits.model_validate(limits))


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "anything.XML"])
@pytest.mark.parametrize("associated", [False, True], ids=["name tree", "associated file"])
def test_an_attached_invoice_is_found(tmp_path: Path, name: str, associated: bool) -> None:
    file = pdf(tmp_path / "a.pdf", {"terms.txt": b"hello", name: cii()}, associated=associated)

    assert plain(data(read_pdf(file)).fields)["invoice_number"] == "RE-2"


def test_an_attachment_that_calls_itself_xml_needs_no_ending(tmp_path: Path) -> None:
    file = pdf(tmp_path / "a.pdf", {"invoice": cii()}, mime_type="text/xml")

    assert plain(data(read_pdf(file)).fields)["invoice_number"] == "RE-2"


@pytest.mark.parametrize("name", ["invoice", "data.bin", "factur-x.xml.txt"])
def test_an_attachment_that_is_xml_by_its_content_is_read(tmp_path: Path, name: str) -> None:
    file = pdf(tmp_path / "a.pdf", {"picture.jpg": b"\xff\xd8", name: cii()}, mime_type="application/octet-stream")

    assert plain(data(read_pdf(file)).fields)["invoice_number"] == "RE-2"


def test_a_file_attached_to_a_page_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    with pikepdf.new() as document:
        page = document.add_blank_page()
        spec = pikepdf.AttachedFileSpec(document, cii(), filename="factur-x.xml")
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, FS=spec.obj)
        page.obj.Annots = pikepdf.Array([note])
        document.save(file)

    assert plain(data(read_pdf(file)).fields)["invoice_number"] == "RE-2"


def test_the_same_invoice_under_two_names_is_one(tmp_path: Path) -> None:
    file = pdf(
        tmp_path / "a.pdf", {"factur-x.xml": cii(), "ZUGFeRD-invoice.xml": cii(generation="CrossIndustryDocument")}
    )

    reading = read_pdf(file)

    assert (data(reading).profile, reading.findings) == ("urn:cen.eu:en16931:2017", ())


def test_of_unknown_names_the_file_that_is_said_to_be_the_data_wins(tmp_path: Path) -> None:
    file = pdf(tmp_path / "a.pdf", {"a.xml": cii(number="OLD"), "b.xml": cii()})
    with pikepdf.open(file, allow_overwriting_input=True) as document:
        document.attachments["a.xml"].obj.AFRelationship = pikepdf.Name.Supplement
        document.attachments["b.xml"].obj.AFRelationship = pikepdf.Name.Alternative
        document.save(file)

    assert plain(data(read_pdf(file)).fields)["invoice_number"] == "RE-2"


def test_a_pdf_without_attachment_gives_an_empty_reading(tmp_path: Path) -> None:
    assert read_pdf(pdf(tmp_path / "a.pdf", {"other.xml": b"<catalogue/>", "x.txt": b"x"})) == Reading()


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 nothing else", b"", b"text"], ids=["truncated pdf", "empty file", "no pdf"]
)
def test_a_broken_pdf_is_left_to_the_page_reader(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)

    assert read_pdf(file) == Reading()


@pytest.mark.parametrize(
    ("content", "code"),
    [(cii()[:-30], "unreadable_xml"), (b"<!DOCTYPE a>" + cii(), "unsafe_xml"), (b" " * 20_000, "too_large")],
    ids=["damaged", "unsafe", "too large"],
)
def test_broken_attached_xml_does_not_lose_the_pdf(tmp_path: Path, content: bytes, code: str) -> None:
    reading = read_pdf(pdf(tmp_path / "a.pdf", {"factur-x.xml": content}), max_xml_bytes=10_000)

    assert reading.embedded is None
    (finding,) = reading.findings
    assert (finding.code, finding.severity) == ("embedded_xml_unreadable", "warning")
    assert ("code", code) in finding.evidence


def test_a_packed_bomb_is_never_unpacked(tmp_path: Path) -> None:
    file = pdf(tmp_path / "a.pdf", {"factur-x.xml": b"<a>" + b" " * 50_000_000})

    tracemalloc.start()
    reading = read_pdf(file, max_xml_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 20_000_000
    assert file.stat().st_size < 1_000_000
    assert [finding.code for finding in reading.findings] == ["embedded_xml_unreadable"]


def test_of_several_attached_invoices_the_standard_name_wins(tmp_path: Path) -> None:
    file = pdf(tmp_path / "a.pdf", {"a.xml": cii(number="OTHER"), "factur-x.xml": cii()})

    reading = read_pdf(file)

    assert plain(data(reading).fields)["invoice_number"] == "RE-2"
    (finding,) = reading.findings
    assert finding.code == "several_embedded_invoices"
    assert finding.evidence == (("factur-x.xml", "RE-2"), ("a.xml", "OTHER"))


def test_an_attachment_of_an_encrypted_pdf_that_opens_without_password_is_read(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", {"factur-x.xml": cii()})
    with pikepdf.open(tmp_path / "a.pdf") as document:
        document.save(tmp_path / "b.pdf", encryption=pikepdf.Encryption(owner="owner", user=""))

    assert plain(data(read_pdf(tmp_path / "b.pdf")).fields)["total"] == "83.30"
