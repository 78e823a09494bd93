import base64
import io
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.model.errors import ReadError
from engine.ports import Limits
from engine.runtime.mail import MailParts, unpack

PDF = b"%PDF-1.4\n%%EOF\n"


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "png")
    return out.getvalue()


def mail(subject: str = "Rechnung März", body: str = "Guten Tag") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Anna Beispiel <anna@vendor.example>"
    message["To"] = "invoices@buyer.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    message["Message-ID"] = "<1@vendor.example>"
    message.set_content(body)
    return message


def raw(headers: str, body: str | bytes) -> bytes:
    """Return a mail as somebody's broken program may write it."""
    content = body.encode() if isinstance(body, str) else body
    return headers.strip().replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def attached(disposition: str, content: bytes = PDF) -> bytes:
    """Return a mail with one attachment whose headers are written by hand."""
    part = f"--b\r\nContent-Type: application/octet-stream\r\n{disposition}\r\n\r\n".encode("utf-8", "surrogateescape")
    return raw(
        'From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"',
        part + content + b"\r\n--b--",
    )


def take_apart(folder: Path, message: EmailMessage | bytes, **limits: int) -> MailParts:
    file = folder / "mail.eml"
    file.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return unpack(file, limits=Limits.model_validate(limits))


def names(parts: MailParts) -> list[str]:
    return [part.name for part in parts.parts]


def test_the_head_of_a_mail_is_read(tmp_path: Path) -> None:
    found = take_apart(tmp_path, mail())

    assert (found.subject, found.sender, found.message_id) == (
        "Rechnung März",
        "anna@vendor.example",
        "1@vendor.example",
    )
    assert found.date == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert found.text.strip() == "Guten Tag"
    assert found.parts == ()


def test_attachments_are_known_by_their_content(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="rechnung.doc")
    message.add_attachment("<a/>", subtype="xml", filename="daten.xml")

    found = take_apart(tmp_path, message)

    assert [(part.name, part.media_type) for part in found.parts] == [
        ("rechnung.doc", "application/pdf"), ("daten.xml", "application/xml"),
    ]  # fmt: skip
    assert found.parts[0].content == PDF


def test_both_bodies_are_kept_and_are_no_parts(tmp_path: Path) -> None:
    message = mail()
    message.add_alternative("<p>Guten Tag</p>", subtype="html")

    found = take_apart(tmp_path, message)

    assert (found.text.strip(), found.html.strip(), found.parts) == ("Guten Tag", "<p>Guten Tag</p>", ())


def test_a_text_that_is_attached_is_a_part(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment("a;b", subtype="csv", filename="list.csv")
    message.add_attachment("notes", filename="notes.txt")

    assert names(take_apart(tmp_path, message)) == ["list.csv", "notes.txt"]


def test_an_attached_mail_stays_whole(tmp_path: Path) -> None:
    inner = mail("Inner")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="inner.pdf")
    outer = mail("Outer")
    outer.add_attachment(inner)

    (part,) = take_apart(tmp_path, outer).parts

    assert (part.name, part.media_type) == ("Inner.eml", "message/rfc822")
    assert names(take_apart(tmp_path, part.content)) == ["inner.pdf"]


def test_an_attached_mail_in_base64_against_the_rules_is_decoded(tmp_path: Path) -> None:
    packed = base64.encodebytes(mail("Inner").as_bytes()).decode()
    part = f"--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n--b--"

    (found,) = take_apart(tmp_path, raw('From: a@b\nContent-Type: multipart/mixed; boundary="b"', part)).parts

    assert take_apart(tmp_path, found.content).subject == "Inner"


@pytest.mark.parametrize(
    ("width", "height", "is_referenced", "is_kept"),
    [
        pytest.param(300, 60, False, False, id="banner"),
        pytest.param(400, 200, True, False, id="logo in the text"),
        pytest.param(400, 200, False, True, id="picture that nobody refers to"),
        pytest.param(1200, 1600, True, True, id="photo shown in the text"),
    ],
)
def test_images_of_the_dress_are_left_out(
    tmp_path: Path, width: int, height: int, is_referenced: bool, is_kept: bool
) -> None:
    message = mail()
    message.add_alternative('<img src="cid:x@y">' if is_referenced else "<p>-</p>", subtype="html")
    html = list(message.iter_parts())[1]
    assert isinstance(html, EmailMessage)
    html.add_related(png(width, height), "image", "png", cid="<x@y>", filename="i.png", disposition="inline")

    found = take_apart(tmp_path, message)

    assert names(found) == (["i.png"] if is_kept else [])
    assert [finding.code for finding in found.findings] == ([] if is_kept else ["inline_images_left_out"])


def test_a_small_image_that_is_attached_on_purpose_is_kept(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(png(50, 50), maintype="image", subtype="png", filename="stamp.png")

    assert names(take_apart(tmp_path, message)) == ["stamp.png"]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        pytest.param('Content-Disposition: attachment; filename="a.pdf"', "a.pdf", id="plain"),
        pytest.param("Content-Disposition: attachment; filename*=UTF-8''M%C3%A4rz.pdf", "März.pdf", id="rfc 2231"),
        pytest.param(
            "Content-Disposition: attachment; filename*0*=UTF-8''M%C3%A4; filename*1=rz.pdf", "März.pdf",
            id="rfc 2231 in pieces",
        ),
        pytest.param(
            'Content-Disposition: attachment; filename="=?utf-8?B?TcOkcnoucGRm?="', "März.pdf", id="rfc 2047"
        ),
        pytest.param('Content-Disposition: attachment; filename="../../etc/x.pdf"', "x.pdf", id="climbing path"),
        pytest.param('Content-Disposition: attachment; filename="C:\\\\a\\\\x.pdf"', "x.pdf", id="windows path"),
        pytest.param("Content-Disposition: attachment; filename*=UTF-8''a%E2%80%AEfdp.exe", "afdp.exe", id="bidi"),
        pytest.param("Content-Disposition: attachment; filename*=UTF-8''a%00%0D%0A.pdf", "a .pdf", id="control"),
        pytest.param("Content-Disposition: attachment", "part-1.pdf", id="none"),
        pytest.param('Content-Disposition: attachment; filename=""', "part-1.pdf", id="empty"),
        pytest.param("Content-Disposition: attachment; filename*=no-such''a%FF.pdf", "a\ufffd.pdf", id="unknown charset"),
        pytest.param('Content-Type: application/pdf; name="old.pdf"', "old.pdf", id="only a name of the type"),
    ],
)  # fmt: skip
def test_names_are_made_safe(tmp_path: Path, disposition: str, name: str) -> None:
    part = attached(disposition)
    if disposition.startswith("Content-Type"):
        part = part.replace(b"Content-Type: application/octet-stream\r\n", b"")

    assert names(take_apart(tmp_path, part)) == [name]


def test_a_name_in_bytes_that_are_no_utf8_is_shown_somehow(tmp_path: Path) -> None:
    (name,) = names(take_apart(tmp_path, attached('Content-Disposition: attachment; filename="r\udce9sum\udce9.pdf"')))

    assert name.endswith(".pdf")
    assert name.encode()


def test_parts_past_the_limit_are_told(tmp_path: Path) -> None:
    message = mail()
    for number in range(5):
        message.add_attachment(PDF, maintype="application", subtype="pdf", filename=f"{number}.pdf")

    found = take_apart(tmp_path, message, max_parts=3)

    assert names(found) == ["0.pdf", "1.pdf", "2.pdf"]
    assert [finding.code for finding in found.findings] == ["too_many_parts"]


def test_a_mail_past_the_size_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        take_apart(tmp_path, mail(), max_bytes=50)

    assert caught.value.code == "too_large"


def test_a_mail_nested_without_end_is_refused_or_read_in_bounds(tmp_path: Path) -> None:
    levels = "".join(
        f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(3000)
    )  # fmt: skip

    with pytest.raises(ReadError) as caught:
        take_apart(tmp_path, raw("From: a@b\nContent-Type: multipart/mixed; boundary=b0", levels))

    assert caught.value.code == "unreadable_mail"


def test_signatures_are_no_documents(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")

    assert take_apart(tmp_path, message).parts == ()


def test_a_mail_that_is_nothing_but_a_pdf_has_one_part(tmp_path: Path) -> None:
    (part,) = take_apart(tmp_path, raw("From: scanner@b.example\nContent-Type: application/pdf", PDF)).parts

    assert (part.name, part.media_type) == ("part-1.pdf", "application/pdf")


@pytest.mark.parametrize(
    "headers",
    [
        "From: =?utf-8?Q?=FF=FE?= <a@b>\nDate: yesterday",
        "From: <<<>>>\nDate: Mon, 99 Foo 99999 99:99",
        "From: a@b\nContent-Type: text/plain; charset=no-such-charset",
        "From: a@b\nContent-Type: multipart/mixed",
        "From: a@b\nContent-Type: ;;;=\nContent-Disposition: ;=;",
        "From: a@b\nContent-Transfer-Encoding: base64",
        "From: a@b\nSubject: \udcff\udcfe",
        "From: a@b\nMessage-ID: <>\nDate: ",
    ],
    ids=["bad word", "bad address", "charset", "no boundary", "bad parameters", "bad base64", "raw bytes", "blank"],
)
def test_broken_headers_do_no_harm(tmp_path: Path, headers: str) -> None:
    found = take_apart(tmp_path, raw(headers, "hello"))

    assert found.subject.encode() is not None
    assert found.date is None


@given(
    content=st.binary(max_size=300),
    head=st.sampled_from(["", "From: a@b\n", "Content-Type: multipart/mixed; boundary=x\n\n--x\n"]),
)
def test_any_bytes_can_be_taken_apart(tmp_path_factory: pytest.TempPathFactory, content: bytes, head: str) -> None:
    found = take_apart(tmp_path_factory.mktemp("mail"), head.encode() + content)

    assert all(part.name for part in found.parts)
