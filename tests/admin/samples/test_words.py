"""Documents that come as words: each is read back by the reader that the hub has for it."""

from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from adapters.html.plug import PLUG as TEXTS
from adapters.ocr_results.plug import PLUG as RESULTS
from admin.samples.make import Made, make
from admin.samples.model import Kind
from admin.samples.pages import marks
from admin.samples.pages.sheet import A4, Sheet
from admin.samples.recipe import Recipe
from engine.model.page import Reading
from engine.ports import Limits


def _made(kind: Kind, **more: object) -> Made:
    return make(Recipe.model_validate({"name": "w", "kind": kind, "vendor": "V1021", **more}), 7, name="w")


def _read(folder: Path, data: bytes, media_type: str) -> Reading:
    file = folder / "w"
    file.write_bytes(data)
    plug = TEXTS if media_type.startswith("text/") else RESULTS
    return plug.reader().read(file, media_type, pages=None, limits=Limits())


def _words(reading: Reading) -> str:
    return " ".join(word.text for page in reading.pages for word in page.words)


def test_a_plain_text_holds_its_truth(tmp_path: Path) -> None:
    made = _made("text")

    words = _words(_read(tmp_path, made.data, "text/plain"))

    assert made.name == "w.txt"
    for field in ("vendor_name", "invoice_number", "vendor_tax_id"):
        assert made.samples[0].fields[field] in words


def test_the_body_of_a_mail_is_a_table_under_the_name_of_the_subject(tmp_path: Path) -> None:
    made = _made("body")

    message = message_from_bytes(made.data, policy=default)

    body = message.get_body()
    assert body is not None
    assert not list(message.iter_attachments())
    words = _words(_read(tmp_path, body.get_content().encode(), "text/html"))
    assert made.samples[0].file == f"w.eml#{message['Subject']}.html"
    assert all(line["description"] in words for line in made.samples[0].lines)


_OWN, _TEXTRACT = "application/vnd.postroom.ocr+json", "application/vnd.aws.textract+json"


@pytest.mark.parametrize(
    ("service", "media_type"), [("postroom", _OWN), ("textract", _TEXTRACT)], ids=["own", "textract"]
)
def test_a_recognition_result_holds_the_words_of_the_page_where_they_stand(
    tmp_path: Path, service: str, media_type: str
) -> None:
    made = _made("ocr", service=service)
    drawn = pypdfium2.PdfDocument(BytesIO(_made("digital").data))[0].get_textpage()
    printed = drawn.get_text_range().split()

    reading = _read(tmp_path, made.data, media_type)

    assert sorted(_words(reading).split()) == sorted(printed)
    number = next(word for word in reading.pages[0].words if word.text == made.samples[0].fields["invoice_number"])
    share = number.box.x0 / reading.pages[0].width
    assert share == pytest.approx(_left_of(drawn, number.text) / A4[0], abs=0.01)


def _left_of(page: pypdfium2.PdfTextPage, text: str) -> float:
    at, _ = page.search(text).get_next()
    return float(page.get_charbox(at)[0])


def test_a_textract_answer_names_the_total(tmp_path: Path) -> None:
    made = _made("ocr", service="textract")

    reading = _read(tmp_path, made.data, _TEXTRACT)

    told = {field.name: field.raw for opinion in reading.opinions for field in opinion.fields}
    assert told["invoice_number"] == made.samples[0].fields["invoice_number"]
    assert made.samples[0].fields["total"] in told["total"].replace(",", "")


@pytest.mark.parametrize("letter", ["ą", "ż", "ē", "ģ", "ķ", "ī"])
def test_a_letter_that_the_typeface_lacks_is_stored_as_itself_and_drawn_with_its_mark(letter: str) -> None:
    pages = []
    for text in (letter, marks.plain(letter)):
        sheet = Sheet(size=(40, 40), family="vera", points=20, title="")
        sheet.text(10, 25, text)
        pages.append(pypdfium2.PdfDocument(sheet.finish())[0])

    marked, plain = pages
    assert marked.get_textpage().get_text_range() == letter
    assert _ink(marked) > _ink(plain)


def _ink(page: pypdfium2.PdfPage) -> int:
    return sum(255 - value for value in page.render(scale=3, grayscale=True).to_pil().tobytes())
