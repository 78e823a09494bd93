"""A mail without attachment whose body is the document."""

import io
from email.message import EmailMessage
from pathlib import Path

import pytest

from engine.model.document import Document
from engine.runtime import intake, steps
from engine.runtime.house import House
from engine.runtime.read_only import read_file

ORDER = """
Purchase order 4500771

Please supply the following goods and quote our order number:

M8 hex bolt zinc     500    0.11     55.00
M8 washer            500    0.02     10.00

Order total                          65.00

Deliver to: Central Stores, Gate 3, by 20 January 2026
"""
CHAT = "Hello, thank you for the nice talk on Tuesday. I shall call you again next week about the garden."
INVOICE = """<html><body><h2>Rechnung Nr. 99120</h2><p>Nordlager KG, Hafenweg 2, 24103 Kiel</p>
<table><tr><th>Bezeichnung</th><th>Menge</th><th>Einzelpreis</th><th>Betrag</th></tr>
<tr><td>Kugellager 6204</td><td>24</td><td>3,10</td><td>74,40</td></tr></table>
<table><tr><td>Nettobetrag</td><td>74,40 EUR</td></tr><tr><td>MwSt 19 %</td><td>14,14 EUR</td></tr>
<tr><td>Gesamtbetrag</td><td>88,54 EUR</td></tr></table></body></html>"""


def mail(body: str, *, subject: str = "", html: str = "", attached: bytes | None = None) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@halden.example", "in@postroom.example", subject
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    if attached is not None:
        message.add_attachment(attached, maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes()


def arrived(house: House, content: bytes) -> Document:
    return intake.accept(house, io.BytesIO(content), name="mail.eml", source="test").document


@pytest.mark.parametrize(
    ("content", "type_", "field", "value"),
    [
        pytest.param(mail(ORDER, subject="Order"), "purchase_order", "po_number", "4500771", id="order as text"),
        pytest.param(
            mail("see the HTML", html=INVOICE, subject="Ihre Rechnung"), "invoice", "total", "88.54",
            id="invoice as table",
        ),
    ],
)  # fmt: skip
def test_a_body_that_is_the_document_is_read(
    empty_house: House, tmp_path: Path, content: bytes, type_: str, field: str, value: str
) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(content)

    (part,) = read_file(empty_house, file)

    found = part.record.get(field)
    assert part.record.type == type_
    assert found is not None
    assert found.value == value


def test_the_body_becomes_a_document_that_knows_its_mail(empty_house: House) -> None:
    document = arrived(empty_house, mail(ORDER, subject="Order 4500771"))

    (child,) = steps.read(empty_house, document.id, 1)["children"]

    body = steps.get(empty_house, child)
    assert (body.parent_id, body.name, body.blob.media_type) == (document.id, "Order 4500771.html", "text/html")
    assert steps.get(empty_house, document.id).state == "unpacked"


def test_a_letter_goes_to_a_person(empty_house: House) -> None:
    document = arrived(empty_house, mail(CHAT))

    result = steps.read(empty_house, document.id, 1)

    assert result == {"next": "over", "children": []}
    assert steps.get(empty_house, document.id).state == "in_review"


def test_the_body_of_a_mail_with_attachment_is_no_document(empty_house: House) -> None:
    document = arrived(empty_house, mail(ORDER, attached=b"%PDF-1.4 x"))

    children = steps.read(empty_house, document.id, 1)["children"]

    assert [steps.get(empty_house, child).name for child in children] == ["a.pdf"]
