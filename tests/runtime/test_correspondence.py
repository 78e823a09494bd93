import io
from email.message import EmailMessage

import pytest

from engine.model.document import Document
from engine.model.page import Code, Page, Reading, Word
from engine.runtime import intake
from engine.runtime.correspondence import letter_of
from engine.runtime.house import House
from engine.runtime.reading import merge
from engine.runtime.steps import begin, unpack
from engine.store import documents
from engine.store.database import transaction


def mail() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Rechnung 4711", "Anna <anna@vendor.example>", "ap@us.example"
    message.set_content("Anbei unsere Rechnung 4711.")
    message.add_attachment(b"<x/>", maintype="application", subtype="xml", filename="a.xml")
    return message.as_bytes()


@pytest.fixture
def attachment(empty_house: House) -> Document:
    arrival = intake.accept(empty_house, io.BytesIO(mail()), name="m.eml", source="test")
    begin(empty_house, arrival.document.id, 1)
    (child,) = unpack(empty_house, arrival.document, 1)
    with transaction(empty_house.engine) as tx:
        document = documents.get(tx, child)
    assert document is not None
    return document


def test_an_attachment_knows_what_its_mail_says(empty_house: House, attachment: Document) -> None:
    letter = letter_of(empty_house, attachment)

    assert letter is not None
    assert (letter.subject, letter.sender, letter.document_count) == ("Rechnung 4711", "anna@vendor.example", 1)
    assert "Anbei unsere Rechnung 4711." in letter.text


def test_a_document_without_a_mail_has_no_letter(empty_house: House, attachment: Document) -> None:
    assert letter_of(empty_house, attachment.model_copy(update={"parent_id": None})) is None
    assert letter_of(empty_house, attachment.model_copy(update={"parent_id": "f" * 64})) is None


def test_codes_and_hidden_words_outlive_the_recognition_of_their_page() -> None:
    word, code = Word("a", 1, 2, 3, 4), Code("qr", "x", 1, 2, 3, 4)
    first = Page(number=1, width=10, height=10, hidden=(word,), codes=(code,))
    second = Page(number=1, width=10, height=10, words=(word,), how="ocr")

    (page,) = merge([Reading(pages=(first,), page_count=1), Reading(pages=(second,), page_count=1)]).pages

    assert (page.how, page.words, page.hidden, page.codes) == ("ocr", (word,), (word,), (code,))
