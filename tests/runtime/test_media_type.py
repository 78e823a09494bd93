import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.runtime import media_type
from engine.runtime.media_type import sniff, sniff_bytes

XML = '<?xml version="1.0"?><Invoice xmlns="urn:x"/>'
IDOC = "<INVOIC02>\n <IDOC BEGIN='1'>\n  <EDI_DC40 SEGMENT='1'><DOCNUM>1</DOCNUM>"
MAIL = "Received: from a by b;\r\n Mon, 2 Mar 2026\r\nFrom: a@example.com\r\nSubject: Rechnung\r\n\r\nHallo\r\n"


def image(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind, **options)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "x")
    return out.getvalue()


CASES = [
    pytest.param(b"", "application/x-empty", id="empty"),
    pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf", id="pdf"),
    pytest.param(b"\x00\xffjunk\n" * 100 + b"%PDF-1.4\n", "application/pdf", id="pdf after junk"),
    pytest.param(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n", "application/pdf", id="pdf after text"),
    pytest.param(b"\x00" * 3000 + b"%PDF-1.4\n", "application/octet-stream", id="pdf too far in"),
    pytest.param(image("png"), "image/png", id="png"),
    pytest.param(image("jpeg"), "image/jpeg", id="jpeg"),
    pytest.param(image("gif"), "image/gif", id="gif"),
    pytest.param(image("bmp"), "image/bmp", id="bmp"),
    pytest.param(image("webp"), "image/webp", id="webp"),
    pytest.param(image("tiff"), "image/tiff", id="tiff little endian"),
    pytest.param(b"MM\x00*\x00\x00\x00\x08", "image/tiff", id="tiff big endian"),
    pytest.param(image("tiff", big_tiff=True), "image/tiff", id="bigtiff"),
    pytest.param(b"MM\x00+\x00\x08\x00\x00", "image/tiff", id="bigtiff big endian"),
    pytest.param(b"\x00\x00\x00\x18ftypheic\x00", "image/heic", id="heic"),
    pytest.param(archive(), "application/zip", id="zip"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "application/x-ole-storage", id="ole"),
    pytest.param(XML.encode(), "application/xml", id="xml"),
    pytest.param(b"\xef\xbb\xbf" + XML.encode(), "application/xml", id="xml with mark"),
    pytest.param(XML.encode("utf-16"), "application/xml", id="xml utf-16 with mark"),
    pytest.param(XML.encode("utf-16-be"), "application/xml", id="xml utf-16 without mark"),
    pytest.param(b"\n\t " + XML.encode(), "application/xml", id="xml after white space"),
    pytest.param(b"<!-- a -->\n<!-- b --><ns:Order/>", "application/xml", id="xml after comments"),
    pytest.param(b"<!--" + b"x" * 40_000 + b"--><a/>", "application/xml", id="xml after a long comment"),
    pytest.param(b"EDI_DC40  100", "application/vnd.sap.idoc", id="idoc"),
    pytest.param(b"\xef\xbb\xbfEDI_DC40  100", "application/vnd.sap.idoc", id="idoc with mark"),
    pytest.param("EDI_DC40  100".encode("utf-16"), "application/vnd.sap.idoc", id="idoc utf-16"),
    pytest.param("EDI_DC40  100".encode("utf-16-be"), "application/vnd.sap.idoc", id="idoc utf-16 without mark"),
    pytest.param(b"EDI_DC40  100\x00\x01", "application/vnd.sap.idoc", id="idoc with control characters"),
    pytest.param(b"EDI_DC40.txt is missing", "text/plain", id="words about an idoc"),
    pytest.param(f"<?xml version='1.0'?>{IDOC}".encode(), "application/vnd.sap.idoc+xml", id="idoc xml"),
    pytest.param(IDOC.encode("utf-16"), "application/vnd.sap.idoc+xml", id="idoc xml utf-16"),
    pytest.param(b"<!DOCTYPE lolz []><lolz/>", "application/xml", id="xml with doctype"),
    pytest.param("<Faktura å='1'/>".encode("latin-1"), "application/xml", id="xml in latin-1"),
    pytest.param(b"<!DOCTYPE html><html></html>", "text/html", id="html"),
    pytest.param(b"  <HTML lang='de'><body>x", "text/html", id="html without doctype"),
    pytest.param(MAIL.encode(), "message/rfc822", id="mail"),
    pytest.param(MAIL.replace("\r\n", "\n").encode(), "message/rfc822", id="mail with bare line feeds"),
    pytest.param(b"From x@y Mon Mar  2 2026\n" + MAIL.encode(), "message/rfc822", id="mail from a mailbox file"),
    pytest.param(b"MIME-Version: 1.0\nContent-Type: text/plain\n\nx", "message/rfc822", id="mail with few headers"),
    pytest.param(b"Received: x\n" * 9000 + b"From: a@b\n\nx", "text/plain", id="headers without end"),
    pytest.param(MAIL.encode() + b"%PDF-1.4", "message/rfc822", id="mail that quotes a pdf"),
    pytest.param(b"Dear Sir,\nFrom: nobody\nDate: today\n", "text/plain", id="letter"),
    pytest.param(b"Total: 5\nTax: 1\n\n", "text/plain", id="lines with colons"),
    pytest.param("Grüße\n".encode(), "text/plain", id="text"),
    pytest.param("Grüße\n".encode("latin-1"), "text/plain", id="latin-1 text"),
    pytest.param(("ü" * 20_000).encode()[:-1], "text/plain", id="long text in utf-8"),
    pytest.param(b"<john@example.com> wrote", "text/plain", id="address in brackets"),
    pytest.param(b' {"a": [1]}', "application/json", id="json"),
    pytest.param(b'\xef\xbb\xbf["a"]', "application/json", id="json with mark"),
    pytest.param(b'["' + b"a" * 50_000 + b'"]', "application/json", id="long json"),
    pytest.param(b'["' + b"a" * 5_000_000 + b'"]', "application/json", id="very long json"),
    pytest.param(b'{"Blocks": []}', media_type.TEXTRACT, id="textract"),
    pytest.param(b'[{"ExpenseDocuments": []}]', media_type.TEXTRACT, id="paged textract"),
    pytest.param(b'{"status": "succeeded", "analyzeResult": {}}', media_type.AZURE, id="azure"),
    pytest.param(b'{"document": {"text": "", "pages": []}}', media_type.GOOGLE, id="google"),
    pytest.param(
        b'{"text": "' + b"a" * 3_000_000 + b'", "pages": [{"pageNumber": 1, "image": "' + b"a" * 3_000_000 + b'"}]}',
        media_type.GOOGLE,
        id="long google",
    ),
    pytest.param(b'{"Blocks": [{"Text": "' + b"a" * 5_000_000 + b'"}]}', media_type.TEXTRACT, id="long textract"),
    pytest.param(b'{"format": "postroom-ocr"}', media_type.POSTROOM_OCR, id="postroom-ocr"),
    pytest.param(b'{"entities": [], "text": "a post"}', "application/json", id="json with entities"),
    pytest.param(b'{"modelId": "m"}', "application/json", id="json with a model"),
    pytest.param(b'<?xml version="1.0"?>\n<!-- a --><alto xmlns="x">', media_type.ALTO, id="alto"),
    pytest.param(b'<p:PcGts xmlns:p="x">', media_type.PAGE_XML, id="page"),
    pytest.param(b"<html><body><div class='a ocr_page'>", media_type.HOCR, id="hocr"),
    pytest.param(b"<altogether/>", "application/xml", id="xml that starts like alto"),
    pytest.param(b"[1] a footnote", "text/plain", id="brackets in text"),
    pytest.param(b'{"a": 1}\n{"a": 2}\n', "text/plain", id="json lines"),
    pytest.param(b"[" * 100_000, "text/plain", id="deep brackets"),
    pytest.param(b"\x00\x01\x02\x03", "application/octet-stream", id="binary"),
    pytest.param(b"\x7fELF\x02\x01", "application/octet-stream", id="program"),
    pytest.param(b"BM not a bitmap at all", "text/plain", id="text that starts like a bitmap"),
]


@pytest.mark.parametrize(("content", "expected"), CASES)
def test_a_file_is_known_by_its_content(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "wrong.docx"
    file.write_bytes(content)

    assert sniff(file) == expected
    assert sniff_bytes(content) == expected


@given(content=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_have_a_type(content: bytes) -> None:
    assert "/" in sniff_bytes(content)
